/* SPDX-License-Identifier: GPL-2.0-only */
/* Small machines for the tests of machine_read. */
#ifndef TESTS_MACHINE_TREE_H
#define TESTS_MACHINE_TREE_H

#include <inttypes.h>
#include <string.h>

#include "machine/machine.h"
#include "tree.h"

/* One entry of /sys/firmware/memmap, as the kernel writes it: "last" is inclusive. */
static inline void write_memmap(struct tree *tree, unsigned number, const char *start,
				const char *last, const char *type)
{
	_cleanup_free_ char *path = NULL;
	const char *const files[] = { "start", start, "end", last, "type", type };
	unsigned i;

	for (i = 0; i < 6; i += 2) {
		if (!files[i + 1])
			continue;
		free(path);
		if (asprintf(&path, "sys/firmware/memmap/%u/%s", number, files[i]) < 0)
			abort();
		tree_write(tree, path, "%s\n", files[i + 1]);
	}
}

/* The smallest machine that machine_read accepts: 1 GiB of RAM. */
static inline void make_machine(struct tree *tree)
{
	tree_make(tree);
	write_memmap(tree, 0, "0x0", "0x3fffffff", "System RAM");
}

static inline bool has_note(const struct machine *machine, const char *part)
{
	size_t i;

	for (i = 0; i < machine->notes.count; i++) {
		if (strstr(machine->notes.items[i], part))
			return true;
	}
	return false;
}

#endif
