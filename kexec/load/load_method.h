/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system call loads, and whether the other one is tried if it refuses. */
#ifndef KEXEC_LOAD_METHOD_H
#define KEXEC_LOAD_METHOD_H

#include <stdbool.h>

#include "cli/options.h"
#include "image/image.h"
#include "load/load_inputs.h"
#include "load/load_losses.h"

struct load_order {
	enum load_method first;
	bool has_second; /* the other one follows if load_order_falls_back() allows it */
	const char *reason; /* a clause that begins with "because"; static */
};

/*
 * Returns the order of the calls: the one that loses least comes first. It depends on
 * options, machine and losses, and on the type of the kernel file once that is opened.
 */
struct load_order load_order_choose(const struct load_inputs *inputs,
				    const struct load_losses *losses);

/* Returns the other of the two system calls; Xen has no other. */
enum load_method load_method_other(enum load_method method);

/* Returns an option that was given and that needs kexec_load, as "--dtb"; or NULL. */
const char *load_needs_kexec_load(const struct options *options);

/*
 * Refuses -s together with an option that kexec_file_load cannot obey, and that
 * kexec-tools refuses, too. Returns 0 or -EINVAL.
 */
__must_check int load_method_require_possible(const struct options *options,
					      struct error *err);

/*
 * Refuses what cannot be in a Xen dom0: -s, and a kernel that returns. Returns 0 or
 * -EINVAL.
 */
__must_check int load_method_require_xen(const struct options *options, enum xen_role xen,
					 struct error *err);

/* Returns true if the other call should be tried after this errno (> 0) of the first. */
bool load_order_falls_back(const struct load_order *order, int number);

/* Returns the order with the names of calls and errors, for the plan. */
struct image_calls load_order_calls(const struct load_order *order);

/*
 * Returns true if the other call should be tried because the first one's image cannot be
 * made: facts about the machine cannot be read, such as /proc/kcore for a crash kernel,
 * or a library is missing. number: the errno (> 0) of making it.
 */
bool load_order_does_without_image(const struct load_order *order,
				   const struct load_inputs *inputs, int number);

#endif
