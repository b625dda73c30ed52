/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inputs of a load: machine and files. The action reads them once and owns them;
 * whichever system call loads, both are made from the same inputs, which are const then.
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

struct load_inputs {
	/* Set by load_inputs_read_machine(). */
	struct physical_memory_reader memory;
	struct machine machine;
	struct error
		no_machine; /* why machine lacks its memory; number 0 if it does not */
	struct crash_facts crash; /* for an image of our own, with -p */
	struct error
		no_crash_facts; /* why they could not be read; number 0 if they were */
	struct load_permission permission;
	/* Set by load_inputs_open_files(). */
	struct options options; /* completed by a Unified Kernel Image */
	struct boot_files files;
	const struct image_type *type; /* of the kernel file, or NULL */
	struct error no_type;	       /* why type is NULL */
};

/*
 * Reads the machine, and with -p what a crash image of our own needs; options that only call
 * kexec_file_load do not. checksums: as for machine_read_with. What kexec_file_load can do
 * without leaves its error in *inputs. Fails only without memory.
 * *inputs must be { 0 }; load_inputs_clear frees it, also after an error. root must outlive
 * it.
 */
int load_inputs_read_machine(const struct options *options, const struct root *root,
			     bool checksums, struct load_inputs *inputs,
			     struct error *err);

/*
 * Opens kernel and initrd and finds the type of the kernel; that it is of none leaves its
 * error in *inputs. progress: who is told how far that is, and the load after it; or NULL.
 * Errors: those of boot_files_open, and of reading the kernel.
 */
int load_inputs_open_files(const struct options *options, const struct progress *progress,
			   struct load_inputs *inputs, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void load_inputs_clear(struct load_inputs *inputs);

#define _cleanup_load_inputs_ _cleanup_(load_inputs_clear)

#endif
