// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/crash/crash_cma.c: which ranges are believed, and when none is. */
#include "crash/crash_cma.h"

#include "crash_tree.h"
#include "fixtures.h"

#define CMA_FILE     "sys/kernel/kexec/crash_cma_ranges"
#define CMA_OLD_FILE "sys/kernel/kexec_crash_cma_ranges"

/* clang-format off */
static const struct file_case {
	const char *name;
	const char *text;
	uint64_t ranges[3][2]; /* expected, up to the first empty one */
	const char *note;      /* NULL: no note */
} file_cases[] = {
	{ "none", "", { { 0 } }, NULL },
	{ "one", "40000000-5fffffff\n", { { 0x40000000, 0x60000000 } }, NULL },
	{ "no newline", "40000000-5fffffff", { { 0x40000000, 0x60000000 } }, NULL },
	{ "two", "50000000-50000fff\n40000000-4fffefff\n",
	  { { 0x40000000, 0x4ffff000 }, { 0x50000000, 0x50001000 } }, NULL },
	{ "zeros in front", "0000000040000000-000000005fffffff\n",
	  { { 0x40000000, 0x60000000 } }, NULL },
	{ "words", "here it is\n", { { 0 } }, "line 1" },
	{ "a bad second line", "40000000-4fffffff\n5\n", { { 0 } }, "line 2" },
	{ "an empty line within", "40000000-4fffffff\n\n50000000-50000fff\n", { { 0 } },
	  "line 2" },
	{ "backwards", "5fffffff-40000000\n", { { 0 } }, "line 1" },
	{ "cut off", "40000000-4fffffff\n50000000-5f", { { 0 } }, "line 2" },
	{ "uneven start", "40000800-5fffffff\n", { { 0 } }, "whole pages" },
	{ "end in place of the last byte", "40000000-60000000\n", { { 0 } }, "whole pages" },
	{ "blanks", " 40000000-5fffffff\n", { { 0 } }, "line 1" },
	{ "sign", "40000000--5fffffff\n", { { 0 } }, "line 1" },
	{ "up to 2^64", "40000000-ffffffffffffffff\n", { { 0 } }, "line 1" },
	{ "beyond 2^64", "40000000-10000000000000fff\n", { { 0 } }, "line 1" },
	{ "above RAM", "7ffff000-80000fff\n", { { 0 } }, "not RAM" },
	{ "in a hole", "000a0000-000affff\n", { { 0 } }, "not RAM" },
	{ "over the hole", "0009f000-00100fff\n", { { 0 } }, "not RAM" },
	{ "in the region", "6b000000-6b000fff\n", { { 0 } }, "crash kernel region" },
	{ "up to the region", "60000000-6affffff\n", { { 0x60000000, 0x6b000000 } }, NULL },
	{ "into the region", "60000000-6b000fff\n", { { 0 } }, "crash kernel region" },
	{ "in the kernel", "20000000-20000fff\n", { { 0 } }, "running kernel" },
	{ "over vmcoreinfo", "01b2c000-01b2cfff\n", { { 0 } }, "vmcoreinfo" },
	{ "over a note", "7d939000-7d939fff\n", { { 0 } }, "notes of a CPU" },
	{ "one good, one bad", "40000000-4fffffff\n6b000000-6b000fff\n", { { 0 } },
	  "crash kernel region" },
};
/* clang-format on */

static void file_case(void **state)
{
	const struct file_case *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	make_crash_machine(&tree);
	tree_write(&tree, CMA_FILE, "%s", row->text);
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	for (i = 0; i < COUNT(row->ranges) && row->ranges[i][1]; i++) {
		assert_true(i < facts.cma.count);
		assert_int_equal(facts.cma.ranges[i].start, row->ranges[i][0]);
		assert_int_equal(facts.cma.ranges[i].end, row->ranges[i][1]);
	}
	assert_int_equal(facts.cma.count, i);
	assert_false(facts.cma_unlisted);
	assert_int_equal(facts.notes.count, row->note ? 1 : 0);
	if (row->note)
		assert_notes(&facts, row->note, true);
}

static void a_file_too_long_is_not_believed(void **state)
{
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;
	char text[8192];

	(void)state;
	memset(text, '\n', sizeof(text));
	memcpy(text, "40000000-4fffffff", 17);
	text[sizeof(text) - 1] = '\0';
	make_crash_machine(&tree);
	tree_write(&tree, CMA_FILE, "%s", text);
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(facts.cma.count, 0);
	assert_notes(&facts, CMA_FILE, true);
}

static void the_older_name(void **state)
{
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_crash_machine(&tree);
	tree_write(&tree, "proc/sys/kernel/osrelease", "6.17.0-1\n");
	tree_write(&tree, "proc/cmdline", "crashkernel=256M crashkernel=512M,cma\n");
	tree_write(&tree, CMA_OLD_FILE, "40000000-5fffffff\n");
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(facts.cma.count, 1);
	assert_int_equal(facts.cma.ranges[0].end, 0x60000000);
	assert_false(facts.cma_unlisted);
}

static const struct unlisted_case {
	const char *name;
	const char *release;
	const char *command_line;
	bool unlisted;
} unlisted_cases[] = {
	{ "6.17", "6.17.0-1", "crashkernel=256M crashkernel=512M,cma", true },
	{ "7.0", "7.0.1", "quiet crashkernel=512M,cma", true },
	{ "6.16 ignores it", "6.16.9", "crashkernel=256M crashkernel=512M,cma", false },
	{ "not asked for", "6.17.0-1", "crashkernel=256M,high", false },
	{ "another parameter", "6.17.0-1", "quiet x=1,cma", false },
	{ "in another parameter", "6.17.0-1", "crashkernel=256M x=1,cma", false },
	{ "init's word", "6.17.0-1", "crashkernel=256M -- crashkernel=512M,cma", false },
	{ "another ending", "6.17.0-1", "crashkernel=512M,cmaa", false },
};

static void unlisted_case(void **state)
{
	const struct unlisted_case *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;

	make_crash_machine(&tree);
	tree_write(&tree, "proc/sys/kernel/osrelease", "%s\n", row->release);
	tree_write(&tree, "proc/cmdline", "%s\n", row->command_line);
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(facts.cma_unlisted, row->unlisted);
	assert_int_equal(facts.cma.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_too_long_is_not_believed),
		cmocka_unit_test(the_older_name),
	};

	return RUN_TABLE(file_case, file_cases) +
	       RUN_TABLE(unlisted_case, unlisted_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
