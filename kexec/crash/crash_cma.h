/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of crashkernel=SIZE,cma (Linux 6.17 and later). Both the running kernel and
 * the capture kernel use it as RAM, so it does not belong in the dump.
 */
#ifndef KEXEC_CRASH_CMA_H
#define KEXEC_CRASH_CMA_H

#include "crash/crash_facts.h"
#include "machine/machine.h"
#include "memory/memory_map.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Adds the ranges in the text of crash_cma_ranges, one in a line: "40000000-5fffffff",
 * both hexadecimal, with the last byte. -EINVAL if a line is something else or does not
 * cover whole pages; the message names the line.
 */
__must_check int crash_cma_parse(const char *text, struct memory_map *ranges,
				 struct error *err);

/*
 * Fills facts->cma and ->cma_unlisted; the other facts must have been read. If one of the
 * ranges contradicts them, the whole file is ignored: facts->cma stays empty, with a line
 * in facts->notes. Fails only without memory.
 */
__must_check int crash_cma_read(const struct root *root, const struct machine *machine,
				struct crash_facts *facts, struct error *err);

#endif
