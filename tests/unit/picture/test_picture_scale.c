// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/picture/picture_scale.c. */
#include "picture/picture_scale.h"

#include "fixtures.h"

#define CELLS	   50u
#define MARK	   1u
#define PIECES_MAX 12u

/* A picture with one row for each range. Clear it when done. */
static void make(const struct picture_range *ranges, size_t count,
		 struct picture *picture)
{
	size_t i;

	*picture = (struct picture){ 0 };
	for (i = 0; i < count; i++) {
		assert_int_equal(picture_add_row(picture, PICTURE_RAM, "row"), 0);
		assert_int_equal(
			picture_add_range(picture, ranges[i].start, ranges[i].end), 0);
	}
}

/* Pieces and marks fill the axis without holes, and are in the order of addresses. */
static void assert_whole(const struct picture_scale *scale, unsigned int cells,
			 unsigned int mark_cells)
{
	unsigned int next = 0;
	size_t i;

	assert_int_equal(scale->mark_cells, mark_cells);
	for (i = 0; i < scale->count; i++) {
		const struct picture_piece *piece = &scale->pieces[i];

		assert_int_equal(piece->first, next);
		assert_true(piece->cells >= PICTURE_PIECE_CELLS_MIN);
		assert_true(piece->start < piece->end);
		assert_int_equal(piece->start % 4096, 0);
		assert_int_equal(piece->end % 4096, 0);
		if (i && piece->after_gap)
			assert_true(piece->start > piece[-1].end);
		else if (i)
			assert_int_equal(piece->start, piece[-1].end);
		next = piece->first + piece->cells + mark_cells;
	}
	if (scale->count)
		assert_int_equal(next - mark_cells, cells);
}

static void scale_of(const struct picture *picture, struct picture_scale *scale)
{
	assert_int_equal(picture_scale_make(picture, CELLS, MARK, PIECES_MAX, scale), 0);
	assert_whole(scale, CELLS, MARK);
}

static void nothing(void **state)
{
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };

	(void)state;
	scale_of(&picture, &scale);
	assert_int_equal(scale.count, 0);
}

static void one_range_fills_the_axis(void **state)
{
	const struct picture_range range = { 1 * MIB, 3 * MIB };
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	unsigned int first, end;

	(void)state;
	make(&range, 1, &picture);
	scale_of(&picture, &scale);
	assert_int_equal(scale.count, 1);
	assert_true(picture_scale_find(&scale, &range, &first, &end));
	assert_int_equal(first, 0);
	assert_int_equal(end, CELLS);
	/* To scale: the second quarter, and one byte of it. */
	assert_true(picture_scale_find(
		&scale, &(struct picture_range){ 1536 * KIB, 2 * MIB }, &first, &end));
	assert_int_equal(first, 12);
	assert_int_equal(end, 25);
	assert_true(picture_scale_find(
		&scale, &(struct picture_range){ 2 * MIB, 2 * MIB + 1 }, &first, &end));
	assert_int_equal(first, 25);
	assert_int_equal(end, 26);
}

/* A page beside 16 TiB is enlarged; without pieces it would have no cell of its own. */
static void a_page_beside_much_memory(void **state)
{
	const struct picture_range ranges[] = { { 0, 16 * TIB },
						{ 8 * TIB, 8 * TIB + 4096 },
						{ 8 * TIB + 4096, 9 * TIB } };
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	unsigned int first, end, next, next_end;

	(void)state;
	make(ranges, COUNT(ranges), &picture);
	scale_of(&picture, &scale);
	assert_true(picture_scale_find(&scale, &ranges[1], &first, &end));
	assert_uint_in_range(end - first, 1, 3);
	assert_true(picture_scale_find(&scale, &ranges[2], &next, &next_end));
	assert_true(next + 1 >= end);
	assert_true(next_end - next > end - first);
	assert_true(picture_scale_find(&scale, &ranges[0], &first, &end));
	assert_int_equal(first, 0);
	assert_int_equal(end, CELLS);
}

static void a_large_gap_is_left_out(void **state)
{
	const struct picture_range ranges[] = { { 0, 1 * GIB },
						{ 1 * TIB, 1 * TIB + 1 * GIB } };
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	unsigned int first, end;

	(void)state;
	make(ranges, COUNT(ranges), &picture);
	scale_of(&picture, &scale);
	assert_int_equal(scale.count, 2);
	assert_true(scale.pieces[1].after_gap);
	/* Nothing shows the gap. */
	assert_false(picture_scale_find(
		&scale, &(struct picture_range){ 2 * GIB, 3 * GIB }, &first, &end));
	assert_true(picture_scale_find(&scale, &ranges[1], &first, &end));
	assert_int_equal(first, scale.pieces[1].first);
	assert_int_equal(end, CELLS);
}

/* A small range between two gaps gets a piece without them. */
static void gaps_on_both_sides(void **state)
{
	const struct picture_range ranges[] = { { 0, 1 * TIB },
						{ 8 * TIB, 8 * TIB + 1 * GIB },
						{ 15 * TIB, 16 * TIB } };
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	unsigned int first, end;

	(void)state;
	make(ranges, COUNT(ranges), &picture);
	scale_of(&picture, &scale);
	assert_int_equal(scale.count, 3);
	assert_int_equal(scale.pieces[1].start, 8 * TIB);
	assert_int_equal(scale.pieces[1].end, 8 * TIB + 1 * GIB);
	assert_true(scale.pieces[1].after_gap);
	assert_true(scale.pieces[2].after_gap);
	assert_true(picture_scale_find(&scale, &ranges[1], &first, &end));
	assert_int_equal(end - first, scale.pieces[1].cells);
}

/* Addresses from foreign files: all 64 bits, and ends of ranges that are unknown. */
static void extreme_addresses(void **state)
{
	const struct picture_range ranges[] = {
		{ 0, UINT64_MAX },
		{ PICTURE_END, UINT64_MAX },
		{ PICTURE_END - 1, PICTURE_END + 1 },
		{ UINT64_MAX, UINT64_MAX },
		{ 5, 5 },
	};
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_picture_scale_ struct picture_scale scale = { 0 };
	unsigned int first, end;

	(void)state;
	make(ranges, COUNT(ranges), &picture);
	scale_of(&picture, &scale);
	assert_int_equal(scale.pieces[scale.count - 1].end, PICTURE_END);
	assert_true(picture_scale_find(&scale, &ranges[0], &first, &end));
	assert_int_equal(end - first, CELLS);
	assert_false(picture_scale_find(&scale, &ranges[1], &first, &end));
	assert_true(picture_scale_find(&scale, &ranges[2], &first, &end));
	assert_int_equal(first, CELLS - 1);
	assert_false(picture_scale_find(&scale, &ranges[3], &first, &end));
	assert_true(picture_scale_find(&scale, &ranges[4], &first, &end));
	assert_int_equal(first, 0);
	assert_int_equal(end, 1);
}

/* Ranges of any sizes at any places, on axes of any length: none is lost. */
static void any_ranges(void **state)
{
	uint64_t random = 1;
	unsigned int round;

	(void)state;
	for (round = 0; round < 2000; round++) {
		_cleanup_picture_ struct picture picture = { 0 };
		_cleanup_picture_scale_ struct picture_scale scale = { 0 };
		struct picture_range ranges[40];
		unsigned int cells = 20 + round % 600, mark = round % 13, first, end;
		size_t count = 1 + round % COUNT(ranges), i;

		for (i = 0; i < count; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			ranges[i].start = random >> (12 + random % 40);
			random = random * 6364136223846793005u + 1442695040888963407u;
			ranges[i].end = ranges[i].start + (random >> (13 + random % 50));
		}
		make(ranges, count, &picture);
		assert_int_equal(
			picture_scale_make(&picture, cells, mark, PIECES_MAX, &scale), 0);
		assert_whole(&scale, cells, mark);
		for (i = 0; i < count; i++) {
			assert_true(picture_scale_find(&scale, &ranges[i], &first, &end));
			assert_true(first < end);
			assert_true(end <= cells);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(one_range_fills_the_axis),
		cmocka_unit_test(a_page_beside_much_memory),
		cmocka_unit_test(a_large_gap_is_left_out),
		cmocka_unit_test(gaps_on_both_sides),
		cmocka_unit_test(extreme_addresses),
		cmocka_unit_test(any_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
