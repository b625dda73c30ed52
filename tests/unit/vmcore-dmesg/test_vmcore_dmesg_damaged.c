// SPDX-License-Identifier: GPL-2.0-only
/* vmcore-dmesg: damaged logs. Each row changes one value of a good dump. */
#include <errno.h>

#include "vmcore_image.h"

#define POKES 4

/* Offsets into the file. */
#define VARIABLE(offset) (VARIABLES_OFFSET + (offset))
#define INSIDE(offset)	 (MEMORY_OFFSET + (offset))
#define DESC(index)	 INSIDE(RING_DESCS + (index)*DESC_BYTES)
#define RECORD(index)	 INSIDE(RING_INFOS + (index)*RECORD_BYTES)

#define FIRST		 "[    0.000000] first\n"
#define SECOND		 "[    0.000000] second\n"
#define THIRD		 "[    0.000000] third\n"

static const struct broken_log {
	const char *name;
	enum format format;
	struct poke pokes[POKES];
	int rc;
	const char *message; /* NULL: the other records are printed */
	const char *printed;
	uint64_t damaged;
} broken_log[] = {
	{ "2^27 records", RING, { { INSIDE(RING_AT), 4, 27 } }, -EINVAL, "2^27", "", 0 },
	{ "2^(2^32 - 1) records",
	  RING,
	  { { INSIDE(RING_AT), 4, UINT32_MAX } },
	  -EINVAL,
	  "2^4294967295 records",
	  "",
	  0 },
	{ "2^32 bytes of text",
	  RING,
	  { { INSIDE(RING_AT + 48), 4, 32 } },
	  -EINVAL,
	  "2^32 bytes of text",
	  "",
	  0 },
	{ "2^26 records that are not there",
	  RING,
	  { { INSIDE(RING_AT), 4, 26 }, { INSIDE(RING_AT + 32), 8, 12345678 } },
	  -EINVAL,
	  "the log is damaged: 0 records could be read, more than 4096 could not",
	  "",
	  4097 },
	{ "a wrong tail",
	  RING,
	  { { INSIDE(RING_AT + 32), 8, 0x123456789 } },
	  0,
	  NULL,
	  FIRST SECOND THIRD,
	  4 },
	{ "descriptors elsewhere",
	  RING,
	  { { INSIDE(RING_AT + 8), 8, 0xfffffffffffffff8 } },
	  0,
	  NULL,
	  "",
	  4 },
	{ "text elsewhere", RING, { { INSIDE(RING_AT + 56), 8, 0 } }, 0, NULL, "", 3 },
	{ "a descriptor of another record",
	  RING,
	  { { DESC(1), 1, 7 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "text of another record",
	  RING,
	  { { INSIDE(RING_TEXT + 16), 1, 7 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "text that begins between blocks",
	  RING,
	  { { DESC(1) + 8, 1, 0x14 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "text that ends before it begins",
	  RING,
	  { { DESC(1) + 16, 1, 0x08 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "text longer than the ring",
	  RING,
	  { { DESC(1) + 16, 8, 0x1000 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "an empty block",
	  RING,
	  { { DESC(1) + 16, 1, 0x10 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "a wrapped block of no size",
	  RING,
	  { { DESC(1) + 16, 8, 0x100 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "more text than its block",
	  RING,
	  { { RECORD(1) + 16, 2, 6 }, { RECORD(2) + 16, 2, UINT16_MAX } },
	  0,
	  NULL,
	  FIRST SECOND "[    0.000000] third\\x00\\x00\\x00\n",
	  0 },
	{ "the last possible time",
	  RING,
	  { { RECORD(1) + 8, 8, UINT64_MAX } },
	  0,
	  NULL,
	  FIRST "[18446744073.709551] second\n" THIRD,
	  0 },
	{ "one record of no descriptor",
	  RING,
	  { { INSIDE(RING_AT), 4, 0 } },
	  0,
	  NULL,
	  "",
	  1 },
	{ "a buffer of no size",
	  RECORDS,
	  { { VARIABLE(8), 4, 0 } },
	  -EINVAL,
	  "0 bytes",
	  "",
	  0 },
	{ "a buffer of 4 GiB",
	  RECORDS,
	  { { VARIABLE(8), 4, UINT32_MAX } },
	  -EINVAL,
	  "4294967295 bytes",
	  "",
	  0 },
	{ "the first record behind the buffer",
	  RECORDS,
	  { { VARIABLE(12), 4, BUFFER_BYTES } },
	  -EINVAL,
	  "records from 256",
	  "",
	  0 },
	{ "the end behind the buffer",
	  RECORDS,
	  { { VARIABLE(16), 4, BUFFER_BYTES + 1 } },
	  -EINVAL,
	  "to 257",
	  "",
	  0 },
	{ "the end within a record",
	  RECORDS,
	  { { VARIABLE(16), 4, 25 } },
	  -EINVAL,
	  "a record of 0 bytes at 72",
	  NULL,
	  0 },
	{ "a record shorter than its header",
	  RECORDS,
	  { { INSIDE(BUFFER_AT + 24 + 8), 2, 15 } },
	  -EINVAL,
	  "a record of 15 bytes at 24",
	  FIRST,
	  0 },
	{ "a record longer than the buffer",
	  RECORDS,
	  { { INSIDE(BUFFER_AT + 24 + 8), 2, 233 } },
	  -EINVAL,
	  "a record of 233 bytes at 24",
	  FIRST,
	  0 },
	{ "a record up to the end of the buffer",
	  RECORDS,
	  { { INSIDE(BUFFER_AT + 24 + 8), 2, 232 } },
	  -EINVAL,
	  "it does not end",
	  FIRST SECOND,
	  0 },
	{ "text longer than its record",
	  RECORDS,
	  { { INSIDE(BUFFER_AT + 24 + 10), 2, 9 } },
	  0,
	  NULL,
	  FIRST THIRD,
	  1 },
	{ "a buffer elsewhere",
	  RECORDS,
	  { { VARIABLE(0), 8, 0x1000 } },
	  -EFAULT,
	  "does not hold the memory at 0x1000",
	  "",
	  0 },
	{ "text in a buffer that is not a ring",
	  PLAIN,
	  { { VARIABLE(8), 4, 100 } },
	  -EINVAL,
	  "its buffer would have 100 bytes",
	  "",
	  0 },
	{ "text in a buffer that is larger than the dump",
	  PLAIN,
	  { { VARIABLE(8), 4, 0x80000000 }, { VARIABLE(20), 4, UINT32_MAX } },
	  -EFAULT,
	  "does not hold the memory",
	  NULL,
	  0 },
};

static void test_broken_log(void **state)
{
	const struct broken_log *row = *state;
	struct dump dump;

	make_good(&dump, row->format);
	apply_pokes(dump.data, row->pokes, POKES);
	assert_outcome(&dump, sizeof(dump.data), row->rc, row->message, row->printed,
		       row->damaged);
}

/*
 * A dump cut off at every length, as on a full disk: an error or fewer records, no crash.
 */
static void test_truncated(void **state)
{
	size_t size, format;

	(void)state;
	for (format = RING; format <= PLAIN; format++) {
		struct dump dump;

		make_good(&dump, (enum format)format);
		for (size = 0; size < sizeof(dump.data); size++) {
			_cleanup_error_ struct error err = { 0 };
			_cleanup_free_ char *output = NULL;
			uint64_t damaged;
			int rc = dump_print(dump.data, size, &output, &damaged, &err);

			assert_true(rc < 0 ? err.message != NULL : size > MEMORY_OFFSET);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
	};

	return RUN_TABLE(test_broken_log, broken_log) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
