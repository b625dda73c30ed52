// SPDX-License-Identifier: GPL-2.0-only
/* Reading physical memory of the live machine or of a recorded one. */
#include "physical_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/bytes.h"
#include "util/directory.h"
#include "util/strings.h"

#define LIVE_PATH     "dev/mem"
#define RECORDED_PATH "physical_memory"

/* A recorded run is named by its start: 16 hexadecimal digits. */
#define RUN_NAME_LENGTH 16u

/*
 * CONFIG_STRICT_DEVMEM answers -EPERM for System RAM, lockdown for everything. RAM in
 * the first megabyte reads as zeros instead (devmem_is_allowed() of the kernel); a
 * caller has to check a signature to notice.
 */
static int read_live(const struct root *root, uint64_t address, void *buffer, size_t size,
		     struct error *err)
{
	_cleanup_close_ int fd = root_openat(root, LIVE_PATH, err);
	const char *reason;
	int rc;

	if (fd == -EPERM || fd == -EACCES)
		return error_set(err, -fd,
				 "/%s: %s (only root may open it, and no one "
				 "under kernel lockdown)",
				 LIVE_PATH, strerror(-fd));
	if (fd < 0)
		return fd;
	rc = read_exactly(fd, buffer, size, address);
	if (!rc)
		return 0;
	if (rc == -EPERM)
		reason = "the kernel keeps its RAM to itself, CONFIG_STRICT_DEVMEM";
	else if (rc == -EIO)
		reason = "it ends before";
	else
		reason = strerror(-rc);
	return error_set(err, -rc, "/%s refuses %zu bytes at 0x%" PRIx64 ": %s",
			 LIVE_PATH, size, address, reason);
}

/*
 * Opens the run of that name if it holds the address.
 * Returns its file descriptor, how far the address lies in it and how many bytes follow
 * there, or -ENOENT.
 */
static int open_run(const struct root *root, const char *name, uint64_t address,
		    uint64_t *offset, uint64_t *available)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *path = NULL;
	struct stat status;
	uint64_t start;

	if (strlen(name) != RUN_NAME_LENGTH || parse_hex_u64(name, &start) < 0 ||
	    start > address)
		return -ENOENT;
	if (asprintf(&path, "%s/%s", RECORDED_PATH, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = root_openat(root, path, NULL);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    address - start >= (uint64_t)status.st_size)
		return -ENOENT;
	*offset = address - start;
	*available = (uint64_t)status.st_size - *offset;
	return take_fd(fd);
}

/* Reads what one run has of [address, address + size); *done is at least 1 byte. */
static int read_run(const struct root *root, const struct string_list *runs,
		    uint64_t address, uint8_t *buffer, size_t size, size_t *done,
		    struct error *err)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		uint64_t offset = 0, available = 0;
		_cleanup_close_ int fd =
			open_run(root, runs->items[i], address, &offset, &available);
		size_t part;
		int rc;

		if (fd < 0)
			continue;
		part = available < size ? (size_t)available : size;
		rc = read_exactly(fd, buffer, part, offset);
		if (rc < 0)
			return error_set(err, -rc, "/%s/%s: %s", RECORDED_PATH,
					 runs->items[i], strerror(-rc));
		*done = part;
		return 0;
	}
	return error_set(err, ENOENT, "/%s does not hold physical address 0x%" PRIx64,
			 RECORDED_PATH, address);
}

static int read_recorded(const struct root *root, uint64_t address, uint8_t *buffer,
			 size_t size, struct error *err)
{
	_cleanup_string_list_ struct string_list runs = { 0 };
	int rc = root_list(root, RECORDED_PATH, &runs, err);

	while (!rc && size) {
		size_t done = 0;

		rc = read_run(root, &runs, address, buffer, size, &done, err);
		buffer += done;
		address += done;
		size -= done;
	}
	return rc;
}

int physical_memory_read(const struct root *root, uint64_t address, void *buffer,
			 size_t size, struct error *err)
{
	uint64_t end;

	if (!add_u64(address, size, &end))
		return error_set(err, ERANGE,
				 "physical memory has no %zu bytes at 0x%" PRIx64, size,
				 address);
	if (root->live)
		return read_live(root, address, buffer, size, err);
	return read_recorded(root, address, buffer, size, err);
}
