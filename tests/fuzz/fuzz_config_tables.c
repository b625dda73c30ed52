// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical memory: the input is the EFI system table, directly followed by the config
 * table array, in two adjacent recorded runs.
 */
#include <stdint.h>
#include <string.h>

#include "efi/efi_tables.h"
#include "tree.h"

#define SYSTEM_TABLE 0x1000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first = size < 100 ? size : 100, count = 0, i;
	struct efi_config_tables tables = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_tree_ struct tree tree;

	tree_make(&tree);
	physical_memory_open(&tree.root, &reader);
	tree_write_bytes(&tree, "physical_memory/0000000000001000", data, first);
	tree_write_bytes(&tree, "physical_memory/0000000000001064", data + first,
			 size - first);
	if (efi_read_table_count(&reader, SYSTEM_TABLE, &count, &err) < 0)
		return 0;
	if (efi_read_config_tables(&reader, SYSTEM_TABLE + EFI_SYSTEM_TABLE_SIZE, count,
				   &tables, &err) < 0)
		return 0;
	if (!count || tables.count != count || count > size / EFI_CONFIG_TABLE_SIZE)
		abort();
	for (i = 0; i < count; i++) {
		if (!tables.tables[i].name || !tables.tables[i].name[0])
			abort();
	}
	efi_config_tables_clear(&tables);
	return 0;
}
