/* SPDX-License-Identifier: GPL-2.0-only */
/* An entry of the config table array as a JSON object: for --dry-run and for --check. */
#ifndef KEXEC_EFI_TABLES_JSON_H
#define KEXEC_EFI_TABLES_JSON_H

#include "efi/efi_tables.h"
#include "util/json_writer.h"

/*
 * name, address, parts, memory, kept_by, and what was found: state, and problem (NULL
 * without one). The object belongs to the caller; NULL without memory, which json_put
 * takes note of.
 */
struct json_object *efi_table_json(struct json_writer *writer,
				   const struct efi_config_table *table,
				   const char *state, const char *problem);

#endif
