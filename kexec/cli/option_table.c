// SPDX-License-Identifier: GPL-2.0-only
/* The table of kexec's options, with the texts for --help and the completions. */
#include "cli/option_table.h"

#include <getopt.h>

#define NONE	 no_argument
#define REQUIRED required_argument
#define OPTIONAL optional_argument

#define ACTION(n, l, where, what, text)                               \
	{                                                             \
		.name = n, .letter = l, .help = text, .group = where, \
		.effect = EFFECT_ACTION, .action = what               \
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
/* print_completion is linked without the parsers. */
#ifdef OPTION_TEXTS_ONLY
#define PARSER(parser) NULL
#else
#define PARSER(parser) parser
#endif
#define PARSE(n, l, where, kind, value, parser, text)                       \
	{                                                                   \
		.name = n, .letter = l, .argument = kind, .metavar = value, \
		.help = text, .group = where, .effect = EFFECT_PARSE,       \
		.parse = PARSER(parser)                                     \
	}
#define NO_EFFECT(n, l, where, text)                                  \
	{                                                             \
		.name = n, .letter = l, .help = text, .group = where, \
		.effect = EFFECT_NONE                                 \
	}
#define REFUSED(n, reason)                                         \
	{                                                          \
		.name = n, .help = reason, .group = GROUP_REFUSED, \
		.effect = EFFECT_REFUSE                            \
	}

const struct option_row option_rows[] = {
	ACTION("load", 'l', GROUP_REBOOT, ACTION_LOAD,
	       "only load KERNEL, for -e or systemctl kexec"),
	PARSE("boot-entry", 0, GROUP_REBOOT, OPTIONAL, "ENTRY", option_value_boot_entry,
	      "load this boot entry, or the default one"),
	PARSE("list-entries", 0, GROUP_REBOOT, OPTIONAL, "text|json",
	      option_value_list_entries, "list what the boot loader could start"),
	PARSE("initrd", 0, GROUP_REBOOT, REQUIRED, "FILE", option_value_initrd,
	      "initial ramdisk; may be repeated to join several"),
	TEXT("append", GROUP_REBOOT, "TEXT", append,
	     "the new kernel's command line; the last one wins"),
	FLAG("reuse-cmdline", 0, GROUP_REBOOT, reuse_cmdline,
	     "put the running kernel's command line in front"),
	PARSE("kexec-syscall-auto", 'a', GROUP_REBOOT, NONE, NULL, option_value_auto,
	      "choose the system call (default)"),
	PARSE("kexec-syscall", 'c', GROUP_REBOOT, NONE, NULL, option_value_kexec_load,
	      "load with kexec_load"),
	PARSE("kexec-file-syscall", 's', GROUP_REBOOT, NONE, NULL,
	      option_value_kexec_file_load, "load with kexec_file_load"),
	ACTION("exec", 'e', GROUP_REBOOT, ACTION_EXEC,
	       "start the loaded kernel now, without shutdown"),
	ACTION("force", 'f', GROUP_REBOOT, ACTION_LOAD_AND_EXEC,
	       "load KERNEL and start it now, without shutdown"),
	ACTION("unload", 'u', GROUP_REBOOT, ACTION_UNLOAD,
	       "unload the loaded kernel, if any"),

	{ .name = "load-panic",
	  .letter = 'p',
	  .group = GROUP_CRASH,
	  .help = "load KERNEL as the crash kernel, for a panic",
	  .effect = EFFECT_CRASH },
	ACTION("print-ckr-size", 0, GROUP_CRASH, ACTION_PRINT_CRASH_SIZE,
	       "print the size of the crash kernel region"),

	PARSE("check", 0, GROUP_LOOK, OPTIONAL, "json|after|after,json",
	      option_value_check, "will a kexec work? after: did it lose anything?"),
	PARSE("dry-run", 0, GROUP_LOOK, OPTIONAL, "text|json|svg", option_value_dry_run,
	      "print what would be loaded, without loading it"),
	PARSE("dump-image", 0, GROUP_LOOK, REQUIRED, "DIR", option_value_dump_image,
	      "write it to files in DIR, without loading it"),
	PARSE("record", 0, GROUP_LOOK, REQUIRED, "DIR|FILE.tar.gz", option_value_record,
	      "record this machine for a report"),
	FLAG("record-all", 0, GROUP_LOOK, record_all,
	     "with --record: keep serial numbers, keys etc."),
	TEXT("sysroot", GROUP_LOOK, "DIR|FILE", sysroot,
	     "look at a recorded machine or its tar archive"),
	{ .name = "status",
	  .letter = 'S',
	  .argument = OPTIONAL,
	  .metavar = "text|json",
	  .group = GROUP_LOOK,
	  .help = "exit 1 if a crash (-l: normal) kernel is loaded",
	  .effect = EFFECT_ACTION,
	  .action = ACTION_STATUS },
	FLAG("debug", 'd', GROUP_LOOK, debug, "print on stderr what is done and why"),
	FLAG("quiet", 'q', GROUP_LOOK, quiet, "show no progress bar on a terminal"),
	ACTION("version", 'v', GROUP_LOOK, ACTION_VERSION, "print the version and exit"),
	ACTION("help", 'h', GROUP_LOOK, ACTION_HELP, "print this help and exit"),

	{ .name = "type",
	  .letter = 't',
	  .argument = REQUIRED,
	  .metavar = OPTION_METAVAR_TYPE,
	  .help = "require that the kernel file is of this type",
	  .group = GROUP_FILES,
	  .effect = EFFECT_TEXT,
	  .field = offsetof(struct options, type) },
	TEXT("uki-profile", GROUP_FILES, "PROFILE", uki_profile,
	     "profile of a Unified Kernel Image: number or ID"),
	PARSE("ramdisk", 0, GROUP_FILES, REQUIRED, "FILE", option_value_initrd,
	      "the same as --initrd"),
	TEXT("command-line", GROUP_FILES, "TEXT", append, "the same as --append"),
	TEXT("dtb", GROUP_FILES, "FILE", dtb, "pass a device tree to a Linux kernel"),
	PARSE("module", 0, GROUP_FILES, REQUIRED, "\"FILE TEXT\"", option_value_module,
	      "a module for a multiboot kernel; may be repeated"),
	PARSE("args-linux", 0, GROUP_FILES, NONE, NULL, option_value_args_linux,
	      "give an ELF kernel Linux boot parameters"),
	PARSE("args-elf", 0, GROUP_FILES, NONE, NULL, option_value_args_elf,
	      "give an ELF kernel ELF notes (default)"),
	PARSE("args-none", 0, GROUP_FILES, NONE, NULL, option_value_args_none,
	      "give an ELF kernel nothing"),
	FLAG("no-cma", 0, GROUP_FILES, no_cma, "-s: do not use contiguous memory"),
	FLAG("force-dtb", 0, GROUP_FILES, force_dtb,
	     "-s: pass on the running kernel's device tree"),

	FLAG("no-ifdown", 'x', GROUP_START, no_ifdown,
	     "do not take the network down before the start"),
	FLAG("no-sync", 'y', GROUP_START, no_sync,
	     "do not sync file systems before the start"),
	PARSE("watchdog", 0, GROUP_START, REQUIRED, "SECONDS", option_value_watchdog,
	      "-e, -f: reset the machine if the new kernel hangs"),
	FLAG("no-checks", 'i', GROUP_START, no_checks,
	     "start the new kernel without checking it"),
	PARSE("entry-32bit", 0, GROUP_START, NONE, NULL, option_value_entry_32bit,
	      "enter a bzImage in 32-bit mode"),
	PARSE("real-mode", 0, GROUP_START, NONE, NULL, option_value_real_mode,
	      "enter a bzImage in real mode, through the BIOS"),
	PARSE("entry", 0, GROUP_START, REQUIRED, "ADDRESS", option_value_entry,
	      "jump to this address instead of purgatory"),
	PARSE("load-preserve-context", 0, GROUP_START, NONE, NULL,
	      option_value_preserve_context,
	      "load KERNEL to run beside this one (kexec jump)"),
	ACTION("load-jump-back-helper", 0, GROUP_START, ACTION_LOAD_JUMP_BACK,
	       "after a kexec jump: load the way back to --entry"),

	PARSE("efi-map-config", 0, GROUP_EFI, OPTIONAL, "in-place|copy|required",
	      option_value_efi_map_config,
	      "map the EFI tables for the new kernel, or fail"),
	PARSE("no-efi-map-config", 0, GROUP_EFI, NONE, NULL,
	      option_value_no_efi_map_config, "do not map the EFI tables"),
	FLAG("noefi", 0, GROUP_EFI, noefi, "tell the new kernel nothing about EFI"),

	PARSE("elf64-core-headers", 0, GROUP_VMCORE, NONE, NULL,
	      option_value_elf64_core_headers, "make a 64-bit vmcore (default)"),
	PARSE("elf32-core-headers", 0, GROUP_VMCORE, NONE, NULL,
	      option_value_elf32_core_headers,
	      "make a 32-bit vmcore; needs all RAM below 4 GiB"),
	FLAG("hotplug", 0, GROUP_VMCORE, hotplug,
	     "let the running kernel update the vmcore header"),
	FLAG("pass-memmap-cmdline", 0, GROUP_VMCORE, pass_memmap_cmdline,
	     "pass the capture kernel's memory map as memmap="),

	PARSE("mem-min", 0, GROUP_PLACEMENT, REQUIRED, "ADDRESS", option_value_mem_min,
	      "lowest address to use"),
	PARSE("mem-max", 0, GROUP_PLACEMENT, REQUIRED, "ADDRESS", option_value_mem_max,
	      "highest address to use"),
	FLAG("no-random-placement", 0, GROUP_PLACEMENT, no_random_placement,
	     "put the kernel at the lowest place that fits"),
	PARSE("placement-seed", 0, GROUP_PLACEMENT, REQUIRED, "NUMBER",
	      option_value_placement_seed, "draw the kernel's place from this number"),

	FLAG("console-serial", 0, GROUP_CONSOLE, console_serial,
	     "print messages on the serial port"),
	FLAG("console-vga", 0, GROUP_CONSOLE, console_vga,
	     "print messages on the VGA text screen"),
	FLAG("console-framebuffer", 0, GROUP_CONSOLE, console_framebuffer,
	     "print messages into the firmware's framebuffer"),
	PARSE("serial", 0, GROUP_CONSOLE, REQUIRED, "PORT", option_value_serial,
	      "ttyS0 (default) to ttyS3, or 0xPORT"),
	PARSE("serial-baud", 0, GROUP_CONSOLE, REQUIRED, "SPEED",
	      option_value_serial_baud, "set the port's speed, 9600 to 115200"),
	FLAG("reset-vga", 0, GROUP_CONSOLE, reset_vga,
	     "set VGA text mode before the new kernel starts"),
	PARSE("panic-wait", 0, GROUP_CONSOLE, REQUIRED, "SECONDS",
	      option_value_panic_wait, "show the last message before a reset so long"),

	NO_EFFECT("reuse-video-type", 0, GROUP_NO_EFFECT,
		  "the new kernel always gets the current screen"),

	REFUSED("reuseinitrd", "a kernel frees its initrd; name the file with --initrd"),
	REFUSED("load-live-update",
		"it is for a Xen hypervisor that updates itself; use kexec-tools there"),
	REFUSED("exec-live-update",
		"it is for a Xen hypervisor that updates itself; use kexec-tools there"),
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTION_ROWS_MAX,
	       "OPTION_ROWS_MAX");
