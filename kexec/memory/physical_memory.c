// SPDX-License-Identifier: GPL-2.0-only
/* Reading physical memory of the live machine or of a recorded one. */
#include "memory/physical_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "util/bytes.h"
#include "util/directory.h"

#define DEVMEM_PATH   "dev/mem"
#define RECORDED_PATH "physical_memory"

/* A recorded run is named by its start: 16 hexadecimal digits. */
#define RUN_NAME_LENGTH 16u

void physical_memory_open(const struct root *root, struct physical_memory_reader *reader)
{
	*reader = (struct physical_memory_reader){ .root = root,
						   .kcore_fd = -1,
						   .mem_fd = -1 };
}

void physical_memory_close(struct physical_memory_reader *reader)
{
	cleanup_close(&reader->kcore_fd);
	cleanup_close(&reader->mem_fd);
	free(reader->ram);
	string_list_clear(&reader->runs);
	error_clear(&reader->no_kcore);
	error_clear(&reader->no_mem);
	error_clear(&reader->no_runs);
	physical_memory_open(reader->root, reader);
}

int physical_memory_kcore(struct physical_memory_reader *reader, struct error *err)
{
	int fd;

	if (reader->kcore_locked && reader->kcore_fd < 0)
		error_set(&reader->no_kcore, EPERM,
			  "/%s is not opened, because the running kernel is locked down "
			  "(confidentiality)",
			  KCORE_PATH);
	if (reader->kcore_fd < 0 && !reader->no_kcore.number) {
		fd = kcore_open(reader->root, &reader->no_kcore);
		reader->kcore_fd = fd < 0 ? -1 : fd;
	}
	if (reader->kcore_fd < 0)
		return error_set(err, reader->no_kcore.number, "%s",
				 reader->no_kcore.message);
	return reader->kcore_fd;
}

/*
 * Opens the file and reads its ranges of RAM. Without these it stays open for other uses,
 * and no_kcore says why they are missing.
 */
static void open_kcore(struct physical_memory_reader *reader)
{
	if (physical_memory_kcore(reader, NULL) < 0)
		return;
	if (kcore_read_ram(reader->kcore_fd, &reader->ram, &reader->ram_count,
			   &reader->no_kcore) < 0)
		reader->ram_count = 0;
}

static void open_mem(struct physical_memory_reader *reader)
{
	int fd;

	if (reader->mem_locked) {
		error_set(&reader->no_mem, EPERM,
			  "/%s is not opened, because the running kernel is locked down",
			  DEVMEM_PATH);
		return;
	}
	fd = root_openat(reader->root, DEVMEM_PATH, &reader->no_mem);

	if (fd == -EPERM || fd == -EACCES)
		error_set(&reader->no_mem, -fd,
			  "/%s: %s (only root may open it, and no one under kernel "
			  "lockdown)",
			  DEVMEM_PATH, strerror(-fd));
	reader->mem_fd = fd < 0 ? -1 : fd;
}

static void open_files(struct physical_memory_reader *reader)
{
	if (reader->opened)
		return;
	reader->opened = true;
	if (reader->root->live) {
		open_kcore(reader);
		open_mem(reader);
	} else if (root_list(reader->root, RECORDED_PATH, &reader->runs,
			     &reader->no_runs) < 0) {
		string_list_clear(&reader->runs);
	}
}

/*
 * read() works only up to the end of the kernel's RAM (valid_phys_addr_range() of
 * arch/x86/mm/mmap.c), and answers -EFAULT beyond; firmware often keeps the highest
 * memory for itself. A mapping does not have this limit. For the device only: with a
 * regular file the same access could be a SIGBUS.
 */
static int read_mapped(int fd, uint64_t address, void *buffer, size_t size)
{
	uint64_t start = align_down(address, PAGE_BYTES);
	size_t length = (size_t)(address - start) + size;
	struct stat status;
	void *mapping;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISCHR(status.st_mode))
		return -EFAULT;
	mapping = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, (off_t)start);
	if (mapping == MAP_FAILED)
		return -errno;
	memcpy(buffer, (const uint8_t *)mapping + (address - start), size);
	munmap(mapping, length);
	return 0;
}

/*
 * CONFIG_STRICT_DEVMEM answers -EPERM for System RAM, CONFIG_IO_STRICT_DEVMEM for every
 * range that /proc/iomem names, lockdown for everything. RAM in the first megabyte reads
 * as zeros instead (devmem_is_allowed() of the kernel), which a caller notices by a
 * missing signature.
 */
static int read_mem(const struct physical_memory_reader *reader, uint64_t address,
		    void *buffer, size_t size, struct error *err)
{
	const char *reason;
	int rc;

	if (reader->mem_fd < 0)
		return error_set(err, reader->no_mem.number, "%s",
				 reader->no_mem.message);
	rc = read_exactly(reader->mem_fd, buffer, size, address);
	if (rc == -EFAULT)
		rc = read_mapped(reader->mem_fd, address, buffer, size);
	if (!rc)
		return 0;
	if (rc == -EPERM && reader->no_kcore.number)
		return error_set(err, EPERM,
				 "/%s refuses 0x%" PRIx64 " (CONFIG_STRICT_DEVMEM); RAM "
				 "cannot be read either: %s",
				 DEVMEM_PATH, address, reader->no_kcore.message);
	if (rc == -EPERM)
		reason = "the kernel keeps this memory to itself, CONFIG_STRICT_DEVMEM";
	else if (rc == -EIO)
		reason = "the file ends before";
	else
		reason = strerror(-rc);
	return error_set(err, -rc, "/%s refuses %zu bytes at 0x%" PRIx64 ": %s",
			 DEVMEM_PATH, size, address, reason);
}

static int read_kcore(const struct physical_memory_reader *reader, uint64_t offset,
		      uint64_t address, void *buffer, size_t size, struct error *err)
{
	int rc = read_exactly(reader->kcore_fd, buffer, size, offset);

	if (!rc)
		return 0;
	return error_set(err, -rc, "/%s refuses %zu bytes at physical 0x%" PRIx64 ": %s",
			 KCORE_PATH, size, address, strerror(-rc));
}

/*
 * Returns the range of RAM that holds the address, or NULL. Sets *end to the address up
 * to which this result is valid.
 */
static const struct kcore_range *find_ram(const struct physical_memory_reader *reader,
					  uint64_t address, uint64_t *end)
{
	size_t i;

	*end = UINT64_MAX;
	for (i = 0; i < reader->ram_count; i++) {
		const struct kcore_range *range = &reader->ram[i];

		if (address >= range->end)
			continue;
		if (address >= range->start) {
			*end = range->end;
			return range;
		}
		*end = range->start;
		return NULL;
	}
	return NULL;
}

static int read_live(const struct physical_memory_reader *reader, uint64_t address,
		     uint8_t *buffer, size_t size, struct error *err)
{
	while (size) {
		uint64_t end;
		const struct kcore_range *ram = find_ram(reader, address, &end);
		size_t part = end - address < size ? (size_t)(end - address) : size;
		int rc;

		if (ram)
			rc = read_kcore(reader, ram->file_offset + (address - ram->start),
					address, buffer, part, err);
		else
			rc = read_mem(reader, address, buffer, part, err);
		if (rc < 0)
			return rc;
		buffer += part;
		address += part;
		size -= part;
	}
	return 0;
}

/*
 * Opens the run of that name if it holds the address. Returns its file descriptor, and
 * sets the address's offset in it and the number of bytes from there on; or -ENOENT.
 */
static int open_run(const struct root *root, const char *name, uint64_t address,
		    uint64_t *offset, uint64_t *available)
{
	_cleanup_close_ int fd = -1;
	struct stat status;
	uint64_t start;

	if (strlen(name) != RUN_NAME_LENGTH || parse_hex_u64(name, &start) < 0 ||
	    start > address)
		return -ENOENT;
	fd = root_openf(root, NULL, "%s/%s", RECORDED_PATH, name);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    address - start >= (uint64_t)status.st_size)
		return -ENOENT;
	*offset = address - start;
	*available = (uint64_t)status.st_size - *offset;
	return take_fd(fd);
}

/*
 * Reads what one run has of [address, address + size); *done is at least 1 byte. The
 * names are in the order of their addresses, so the last run that begins before it is
 * tried first.
 */
static int read_run(const struct physical_memory_reader *reader, uint64_t address,
		    uint8_t *buffer, size_t size, size_t *done, struct error *err)
{
	const struct string_list *runs = &reader->runs;
	size_t i;

	for (i = runs->count; i-- > 0;) {
		uint64_t offset = 0, available = 0;
		_cleanup_close_ int fd = open_run(reader->root, runs->items[i], address,
						  &offset, &available);
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

static int read_recorded(const struct physical_memory_reader *reader, uint64_t address,
			 uint8_t *buffer, size_t size, struct error *err)
{
	int rc = 0;

	if (reader->no_runs.number)
		return error_set(err, reader->no_runs.number, "%s",
				 reader->no_runs.message);
	while (!rc && size) {
		size_t done = 0;

		rc = read_run(reader, address, buffer, size, &done, err);
		buffer += done;
		address += done;
		size -= done;
	}
	return rc;
}

static void tell_observer(const struct root_observer *observer, uint64_t address,
			  const void *buffer, size_t size, const struct error *err)
{
	if (err->number)
		observer->memory(observer->context, address, NULL, size, err->message);
	else
		observer->memory(observer->context, address, buffer, size, NULL);
}

int physical_memory_read(struct physical_memory_reader *reader, uint64_t address,
			 void *buffer, size_t size, struct error *err)
{
	const struct root_observer *observer = reader->root->observer;
	_cleanup_error_ struct error why = { 0 };
	uint64_t end;
	int rc;

	if (!add_u64(address, size, &end))
		return error_set(err, ERANGE,
				 "%zu bytes at 0x%" PRIx64 " exceed the address space",
				 size, address);
	open_files(reader);
	if (reader->not_readable &&
	    memory_map_has_type(reader->not_readable, address, end, MEMORY_RAM))
		rc = error_set(&why, ENOENT,
			       "0x%" PRIx64 " is RAM of the Xen hypervisor, which dom0 "
			       "cannot read",
			       address);
	else if (reader->root->live)
		rc = read_live(reader, address, buffer, size, &why);
	else
		rc = read_recorded(reader, address, buffer, size, &why);
	if (observer)
		tell_observer(observer, address, buffer, size, &why);
	if (rc < 0)
		return error_set(err, -rc, "%s", why.message);
	return 0;
}
