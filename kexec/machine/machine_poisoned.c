// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages with memory errors, which the running kernel no longer uses: bit KPF_HWPOISON of
 * /proc/kpageflags (Linux Documentation/admin-guide/mm/pagemap.rst).
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

#define KPAGEFLAGS_PATH "proc/kpageflags"
#define KPF_HWPOISON	(1ull << 19)

/* Pages whose flags are read at once: 256 MiB of RAM. */
#define CHUNK_PAGES 65536u

/* A search, which ends when all pages that /proc/meminfo counts are found. */
struct search {
	int fd;
	uint64_t left;		     /* pages that are still to be found */
	uint64_t flags[CHUNK_PAGES]; /* of one chunk */
};

/* The file ends after the kernel's highest page; the flags of later pages are 0. */
static int read_flags(struct search *search, uint64_t page, uint64_t count)
{
	size_t size = (size_t)count * sizeof(*search->flags), done = 0;

	memset(search->flags, 0, size);
	while (done < size) {
		ssize_t got = pread(search->fd, (char *)search->flags + done, size - done,
				    (off_t)(page * sizeof(*search->flags) + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		done += (size_t)got;
	}
	return 0;
}

static int search_chunk(struct search *search, uint64_t page, uint64_t count,
			struct memory_map *map)
{
	uint64_t i;
	int rc = read_flags(search, page, count);

	for (i = 0; i < count && !rc; i++) {
		uint64_t start = (page + i) * PAGE_BYTES;

		if (!(le64toh(search->flags[i]) & KPF_HWPOISON))
			continue;
		if (search->left)
			search->left--;
		rc = memory_map_remove(map, start, start + PAGE_BYTES);
	}
	return rc;
}

static int search_range(struct search *search, const struct memory_range *range,
			struct memory_map *map)
{
	uint64_t page = range->start / PAGE_BYTES, end = range->end / PAGE_BYTES;
	int rc = 0;

	while (page < end && search->left && !rc) {
		uint64_t count = end - page < CHUNK_PAGES ? end - page : CHUNK_PAGES;

		rc = search_chunk(search, page, count, map);
		page += count;
	}
	return rc;
}

/* Removes the poisoned pages from the map. */
static int search_all(struct search *search, struct memory_map *map)
{
	_cleanup_memory_map_ struct memory_map all = { 0 };
	int rc = memory_map_copy(map, &all);
	size_t i;

	for (i = 0; i < all.count && search->left && !rc; i++)
		rc = search_range(search, &all.ranges[i], map);
	return rc;
}

int machine_avoid_poisoned(const struct root *root, struct machine *machine,
			   struct error *err)
{
	_cleanup_free_ struct search *search = NULL;
	_cleanup_error_ struct error why = { 0 };
	_cleanup_close_ int fd = -1;
	uint64_t corrupted;
	int rc;

	/* Search only if there is such a page: a large machine has many flags to read. */
	if (!machine_find_meminfo(machine->meminfo, "HardwareCorrupted", &corrupted) ||
	    !corrupted)
		return 0;
	fd = root_openat(root, KPAGEFLAGS_PATH, &why);
	if (fd < 0) {
		machine_note(machine,
			     "0x%" PRIx64
			     " bytes of RAM are poisoned at unknown addresses: %s",
			     corrupted, why.message);
		return 0;
	}
	search = malloc(sizeof(*search));
	if (!search)
		return error_no_memory(err);
	search->fd = fd;
	search->left = corrupted / PAGE_BYTES;
	rc = search_all(search, &machine->placeable);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	machine_note(machine,
		     "0x%" PRIx64 " bytes of RAM are poisoned; nothing is placed in the "
		     "pages that /%s shows%s%s",
		     corrupted, KPAGEFLAGS_PATH,
		     rc < 0 ? ", which was not read to its end: " : "",
		     rc < 0 ? strerror(-rc) : "");
	return 0;
}
