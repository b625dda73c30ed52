// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/setup_data_carry.c: which nodes are passed on, and how.
 */
#include "arch/x86_64/setup_data_carry.h"

#include "fixtures.h"

#define INDIRECT 0x80000000u

static uint8_t content[640] = "some payload";

/* clang-format off */
/* A node and the expected result. */
static const struct carry_case {
	const char *name;
	uint32_t type;
	size_t size;
	bool dtb;	  /* --dtb was given */
	bool carried;
	const char *note; /* part of the note; NULL: none */
} carry_cases[] = {
	{ "none", 0, 5, false, true, NULL },
	{ "E820_EXT", 1, 5, false, false, NULL },
	{ "DTB", 2, 5, false, true, NULL },
	{ "DTB and --dtb", 2, 5, true, false, NULL },
	{ "PCI", 3, 13, false, true, NULL },
	{ "EFI", 4, 5, false, false, NULL },
	{ "APPLE_PROPERTIES", 5, 5, false, true, NULL },
	{ "APPLE_PROPERTIES, used up", 5, 0, false, false, "type 0x5 is not handed on: the "
	  "running kernel has used it up" },
	{ "JAILHOUSE", 6, 5, false, true, NULL },
	{ "CC_BLOB", 7, 4, false, true, NULL },
	{ "IMA", 8, 13, false, false, "type 0x8 is not handed on: its buffer was freed" },
	{ "RNG_SEED", 9, 5, false, false, NULL },
	{ "RNG_SEED, used up", 9, 0, false, false, NULL },
	{ "KEXEC_KHO", 10, 5, false, false, "type 0xa is not handed on: the state" },
	{ "copy of the EFI tables", 0x4b584546, 5, false, false, NULL },
	{ "record of the kexec before", 0x4b585243, 640, false, false, NULL },
	{ "of a type to come", 11, 13, false, true, NULL },
	{ "of the last type", 0x7fffffff, 13, false, true, NULL },
	{ "indirect PCI", INDIRECT | 3, 13, false, true, NULL },
	{ "indirect E820_EXT", INDIRECT | 1, 13, false, false, NULL },
	{ "indirect DTB and --dtb", INDIRECT | 2, 13, true, false, NULL },
	{ "indirect IMA", INDIRECT | 8, 13, false, false, "type 0x80000008 is not" },
	{ "indirect, of a type to come", INDIRECT | 0x7000, 13, false, true, NULL },
	{ "indirect, nothing there", INDIRECT | 3, 0, false, false, "used it up" },
	{ "indirect twice", INDIRECT, 13, false, false, "must not point at another" },
};
/* clang-format on */

static int carry(struct incoming_setup_data *nodes, size_t count, bool dtb,
		 struct image *image, struct setup_data_list *list)
{
	struct machine machine = { .setup_data = nodes, .setup_data_count = count };
	struct kernel_file file = { 0 };
	struct load_request request = { .machine = &machine, .dtb = dtb ? &file : NULL };

	return setup_data_carry(&request, image, list, NULL);
}

static void carry_case(void **state)
{
	const struct carry_case *row = *state;
	struct incoming_setup_data node = { row->type, content, row->size };
	_cleanup_setup_data_ struct setup_data_list list = { 0 };
	_cleanup_image_ struct image image = { 0 };

	assert_int_equal(carry(&node, 1, row->dtb, &image, &list), 0);
	assert_int_equal(list.count, row->carried);
	assert_int_equal(image.notes.count, row->note != NULL);
	if (row->note)
		assert_non_null(strstr(image.notes.items[0], row->note));
	if (!row->carried)
		return;
	assert_int_equal(list.nodes[0].type, row->type);
	assert_int_equal(list.nodes[0].indirect, row->type >> 31);
	assert_int_equal(list.nodes[0].length, row->size);
	assert_memory_equal(list.nodes[0].data, content, row->size);
}

/* The order stays the same, and the next kexec passes on the same nodes. */
static void nothing_adds_up(void **state)
{
	struct incoming_setup_data nodes[] = {
		{ 3, content, 13 }, { 4, content, 5 },	{ INDIRECT | 6, content, 7 },
		{ 9, content, 0 },  { 3, content, 4 },	{ 1, content, 5 },
		{ 12, content, 1 }, { 8, content, 12 },
	};
	static const uint32_t expected[] = { 3, INDIRECT | 6, 3, 12 };
	_cleanup_setup_data_ struct setup_data_list first = { 0 }, second = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct incoming_setup_data handed_on[COUNT(expected)];
	size_t i;

	(void)state;
	assert_int_equal(carry(nodes, COUNT(nodes), false, &image, &first), 0);
	assert_int_equal(first.count, COUNT(expected));
	for (i = 0; i < first.count; i++) {
		assert_int_equal(first.nodes[i].type, expected[i]);
		handed_on[i] = (struct incoming_setup_data){ first.nodes[i].type,
							     first.nodes[i].data,
							     first.nodes[i].length };
	}
	assert_int_equal(carry(handed_on, first.count, false, &image, &second), 0);
	assert_int_equal(second.count, first.count);
	for (i = 0; i < first.count; i++) {
		assert_int_equal(second.nodes[i].type, first.nodes[i].type);
		assert_int_equal(second.nodes[i].length, first.nodes[i].length);
		assert_memory_equal(second.nodes[i].data, first.nodes[i].data,
				    first.nodes[i].length);
	}
}

int main(void)
{
	const struct CMUnitTest others[] = { cmocka_unit_test(nothing_adds_up) };

	return RUN_TABLE(carry_case, carry_cases) +
	       cmocka_run_group_tests_name("chain", others, NULL, NULL);
}
