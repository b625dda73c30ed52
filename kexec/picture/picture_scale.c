// SPDX-License-Identifier: GPL-2.0-only
/*
 * The axis of a picture. Each interval between two borders of ranges gets a weight, the
 * fourth root of its size: 16 TiB are 256 times as wide as a page, not four thousand
 * million times. The weights add up to a curve over the addresses. The axis follows this
 * curve by a few straight pieces, each to scale: the piece whose middle is farthest from
 * the curve is cut where it is (the method of Ramer, Douglas and Peucker).
 */
#include "picture/picture_scale.h"

#include <errno.h>
#include <stdlib.h>

#include "util/bytes.h"

/* A border of ranges, and the weight of all memory below. */
struct border {
	uint64_t address;
	uint64_t weight;
};

struct curve {
	struct border *borders; /* by address, each once; owned */
	size_t count;
};

/* The borders where the axis is cut, in their order, the first and the last one too. */
struct cuts {
	size_t *borders; /* indices; owned */
	size_t count;
};

/* Returns false for a range that is not drawn; else its whole pages. */
static bool pages_of(const struct picture_range *range, uint64_t *start, uint64_t *end)
{
	if (range->start >= PICTURE_END)
		return false;
	*start = align_down(range->start, PAGE_BYTES);
	*end = range->end < PICTURE_END ? align_up(range->end, PAGE_BYTES) : PICTURE_END;
	if (*end <= *start)
		*end = *start + PAGE_BYTES;
	return true;
}

static int compare_ranges(const void *left, const void *right)
{
	const struct picture_range *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

static int compare_borders(const void *left, const void *right)
{
	const struct border *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

/* Collects the pages of all ranges, sorted by start. *ranges belongs to the caller. */
static int collect(const struct picture *picture, struct picture_range **ranges,
		   size_t *count)
{
	size_t most = 0, i, j;

	for (i = 0; i < picture->count; i++)
		most += picture->rows[i].count;
	*count = 0;
	*ranges = calloc(most + 1, sizeof(**ranges));
	if (!*ranges)
		return -ENOMEM;
	for (i = 0; i < picture->count; i++) {
		const struct picture_row *row = &picture->rows[i];

		for (j = 0; j < row->count; j++) {
			struct picture_range *range = &(*ranges)[*count];

			if (pages_of(&row->ranges[j], &range->start, &range->end))
				++*count;
		}
	}
	qsort(*ranges, *count, sizeof(**ranges), compare_ranges);
	return 0;
}

static uint64_t square_root(uint64_t value)
{
	uint64_t root = 0, bit = 1ull << 31;

	for (; bit; bit >>= 1)
		if ((root | bit) * (root | bit) <= value)
			root |= bit;
	return root;
}

/* Addresses that no range has weigh nothing. */
static void weigh(struct curve *curve, const struct picture_range *ranges, size_t count)
{
	uint64_t reach = 0, weight = 0;
	size_t i, next = 0;

	for (i = 0; i < curve->count; i++) {
		struct border *border = &curve->borders[i];

		if (i && reach >= border->address)
			weight += square_root(
				square_root(border->address - border[-1].address));
		border->weight = weight;
		for (; next < count && ranges[next].start <= border->address; next++)
			if (ranges[next].end > reach)
				reach = ranges[next].end;
	}
}

static int make_curve(const struct picture *picture, struct curve *curve)
{
	_cleanup_free_ struct picture_range *ranges = NULL;
	size_t count, i, kept = 0;
	struct border *borders;

	if (collect(picture, &ranges, &count) < 0)
		return -ENOMEM;
	borders = calloc(2 * count + 1, sizeof(*borders));
	if (!borders)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		borders[2 * i].address = ranges[i].start;
		borders[2 * i + 1].address = ranges[i].end;
	}
	qsort(borders, 2 * count, sizeof(*borders), compare_borders);
	for (i = 0; i < 2 * count; i++)
		if (!kept || borders[kept - 1].address != borders[i].address)
			borders[kept++] = borders[i];
	*curve = (struct curve){ borders, kept };
	weigh(curve, ranges, count);
	return 0;
}

/* Finds the border between two cuts that is farthest from the straight line. */
static double find_farthest(const struct curve *curve, size_t from, size_t to,
			    size_t *farthest)
{
	const struct border *first = &curve->borders[from], *last = &curve->borders[to];
	double slope = (double)(last->weight - first->weight) /
		       (double)(last->address - first->address);
	double most = 0;
	size_t i;

	for (i = from + 1; i < to; i++) {
		const struct border *border = &curve->borders[i];
		double line = slope * (double)(border->address - first->address);
		double distance = line - (double)(border->weight - first->weight);

		if (distance < 0)
			distance = -distance;
		if (distance > most) {
			most = distance;
			*farthest = i;
		}
	}
	return most;
}

/* Cuts once more, where that helps most. Returns false if it gains less than least. */
static bool cut(const struct curve *curve, struct cuts *cuts, double least)
{
	size_t i, at = 0, border = 0, best = 0;
	double most = 0;

	for (i = 0; i + 1 < cuts->count; i++) {
		double distance = find_farthest(curve, cuts->borders[i],
						cuts->borders[i + 1], &border);

		if (distance > most) {
			most = distance;
			best = border;
			at = i + 1;
		}
	}
	if (most <= least)
		return false;
	for (i = cuts->count++; i > at; i--)
		cuts->borders[i] = cuts->borders[i - 1];
	cuts->borders[at] = best;
	return true;
}

/* Makes a piece between any two cuts, but without empty addresses at its ends. */
static void make_pieces(const struct curve *curve, const struct cuts *cuts,
			struct picture_scale *scale)
{
	bool gap = false;
	size_t i;

	for (i = 0; i + 1 < cuts->count; i++) {
		const struct border *first = &curve->borders[cuts->borders[i]];
		const struct border *last = &curve->borders[cuts->borders[i + 1]];
		const struct border *end = last;

		while (first < last && first[1].weight == first->weight) {
			first++;
			gap = true;
		}
		if (first == last)
			continue;
		while (end[-1].weight == end->weight)
			end--;
		scale->pieces[scale->count++] = (struct picture_piece){
			.start = first->address,
			.end = end->address,
			.after_gap = gap,
			/* The weight; share_cells() makes cells of it. */
			.cells = (unsigned int)(end->weight - first->weight),
		};
		gap = end != last;
	}
}

/* Each piece has the least number of cells, and its share of the others by weight. */
static void share_cells(struct picture_scale *scale, unsigned int cells)
{
	uint64_t total = 0, before = 0;
	unsigned int others, first = 0;
	size_t i;

	if (!scale->count)
		return;
	others = cells - (unsigned int)(scale->count - 1) * scale->mark_cells -
		 (unsigned int)scale->count * PICTURE_PIECE_CELLS_MIN;
	for (i = 0; i < scale->count; i++)
		total += scale->pieces[i].cells;
	for (i = 0; i < scale->count; i++) {
		struct picture_piece *piece = &scale->pieces[i];
		uint64_t after = before + piece->cells;

		piece->first = first;
		piece->cells = PICTURE_PIECE_CELLS_MIN +
			       (unsigned int)(after * others / total) -
			       (unsigned int)(before * others / total);
		first += piece->cells + scale->mark_cells;
		before = after;
	}
}

/* Returns how many pieces an axis of so many cells may have. */
static size_t limit_pieces(unsigned int cells, unsigned int mark_cells, size_t pieces_max)
{
	size_t fit = cells / (2 * PICTURE_PIECE_CELLS_MIN + mark_cells);

	if (fit > pieces_max)
		fit = pieces_max;
	return fit ? fit : 1;
}

int picture_scale_make(const struct picture *picture, unsigned int cells,
		       unsigned int mark_cells, size_t pieces_max,
		       struct picture_scale *scale)
{
	struct curve curve = { 0 };
	_cleanup_free_ struct border *borders = NULL;
	_cleanup_free_ size_t *indices = NULL;
	struct cuts cuts;
	size_t limit = limit_pieces(cells, mark_cells, pieces_max);
	double least;

	*scale = (struct picture_scale){ .mark_cells = mark_cells };
	if (make_curve(picture, &curve) < 0)
		return -ENOMEM;
	borders = curve.borders;
	if (!curve.count)
		return 0;
	indices = calloc(limit + 1, sizeof(*indices));
	scale->pieces = calloc(limit, sizeof(*scale->pieces));
	if (!indices || !scale->pieces) {
		picture_scale_clear(scale);
		return -ENOMEM;
	}
	cuts = (struct cuts){ indices, 2 };
	indices[1] = curve.count - 1;
	/* A cut costs a mark, so it has to move something by more than that. */
	least = (double)borders[curve.count - 1].weight * (mark_cells + 1) / cells;
	while (cuts.count <= limit && cut(&curve, &cuts, least))
		;
	make_pieces(&curve, &cuts, scale);
	share_cells(scale, cells);
	return 0;
}

void picture_scale_clear(struct picture_scale *scale)
{
	free(scale->pieces);
	*scale = (struct picture_scale){ 0 };
}

bool picture_scale_find(const struct picture_scale *scale,
			const struct picture_range *range, unsigned int *first,
			unsigned int *end)
{
	uint64_t from = range->start, to = range->end;
	bool found = false;
	size_t i;

	if (from >= PICTURE_END)
		return false;
	if (to > PICTURE_END)
		to = PICTURE_END;
	if (to <= from)
		to = from + 1;
	for (i = 0; i < scale->count; i++) {
		const struct picture_piece *piece = &scale->pieces[i];
		uint64_t size = piece->end - piece->start;

		if (from >= piece->end || to <= piece->start)
			continue;
		/* Below 2^52 times at most 4095 cells, so the products fit. */
		if (!found)
			*first = piece->first;
		if (!found && from > piece->start)
			*first += (unsigned int)((from - piece->start) * piece->cells /
						 size);
		*end = piece->first + piece->cells;
		if (to < piece->end)
			*end = piece->first +
			       (unsigned int)(((to - piece->start) * piece->cells + size -
					       1) /
					      size);
		found = true;
	}
	return found;
}
