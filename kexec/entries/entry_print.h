/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of entries as text and as JSON. */
#ifndef KEXEC_ENTRY_PRINT_H
#define KEXEC_ENTRY_PRINT_H

#include <stdio.h>

#include "entries/boot_entry.h"
#include "util/error.h"

/* Prints for people. Control characters of foreign texts are escaped. */
void entry_print_text(FILE *stream, const struct boot_entries *entries);

/* Prints for programs; kexec(8) has the keys. Errors as json_writer_print. */
__must_check int entry_print_json(FILE *stream, const struct boot_entries *entries,
				  struct error *err);

#endif
