/* SPDX-License-Identifier: GPL-2.0-only */
/* A small machine with a crash kernel region, for the tests of crash_facts_read. */
#ifndef TESTS_CRASH_TREE_H
#define TESTS_CRASH_TREE_H

#include "crash/crash_facts.h"
#include "kcore_image.h"
#include "memory/kcore.h"
#include "tree.h"

#define TEXT	   0xffffffff8ca00000ull
#define DIRECT_MAP 0xffff8b2400000000ull

#define IOMEM                                 \
	"00000000-00000fff : Reserved\n"      \
	"00001000-0009ffff : System RAM\n"    \
	"00100000-7fffffff : System RAM\n"    \
	"  1f000000-1fe01ef1 : Kernel code\n" \
	"  6b000000-7affffff : Crash kernel\n"

#define CPU "sys/devices/system/cpu/"

static inline void write_kcore(struct tree *tree)
{
	static const struct piece pieces[] = {
		{ TEXT, 0x1f000000, 0x2830000 },
		{ DIRECT_MAP + 0x1000, 0x1000, 0x9f000 },
	};
	_cleanup_free_ uint8_t *data = NULL;
	size_t size;

	data = make_kcore(pieces, COUNT(pieces), &size);
	tree_write_bytes(tree, KCORE_PATH, data, size);
}

/* A machine of 2 GiB with two CPUs and a crash kernel region. */
static inline void make_crash_machine(struct tree *tree)
{
	tree_make(tree);
	tree_write(tree, "proc/iomem", IOMEM);
	tree_write(tree, "proc/sys/kernel/osrelease", "6.1.0-56-cloud-amd64\n");
	tree_write(tree, "sys/kernel/vmcoreinfo", "0x0000000001b2c000 1024\n");
	tree_write(tree, CPU "cpu0/crash_notes", "7d839400\n");
	tree_write(tree, CPU "cpu0/crash_notes_size", "368\n");
	tree_write(tree, CPU "cpu1/crash_notes", "7d939400\n");
	tree_write(tree, CPU "cpu1/crash_notes_size", "368\n");
	tree_write(tree, CPU "online", "0-1\n");
	write_kcore(tree);
}

/*
 * As load_prepare() does it; of the machine only some facts count, and it may lack
 * others.
 */
static inline int read_crash_facts(const struct tree *tree, struct crash_facts *facts,
				   struct error *err)
{
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	_cleanup_machine_ struct machine machine = { 0 };
	int rc;

	physical_memory_open(&tree->root, &reader);
	rc = machine_read_with(&reader, false, &machine, NULL);
	(void)rc;
	return crash_facts_read(&reader, &machine, facts, err);
}

static inline void assert_notes(const struct crash_facts *facts, const char *part,
				bool expected)
{
	bool found = false;
	size_t i;

	for (i = 0; i < facts->notes.count; i++)
		found |= strstr(facts->notes.items[i], part) != NULL;
	assert_int_equal(found, expected);
}

static inline void assert_note(struct crash_note found, uint64_t start, uint64_t size)
{
	assert_int_equal(found.start, start);
	assert_int_equal(found.end - found.start, size);
}

#endif
