// SPDX-License-Identifier: GPL-2.0-only
/*
 * The physical memory of a record: just the bytes that a load has read. So nothing of the
 * rest of a page gets into it, such as the data of a measured boot's events, of which a
 * load reads the lengths only.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "recording/recording_internal.h"

static int by_start(const void *a, const void *b)
{
	uint64_t left = ((const struct recording_span *)a)->start;
	uint64_t right = ((const struct recording_span *)b)->start;

	return (left > right) - (left < right);
}

/*
 * Joins the spans from *next on that touch each other; *next is then behind them. Returns
 * their bytes, to be freed, or NULL without memory.
 */
static uint8_t *join(const struct recording *recording, size_t *next, size_t *size)
{
	uint64_t start = recording->spans[*next].start;
	uint8_t *joined = NULL;
	size_t used = 0;

	while (*next < recording->span_count) {
		const struct recording_span *span = &recording->spans[*next];
		uint64_t offset = span->start - start;
		uint8_t *larger;

		if (offset > used)
			break;
		if (offset + span->size > used) {
			larger = realloc(joined, (size_t)offset + span->size);
			if (!larger) {
				free(joined);
				return NULL;
			}
			joined = larger;
			used = (size_t)offset + span->size;
		}
		if (span->size)
			memcpy(joined + offset, span->data, span->size);
		(*next)++;
	}
	*size = used;
	return joined;
}

int recording_take_memory(struct recording *recording, struct error *err)
{
	size_t next = 0;
	int rc = 0;

	if (recording->span_count)
		qsort(recording->spans, recording->span_count, sizeof(*recording->spans),
		      by_start);
	while (!rc && next < recording->span_count) {
		uint64_t start = recording->spans[next].start;
		_cleanup_free_ uint8_t *data = NULL;
		_cleanup_free_ char *path = NULL;
		size_t size = 0;

		data = join(recording, &next, &size);
		if (!data)
			return error_no_memory(err);
		if (asprintf(&path, "physical_memory/%016" PRIx64, start) < 0) {
			path = NULL;
			return error_no_memory(err);
		}
		rc = recording_add(recording, path, data, size, err);
	}
	return rc;
}
