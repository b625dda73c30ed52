// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory blocks: the first line of the input is block_size_bytes, each next one a block's
 * name and state. A line that begins with '!' is the start of /proc/zoneinfo.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "machine/machine_internal.h"
#include "tree.h"

#define BLOCKS	  "sys/devices/system/memory"
#define LINES_MAX 12
#define RAM_END	  (8 * GIB)

struct input {
	uint64_t block_size; /* 0: not a valid one */
	bool zoneinfo;
	uint64_t blocks[LINES_MAX]; /* numbers of those that are not online */
	unsigned count;
};

/* A name may come again, with another state: the last one counts. */
static void note_block(const char *name, bool online, struct input *input)
{
	uint64_t number;
	unsigned i = 0;
	char *end;

	/* Plain decimal numbers, as the kernel writes them. */
	if (strspn(name, "0123456789") != strlen(name) || strlen(name) > 6 ||
	    (name[0] == '0' && name[1]))
		return;
	number = strtoull(name, &end, 10);
	while (i < input->count && input->blocks[i] != number)
		i++;
	if (online && i < input->count)
		input->blocks[i] = input->blocks[--input->count];
	else if (!online && i == input->count)
		input->blocks[input->count++] = number;
}

static void write_block(struct tree *tree, char *line, struct input *input)
{
	char *name = strsep(&line, " "), path[96];

	if (!*name || strlen(name) > 24 || strchr(name, '/') || name[0] == '.')
		return;
	snprintf(path, sizeof(path), BLOCKS "/memory%s/state", name);
	tree_write(tree, path, "%s\n", line ? line : "");
	/* A state that is longer than any of the kernel's is not known. */
	note_block(name, line && (!strcmp(line, "online") || strlen(line) > 63), input);
}

static void write_input(struct tree *tree, char *text, struct input *input)
{
	char *line = strsep(&text, "\n"), *end;
	unsigned lines = 0;

	tree_write(tree, BLOCKS "/block_size_bytes", "%s\n", line);
	if (!strcmp(line, "8000000"))
		input->block_size = strtoull(line, &end, 16);
	while (lines++ < LINES_MAX && (line = strsep(&text, "\n"))) {
		if (line[0] == '!') {
			input->zoneinfo = true;
			tree_write(tree, "proc/zoneinfo", "%s\n%s", line + 1,
				   text ? text : "");
			return;
		}
		write_block(tree, line, input);
	}
}

static void check(const struct input *input, const struct machine *machine)
{
	uint64_t left = memory_map_total(&machine->placeable, MEMORY_RAM);
	unsigned i;

	must(left <= RAM_END - PAGE_BYTES);
	must(!machine->nowhere || !left);
	if (!input->block_size || input->zoneinfo)
		return;
	/* Without /proc/zoneinfo each block counts, and nothing but these blocks. */
	must(left + input->count * input->block_size >= RAM_END - PAGE_BYTES);
	for (i = 0; i < input->count; i++)
		must(!memory_map_has_type(
			&machine->placeable, input->blocks[i] * input->block_size,
			(input->blocks[i] + 1) * input->block_size, MEMORY_RAM));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	struct input input = { 0 };
	char *iomem = NULL;

	tree_make(&tree);
	write_input(&tree, text, &input);
	must(!memory_map_set(&machine.placeable, PAGE_BYTES, RAM_END, MEMORY_RAM));
	must(asprintf(&iomem, "00001000-%08llx : System RAM\n",
		      (unsigned long long)RAM_END - 1) > 0);
	must(!iomem_parse(iomem, &machine.iomem, NULL));
	must(!machine_avoid_offline(&tree.root, &machine, NULL));
	check(&input, &machine);
	return 0;
}
