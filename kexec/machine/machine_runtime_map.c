// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EFI runtime map: /sys/firmware/efi/runtime-map/N (Linux
 * Documentation/ABI/testing/sysfs-firmware-efi-runtime-map).
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/directory.h"

#define RUNTIME_MAP_PATH "sys/firmware/efi/runtime-map"

static int read_field(const struct root *root, const char *entry, const char *file,
		      uint64_t *value, struct error *err)
{
	return root_readf_u64(root, value, err, "%s/%s/%s", RUNTIME_MAP_PATH, entry,
			      file);
}

static int read_descriptor(const struct root *root, const char *entry,
			   struct efi_memory_descriptor *descriptor, struct error *err)
{
	struct efi_memory_descriptor found = { 0 };
	uint64_t type = 0, size, end;
	int rc;

	rc = read_field(root, entry, "type", &type, err);
	if (!rc)
		rc = read_field(root, entry, "phys_addr", &found.physical_start, err);
	if (!rc)
		rc = read_field(root, entry, "virt_addr", &found.virtual_start, err);
	if (!rc)
		rc = read_field(root, entry, "num_pages", &found.page_count, err);
	if (!rc)
		rc = read_field(root, entry, "attribute", &found.attribute, err);
	if (rc < 0)
		return rc;
	if (type > UINT32_MAX)
		return error_set(err, ERANGE,
				 "/%s/%s/type holds 0x%" PRIx64
				 ", which is not an EFI memory type",
				 RUNTIME_MAP_PATH, entry, type);
	found.type = (uint32_t)type;
	if (found.physical_start % PAGE_BYTES)
		return error_set(err, EINVAL,
				 "/%s/%s/phys_addr holds 0x%" PRIx64
				 ", which is not page-aligned",
				 RUNTIME_MAP_PATH, entry, found.physical_start);
	if (!multiply_u64(found.page_count, PAGE_BYTES, &size) ||
	    !add_u64(found.physical_start, size, &end))
		return error_set(err, ERANGE,
				 "/%s/%s/num_pages holds 0x%" PRIx64
				 ", which leads beyond the address space",
				 RUNTIME_MAP_PATH, entry, found.page_count);
	*descriptor = found;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct efi_memory_descriptor *left = a, *right = b;

	return (left->physical_start > right->physical_start) -
	       (left->physical_start < right->physical_start);
}

int machine_read_runtime_map(const struct root *root, struct efi_facts *efi,
			     struct error *err)
{
	_cleanup_string_list_ struct string_list entries = { 0 };
	_cleanup_free_ struct efi_memory_descriptor *map = NULL;
	size_t count = 0, i;
	int rc;

	rc = root_list(root, RUNTIME_MAP_PATH, &entries, err);
	if (rc < 0)
		return rc;
	map = calloc(entries.count + 1, sizeof(*map));
	if (!map)
		return error_no_memory(err);
	for (i = 0; i < entries.count; i++) {
		const char *name = entries.items[i];

		if (name[strspn(name, "0123456789")])
			continue;
		rc = read_descriptor(root, name, &map[count], err);
		if (rc < 0)
			return rc;
		/* A descriptor without pages reserves nothing; kernels ignore it, too. */
		if (map[count].page_count)
			count++;
	}
	if (!count)
		return error_set(err, ENODATA, "/%s holds no entry", RUNTIME_MAP_PATH);
	qsort(map, count, sizeof(*map), by_address);
	efi->runtime_map = take_pointer(map);
	efi->runtime_map_count = count;
	return 0;
}
