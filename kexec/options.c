// SPDX-License-Identifier: GPL-2.0-only
/* The command line of kexec itself: the table of options, getopt and --help. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "option_values.h"

enum group {
	GROUP_ACTION,
	GROUP_IMAGE,
	GROUP_CRASH,
	GROUP_EFI,
	GROUP_PLACEMENT,
	GROUP_CONSOLE,
	GROUP_INSPECT,
	GROUP_NO_EFFECT,
	GROUP_HIDDEN,
};

static const char *const group_titles[GROUP_HIDDEN] = {
	[GROUP_ACTION] = "What to do",
	[GROUP_IMAGE] = "What to load",
	[GROUP_CRASH] = "Crash images (-p)",
	[GROUP_EFI] = "EFI",
	[GROUP_PLACEMENT] = "Where to place it",
	[GROUP_CONSOLE] = "Messages between the kernels",
	[GROUP_INSPECT] = "Looking without touching",
	[GROUP_NO_EFFECT] = "Accepted for callers' sake, without effect",
};

enum effect {
	EFFECT_ACTION, /* a verb; the last one counts */
	EFFECT_CRASH,  /* -p: a load, unless another verb is given anywhere */
	EFFECT_FLAG,   /* sets a bool of struct options */
	EFFECT_TEXT,   /* keeps its value; the last one counts */
	EFFECT_PARSE,  /* checks and converts its value */
	EFFECT_NONE,   /* takes its place on the command line, no more */
	EFFECT_REFUSE, /* kexec-tools has it, this version does not yet: no help */
};

struct row {
	const char *name;
	char letter;	     /* 0 without a short form */
	int argument;	     /* as in struct option of getopt_long */
	const char *metavar; /* what --help calls the value */
	const char *help;
	enum group group;
	enum effect effect;
	union { /* by effect */
		enum action action;
		size_t field; /* offset of the bool or const char * in struct options */
		option_value_parser *parse;
	};
};

#define NONE	 no_argument
#define REQUIRED required_argument
#define OPTIONAL optional_argument

#define ACTION(n, l, what, text)                                             \
	{                                                                    \
		.name = n, .letter = l, .help = text, .group = GROUP_ACTION, \
		.effect = EFFECT_ACTION, .action = what                      \
	}
#define FLAG(n, l, where, member, text)                                          \
	{                                                                        \
		.name = n, .letter = l, .help = text, .group = where,            \
		.effect = EFFECT_FLAG, .field = offsetof(struct options, member) \
	}
#define TEXT(n, where, value, member, text)                                      \
	{                                                                        \
		.name = n, .argument = REQUIRED, .metavar = value, .help = text, \
		.group = where, .effect = EFFECT_TEXT,                           \
		.field = offsetof(struct options, member)                        \
	}
#define PARSE(n, l, where, kind, value, parser, text)                                 \
	{                                                                             \
		.name = n, .letter = l, .argument = kind, .metavar = value,           \
		.help = text, .group = where, .effect = EFFECT_PARSE, .parse = parser \
	}
#define NO_EFFECT(n, l, where, text)                                  \
	{                                                             \
		.name = n, .letter = l, .help = text, .group = where, \
		.effect = EFFECT_NONE                                 \
	}
#define LATER(n, l, kind)                                                        \
	{                                                                        \
		.name = n, .letter = l, .argument = kind, .group = GROUP_HIDDEN, \
		.effect = EFFECT_REFUSE                                          \
	}

static const struct row rows[] = {
	ACTION("load", 'l', ACTION_LOAD, "load KERNEL, and leave it at that"),
	{ .name = "load-panic",
	  .letter = 'p',
	  .group = GROUP_ACTION,
	  .help = "load KERNEL to start on a panic",
	  .effect = EFFECT_CRASH },
	ACTION("exec", 'e', ACTION_EXEC, "start the loaded kernel now, without shutdown"),
	ACTION("force", 'f', ACTION_LOAD_AND_EXEC,
	       "load KERNEL and start it now, without shutdown"),
	ACTION("unload", 'u', ACTION_UNLOAD, "unload the loaded kernel, if any"),
	ACTION("status", 'S', ACTION_STATUS,
	       "exit 1 if a crash kernel (-l: kernel) is loaded"),
	ACTION("print-ckr-size", 0, ACTION_PRINT_CRASH_SIZE,
	       "print the size of the crash kernel region"),
	ACTION("help", 'h', ACTION_HELP, "print this and exit"),
	ACTION("version", 'v', ACTION_VERSION, "print the version and exit"),
	FLAG("no-ifdown", 'x', GROUP_ACTION, no_ifdown,
	     "leave the network up before a kernel is started"),
	FLAG("no-sync", 'y', GROUP_ACTION, no_sync,
	     "do not sync file systems before that"),
	FLAG("debug", 'd', GROUP_ACTION, debug, "say on stderr what is done and why"),

	TEXT("append", GROUP_IMAGE, "TEXT", append,
	     "the new kernel's command line; the last counts"),
	TEXT("command-line", GROUP_IMAGE, "TEXT", append, "the same as --append"),
	FLAG("reuse-cmdline", 0, GROUP_IMAGE, reuse_cmdline,
	     "put the running kernel's command line in front"),
	PARSE("initrd", 0, GROUP_IMAGE, REQUIRED, "FILE", option_value_initrd,
	      "initial ramdisk; several are joined in order"),
	PARSE("ramdisk", 0, GROUP_IMAGE, REQUIRED, "FILE", option_value_initrd,
	      "the same as --initrd"),
	PARSE("type", 't', GROUP_IMAGE, REQUIRED, "TYPE", option_value_type,
	      "the kernel file must be of this type: bzImage64"),
	FLAG("no-checks", 'i', GROUP_IMAGE, no_checks,
	     "start the new kernel without checking it"),
	PARSE("kexec-syscall-auto", 'a', GROUP_IMAGE, NONE, NULL, option_value_auto,
	      "load with the system call that suits (default)"),
	PARSE("kexec-syscall", 'c', GROUP_IMAGE, NONE, NULL, option_value_segments,
	      "load with kexec_load"),
	PARSE("kexec-file-syscall", 's', GROUP_IMAGE, NONE, NULL, option_value_files,
	      "load with kexec_file_load"),
	FLAG("no-cma", 0, GROUP_IMAGE, no_cma, "-s: do not use contiguous memory"),
	FLAG("force-dtb", 0, GROUP_IMAGE, force_dtb, "-s: carry the device tree over"),

	PARSE("elf64-core-headers", 0, GROUP_CRASH, NONE, NULL,
	      option_value_elf64_core_headers, "64-bit vmcore (default)"),
	PARSE("elf32-core-headers", 0, GROUP_CRASH, NONE, NULL,
	      option_value_elf32_core_headers, "32-bit vmcore, if no RAM is above 4 GiB"),
	FLAG("hotplug", 0, GROUP_CRASH, hotplug,
	     "let the kernel update the vmcore header"),
	FLAG("pass-memmap-cmdline", 0, GROUP_CRASH, pass_memmap_cmdline,
	     "pass the capture kernel's memory map as memmap="),

	PARSE("efi-map-config", 0, GROUP_EFI, OPTIONAL, "in-place",
	      option_value_efi_map_config,
	      "map the EFI tables for the new kernel, or fail"),
	PARSE("no-efi-map-config", 0, GROUP_EFI, NONE, NULL,
	      option_value_no_efi_map_config, "do not map them"),
	FLAG("noefi", 0, GROUP_EFI, noefi, "tell the new kernel nothing about EFI"),

	PARSE("mem-min", 0, GROUP_PLACEMENT, REQUIRED, "ADDRESS", option_value_mem_min,
	      "lowest address to use"),
	PARSE("mem-max", 0, GROUP_PLACEMENT, REQUIRED, "ADDRESS", option_value_mem_max,
	      "highest address to use"),

	FLAG("console-serial", 0, GROUP_CONSOLE, console_serial, "on the serial port"),
	FLAG("console-vga", 0, GROUP_CONSOLE, console_vga, "on the VGA text screen"),
	PARSE("serial", 0, GROUP_CONSOLE, REQUIRED, "PORT", option_value_serial,
	      "ttyS0 (default) to ttyS3, or 0xPORT"),
	PARSE("serial-baud", 0, GROUP_CONSOLE, REQUIRED, "SPEED",
	      option_value_serial_baud, "set the port's speed, 9600 to 115200"),
	FLAG("reset-vga", 0, GROUP_CONSOLE, reset_vga,
	     "set VGA text mode before the new kernel starts"),

	PARSE("dry-run", 0, GROUP_INSPECT, OPTIONAL, "text|json", option_value_dry_run,
	      "print what would be loaded, and load nothing"),
	PARSE("dump-image", 0, GROUP_INSPECT, REQUIRED, "DIR", option_value_dump_image,
	      "write that into files in DIR, and load nothing"),
	TEXT("sysroot", GROUP_INSPECT, "DIR", sysroot,
	     "read /proc and /sys of a recorded machine"),

	NO_EFFECT("args-elf", 0, GROUP_NO_EFFECT, "for ELF kernels"),
	NO_EFFECT("args-linux", 0, GROUP_NO_EFFECT, "for ELF kernels"),
	NO_EFFECT("args-none", 0, GROUP_NO_EFFECT, "for ELF kernels"),

	LATER("load-preserve-context", 0, NONE),
	LATER("load-jump-back-helper", 0, NONE),
	LATER("load-live-update", 0, NONE),
	LATER("exec-live-update", 0, NONE),
	LATER("reuse-video-type", 0, NONE),
	LATER("reuseinitrd", 0, NONE),
	LATER("real-mode", 0, NONE),
	LATER("entry-32bit", 0, NONE),
	LATER("entry", 0, REQUIRED),
	LATER("module", 0, REQUIRED),
	LATER("dtb", 0, REQUIRED),
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* What getopt_long returns for the long form of row 0; above every letter. */
#define LONG_BASE 0x100

/* The table as getopt_long wants it. */
struct getopt_tables {
	struct option options[ROW_COUNT + 1];
	char letters[2 * ROW_COUNT + 2];
};

static void getopt_tables_fill(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	size_t i;

	memset(tables, 0, sizeof(*tables));
	/* "-?" asks for the usage: getopt answers as to a bad option, but silently. */
	*letter++ = '?';
	for (i = 0; i < ROW_COUNT; i++) {
		tables->options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument,
			.val = LONG_BASE + (int)i,
		};
		if (!rows[i].letter)
			continue;
		*letter++ = rows[i].letter;
		if (rows[i].argument == REQUIRED)
			*letter++ = ':';
	}
}

/* The row that getopt_long's answer means; NULL for '?'. */
static const struct row *find_row(int answer)
{
	size_t i;

	if (answer >= LONG_BASE)
		return &rows[answer - LONG_BASE];
	for (i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter && rows[i].letter == answer)
			return &rows[i];
	return NULL;
}

static int apply(const struct row *row, const char *value, struct options *options,
		 struct error *err)
{
	switch (row->effect) {
	case EFFECT_ACTION:
		if (row->action == ACTION_LOAD)
			options->normal_status = true;
		if (options->action != ACTION_STATUS)
			options->action = row->action;
		return 0;
	case EFFECT_CRASH:
		options->crash = true;
		if (options->action == ACTION_LOAD_AND_SHUTDOWN)
			options->action = ACTION_LOAD;
		return 0;
	case EFFECT_FLAG:
		*(bool *)((char *)options + row->field) = true;
		return 0;
	case EFFECT_TEXT:
		*(const char **)((char *)options + row->field) = value;
		return 0;
	case EFFECT_PARSE:
		return row->parse(value, options, err);
	case EFFECT_NONE:
		return 0;
	case EFFECT_REFUSE:
		break;
	}
	return error_set(err, EINVAL, "--%s is not available in this version", row->name);
}

/* Done as soon as it is read, whatever else stands there. */
static bool is_immediate(enum action action)
{
	return action == ACTION_HELP || action == ACTION_VERSION ||
	       action == ACTION_PRINT_CRASH_SIZE;
}

static bool loads(enum action action)
{
	return action == ACTION_LOAD || action == ACTION_LOAD_AND_EXEC ||
	       action == ACTION_LOAD_AND_SHUTDOWN;
}

/* What only the whole command line tells. operands: NULL-terminated. */
static int check(char *const operands[], struct options *options, struct error *err)
{
	options->kernel = operands[0];
	/* Most often an --append text without its quotes. */
	if (loads(options->action) && operands[0] && operands[1])
		return error_set(err, EINVAL,
				 "\"%s\" after the kernel \"%s\": one kernel can be "
				 "loaded (does a text with blanks lack its quotes?)",
				 operands[1], operands[0]);
	/* mem_max is an end, and 0 without a limit. */
	if (options->mem_max && options->mem_min >= options->mem_max)
		return error_set(err, EINVAL,
				 "--mem-min=0x%llx lies above --mem-max=0x%llx",
				 (unsigned long long)options->mem_min,
				 (unsigned long long)options->mem_max - 1);
	return 0;
}

int options_parse(int argc, char **argv, struct options *options, struct error *err)
{
	struct options parsed = { .action = ACTION_LOAD_AND_SHUTDOWN,
				  .serial_port = 0x3f8 };
	struct getopt_tables tables;
	int answer, rc;

	getopt_tables_fill(&tables);
	optind = 0; /* glibc: start afresh, also after an earlier call */
	while ((answer = getopt_long(argc, argv, tables.letters, tables.options, NULL)) !=
	       -1) {
		const struct row *row = find_row(answer);

		if (!row) {
			error_clear(err);
			return -EINVAL;
		}
		rc = apply(row, optarg, &parsed, err);
		if (rc < 0)
			return rc;
		if (row->effect == EFFECT_ACTION && is_immediate(row->action)) {
			/* At once, whatever else stands there, -S before it included. */
			parsed.action = row->action;
			*options = parsed;
			return 0;
		}
	}
	rc = check(argv + optind, &parsed, err);
	if (rc < 0)
		return rc;
	*options = parsed;
	return 0;
}

/* "-l, --load", "    --append=TEXT", "    --dry-run[=text|json]" */
static void print_option(FILE *stream, const struct row *row)
{
	char form[64];
	const char *before = row->argument == OPTIONAL ? "[=" : "=";
	const char *after = row->argument == OPTIONAL ? "]" : "";
	int length;

	if (!row->metavar)
		before = "";
	length = snprintf(form, sizeof(form), "--%s%s%s%s", row->name, before,
			  row->metavar ? row->metavar : "", after);
	if (row->letter)
		fprintf(stream, "  -%c, ", row->letter);
	else
		fputs("      ", stream);
	/* A form that reaches into the help's column gets a line of its own. */
	if (length > 24)
		fprintf(stream, "%s\n%32s%s\n", form, "", row->help);
	else
		fprintf(stream, "%-26s%s\n", form, row->help);
}

void options_print_usage(FILE *stream)
{
	size_t group, i;

	fputs("Usage: kexec [OPTION]... KERNEL\n"
	      "       kexec -e | -u | -S | -p -u | -p -S [OPTION]...\n"
	      "\n"
	      "Loads a kernel from the running one and starts it without the firmware.\n"
	      "Without an action, KERNEL is loaded and shutdown -r now is run.\n",
	      stream);
	for (group = 0; group < GROUP_HIDDEN; group++) {
		fprintf(stream, "\n%s:\n", group_titles[group]);
		for (i = 0; i < ROW_COUNT; i++)
			if (rows[i].group == group)
				print_option(stream, &rows[i]);
	}
}
