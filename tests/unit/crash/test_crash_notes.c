// SPDX-License-Identifier: GPL-2.0-only
/* Notes of CPUs and vmcoreinfo: CPU numbers with gaps, missing and malformed notes. */
#include <errno.h>

#include "crash_tree.h"
#include "fixtures.h"

/* Each row changes (text) or removes (NULL) one file and has the expected result. */
static const struct defect {
	const char *name;
	const char *path;
	const char *text;
	int error;	     /* 0: still works */
	const char *message; /* or note; NULL: no message */
} defects[] = {
	{ "CPU without a note", CPU "cpu1/crash_notes", NULL, 0,
	  "cpu1 has no registers" },
	{ "note is not a number", CPU "cpu1/crash_notes", "(null)\n", EINVAL,
	  "cpu1/crash_notes" },
	{ "note is empty", CPU "cpu1/crash_notes", "", EINVAL, "cpu1/crash_notes" },
	{ "note with more behind", CPU "cpu1/crash_notes", "7d939400 368\n", EINVAL,
	  "cpu1/crash_notes" },
	{ "note over 64 bits", CPU "cpu1/crash_notes", "10000000000000000\n", EINVAL,
	  "cpu1/crash_notes" },
	{ "note at 0", CPU "cpu1/crash_notes", "0\n", EINVAL, "cannot be a crash note" },
	{ "note wraps", CPU "cpu1/crash_notes", "ffffffffffffff00\n", EINVAL,
	  "cannot be a crash note" },
	{ "note of size 0", CPU "cpu1/crash_notes_size", "0\n", EINVAL,
	  "cannot be a crash note" },
	{ "note of 4 MiB and a byte", CPU "cpu1/crash_notes_size", "4194305\n", EINVAL,
	  "cannot be a crash note" },
	{ "note size is text", CPU "cpu1/crash_notes_size", "many\n", EINVAL,
	  "cpu1/crash_notes_size" },
	{ "no vmcoreinfo", "sys/kernel/vmcoreinfo", NULL, 0, "no vmcoreinfo" },
	{ "vmcoreinfo without a size", "sys/kernel/vmcoreinfo", "1b2c000\n", EINVAL,
	  "sys/kernel/vmcoreinfo" },
	{ "vmcoreinfo of size 0", "sys/kernel/vmcoreinfo", "1b2c000 0\n", EINVAL,
	  "sys/kernel/vmcoreinfo" },
	{ "vmcoreinfo with three words", "sys/kernel/vmcoreinfo", "1b2c000 1000 1\n",
	  EINVAL, "sys/kernel/vmcoreinfo" },
	{ "vmcoreinfo is empty", "sys/kernel/vmcoreinfo", "", EINVAL,
	  "sys/kernel/vmcoreinfo" },
	{ "no CPUs at all", "sys/devices/system/cpu", NULL, ENOENT, "cpu" },
	{ "another thing called cpu", CPU "cpufreq/crash_notes", "nonsense\n", 0, NULL },
	{ "CPU with a leading zero", CPU "cpu01/crash_notes", "nonsense\n", 0, NULL },
	{ "CPU beyond 64 bits", CPU "cpu18446744073709551616/crash_notes", "nonsense\n",
	  0, NULL },
};

static void test_defects(void **state)
{
	const struct defect *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	make_crash_machine(&tree);
	if (row->text)
		tree_write(&tree, row->path, "%s", row->text);
	else
		tree_remove(&tree, row->path);
	assert_int_equal(read_crash_facts(&tree, &facts, &err), -row->error);
	if (row->error)
		assert_message(&err, row->message);
	else if (row->message)
		assert_notes(&facts, row->message, true);
	else
		assert_int_equal(facts.notes.count, 0);
}

/* cpu2 is missing, cpu10 follows cpu9, and their files give no sizes. */
static void test_sparse_cpus(void **state)
{
	static const unsigned numbers[] = { 0, 1, 9, 10, 255 };
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	make_crash_machine(&tree);
	tree_remove(&tree, "sys/devices/system/cpu");
	for (i = COUNT(numbers); i--;) {
		char path[64];

		snprintf(path, sizeof(path), CPU "cpu%u/crash_notes", numbers[i]);
		tree_write(&tree, path, "%x000\n", 0x100 + numbers[i]);
	}
	tree_mkdir(&tree, CPU "cpu3");
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(facts.cpu_note_count, COUNT(numbers));
	for (i = 0; i < COUNT(numbers); i++)
		assert_note(facts.cpu_notes[i], (0x100 + numbers[i]) * 0x1000ull, 1024);
	assert_notes(&facts, "cpu3 has no registers", true);
	assert_notes(&facts, "cpu2", false);
}

static void test_no_notes(void **state)
{
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_crash_machine(&tree);
	tree_remove(&tree, CPU "cpu0/crash_notes");
	tree_remove(&tree, CPU "cpu1/crash_notes");
	assert_int_equal(read_crash_facts(&tree, &facts, &err), -ENODATA);
	assert_message(&err, "no CPU");
	assert_message(&err, "run as root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sparse_cpus),
		cmocka_unit_test(test_no_notes),
	};
	int failed = 0;

	failed += RUN_TABLE(test_defects, defects);
	failed += cmocka_run_group_tests(tests, NULL, NULL);
	return failed;
}
