// SPDX-License-Identifier: GPL-2.0-only
/* Memory blocks that are offline: nothing is placed there, and few files are read. */
#include <errno.h>
#include <string.h>

#include "fixtures.h"
#include "machine/machine_internal.h"
#include "machine_tree.h"

#define BLOCK	(128 * MIB)
#define BLOCKS	8
#define RANGES	4
#define PAGES	(GIB / 4096 - 1) /* of the RAM in /proc/iomem */

#define ONLINE	"online\n"
#define OFFLINE "offline\n"

/* A machine with 1 GiB of RAM. What is left to place in, or the reason. */
static const struct row {
	const char *name;
	const char *states[BLOCKS]; /* NULL: the block does not exist */
	uint64_t present;	    /* pages, by /proc/zoneinfo; 0: no such file */
	uint64_t expected[RANGES][2];
	const char *block_size; /* NULL: that of BLOCK */
	const char *note;	/* or NULL */
} rows[] = {
	{ "no memory hotplug", { 0 }, 0, { { 0x1000, GIB } }, NULL, NULL },
	{ "all are online",
	  { ONLINE, ONLINE, ONLINE, ONLINE, ONLINE, ONLINE, ONLINE, ONLINE },
	  0,
	  { { 0x1000, GIB } },
	  NULL,
	  NULL },
	{ "two are offline",
	  { ONLINE, ONLINE, OFFLINE, ONLINE, ONLINE, ONLINE, ONLINE, OFFLINE },
	  0,
	  { { 0x1000, 2 * BLOCK }, { 3 * BLOCK, 7 * BLOCK } },
	  NULL,
	  "0x10000000 bytes of RAM are offline" },
	{ "the first is offline",
	  { OFFLINE, ONLINE },
	  0,
	  { { BLOCK, GIB } },
	  NULL,
	  "0x7fff000 bytes" },
	{ "going offline",
	  { NULL, "going-offline\n", NULL, "ERROR-UNKNOWN-8\n" },
	  0,
	  { { 0x1000, BLOCK }, { 2 * BLOCK, 3 * BLOCK }, { 4 * BLOCK, GIB } },
	  NULL,
	  "0x10000000 bytes" },
	{ "no state", { NULL, "", NULL, "" }, 0, { { 0x1000, GIB } }, NULL, NULL },
	{ "larger blocks",
	  { ONLINE, OFFLINE, OFFLINE },
	  0,
	  { { 0x1000, 2 * BLOCK }, { 6 * BLOCK, GIB } },
	  "10000000\n",
	  "0x20000000 bytes" },
	/* By /proc/zoneinfo nothing is offline: the states are not read. */
	{ "all pages are present",
	  { OFFLINE, OFFLINE },
	  PAGES,
	  { { 0x1000, GIB } },
	  NULL,
	  NULL },
	{ "more than all pages are present",
	  { OFFLINE, OFFLINE },
	  2 * PAGES,
	  { { 0x1000, GIB } },
	  NULL,
	  NULL },
	{ "some pages are missing",
	  { OFFLINE, OFFLINE },
	  PAGES - 1000,
	  { { 0x1000, GIB } },
	  NULL,
	  NULL },
	/* The highest are read first, until as many pages are found as are missing. */
	{ "a block is missing",
	  { OFFLINE, ONLINE, OFFLINE, ONLINE, ONLINE },
	  PAGES - BLOCK / 4096,
	  { { 0x1000, 2 * BLOCK }, { 3 * BLOCK, GIB } },
	  NULL,
	  "0x8000000 bytes" },
	{ "a block is missing, but for some pages",
	  { OFFLINE, ONLINE, OFFLINE, ONLINE, ONLINE },
	  PAGES - BLOCK / 4096 + 1000,
	  { { 0x1000, 2 * BLOCK }, { 3 * BLOCK, GIB } },
	  NULL,
	  "0x8000000 bytes" },
	{ "two blocks are missing",
	  { OFFLINE, ONLINE, OFFLINE, ONLINE, ONLINE },
	  PAGES - 2 * BLOCK / 4096,
	  { { BLOCK, 2 * BLOCK }, { 3 * BLOCK, GIB } },
	  NULL,
	  "0xffff000 bytes" },
	{ "more is missing than is offline",
	  { ONLINE, ONLINE, OFFLINE },
	  1,
	  { { 0x1000, 2 * BLOCK }, { 3 * BLOCK, GIB } },
	  NULL,
	  "0x8000000 bytes" },
	{ "a size of 0",
	  { OFFLINE },
	  0,
	  { { 0x1000, GIB } },
	  "0\n",
	  "which memory is offline is unknown" },
	{ "a small size",
	  { OFFLINE },
	  0,
	  { { 0x1000, GIB } },
	  "1000\n",
	  "\"1000\" is not" },
	{ "a size of 2^63",
	  { OFFLINE },
	  0,
	  { { 0x1000, GIB } },
	  "8000000000000000\n",
	  "is not the size" },
	{ "not a power of two",
	  { OFFLINE },
	  0,
	  { { 0x1000, GIB } },
	  "c000000\n",
	  "is not the size" },
	{ "not a number", { OFFLINE }, 0, { { 0x1000, GIB } }, "large\n", "\"large\"" },
};

static void make_blocks(struct tree *tree, const struct row *row)
{
	char path[64];
	unsigned i;

	tree_write(tree, "proc/iomem", "00001000-3fffffff : System RAM\n");
	if (row->present)
		tree_write(tree, "proc/zoneinfo",
			   "Node 0, zone      DMA\n  per-node stats\n      nr_x 9999999\n"
			   "        spanned  4095\n        present  1\n"
			   "        managed  3840\nNode 0, zone    DMA32\n"
			   "        present  %llu\n        present_early 99999999\n"
			   "Node 1, zone   Normal\n        present  0\n",
			   (unsigned long long)row->present - 1);
	for (i = 0; i < BLOCKS; i++) {
		if (!row->states[i])
			continue;
		tree_write(tree, "sys/devices/system/memory/block_size_bytes", "%s",
			   row->block_size ? row->block_size : "8000000\n");
		snprintf(path, sizeof(path), "sys/devices/system/memory/memory%u/state",
			 i);
		tree_write(tree, path, "%s", row->states[i]);
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	make_machine(&tree);
	make_blocks(&tree, row);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	for (i = 0; i < machine.placeable.count; i++) {
		assert_true(i < RANGES);
		assert_int_equal(machine.placeable.ranges[i].start, row->expected[i][0]);
		assert_int_equal(machine.placeable.ranges[i].end, row->expected[i][1]);
	}
	assert_true(i == RANGES || !row->expected[i][1]);
	assert_true(!row->note == !has_note(&machine, "offline"));
	if (row->note)
		assert_true(has_note(&machine, row->note));
	/* The next kernel gets it as RAM. */
	assert_true(memory_map_is_type(&machine.memory, 0, GIB, MEMORY_RAM));
}

static void test_all_is_offline(void **state)
{
	static const struct row row = { .states = { OFFLINE }, .block_size = "80000000" };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	make_blocks(&tree, &row);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine_require_placeable(&machine, &err), -ENODATA);
	assert_message(&err, "is offline (/sys/devices/system/memory)");
}

/* Numbers that no kernel gives to a block, and other names. */
static void test_other_names(void **state)
{
	static const char *const names[] = { "memory-1",
					     "memory99999999999999999999",
					     "memory18446744073709551615",
					     "memory+1",
					     "memory",
					     "memory1x",
					     "memory137438953471",
					     "memoryx",
					     "power" };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;
	char path[96];
	size_t i;

	(void)state;
	make_machine(&tree);
	tree_write(&tree, "proc/iomem", "00001000-3fffffff : System RAM\n");
	tree_write(&tree, "sys/devices/system/memory/block_size_bytes", "8000000\n");
	for (i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "sys/devices/system/memory/%s/state",
			 names[i]);
		tree_write(&tree, path, OFFLINE);
	}
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.placeable.count, 1);
	assert_int_equal(memory_map_total(&machine.placeable, MEMORY_RAM), GIB - 4096);
}

/* Pages of a driver's RAM are present, too: they do not hide that others are offline. */
static void test_memory_of_a_driver(void **state)
{
	static const struct row row = { .states = { ONLINE, ONLINE, OFFLINE },
					.present = PAGES };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	make_blocks(&tree, &row);
	tree_write(&tree, "proc/iomem",
		   "00001000-3fffffff : System RAM\n"
		   "40000000-47ffffff : virtio0\n"
		   "  40000000-47ffffff : System RAM (virtio_mem)\n");
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.placeable.count, 2);
	assert_false(memory_map_has_type(&machine.placeable, 2 * BLOCK, 3 * BLOCK,
					 MEMORY_RAM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_offline),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_memory_of_a_driver),
	};

	return RUN_TABLE(test_row, rows) +
	       cmocka_run_group_tests_name("machine_offline", tests, NULL, NULL);
}
