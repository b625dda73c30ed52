// SPDX-License-Identifier: GPL-2.0-only
/* A Xen hypervisor is given an image's segments, and ranges to be mapped. */
#include <errno.h>

#include "fixtures.h"
#include "load/xen_image.h"
#include "xen/xen_calls.h"

#define MAPPED_MOST 4u
#define LOW_SEGMENT                                                            \
	{                                                                      \
		.name = "low", .start = 0x9000, .end = 0xa000, .data_size = 2, \
		.owned = bytes                                                 \
	}

/* The call is replaced: this is what it was given. */
static struct {
	unsigned int calls;
	bool crash;
	uint64_t entry;
	size_t count;
	struct xen_segment segments[XEN_SEGMENTS_MAX];
	int rc;
} asked;

int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments, size_t count,
	     struct error *err)
{
	asked.calls++;
	asked.crash = crash;
	asked.entry = entry;
	asked.count = count;
	assert_uint_in_range(count, 1, XEN_SEGMENTS_MAX);
	memcpy(asked.segments, segments, count * sizeof(*segments));
	return asked.rc ? error_set(err, -asked.rc, "refused") : 0;
}

static uint8_t bytes[8192] = { 1, 2, 3 };

static int load(struct image *image, struct error *err)
{
	asked.calls = 0;
	return xen_load_image(image, err);
}

static void assert_segment(size_t index, uint64_t start, uint64_t end, const void *data,
			   uint64_t size)
{
	const struct xen_segment *segment = &asked.segments[index];

	assert_int_equal(segment->start, start);
	assert_int_equal(segment->end, end);
	if (data && size)
		assert_ptr_equal(segment->data, data);
	else
		assert_null(segment->data);
	assert_int_equal(segment->size, size);
}

/* A segment of zeros has one byte of data, because Xen clears only those with data. */
static void test_segments(void **state)
{
	struct image image = {
		.entry = 0x101000,
		.segment_count = 2,
		.segments = { { .name = "code",
				.start = 0x100000,
				.end = 0x104000,
				.data_size = 8000,
				.owned = bytes },
			      { .name = "zeros", .start = 0x200000, .end = 0x208000 } },
	};

	(void)state;
	asked.rc = 0;
	assert_int_equal(load(&image, NULL), 0);
	assert_int_equal(asked.calls, 1);
	assert_false(asked.crash);
	assert_int_equal(asked.entry, 0x101000);
	assert_int_equal(asked.count, 3);
	assert_segment(0, 0x100000, 0x104000, bytes, 8000);
	assert_int_equal(asked.segments[1].start, 0x200000);
	assert_int_equal(asked.segments[1].end, 0x208000);
	assert_int_equal(asked.segments[1].size, 1);
	assert_int_equal(*(const uint8_t *)asked.segments[1].data, 0);
	assert_segment(2, 0, MIB, NULL, 0);
	image.purpose = IMAGE_CRASH;
	assert_int_equal(load(&image, NULL), 0);
	assert_true(asked.crash);
}

static const struct {
	const char *name;
	struct memory_range added[2]; /* to image.mapped */
	struct memory_range mapped[MAPPED_MOST];
	bool low; /* the image has a segment at 0x9000 */
} rows[] = {
	{ "the low MiB", { { 0 } }, { { 0, 0x100000, 0 } }, false },
	{ "a segment in it",
	  { { 0 } },
	  { { 0, 0x9000, 0 }, { 0xa000, 0x100000, 0 } },
	  true },
	{ "a few bytes, as whole pages",
	  { { 0x7f77d014, 0x7f77d038, 0 } },
	  { { 0, 0x100000, 0 }, { 0x7f77d000, 0x7f77e000, 0 } },
	  false },
	{ "across pages",
	  { { 0x7f77dffc, 0x7f77e020, 0 } },
	  { { 0, 0x100000, 0 }, { 0x7f77d000, 0x7f77f000, 0 } },
	  false },
	{ "within a segment",
	  { { 0x300100, 0x300200, 0 } },
	  { { 0, 0x100000, 0 } },
	  false },
	{ "partly within a segment",
	  { { 0x2ffff0, 0x304010, 0 } },
	  { { 0, 0x100000, 0 }, { 0x2ff000, 0x300000, 0 }, { 0x304000, 0x305000, 0 } },
	  false },
	{ "beside the low MiB",
	  { { 0x100010, 0x100020, 0 } },
	  { { 0, 0x101000, 0 } },
	  false },
	{ "two in one page",
	  { { 0x500010, 0x500020, 0 }, { 0x500030, 0x500040, 0 } },
	  { { 0, 0x100000, 0 }, { 0x500000, 0x501000, 0 } },
	  false },
};

static void test_mapped(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct image image = {
		.segment_count = row->low ? 2 : 1,
		.segments = { { .name = "code",
				.start = 0x300000,
				.end = 0x304000,
				.data_size = 1,
				.owned = bytes },
			      LOW_SEGMENT },
	};
	size_t i, first = image.segment_count;

	asked.rc = 0;
	for (i = 0; i < COUNT(row->added) && row->added[i].end; i++)
		assert_int_equal(memory_map_set(&image.mapped, row->added[i].start,
						row->added[i].end, MEMORY_RAM),
				 0);
	assert_int_equal(load(&image, NULL), 0);
	for (i = 0; i < MAPPED_MOST && row->mapped[i].end; i++) {
		assert_true(first + i < asked.count);
		assert_segment(first + i, row->mapped[i].start, row->mapped[i].end, NULL,
			       0);
	}
	assert_int_equal(asked.count, first + i);
	memory_map_clear(&image.mapped);
}

/* The low MiB is a segment, too. */
static void test_most(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct image image = { 0 };
	size_t i;

	(void)state;
	asked.rc = 0;
	asked.calls = 0;
	for (i = 0; i < XEN_SEGMENTS_MAX; i++)
		image.segments[i] =
			(struct segment){ .name = "one",
					  .start = MIB + i * 2 * PAGE_BYTES,
					  .end = MIB + (i * 2 + 1) * PAGE_BYTES,
					  .data_size = 1,
					  .owned = bytes };
	image.segment_count = XEN_SEGMENTS_MAX - 1;
	assert_int_equal(xen_image_require_possible(&image, &err), 0);
	assert_int_equal(asked.calls, 0);
	assert_int_equal(load(&image, &err), 0);
	assert_int_equal(asked.count, XEN_SEGMENTS_MAX);
	image.segment_count = XEN_SEGMENTS_MAX;
	assert_int_equal(load(&image, &err), -E2BIG);
	assert_message(&err, "more segments than Xen takes, which is 15");
	assert_int_equal(asked.calls, 0);
	error_clear(&err);
	assert_int_equal(xen_image_require_possible(&image, &err), -E2BIG);
	assert_message(&err, "more segments than Xen takes, which is 15");
}

static void test_refused(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct image image = { 0 };

	(void)state;
	asked.rc = -EBUSY;
	assert_int_equal(load(&image, &err), -EBUSY);
	assert_message(&err, "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_refused),
	};

	return RUN_TABLE(test_mapped, rows) + cmocka_run_group_tests(tests, NULL, NULL);
}
