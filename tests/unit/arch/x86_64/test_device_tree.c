// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/arch/x86_64/device_tree.c: files that --dtb accepts or refuses. */
#include "arch/x86_64/device_tree.h"

#include <errno.h>

#include "fixtures.h"

/* Devicetree Specification 0.4, 5.2: magic and total size are big-endian. */
static const struct tree_case {
	const char *name;
	uint8_t head[8];
	size_t size; /* size of the file */
	int rc;
	const char *message;
	uint32_t length; /* size of the node */
} tree_cases[] = {
	{ "whole", { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0x10, 1 }, 0x1001, 0, NULL, 0x1001 },
	{ "smallest", { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 40 }, 40, 0, NULL, 40 },
	{ "more behind it", { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 99 }, 512, 0, NULL, 99 },
	{ "cut off",
	  { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0x10, 1 },
	  0x1000,
	  -EBADMSG,
	  "4097 bytes, it has 4096",
	  0 },
	{ "4 GiB",
	  { 0xd0, 0x0d, 0xfe, 0xed, 0xff, 0xff, 0xff, 0xff },
	  99,
	  -EBADMSG,
	  "4294967295 bytes",
	  0 },
	{ "no room for its header",
	  { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 39 },
	  99,
	  -EBADMSG,
	  "39 bytes",
	  0 },
	{ "nothing in it",
	  { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 0 },
	  99,
	  -EBADMSG,
	  "0 bytes",
	  0 },
	{ "byte order of this machine",
	  { 0xed, 0xfe, 0x0d, 0xd0, 99, 0, 0, 0 },
	  99,
	  -EBADMSG,
	  "not a flattened device tree",
	  0 },
	{ "shorter than a header",
	  { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 39 },
	  39,
	  -EBADMSG,
	  "not a flattened device tree",
	  0 },
	{ "one byte", { 0xd0 }, 1, -EBADMSG, "not a flattened device tree", 0 },
	{ "source", "/dts-v1", 4096, -EBADMSG, "not a flattened device tree", 0 },
};

static void tree_case(void **state)
{
	const struct tree_case *row = *state;
	_cleanup_setup_data_ struct setup_data_list list = { 0 };
	_cleanup_kernel_file_ struct kernel_file dtb = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct load_request request = { .dtb = &dtb };
	uint8_t data[0x1001];

	memset(data, 0xa5, sizeof(data));
	memcpy(data, row->head, sizeof(row->head));
	assert_int_equal(open_bytes(data, row->size, KERNEL_FILE_AS_IS, &dtb, NULL), 0);
	assert_int_equal(device_tree_add(&request, &list, &err), row->rc);
	if (row->rc) {
		assert_message(&err, row->message);
		assert_message(&err, dtb.path);
		assert_int_equal(list.count, 0);
		return;
	}
	assert_int_equal(list.count, 1);
	/* zero-page.rst, boot.rst: SETUP_DTB */
	assert_int_equal(list.nodes[0].type, 2);
	assert_int_equal(list.nodes[0].length, row->length);
	assert_memory_equal(list.nodes[0].data, data, row->length);
}

static void none(void **state)
{
	struct setup_data_list list = { 0 };
	struct load_request request = { 0 };

	(void)state;
	assert_int_equal(device_tree_add(&request, &list, NULL), 0);
	assert_int_equal(list.count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(none) };

	return RUN_TABLE(tree_case, tree_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
