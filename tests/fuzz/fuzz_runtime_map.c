// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/firmware/efi: the first line of the input is systab, with "|" for a newline.
 * Each further line is an entry of runtime-map. Its words are the contents of the files
 * type, phys_addr, virt_addr, num_pages and attribute.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "machine/machine_internal.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_entry(struct tree *tree, unsigned number, char *line)
{
	static const char *const files[] = { "type", "phys_addr", "virt_addr",
					     "num_pages", "attribute" };
	unsigned i;

	for (i = 0; i < 5 && line; i++) {
		char path[64];

		snprintf(path, sizeof(path), "sys/firmware/efi/runtime-map/%u/%s", number,
			 files[i]);
		tree_write(tree, path, "%s\n", strsep(&line, " "));
	}
}

static void check_facts(const struct efi_facts *efi)
{
	size_t i;

	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *range = &efi->runtime_map[i];

		if (!range->page_count || range->physical_start % 4096)
			abort();
		if (range->page_count > (UINT64_MAX - range->physical_start) / 4096)
			abort();
		if (i && range[-1].physical_start > range->physical_start)
			abort();
	}
	if (efi->booted && !efi->runtime_map_count && !efi->incomplete)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct error no_boot_params = { 5, (char *)"boot_params is left out" };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_tree_ struct tree tree;
	char *rest = text, *line = strsep(&rest, "\n"), *bar;
	unsigned number = 0;

	tree_make(&tree);
	physical_memory_open(&tree.root, &reader);
	for (bar = line; (bar = strchr(bar, '|')); bar++)
		*bar = '\n';
	tree_write(&tree, "sys/firmware/efi/systab", "%s", line);
	while (number < 5 && (line = strsep(&rest, "\n")))
		write_entry(&tree, number++, line);
	if (machine_read_efi(&tree.root, &reader, &machine, &no_boot_params, &err) < 0)
		abort();
	check_facts(&machine.efi);
	return 0;
}
