/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inputs of a load: machine and files. The action reads them once and owns them. The
 * attempts with either system call share them and do not change them.
 */
#ifndef KEXEC_LOAD_INPUTS_H
#define KEXEC_LOAD_INPUTS_H

#include <stdbool.h>

#include "cli/options.h"
#include "crash/crash_facts.h"
#include "files/boot_files.h"
#include "image/loader.h"
#include "load/load_permission.h"
#include "machine/machine.h"
#include "memory/physical_memory.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"
#include "util/tsc.h"

struct load_inputs {
	/* Set by load_inputs_read_machine(). */
	struct tsc_sample began; /* with CLOCK_MONOTONIC_RAW */
	struct physical_memory_reader memory;
	struct machine machine;
	struct error
		no_machine; /* why machine lacks its memory map; number 0 if it has one */
	struct crash_facts crash;    /* for kexec_load with -p */
	struct error no_crash_facts; /* why crash could not be read; number 0 if it was */
	struct load_permission permission;
	struct options options; /* load_inputs_open_files() completes them by a UKI */
	/* Set by load_inputs_open_files(). */
	struct boot_files files;
	const struct image_type *type; /* of the kernel file, or NULL */
	struct error no_type;	       /* why type is NULL */
	struct string_list warnings;   /* about the files, for either call */
};

/*
 * Reads the machine, and with -p the crash facts, unless -s rules kexec_load out.
 * checksums: as for machine_read_with. Returns 0 or -ENOMEM: all other errors are kept in
 * *inputs, because kexec_file_load may work without those facts. *inputs must be { 0 };
 * load_inputs_clear frees it, also after an error. root must outlive it.
 */
__must_check int load_inputs_read_machine(const struct options *options,
					  const struct root *root, bool checksums,
					  struct load_inputs *inputs, struct error *err);

/*
 * Opens kernel and initrd and finds the type of the kernel. If the type is not known, the
 * error is kept in *inputs. progress is told about the progress of opening the files and
 * of the load after it; it may be NULL. Returns 0, an error of boot_files_open, or
 * -ENOMEM.
 */
__must_check int load_inputs_open_files(const struct progress *progress,
					struct load_inputs *inputs, struct error *err);

/* Frees what *inputs owns and sets it to { 0 }. */
void load_inputs_clear(struct load_inputs *inputs);

#define _cleanup_load_inputs_ _cleanup_(load_inputs_clear)

#endif
