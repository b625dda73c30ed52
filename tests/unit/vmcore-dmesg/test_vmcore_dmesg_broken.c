// SPDX-License-Identifier: GPL-2.0-only
/* vmcore-dmesg: files that are not dumps, broken dumps, and wrong VMCOREINFO. */
#include <errno.h>

#include "vmcore_image.h"

#define POKES 4

static const struct broken_file {
	const char *name;
	struct poke pokes[POKES];
	int rc;
	const char *message;
} broken_file[] = {
	{ "no ELF file", { { 0, 1, 0 } }, -ENOEXEC, "not an ELF file" },
	{ "makedumpfile, compressed",
	  { { 0, 8, 0x202020504d55444b } }, /* "KDUMP   " */
	  -ENOEXEC,
	  "makedumpfile --dump-dmesg core" },
	{ "makedumpfile, flattened",
	  { { 0, 8, 0x706d7564656b616d }, { 8, 8, 0x656c6966 } },
	  -ENOEXEC,
	  "makedumpfile -R" },
	{ "32 bits", { { 4, 1, 1 } }, -ENOEXEC, "32-bit ELF headers" },
	{ "big-endian",
	  { { 5, 1, 2 }, { 16, 2, 0x400 }, { 20, 4, 0x1000000 } },
	  -ENOEXEC,
	  "big-endian" },
	{ "a program", { { 16, 2, 2 } }, -ENOEXEC, "not a dump: its type is 2" },
	{ "class 3", { { 4, 1, 3 } }, -EINVAL, "broken ELF file" },
	{ "no program headers", { { 56, 2, 0 } }, -EINVAL, "none of its 0 program" },
	{ "program headers far away", { { 32, 8, INT64_MAX } }, -EINVAL, "" },
	{ "no memory",
	  { { HEADER_OFFSET(1, 0), 4, 0 }, { HEADER_OFFSET(2, 0), 4, 0 } },
	  -EINVAL,
	  "none of its 3 program headers" },
	{ "memory that wraps",
	  { { HEADER_OFFSET(1, 32), 8, UINT64_MAX },
	    { HEADER_OFFSET(1, 40), 8, UINT64_MAX },
	    { HEADER_OFFSET(2, 8), 8, UINT64_MAX } },
	  -EINVAL,
	  "none of its 3 program headers" },
	{ "physical addresses only",
	  { { HEADER_OFFSET(1, 16), 8, 0 }, { HEADER_OFFSET(2, 16), 8, 0x100000 } },
	  -ENOEXEC,
	  "dump-guest-memory -p" },
	{ "no note",
	  { { HEADER_OFFSET(0, 0), 4, 0 } },
	  -ENOENT,
	  "no ELF note VMCOREINFO" },
	{ "another note",
	  { { NOTE_OFFSET + 12, 1, 'X' } },
	  -ENOENT,
	  "no ELF note VMCOREINFO" },
	{ "a note with a longer name",
	  { { NOTE_OFFSET, 4, 12 } },
	  -ENOENT,
	  "no ELF note VMCOREINFO" },
	{ "a note beyond its segment",
	  { { NOTE_OFFSET + 4, 4, 0xfffffff0 } },
	  -ENOENT,
	  "no ELF note VMCOREINFO" },
	{ "notes beyond the file",
	  { { HEADER_OFFSET(0, 32), 8, 0x100000 } },
	  -EINVAL,
	  "broken ELF file" },
	{ "notes without end",
	  { { HEADER_OFFSET(0, 32), 8, UINT64_MAX } },
	  -EINVAL,
	  "notes of 18446744073709551615 bytes, more than 33554432" },
	{ "notes before the file",
	  { { HEADER_OFFSET(0, 8), 8, UINT64_MAX } },
	  -EINVAL,
	  "broken ELF file" },
	{ "nothing of the log",
	  { { INFO_OFFSET, 1, 0 } },
	  -ENOENT,
	  "VMCOREINFO names no log" },
	{ "the variables left out",
	  { { HEADER_OFFSET(1, 32), 8, 0 } },
	  -EFAULT,
	  "does not hold the memory at 0xffffffff81000008" },
	{ "the ring at an offset that no file has",
	  { { HEADER_OFFSET(2, 8), 8, 1ull << 63 } },
	  -EFAULT,
	  "does not hold the memory at 0xffff888000001010" },
	{ "the ring left out",
	  { { HEADER_OFFSET(2, 32), 8, 16 } },
	  -EFAULT,
	  "does not hold the memory at 0xffff888000001010" },
};

static void test_broken_file(void **state)
{
	const struct broken_file *row = *state;
	struct dump dump;

	make_good(&dump, RING);
	apply_pokes(dump.data, row->pokes, POKES);
	assert_outcome(&dump, sizeof(dump.data), row->rc, row->message, "", 0);
}

static const struct broken_info {
	const char *name;
	enum format format;
	const char *line; /* the start of a line */
	const char *replaced;
	int rc;
	const char *message;
} broken_info[] = {
	{ "no number", RING, "SIZE(prb_desc)=24", "SIZE(prb_desc)=x4", -EINVAL,
	  "core: VMCOREINFO: SIZE(prb_desc) is not a number" },
	{ "negative", RING, "SIZE(prb_desc)=24", "SIZE(prb_desc)=-4", -EINVAL,
	  "core: VMCOREINFO: SIZE(prb_desc) is not a number" },
	{ "missing", RING, "SIZE(prb_desc)=24", "SIZE(prb_deso)=24", -ENOENT,
	  "core: VMCOREINFO has no value for SIZE(prb_desc)" },
	{ "only within another line", RECORDS, "\nSYMBOL(log_buf)", "XSYMBOL(log_buf)",
	  -ENOENT, "core: VMCOREINFO has no value for SYMBOL(log_buf)" },
	{ "a huge structure", RING, "SIZE(printk_info)=88\nOFFSET",
	  "SIZE(printk_info)=4097\nOFF", -EINVAL,
	  "SIZE(printk_info) is 4097, more than 4096 bytes" },
	{ "a long number", RING, "SYMBOL(prb)=ffffffff81000008\nOFFSET(pr",
	  "SYMBOL(prb)=00000000000000000000000000001", -EINVAL,
	  "SYMBOL(prb) is not a number" },
	{ "a symbol elsewhere", RING, "SYMBOL(prb)=ffffffff8", "SYMBOL(prb)=efffffff8",
	  -EFAULT, "does not hold the memory at 0xefffffff81000008" },
	{ "a symbol at the end of memory", RING, "SYMBOL(prb)=ffffffff81000008",
	  "SYMBOL(prb)=ffffffffffffffff", -EFAULT,
	  "does not hold the memory at 0xffffffffffffffff" },
	{ "records without their length", RECORDS, "OFFSET(printk_log.len)",
	  "OFFSET(printk_log.xyz)", -ENOENT, "has no value for OFFSET(printk_log.len)" },
	{ "records smaller than their header", RECORDS, "SIZE(printk_log)=16",
	  "SIZE(printk_log)=11", -EINVAL, "is too small for its fields" },
	{ "records of no size", RECORDS, "SIZE(printk_log)=16", "SIZE(printk_log)=00",
	  -EINVAL, "is too small for its fields" },
	{ "text without its size", PLAIN, "SYMBOL(log_buf_len)", "SYMBOL(log_buf_xyz)",
	  -ENOENT, "core: VMCOREINFO has no value for SYMBOL(log_buf_len)" },
};

static void test_broken_info(void **state)
{
	const struct broken_info *row = *state;
	struct dump dump;
	char *found;

	make_good(&dump, row->format);
	found = strstr((char *)dump.data + INFO_OFFSET, row->line);
	assert_non_null(found);
	memcpy(found, row->replaced, strlen(row->replaced));
	assert_outcome(&dump, sizeof(dump.data), row->rc, row->message, "", 0);
}

int main(void)
{
	return RUN_TABLE(test_broken_file, broken_file) +
	       RUN_TABLE(test_broken_info, broken_info);
}
