// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory blocks that are offline (Linux Documentation/admin-guide/mm/memory-hotplug.rst).
 * The running kernel does not use them, and they may be removed next. Nevertheless
 * /proc/iomem has them as System RAM: offline_pages() leaves the resources alone, and
 * only try_remove_memory() takes them away. The kernel itself would load there:
 * kexec_load's sanity_check_segment_list() does not look at blocks, nor does
 * kexec_file_load's locate_mem_hole_callback().
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/directory.h"
#include "util/sizes.h"

#define BLOCKS_PATH   "sys/devices/system/memory"
#define ZONEINFO_PATH "proc/zoneinfo"

/* It has some lines for each zone and processor. */
#define ZONEINFO_BYTES_MAX (64u << 20)

/* A block has at least one section (SECTION_SIZE_BITS is 27) and at most 2 GiB so far. */
#define BLOCK_BYTES_MIN (128 * MIB)
#define BLOCK_BYTES_MAX (1024 * GIB)

struct search {
	const struct root *root;
	uint64_t block;	   /* bytes of a block; memoryN begins at N times this */
	uint64_t left;	   /* bytes that are offline and were not found yet */
	uint64_t *numbers; /* of the blocks, from the highest on; owned */
	size_t count;
};

static void search_clear(struct search *search)
{
	free(search->numbers);
}

/* Returns 0, or the error of reading; -EINVAL for a size that no kernel has. */
static int read_block_size(const struct root *root, uint64_t *size, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	int rc = root_read_file(root, BLOCKS_PATH "/block_size_bytes", 64, &text, NULL,
				err);
	uint64_t value;

	if (rc < 0)
		return rc;
	text[strcspn(text, "\n")] = '\0';
	if (parse_hex_u64(text, &value) < 0 || value < BLOCK_BYTES_MIN ||
	    value > BLOCK_BYTES_MAX || (value & (value - 1)))
		return error_set(err, EINVAL,
				 "/" BLOCKS_PATH "/block_size_bytes: \"%s\" is not the "
				 "size of a memory block",
				 text);
	*size = value;
	return 0;
}

/* The sum of all "present" of /proc/zoneinfo: RAM of the kernel that is online. */
static uint64_t online_bytes(char *zoneinfo)
{
	uint64_t pages = 0, value;
	char *line;

	while ((line = strsep(&zoneinfo, "\n"))) {
		line += strspn(line, " ");
		if (!starts_with(line, "present "))
			continue;
		line += strcspn(line, " ");
		line += strspn(line, " ");
		if (!parse_u64(line, &value) && !add_u64(pages, value, &pages))
			return UINT64_MAX;
	}
	return multiply_u64(pages, PAGE_BYTES, &value) ? value : UINT64_MAX;
}

/*
 * Whole pages of all RAM in /proc/iomem, also that of drivers, which zones have as well.
 */
static int iomem_bytes(const struct iomem *iomem, uint64_t *bytes)
{
	_cleanup_memory_map_ struct memory_map ram = { 0 };
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		const struct iomem_line *line = &iomem->lines[i];
		uint64_t start = line->start, end = align_down(line->end, PAGE_BYTES);

		if (!iomem_is_ram(line) || start > UINT64_MAX - PAGE_BYTES)
			continue;
		start = align_up(start, PAGE_BYTES);
		if (start < end && memory_map_set(&ram, start, end, MEMORY_RAM) < 0)
			return -ENOMEM;
	}
	*bytes = memory_map_total(&ram, MEMORY_RAM);
	return 0;
}

/*
 * Sets left to the RAM of /proc/iomem that is missing in /proc/zoneinfo, so that a
 * machine with thousands of blocks need not read the state of each. A kernel's own
 * corrections of its memory map make a difference of a few pages. If one of the files is
 * missing, all may be offline. Fails only without memory.
 */
static int estimate(const struct machine *machine, struct search *search)
{
	_cleanup_free_ char *zoneinfo = NULL;
	uint64_t online, all;
	int rc;

	search->left = UINT64_MAX;
	if (machine->no_iomem.number)
		return 0;
	rc = root_read_file(search->root, ZONEINFO_PATH, ZONEINFO_BYTES_MAX, &zoneinfo,
			    NULL, NULL);
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	rc = iomem_bytes(&machine->iomem, &all);
	if (rc < 0)
		return rc;
	online = online_bytes(zoneinfo);
	search->left = all > online ? all - online : 0;
	return 0;
}

static int from_highest(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? 1 : left > right ? -1 : 0;
}

/* Hot-plugged memory, the most likely to be offline, lies above the other. */
static int list_blocks(struct search *search, struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	int rc = root_list(search->root, BLOCKS_PATH, &names, err);
	size_t i;

	if (rc < 0)
		return rc;
	search->numbers = calloc(names.count + 1, sizeof(*search->numbers));
	if (!search->numbers)
		return error_no_memory(err);
	for (i = 0; i < names.count; i++) {
		const char *digits = names.items[i] + strlen("memory");

		if (starts_with(names.items[i], "memory") && *digits >= '0' &&
		    *digits <= '9' && !parse_u64(digits, &search->numbers[search->count]))
			search->count++;
	}
	qsort(search->numbers, search->count, sizeof(*search->numbers), from_highest);
	return 0;
}

/*
 * Also true for a block that is going offline. A state that cannot be read is not known.
 */
static bool is_offline(const struct search *search, uint64_t number)
{
	_cleanup_free_ char *state = NULL;

	return !root_readf_file(search->root, 64, &state, NULL, NULL,
				BLOCKS_PATH "/memory%" PRIu64 "/state", number) &&
	       *state && strcmp(state, "online\n") != 0;
}

/* Removes from the map the blocks that are offline. Returns 0 or -ENOMEM. */
static int remove_offline(struct search *search, struct memory_map *map)
{
	size_t i;

	for (i = 0; i < search->count && search->left >= search->block / 2; i++) {
		uint64_t start, end;

		if (!multiply_u64(search->numbers[i], search->block, &start) ||
		    !add_u64(start, search->block, &end) ||
		    !memory_map_has_type(map, start, end, MEMORY_RAM) ||
		    !is_offline(search, search->numbers[i]))
			continue;
		search->left -= search->left < search->block ? search->left
							     : search->block;
		if (memory_map_remove(map, start, end) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int avoid(struct search *search, struct machine *machine, struct error *err)
{
	int rc = read_block_size(search->root, &search->block, err);

	if (rc < 0)
		return rc;
	rc = estimate(machine, search);
	if (!rc && search->left >= search->block / 2) {
		rc = list_blocks(search, err);
		if (!rc)
			rc = remove_offline(search, &machine->placeable);
	}
	return rc == -ENOMEM ? error_no_memory(err) : rc;
}

int machine_avoid_offline(const struct root *root, struct machine *machine,
			  struct error *err)
{
	_cleanup_(search_clear) struct search search = { .root = root };
	uint64_t before = memory_map_total(&machine->placeable, MEMORY_RAM), after;
	_cleanup_error_ struct error why = { 0 };
	int rc = avoid(&search, machine, &why);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	/* Kernels without memory hotplug do not have the directory. */
	if (rc < 0 && rc != -ENOENT)
		machine_note(machine, "which memory is offline is unknown: %s",
			     why.message);
	after = memory_map_total(&machine->placeable, MEMORY_RAM);
	if (after != before)
		machine_note(machine,
			     "0x%" PRIx64 " bytes of RAM are offline (/" BLOCKS_PATH
			     "): nothing is placed there",
			     before - after);
	if (before && !after)
		return machine_place_nowhere(
			machine, err,
			"all RAM in which a kernel could be placed is offline "
			"(/" BLOCKS_PATH "); set some of it online");
	return 0;
}
