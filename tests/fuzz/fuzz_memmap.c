// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/firmware/memmap: a line of the input is one entry, whose words are the contents of
 * the files start, end and type; missing words are missing files. A line that begins with
 * '!' is the start of /proc/iomem.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "map_check.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to two digits name an entry, which keeps the number of files small. */
static void write_entry(struct tree *tree, unsigned number, char *line)
{
	static const char *const files[] = { "start", "end", "type" };
	unsigned i;

	for (i = 0; i < 3 && line; i++) {
		char *word = i < 2 ? strsep(&line, " ") : line;
		char path[64];

		snprintf(path, sizeof(path), "sys/firmware/memmap/%u/%s", number,
			 files[i]);
		tree_write(tree, path, "%s\n", word);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_tree_ struct tree tree;
	char *rest = text, *line;
	unsigned number = 0;

	tree_make(&tree);
	physical_memory_open(&tree.root, &reader);
	while (number < 8 && (line = strsep(&rest, "\n"))) {
		if (line[0] == '!') {
			tree_write(&tree, "proc/iomem", "%s\n%s", line + 1,
				   rest ? rest : "");
			break;
		}
		write_entry(&tree, number++, line);
	}
	(void)iomem_read(&tree.root, &machine.iomem, &machine.no_iomem);
	if (machine_read_memory(&reader, false, &machine, &err) < 0) {
		if (!err.message)
			abort();
		return 0;
	}
	check_map(&machine.memory);
	if (!machine.ram_end ||
	    memory_map_end_of(&machine.memory, MEMORY_RAM) > machine.ram_end)
		abort();
	return 0;
}
