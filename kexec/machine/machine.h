/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts of this machine, read once. All of them are read below one root prefix, so that a
 * recorded machine is read the same way (--sysroot).
 */
#ifndef KEXEC_MACHINE_H
#define KEXEC_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "efi/efi_facts.h"
#include "efi/efi_tables.h"
#include "memory/iomem.h"
#include "memory/memory_map.h"
#include "memory/physical_memory.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"
#include "xen/xen_facts.h"
#include "xen/xen_role.h"

#define BOOT_PARAMS_SIZE 4096u

/*
 * A setup_data node that the running kernel got (boot.rst, "setup_data"). For
 * SETUP_INDIRECT, type and data are those of the block that the node points at.
 */
struct incoming_setup_data {
	uint32_t type;
	uint8_t *data; /* owned */
	size_t size;   /* bytes */
};

struct cpu_facts {
	unsigned physical_bits; /* "address sizes" of /proc/cpuinfo; 52 if unknown */
	bool five_level_paging; /* la57: in use by the running kernel */
	/*
	 * A guest of the kinds SEV-ES, SNP or TDX: reading the time stamp counter may
	 * raise an exception, which only a kernel handles.
	 */
	bool tsc_may_trap;
};

struct machine_status {
	bool normal_known, normal_loaded; /* /sys/kernel/kexec_loaded */
	bool crash_known, crash_loaded;	  /* /sys/kernel/kexec_crash_loaded */
	/* A Xen dom0: the hypervisor was asked instead; it may have refused to answer. */
	bool xen_dom0;
	struct error no_answer; /* number 0 if it answered */
};

struct machine {
	/*
	 * All memory that the running kernel got from its firmware or loader, as it
	 * should be passed on: /sys/firmware/memmap (else /proc/iomem), corrected by the
	 * runtime map, by what /proc/iomem calls Reserved and by the EFI config tables,
	 * whose pages are reserved. Ranges begin and end where the firmware says, also
	 * inside a page. The first page has the firmware's type, mostly RAM, although
	 * kernels do not use it.
	 */
	struct memory_map memory;
	/*
	 * Where segments may be placed: the RAM in memory that the running kernel uses as
	 * ordinary RAM now, by /proc/iomem, except pages that are poisoned or not
	 * accepted yet, and the first page. Ranges may begin and end inside a page. Empty
	 * if this RAM is unknown; then nowhere has the reason.
	 */
	struct memory_map placeable;
	char *nowhere; /* why placeable is empty, a sentence; or NULL */
	/* End of the highest System RAM, hot-plugged too, before the corrections. */
	uint64_t ram_end;
	bool has_boot_params;
	uint8_t boot_params[BOOT_PARAMS_SIZE]; /* of the running kernel */
	/* Physical address of a framebuffer that has moved; 0: that of boot_params. */
	uint64_t framebuffer_moved_to;
	bool framebuffer_gone; /* another device is there, or none */
	/* /proc/iomem has a driver of the firmware's framebuffer there, or a display. */
	bool framebuffer_present;
	char *framebuffer_driver; /* native, of that display; NULL without one */
	struct incoming_setup_data *setup_data; /* in the order of the list; owned */
	size_t setup_data_count;
	/* The CC blob that setup_data names, as a config table: none or one. */
	struct efi_config_tables cc_blob;
	/* Of the running kernel; NULL if unknown. */
	char *command_line; /* first line, without its newline */
	char *release;	    /* "6.1.0-56-cloud-amd64" */
	char *boot_id;	    /* random, differs from boot to boot: 36 characters */
	char *lockdown;	    /* see machine_read_lockdown() */
	char *meminfo;	    /* text of /proc/meminfo */
	/* Without lines if /proc/iomem cannot be read; no_iomem holds the reason then. */
	struct iomem iomem;
	struct error no_iomem;
	struct efi_facts efi;
	struct cpu_facts cpu;
	/*
	 * In a Xen dom0 memory, placeable and iomem are those of the whole machine, as
	 * the hypervisor knows them in xen.
	 */
	enum xen_role xen_role;
	struct xen_facts xen;
	struct string_list notes; /* for -d: sources of facts, and unusual facts */
};

/*
 * Reads all fields of struct machine. Fails only if memory runs out or the memory map is
 * missing: neither source can be read, or /proc/iomem shows zeros to an unprivileged
 * user; the message says which. Every other missing fact leaves its field empty and adds
 * a note. *machine must be { 0 }; machine_clear frees it, also after an error.
 */
__must_check int machine_read(const struct root *root, struct machine *machine,
			      struct error *err);

/*
 * The same below the reader's root, with the files that the reader has open. checksums:
 * also compares those of the EFI config tables, which reads all of ACPI
 * (efi_table_layout.h).
 */
__must_check int machine_read_with(struct physical_memory_reader *reader, bool checksums,
				   struct machine *machine, struct error *err);

/*
 * Removes from map the memory that a starting kernel overwrites although nothing reserves
 * it: no segment may lie there. machine->placeable is already without it. Returns 0 or
 * -ENOMEM.
 */
__must_check int machine_remove_overwritten(const struct machine *machine,
					    struct memory_map *map);

/* -ENODATA, with the reason as message, if machine->placeable is empty. */
__must_check int machine_require_placeable(const struct machine *machine,
					   struct error *err);

/* Frees what *machine owns and sets it to { 0 }. */
void machine_clear(struct machine *machine);

#define _cleanup_machine_ _cleanup_(machine_clear)

/*
 * Physical address of the ACPI root pointer, 0 if it is unknown: that of boot_params,
 * which Linux prefers, too, or else that of /sys/firmware/efi/systab.
 */
uint64_t machine_acpi_rsdp(const struct machine *machine);

/*
 * True if the kernels of this machine find no BIOS data in the first MiB: it was booted
 * through EFI, or its root pointer lies elsewhere (ACPI 6.5, 5.2.5.1), as after a kexec
 * without EFI data.
 */
bool machine_lacks_bios(const struct machine *machine);

/*
 * The level of kernel lockdown, the word in brackets of /sys/kernel/security/lockdown:
 * "none", "integrity", "confidentiality". NULL if it is unknown; owned by the caller.
 */
char *machine_read_lockdown(const struct root *root);

/* True for every level but "none"; false for NULL, an unknown level. */
bool machine_is_locked_down(const char *level);

/*
 * The running kernel's boot ID (/proc/sys/kernel/random/boot_id); NULL if it is unknown.
 * Owned by the caller.
 */
char *machine_read_boot_id(const struct root *root);

/* The running kernel's command line, its first line; owned by the caller. */
__must_check int machine_read_command_line(const struct root *root, char **command_line,
					   struct error *err);

/*
 * True if a kernel of that release ("6.1.0-56-cloud-amd64") is older than version
 * major.minor, or if its version is unknown; release may be NULL.
 */
bool machine_kernel_is_older(const char *release, unsigned major, unsigned minor);

/* The text of /proc/meminfo, owned by the caller; NULL if it cannot be read. */
char *machine_read_meminfo(const struct root *root);

/*
 * Finds the line of that name ("MemTotal") in the text of /proc/meminfo, which may be
 * NULL, and sets *bytes to its value in bytes. Returns false without such a line.
 */
bool machine_find_meminfo(const char *meminfo, const char *name, uint64_t *bytes);

/*
 * Reads only whether images are loaded, for -S and -e, which need no other facts.
 * xen: as xen_role_read() returns it. machine_status_clear frees *status.
 */
void machine_read_status(const struct root *root, enum xen_role xen,
			 struct machine_status *status);

/* Frees what *status owns and sets it to { 0 }. */
void machine_status_clear(struct machine_status *status);

#define _cleanup_machine_status_ _cleanup_(machine_status_clear)

#endif
