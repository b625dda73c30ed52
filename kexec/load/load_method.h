/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system call loads, and whether the other one is tried if it refuses. */
#ifndef KEXEC_LOAD_METHOD_H
#define KEXEC_LOAD_METHOD_H

#include <stdbool.h>

#include "cli/options.h"
#include "load/load_inputs.h"

enum load_method {
	LOAD_METHOD_KEXEC_LOAD,	     /* kexec_load */
	LOAD_METHOD_KEXEC_FILE_LOAD, /* kexec_file_load */
};

/* The name of the system call; a static string. */
const char *load_method_name(enum load_method method);

struct load_order {
	enum load_method first;
	bool has_second; /* the other one follows if load_order_falls_back() allows it */
};

/*
 * Returns the order of the calls. It depends on the options, the type of the kernel file,
 * and whether the machine has EFI.
 */
struct load_order load_order_choose(const struct load_inputs *inputs);

/* Returns an option that was given and that needs kexec_load, as "--dtb"; or NULL. */
const char *load_needs_kexec_load(const struct options *options);

/* Returns true if the other call should be tried after this errno (> 0) of the first. */
bool load_order_falls_back(const struct load_order *order, int number);

/*
 * Returns true if the other call should be tried because facts that the first one needs
 * cannot be read, such as /proc/kcore for a crash kernel.
 */
bool load_order_does_without_facts(const struct load_order *order,
				   const struct load_inputs *inputs);

#endif
