/* SPDX-License-Identifier: GPL-2.0-only */
/* An entry of the config table array as a JSON object: for --dry-run and for --check. */
#ifndef KEXEC_EFI_TABLES_JSON_H
#define KEXEC_EFI_TABLES_JSON_H

#include "efi/efi_tables.h"
#include "util/json_writer.h"

/*
 * Returns an object with name, address, parts, memory and kept_by of the table, and with
 * the given state and problem (NULL: none). It belongs to the caller. Returns NULL
 * without memory, which json_put records in the writer.
 */
struct json_object *efi_table_json(struct json_writer *writer,
				   const struct efi_config_table *table,
				   const char *state, const char *problem);

#endif
