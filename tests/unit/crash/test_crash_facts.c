// SPDX-License-Identifier: GPL-2.0-only
/* The facts for a crash load: regions, kernel, version, and defects of each. */
#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>

#include "crash_tree.h"
#include "fixtures.h"

static void assert_range(const struct memory_map *map, size_t index, uint64_t start,
			 uint64_t end)
{
	assert_true(index < map->count);
	assert_int_equal(map->ranges[index].start, start);
	assert_int_equal(map->ranges[index].end, end);
	assert_int_equal(map->ranges[index].type, MEMORY_RAM);
}

static void test_whole(void **state)
{
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_crash_machine(&tree);
	assert_int_equal(read_crash_facts(&tree, &facts, &err), 0);
	assert_null(err.message);
	assert_int_equal(facts.reserved.count, 1);
	assert_range(&facts.reserved, 0, 0x6b000000, 0x7b000000);
	assert_int_equal(facts.ram.count, 2);
	assert_range(&facts.ram, 0, 0x1000, 0xa0000);
	assert_range(&facts.ram, 1, 0x100000, 0x80000000);
	assert_int_equal(facts.text_start, 0x1f000000);
	assert_int_equal(facts.text_end, 0x1f000000 + 0x2830000);
	assert_int_equal(facts.text_virtual, TEXT);
	assert_int_equal(facts.direct_map, DIRECT_MAP);
	assert_int_equal(facts.cpu_note_count, 2);
	assert_note(facts.cpu_notes[0], 0x7d839400, 368);
	assert_note(facts.cpu_notes[1], 0x7d939400, 368);
	assert_note(facts.vmcoreinfo, 0x1b2c000, 0x1024);
	assert_int_equal(facts.elfcorehdr_size, 0);
	assert_false(facts.uses_low_memory);
	assert_int_equal(facts.notes.count, 0);
}

static const struct region {
	const char *name;
	const char *iomem;
	uint64_t size;	/* of the highest region */
	uint64_t total; /* of all regions */
	uint64_t ram;	/* bytes of all regions */
} regions[] = {
	{ "high and low",
	  "00100000-7fffffff : System RAM\n"
	  "  77000000-7b7fffff : Crash kernel\n"
	  "100000000-1ffffffff : System RAM\n"
	  "  1ef000000-1feffffff : Crash kernel\n",
	  256 * MIB, 256 * MIB + 72 * MIB, 6 * GIB - 1 * MIB },
	{ "deep within, below a bridge",
	  "00000000-7fffffff : PCI Bus 0000:00\n"
	  "  00100000-7fffffff : System RAM\n"
	  "    10000000-1fffffff : Crash kernel\n",
	  256 * MIB, 256 * MIB, 2 * GIB - 1 * MIB },
	{ "highest line first",
	  "100000000-1ffffffff : System RAM\n"
	  "  1f0000000-1ffffffff : Crash kernel\n"
	  "00100000-7fffffff : System RAM\n"
	  "  70000000-700fffff : Crash kernel\n",
	  256 * MIB, 257 * MIB, 6 * GIB - 1 * MIB },
	{ "ten of them",
	  "00100000-7fffffff : System RAM\n"
	  "  10000000-100fffff : Crash kernel\n"
	  "  11000000-110fffff : Crash kernel\n"
	  "  12000000-120fffff : Crash kernel\n"
	  "  13000000-130fffff : Crash kernel\n"
	  "  14000000-140fffff : Crash kernel\n"
	  "  15000000-150fffff : Crash kernel\n"
	  "  16000000-160fffff : Crash kernel\n"
	  "  17000000-170fffff : Crash kernel\n"
	  "  18000000-180fffff : Crash kernel\n"
	  "  19000000-191fffff : Crash kernel\n",
	  2 * MIB, 11 * MIB, 2 * GIB - 1 * MIB },
	{ "names that only look like it",
	  "00100000-7fffffff : System RAM\n"
	  "  10000000-100fffff : Crash kernel low\n"
	  "  11000000-110fffff : crash kernel\n"
	  "  12000000-120fffff : Crash kernel\n"
	  "80000000-8fffffff : Persistent System RAM\n",
	  1 * MIB, 1 * MIB, 2 * GIB - 1 * MIB },
	{ "memory that a driver brought",
	  "00100000-7fffffff : System RAM\n"
	  "  10000000-100fffff : Crash kernel\n"
	  "100000000-13fffffff : Persistent Memory\n"
	  "  100000000-13fffffff : dax0.0\n"
	  "    100000000-13fffffff : System RAM (kmem)\n"
	  "180000000-1bfffffff : virtio0\n"
	  "  180000000-187ffffff : System RAM (virtio_mem)\n",
	  1 * MIB, 1 * MIB, 3 * GIB + 128 * MIB - 1 * MIB },
	{ "in part outside of System RAM",
	  "00100000-0fffffff : System RAM\n"
	  "0ff00000-100fffff : Crash kernel\n",
	  2 * MIB, 2 * MIB, 256 * MIB },
	{ "outside of any System RAM",
	  "00100000-7fffffff : System RAM\n"
	  "90000000-900fffff : Crash kernel\n",
	  1 * MIB, 1 * MIB, 2 * GIB },
};

static void test_regions(void **state)
{
	const struct region *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;
	uint64_t size = 1;

	make_crash_machine(&tree);
	tree_write(&tree, "proc/iomem", "%s", row->iomem);
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(memory_map_total(&facts.reserved, MEMORY_RAM), row->total);
	assert_int_equal(memory_map_total(&facts.ram, MEMORY_RAM), row->ram);
	assert_int_equal(crash_region_read_size(&tree.root, &size, NULL), 0);
	assert_int_equal(size, row->size);
}

/* Each row changes (text) or removes (NULL) one file and has the expected result. */
static const struct defect {
	const char *name;
	const char *path;
	const char *text;
	int error;	     /* 0: the load still works */
	const char *message; /* or note; NULL: no message */
} defects[] = {
	{ "no reservation", "proc/iomem", "00100000-7fffffff : System RAM\n", ENODEV,
	  "crashkernel=" },
	{ "iomem hidden", "proc/iomem",
	  "00000000-00000000 : System RAM\n  00000000-00000000 : Crash kernel\n", EPERM,
	  "run as root" },
	{ "no iomem", "proc/iomem", NULL, ENOENT, "proc/iomem" },
	{ "no kcore", KCORE_PATH, NULL, ENOENT, "CONFIG_PROC_KCORE" },
	{ "kcore is text", KCORE_PATH, "kcore", EINVAL, "/proc/kcore" },
	{ "no kernel code line", "proc/iomem",
	  "00100000-7fffffff : System RAM\n  6b000000-7affffff : Crash kernel\n", 0,
	  "no line \"Kernel code\"" },
	{ "kernel code elsewhere", "proc/iomem",
	  "00100000-7fffffff : System RAM\n  1e000000-1ee01ef1 : Kernel code\n"
	  "  6b000000-7affffff : Crash kernel\n",
	  0, "the kernel begins at 0x1f000000 for /proc/kcore, at 0x1e000000" },
	{ "elfcorehdr size is text", "sys/kernel/crash_elfcorehdr_size", "much\n", EINVAL,
	  "crash_elfcorehdr_size" },
	{ "no release", "proc/sys/kernel/osrelease", NULL, 0, "older than 5.5" },
	{ "release is text", "proc/sys/kernel/osrelease", "rolling\n", 0,
	  "older than 5.5" },
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

/* The messages for "not requested at boot" and "requested but not reserved" differ. */
static void test_reservation_failed(void **state)
{
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_crash_machine(&tree);
	tree_write(&tree, "proc/iomem", "00100000-7fffffff : System RAM\n");
	tree_write(&tree, "proc/cmdline", "quiet crashkernel=64G\n");
	assert_int_equal(read_crash_facts(&tree, &facts, &err), -ENODEV);
	assert_message(&err, "although crashkernel= was given");
}

static void test_region_size_errors(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;
	uint64_t size = 1;

	(void)state;
	make_crash_machine(&tree);
	tree_write(&tree, "proc/iomem", "00100000-7fffffff : System RAM\n");
	assert_int_equal(crash_region_read_size(&tree.root, &size, &err), 0);
	assert_int_equal(size, 0);
	size = 1;
	tree_write(&tree, "proc/iomem", "00000000-00000000 : Crash kernel\n");
	assert_int_equal(crash_region_read_size(&tree.root, &size, &err), -EPERM);
	tree_remove(&tree, "proc/iomem");
	assert_int_equal(crash_region_read_size(&tree.root, &size, &err), -ENOENT);
	assert_int_equal(size, 1);
}

static const struct release {
	const char *name; /* the expected release */
	bool uses_low_memory;
} releases[] = {
	{ "6.12.117+deb12-cloud-amd64", false },
	{ "5.5.0", false },
	{ "5.5.0-rc1", false },
	{ "5.10", false },
	{ "10.0.1", false },
	{ "5.4.69", true },
	{ "4.19.0-27-amd64", true },
	{ "5", true },
	{ "5.x", true },
	{ "", true },
	{ "v6.1", true },
	{ "-6.1", true },
};

static void test_release(void **state)
{
	const struct release *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_tree_ struct tree tree;

	make_crash_machine(&tree);
	tree_write(&tree, "proc/sys/kernel/osrelease", "%s\n", row->name);
	assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
	assert_int_equal(facts.uses_low_memory, row->uses_low_memory);
}

static void test_elfcorehdr_size(void **state)
{
	static const char *const paths[] = { "sys/kernel/kexec/crash_elfcorehdr_size",
					     "sys/kernel/crash_elfcorehdr_size" };
	_cleanup_tree_ struct tree tree;
	size_t i;

	(void)state;
	make_crash_machine(&tree);
	for (i = 0; i < COUNT(paths); i++) {
		_cleanup_crash_facts_ struct crash_facts facts = { 0 };

		tree_write(&tree, paths[i], "917616\n");
		assert_int_equal(read_crash_facts(&tree, &facts, NULL), 0);
		assert_int_equal(facts.elfcorehdr_size, 917616);
		tree_remove(&tree, paths[i]);
	}
}

/* The recorded machines with a crash kernel region, and the expected facts. */
static const struct recording {
	const char *name;
	size_t regions;
	uint64_t size; /* of the highest region */
	uint64_t elfcorehdr_size;
	bool above_4g; /* the highest region, and the running kernel */
} recordings[] = {
	{ "ovmf-crashkernel", 1, 256 * MIB, 0, false },
	{ "ovmf-crashkernel-high", 2, 256 * MIB, 917616, true },
};

static void unpack(struct tree *tree, const char *name)
{
	const char *directory = getenv("MACHINES"), *srcdir = getenv("srcdir");
	_cleanup_free_ char *archive = NULL;
	char *arguments[] = { "tar", "-C", tree->path, "-xJf", NULL, NULL };
	int status = -1;
	pid_t child;

	if (asprintf(&archive, "%s/%s.tar.xz", directory ? directory : "tests/machines",
		     name) < 0)
		abort();
	if (!directory && srcdir) {
		free(archive);
		if (asprintf(&archive, "%s/tests/machines/%s.tar.xz", srcdir, name) < 0)
			abort();
	}
	arguments[4] = archive;
	assert_int_equal(posix_spawnp(&child, "tar", NULL, NULL, arguments, environ), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_recorded(void **state)
{
	const struct recording *row = *state;
	_cleanup_crash_facts_ struct crash_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	const struct memory_range *highest;
	_cleanup_tree_ struct tree tree;
	uint64_t size, total;
	size_t i;

	tree_make(&tree);
	unpack(&tree, row->name);
	assert_int_equal(read_crash_facts(&tree, &facts, &err), 0);
	assert_int_equal(facts.reserved.count, row->regions);
	assert_int_equal(crash_region_read_size(&tree.root, &size, NULL), 0);
	assert_int_equal(size, row->size);
	highest = &facts.reserved.ranges[facts.reserved.count - 1];
	assert_int_equal(highest->end - highest->start, row->size);
	assert_int_equal(highest->start >= 4 * GIB, row->above_4g);
	assert_int_equal(facts.text_start >= 4 * GIB, row->above_4g);
	assert_int_equal(
		root_read_u64(&tree.root, "sys/kernel/kexec_crash_size", &total, NULL),
		0);
	assert_int_equal(memory_map_total(&facts.reserved, MEMORY_RAM), total);
	assert_true(memory_map_is_type(&facts.ram, facts.text_start, facts.text_end,
				       MEMORY_RAM));
	assert_int_equal(facts.cpu_note_count, 2);
	for (i = 0; i < 2; i++)
		assert_true(memory_map_is_type(&facts.ram, facts.cpu_notes[i].start,
					       facts.cpu_notes[i].end, MEMORY_RAM));
	assert_true(memory_map_is_type(&facts.ram, facts.vmcoreinfo.start,
				       facts.vmcoreinfo.end, MEMORY_RAM));
	/* KASLR moves the direct map in steps of 1 GiB, the kernel in steps of 2 MiB. */
	assert_int_equal(facts.direct_map % GIB, 0);
	assert_int_equal(facts.text_virtual % (2 * MIB), 0);
	assert_int_equal(facts.elfcorehdr_size, row->elfcorehdr_size);
	assert_false(facts.uses_low_memory);
	assert_int_equal(facts.notes.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_reservation_failed),
		cmocka_unit_test(test_region_size_errors),
		cmocka_unit_test(test_elfcorehdr_size),
	};
	int failed = 0;

	failed += cmocka_run_group_tests(tests, NULL, NULL);
	failed += RUN_TABLE(test_regions, regions);
	failed += RUN_TABLE(test_defects, defects);
	failed += RUN_TABLE(test_release, releases);
	failed += RUN_TABLE(test_recorded, recordings);
	return failed;
}
