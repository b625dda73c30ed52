/* SPDX-License-Identifier: GPL-2.0-only */
/* The loader's part of the record for the next kernel (purgatory/record.h). */
#ifndef KEXEC_ARCH_X86_64_PURGATORY_RECORD_H
#define KEXEC_ARCH_X86_64_PURGATORY_RECORD_H

#include "image/image.h"
#include "machine/machine.h"
#include "purgatory/purgatory_params.h"

/*
 * True in guests where instructions that purgatory needs, such as reading the time stamp
 * counter and writing to devices, may raise exceptions that only a kernel handles.
 */
bool purgatory_is_trapped(const struct machine *machine);

/*
 * Sets image->record.identity, and fills params->record unless image->record.place is 0.
 * All other fields of *params must be set, including the digests. Of the machine, only
 * facts about the running kernel and its CPU are used.
 */
void purgatory_record(const struct machine *machine, struct image *image,
		      struct purgatory_params *params);

#endif
