// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/machine/machine_setup_data.c: the nodes below
 * boot_params/setup_data.
 */
#include "fixtures.h"
#include "machine_tree.h"

static void write_node(struct tree *tree, unsigned number, const char *type, size_t size)
{
	_cleanup_free_ uint8_t *data = calloc(1, size + 1);
	char path[80];

	memset(data, (int)('a' + number % 26), size);
	snprintf(path, sizeof(path), "sys/kernel/boot_params/setup_data/%u/type", number);
	tree_write(tree, path, "%s\n", type);
	snprintf(path, sizeof(path), "sys/kernel/boot_params/setup_data/%u/data", number);
	tree_write_bytes(tree, path, data, size);
}

static void usual(struct tree *tree)
{
	write_node(tree, 0, "0x3", 3);
	write_node(tree, 1, "0x80000005", 7);
	write_node(tree, 2, "0x9", 0);
}

/* The names are numbers, in another order than that of strcmp. */
static void eleven(struct tree *tree)
{
	unsigned i;

	for (i = 0; i < 11; i++)
		write_node(tree, i, "0x3", i + 1);
}

static void strange_type(struct tree *tree)
{
	usual(tree);
	tree_write(tree, "sys/kernel/boot_params/setup_data/0/type", "ROM\n");
}

static void type_of_33_bits(struct tree *tree)
{
	usual(tree);
	tree_write(tree, "sys/kernel/boot_params/setup_data/1/type", "0x100000003\n");
}

static void no_data(struct tree *tree)
{
	usual(tree);
	tree_remove(tree, "sys/kernel/boot_params/setup_data/0/data");
}

static void other_names(struct tree *tree)
{
	usual(tree);
	tree_write(tree, "sys/kernel/boot_params/setup_data/uevent", "\n");
}

static void largest(struct tree *tree)
{
	write_node(tree, 0, "0x3", 16 * MIB);
	write_node(tree, 1, "0x5", 1);
}

static void too_large(struct tree *tree)
{
	write_node(tree, 0, "0x3", (16 * MIB) + 1);
	write_node(tree, 1, "0x5", 1);
}

static void too_much(struct tree *tree)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		write_node(tree, i, "0x3", 16 * MIB);
	write_node(tree, 4, "0x3", 1);
	write_node(tree, 5, "0x3", 0);
}

static void too_many(struct tree *tree)
{
	unsigned i;

	for (i = 0; i < 1025; i++)
		write_node(tree, i, "0x3", 1);
}

static void no_directory(struct tree *tree)
{
	tree_write(tree, "sys/kernel/boot_params/setup_data", "\n");
}

static void none(struct tree *tree)
{
	tree_mkdir(tree, "sys/kernel/boot_params/setup_data");
}

static void without(struct tree *tree)
{
	(void)tree;
}

/* clang-format off */
static const struct read_case {
	const char *name;
	void (*make)(struct tree *tree);
	size_t count;
	uint32_t first_type;
	size_t first_size, last_size;
	const char *note; /* part of the note; NULL: no note about setup_data */
} read_cases[] = {
	{ "usual", usual, 3, 3, 3, 0, NULL },
	{ "no node", none, 0, 0, 0, 0, NULL },
	{ "no directory at all", without, 0, 0, 0, 0, NULL },
	{ "eleven", eleven, 11, 3, 1, 11, NULL },
	{ "type that is text", strange_type, 2, 0x80000005, 7, 0, "0/type holds" },
	{ "type of 33 bits", type_of_33_bits, 2, 3, 3, 0, "1/type holds 0x100000003" },
	{ "without data", no_data, 2, 0x80000005, 7, 0, "0/data" },
	{ "other names", other_names, 3, 3, 3, 0, NULL },
	{ "largest", largest, 2, 3, 16 * MIB, 1, NULL },
	{ "too large", too_large, 1, 5, 1, 1, "0/data is longer" },
	{ "too much in all", too_much, 4, 3, 16 * MIB, 16 * MIB, "setup_data/4 on" },
	{ "too many", too_many, 0, 0, 0, 0, "1025 nodes" },
	{ "a file", no_directory, 0, 0, 0, 0, "setup_data is lost" },
};
/* clang-format on */

static void read_case(void **state)
{
	const struct read_case *row = *state;
	_cleanup_tree_ struct tree tree;
	_cleanup_machine_ struct machine machine = { 0 };

	make_machine(&tree);
	row->make(&tree);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.setup_data_count, row->count);
	if (row->count) {
		const struct incoming_setup_data *last =
			&machine.setup_data[row->count - 1];

		assert_int_equal(machine.setup_data[0].type, row->first_type);
		assert_int_equal(machine.setup_data[0].size, row->first_size);
		assert_int_equal(last->size, row->last_size);
		assert_non_null(last->data);
	}
	assert_int_equal(has_note(&machine, "setup_data is lost"), row->note != NULL);
	if (row->note)
		assert_true(has_note(&machine, row->note));
}

/* clang-format off */
/* Two SETUP_CC_BLOB nodes, filled with 'a' and 'b', and the address that is used. */
static const struct blob_case {
	const char *name;
	const char *first, *second;
	size_t first_size, second_size;
	uint32_t address; /* 0: no address */
	bool noted;
} blob_cases[] = {
	{ "the first counts", "0x7", "0x7", 4, 4, 0x61616161, false },
	{ "behind another", "0x3", "0x7", 4, 4, 0x62626262, false },
	{ "longer than it need be", "0x7", "0x7", 40, 4, 0x61616161, false },
	{ "too short", "0x7", "0x3", 3, 4, 0, true },
	{ "too short hides the next", "0x7", "0x7", 3, 4, 0, true },
	{ "indirect, which Linux does not follow", "0x80000007", "0x3", 4, 4, 0, false },
	{ "none", "0x3", "0x6", 4, 4, 0, false },
};
/* clang-format on */

static void blob_case(void **state)
{
	const struct blob_case *row = *state;
	_cleanup_tree_ struct tree tree;
	_cleanup_machine_ struct machine machine = { 0 };

	make_machine(&tree);
	write_node(&tree, 0, row->first, row->first_size);
	write_node(&tree, 1, row->second, row->second_size);
	assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
	assert_int_equal(machine.cc_blob.count, row->address != 0);
	if (row->address) {
		assert_int_equal(machine.cc_blob.tables[0].address, row->address);
		assert_int_equal(machine.cc_blob.tables[0].kind, EFI_TABLE_CC_BLOB);
	}
	assert_int_equal(has_note(&machine, "has no address"), row->noted);
	assert_int_equal(machine.setup_data_count, 2);
}

int main(void)
{
	return RUN_TABLE(read_case, read_cases) + RUN_TABLE(blob_case, blob_cases);
}
