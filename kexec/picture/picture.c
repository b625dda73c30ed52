// SPDX-License-Identifier: GPL-2.0-only
/* The rows of a picture of memory. */
#include "picture/picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

void picture_clear(struct picture *picture)
{
	size_t i;

	for (i = 0; i < picture->count; i++) {
		free(picture->rows[i].name);
		free(picture->rows[i].ranges);
	}
	free(picture->rows);
	*picture = (struct picture){ 0 };
}

/* Returns items with room for one more of size bytes each; NULL without memory. */
static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	size_t more = *capacity ? *capacity * 2 : 8;

	if (count < *capacity)
		return items;
	items = reallocarray(items, more, size);
	if (items)
		*capacity = more;
	return items;
}

int picture_add_row(struct picture *picture, enum picture_kind kind, const char *name)
{
	struct picture_row *rows =
		grow(picture->rows, picture->count, &picture->capacity, sizeof(*rows));
	char *copy;

	if (!rows)
		return -ENOMEM;
	picture->rows = rows;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	rows[picture->count++] = (struct picture_row){ .kind = kind, .name = copy };
	return 0;
}

int picture_add_range(struct picture *picture, uint64_t start, uint64_t end)
{
	struct picture_row *row = &picture->rows[picture->count - 1];
	struct picture_range *ranges =
		grow(row->ranges, row->count, &row->capacity, sizeof(*ranges));

	if (!ranges)
		return -ENOMEM;
	row->ranges = ranges;
	ranges[row->count++] = (struct picture_range){ start, end };
	return 0;
}

uint64_t picture_row_bytes(const struct picture_row *row)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < row->count; i++)
		if (!add_u64(bytes, row->ranges[i].end - row->ranges[i].start, &bytes))
			return 0;
	return bytes;
}
