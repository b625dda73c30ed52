/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec's own command line: struct options holds what argv asks for. The options are rows
 * of option_table.c.
 */
#ifndef KEXEC_OPTIONS_H
#define KEXEC_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/action.h"
#include "util/error.h"

/* Limits that only a mistake in a script would reach. */
#define INITRDS_MAX 64u
#define MODULES_MAX 64u

/* --panic-wait, in seconds; the default is for a kernel with a console. */
#define PANIC_WAIT_DEFAULT 5u
#define PANIC_WAIT_MAX	   3600u

/* --efi-map-config and --no-efi-map-config; the last one wins. */
enum efi_map_config {
	EFI_MAP_CONFIG_DEFAULT,	 /* neither is given: the tables are mapped if possible */
	EFI_MAP_CONFIG_OFF,	 /* --no-efi-map-config */
	EFI_MAP_CONFIG_IN_PLACE, /* --efi-map-config[=in-place]: map them, or fail */
	EFI_MAP_CONFIG_COPY,	 /* --efi-map-config=copy: copy them, or fail */
	/* --efi-map-config=required: as in-place, also if only kexec_file_load loads */
	EFI_MAP_CONFIG_REQUIRED,
};

/* True if a load with kexec_load must fail when it cannot map the tables. */
static inline bool efi_map_config_is_required(enum efi_map_config wish)
{
	return wish == EFI_MAP_CONFIG_IN_PLACE || wish == EFI_MAP_CONFIG_COPY ||
	       wish == EFI_MAP_CONFIG_REQUIRED;
}

/* -c, -s, -a: the system call that loads; the last one wins. */
enum load_syscall {
	LOAD_SYSCALL_AUTO,	      /* -a, the default: kexec chooses */
	LOAD_SYSCALL_KEXEC_LOAD,      /* -c: kexec_load */
	LOAD_SYSCALL_KEXEC_FILE_LOAD, /* -s: kexec_file_load */
};

/* --entry-32bit, --real-mode: how a bzImage is entered; the last one wins. */
enum kernel_entry {
	KERNEL_ENTRY_DEFAULT, /* in 64-bit mode if the kernel supports it */
	KERNEL_ENTRY_32BIT,
	KERNEL_ENTRY_REAL_MODE,
};

/* --args-elf, --args-linux, --args-none: what an ELF kernel gets; the last one wins. */
enum elf_arguments {
	ELF_ARGUMENTS_NOTES, /* --args-elf, the default: an ELF boot note */
	ELF_ARGUMENTS_LINUX, /* boot_params */
	ELF_ARGUMENTS_NONE,
};

/* --status=text, --status=json: also print which kernels are loaded. */
enum status_output {
	STATUS_OUTPUT_NONE, /* -S, --status: the exit status only */
	STATUS_OUTPUT_TEXT,
	STATUS_OUTPUT_JSON,
};

enum dry_run {
	DRY_RUN_NO,
	DRY_RUN_TEXT,
	DRY_RUN_JSON,
	DRY_RUN_SVG,
};

/* --watchdog, in seconds: what the kernel's interface can pass. */
#define WATCHDOG_SECONDS_MAX 65535u

struct options {
	enum action action;
	bool debug;		  /* -d */
	bool quiet;		  /* -q: no progress bar */
	bool no_checks;		  /* -i */
	bool no_sync;		  /* -y */
	bool no_ifdown;		  /* -x */
	bool normal_status;	  /* -l is given: -S asks for the normal kernel */
	bool noefi;		  /* --noefi */
	bool reuse_cmdline;	  /* --reuse-cmdline */
	bool crash;		  /* -p: the action is about the crash kernel */
	bool preserve_context;	  /* --load-preserve-context */
	bool hotplug;		  /* --hotplug */
	bool pass_memmap_cmdline; /* --pass-memmap-cmdline */
	bool elf32_core_headers; /* --elf32-core-headers after any --elf64-core-headers */
	enum load_syscall load_syscall;
	bool no_cma;	/* --no-cma, for kexec_file_load */
	bool force_dtb; /* --force-dtb, for kexec_file_load */
	enum efi_map_config efi_map_config;
	enum kernel_entry kernel_entry;
	enum elf_arguments elf_arguments;
	uint64_t entry; /* --entry: physical, replaces the image's own; 0 if not given */
	enum dry_run dry_run;
	enum status_output status_output;
	bool check;		  /* --check; options_parse then sets ACTION_CHECK */
	bool check_after;	  /* --check=after */
	bool check_json;	  /* --check=json */
	bool list_entries_json;	  /* --list-entries=json */
	bool boot_entry;	  /* --boot-entry: the kernel is that of a boot entry */
	uint64_t mem_min;	  /* --mem-min: physical; 0 if not given */
	bool no_random_placement; /* --no-random-placement */
	bool has_placement_seed;  /* --placement-seed is given */
	uint64_t placement_seed;
	uint64_t mem_max; /* end behind --mem-max: physical; 0 means no limit */
	bool console_serial, console_vga, console_framebuffer, reset_vga;
	uint32_t watchdog;	 /* --watchdog: seconds; 0 if not given */
	bool has_panic_wait;	 /* --panic-wait is given */
	uint32_t panic_wait;	 /* seconds, 0 to PANIC_WAIT_MAX */
	uint16_t serial_port;	 /* I/O port base; 0x3f8 if not given */
	uint16_t serial_divisor; /* 115200 / baud; 0 if not given */
	/* The texts point into argv and are NULL if not given. */
	const char *kernel;
	const char *boot_entry_id; /* --boot-entry=ID; NULL: the default entry */
	const char *type;	   /* -t */
	const char *uki_profile;   /* --uki-profile: a number or an ID */
	const char *append;	   /* --append, --command-line; the last one wins */
	const char *initrds[INITRDS_MAX]; /* --initrd, --ramdisk, in their order */
	size_t initrd_count;
	const char *modules[MODULES_MAX]; /* --module: "FILE ARGUMENTS", in their order */
	size_t module_count;
	const char *dtb;
	const char *dump_image;
	const char *sysroot;
	const char *record; /* --record: what to make */
	bool record_all;    /* --record-all: private things, too */
};

/* True if --dry-run or --dump-image is given: a load is shown and not made. */
static inline bool load_only_shown(const struct options *options)
{
	return options->dry_run != DRY_RUN_NO || options->dump_image;
}

/*
 * Reads argv and permutes it. Options may stand anywhere, and long ones may be
 * abbreviated. Returns 0, and -EINVAL or -ENODEV on error. -ENODEV is for a wrong serial
 * port or speed, which has an exit status of its own. If getopt rejects a word, it prints
 * a message that begins with argv[0], and err->message adds a hint; err->message stays
 * NULL for "-?", which asks for the usage. Sets *options only on success.
 */
__must_check int options_parse(int argc, char **argv, struct options *options,
			       struct error *err);

/* The version of kexec-tools whose command line this program understands. */
#define OPTIONS_COMPATIBLE_VERSION "2.0.32"

/* Returns the name of an image type by its index, NULL after the last. */
typedef const char *option_type_name(size_t index);

/* Prints the usage with every option of the table, and the types that --type takes. */
void options_print_usage(FILE *stream, option_type_name *type_name);

#endif
