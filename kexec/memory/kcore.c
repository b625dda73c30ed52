// SPDX-License-Identifier: GPL-2.0-only
/* Reads the layout of the running kernel from the program headers of /proc/kcore. */
#include "memory/kcore.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

/*
 * Documentation/arch/x86/x86_64/mm.rst: the start of the kernel's own mapping, with 4 and
 * 5 levels, and of the kernel's half of all addresses, with 5 levels.
 */
#define KERNEL_MAPPING 0xffffffff80000000ull
#define KERNEL_HALF    0xff00000000000000ull

/* p_paddr, since Linux 4.11, of ranges without one: vmalloc, modules, vsyscall. */
#define NO_PHYSICAL_ADDRESS UINT64_MAX

/* Hot-plugged memory can change the headers between two reads: try again. */
#define ATTEMPTS 8

/* One PT_LOAD. */
struct load {
	uint64_t virtual_start;
	uint64_t start; /* physical */
	uint64_t size;
	uint64_t file_offset;
};

/* The results so far. */
struct survey {
	struct kcore_layout layout;
	size_t text_count;
	size_t ram_count;
	bool has_addresses; /* some header has a physical address that is not 0 */
	struct load first_ram;
	struct load odd_ram; /* RAM that contradicts first_ram; size 0 without it */
};

static int bad_file(struct error *err, const char *defect)
{
	return error_set(err, EINVAL, "/%s: %s", KCORE_PATH, defect);
}

static int read_part(int fd, void *buffer, size_t size, uint64_t offset,
		     struct error *err)
{
	int rc = read_exactly(fd, buffer, size, offset);

	if (rc == -EIO)
		return bad_file(err, "ends within its headers, or cannot be read");
	if (rc < 0)
		return error_set(err, -rc, "cannot read /%s: %s", KCORE_PATH,
				 strerror(-rc));
	return 0;
}

static int require_kcore_elf(struct bytes header, struct error *err)
{
	uint16_t machine = 0, entry_size = 0;

	if (memcmp(header.data, ELFMAG, SELFMAG) != 0)
		return bad_file(err, "is not an ELF file");
	bytes_u16(header, offsetof(Elf64_Ehdr, e_machine), &machine);
	if (header.data[EI_CLASS] != ELFCLASS64 || header.data[EI_DATA] != ELFDATA2LSB ||
	    machine != EM_X86_64)
		return bad_file(err, "is not an ELF file of a 64-bit x86 kernel");
	bytes_u16(header, offsetof(Elf64_Ehdr, e_phentsize), &entry_size);
	if (entry_size != sizeof(Elf64_Phdr))
		return error_set(err, EINVAL,
				 "/%s: its program headers have %u bytes instead of %zu",
				 KCORE_PATH, entry_size, sizeof(Elf64_Phdr));
	return 0;
}

/*
 * With 65535 headers or more, their number is in the first section header (System V ABI,
 * "ELF Header", e_phnum). Known kernels do not do this.
 */
static int count_headers(int fd, struct bytes header, size_t *count, struct error *err)
{
	uint8_t section[sizeof(Elf64_Shdr)];
	struct bytes first = { section, sizeof(section) };
	uint64_t offset = 0;
	uint32_t large = 0;
	uint16_t small = 0;
	int rc;

	bytes_u16(header, offsetof(Elf64_Ehdr, e_phnum), &small);
	*count = small;
	if (small != PN_XNUM)
		return 0;
	bytes_u64(header, offsetof(Elf64_Ehdr, e_shoff), &offset);
	if (!offset || offset > INT64_MAX - sizeof(section))
		return bad_file(err, "does not say how many program headers it has");
	rc = read_part(fd, section, sizeof(section), offset, err);
	if (rc < 0)
		return rc;
	bytes_u32(first, offsetof(Elf64_Shdr, sh_info), &large);
	if (large > KCORE_HEADERS_MAX)
		return error_set(err, EFBIG, "/%s: %" PRIu32 " program headers",
				 KCORE_PATH, large);
	*count = large;
	return 0;
}

/* *table: all program headers, malloc'ed. */
static int read_table_once(int fd, struct bytes header, uint8_t **table, size_t *size,
			   struct error *err)
{
	_cleanup_free_ uint8_t *data = NULL;
	uint64_t offset = 0;
	size_t count;
	int rc;

	rc = count_headers(fd, header, &count, err);
	if (rc < 0)
		return rc;
	bytes_u64(header, offsetof(Elf64_Ehdr, e_phoff), &offset);
	if (!count || !offset)
		return bad_file(err, "has no program headers");
	*size = count * sizeof(Elf64_Phdr);
	if (offset > INT64_MAX - *size)
		return bad_file(err, "has an invalid offset of its program headers");
	data = malloc(*size);
	if (!data)
		return error_no_memory(err);
	rc = read_part(fd, data, *size, offset, err);
	if (rc < 0)
		return rc;
	*table = take_pointer(data);
	return 0;
}

/* Reads a table that fits its ELF header: the header is the same before and after. */
static int read_table(int fd, uint8_t **table, size_t *size, struct error *err)
{
	uint8_t before[sizeof(Elf64_Ehdr)], after[sizeof(Elf64_Ehdr)];
	int attempt, rc;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		_cleanup_free_ uint8_t *data = NULL;

		rc = read_part(fd, before, sizeof(before), 0, err);
		if (!rc)
			rc = require_kcore_elf((struct bytes){ before, sizeof(before) },
					       err);
		if (!rc)
			rc = read_table_once(fd, (struct bytes){ before, sizeof(before) },
					     &data, size, err);
		if (!rc)
			rc = read_part(fd, after, sizeof(after), 0, err);
		if (rc < 0)
			return rc;
		if (!memcmp(before, after, sizeof(before))) {
			*table = take_pointer(data);
			return 0;
		}
	}
	return error_set(err, EAGAIN, "/%s changes while it is read; try again",
			 KCORE_PATH);
}

static bool get_load(struct bytes table, uint64_t offset, struct load *load)
{
	uint32_t type = PT_NULL;

	return !bytes_u32(table, offset + offsetof(Elf64_Phdr, p_type), &type) &&
	       type == PT_LOAD &&
	       !bytes_u64(table, offset + offsetof(Elf64_Phdr, p_vaddr),
			  &load->virtual_start) &&
	       !bytes_u64(table, offset + offsetof(Elf64_Phdr, p_paddr), &load->start) &&
	       !bytes_u64(table, offset + offsetof(Elf64_Phdr, p_memsz), &load->size) &&
	       !bytes_u64(table, offset + offsetof(Elf64_Phdr, p_offset),
			  &load->file_offset) &&
	       load->size && load->start != NO_PHYSICAL_ADDRESS;
}

static int add_load(struct survey *survey, const struct load *load, struct error *err)
{
	struct kcore_layout *layout = &survey->layout;
	uint64_t end, virtual_last;

	if (!add_u64(load->start, load->size, &end) ||
	    !add_u64(load->virtual_start, load->size - 1, &virtual_last))
		return error_set(err, EINVAL,
				 "/%s: 0x%" PRIx64 " bytes at 0x%" PRIx64
				 " (physical 0x%" PRIx64 ") wrap around",
				 KCORE_PATH, load->size, load->virtual_start,
				 load->start);
	survey->has_addresses |= load->start != 0;
	if (load->virtual_start >= KERNEL_MAPPING) {
		layout->text_start = load->start;
		layout->text_end = end;
		layout->text_virtual = load->virtual_start;
		survey->text_count++;
		return 0;
	}
	if (!survey->ram_count++) {
		survey->first_ram = *load;
		layout->direct_map = load->virtual_start - load->start;
	} else if (load->virtual_start - load->start != layout->direct_map) {
		survey->odd_ram = *load;
	}
	return 0;
}

/*
 * Kernels before 4.11 have 0 as every physical address, so the kernel's physical address
 * is unknown.
 */
static int require_complete(const struct survey *survey, struct error *err)
{
	const struct load *first = &survey->first_ram, *odd = &survey->odd_ram;
	uint64_t base = survey->layout.direct_map;

	if (!survey->has_addresses)
		return error_set(err, ENOTSUP,
				 "/%s gives no physical addresses; a crash kernel needs "
				 "Linux 4.11 or later",
				 KCORE_PATH);
	if (survey->text_count != 1)
		return error_set(err, EINVAL,
				 "/%s has %zu headers for the kernel itself (from 0x%llx "
				 "on), not one",
				 KCORE_PATH, survey->text_count, KERNEL_MAPPING);
	if (!survey->ram_count)
		return bad_file(err, "has no header for RAM");
	if (odd->size)
		return error_set(err, EINVAL,
				 "/%s: no single direct map has physical 0x%" PRIx64
				 " at 0x%" PRIx64 " and 0x%" PRIx64 " at 0x%" PRIx64,
				 KCORE_PATH, first->start, first->virtual_start,
				 odd->start, odd->virtual_start);
	if (first->virtual_start < first->start || base < KERNEL_HALF ||
	    base % PAGE_BYTES)
		return error_set(err, EINVAL,
				 "/%s: physical 0x%" PRIx64 " at 0x%" PRIx64
				 " is not in a direct map",
				 KCORE_PATH, first->start, first->virtual_start);
	return 0;
}

int kcore_read_fd(int fd, struct kcore_layout *layout, struct error *err)
{
	_cleanup_free_ uint8_t *table = NULL;
	struct survey survey = { 0 };
	uint64_t offset;
	size_t size = 0;
	int rc;

	rc = read_table(fd, &table, &size, err);
	if (rc < 0)
		return rc;
	for (offset = 0; offset < size; offset += sizeof(Elf64_Phdr)) {
		struct load load;

		if (!get_load((struct bytes){ table, size }, offset, &load))
			continue;
		rc = add_load(&survey, &load, err);
		if (rc < 0)
			return rc;
	}
	rc = require_complete(&survey, err);
	if (rc < 0)
		return rc;
	*layout = survey.layout;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct kcore_range *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

int kcore_read_ram(int fd, struct kcore_range **ranges, size_t *count, struct error *err)
{
	_cleanup_free_ struct kcore_range *found = NULL;
	_cleanup_free_ uint8_t *table = NULL;
	bool has_addresses = false;
	size_t size = 0, number = 0;
	uint64_t offset;
	int rc;

	rc = read_table(fd, &table, &size, err);
	if (rc < 0)
		return rc;
	found = calloc(size / sizeof(Elf64_Phdr), sizeof(*found));
	if (!found)
		return error_no_memory(err);
	for (offset = 0; offset < size; offset += sizeof(Elf64_Phdr)) {
		struct load load;
		uint64_t end, file_end;

		if (!get_load((struct bytes){ table, size }, offset, &load) ||
		    !add_u64(load.start, load.size, &end) ||
		    !add_u64(load.file_offset, load.size, &file_end) ||
		    file_end > INT64_MAX)
			continue;
		has_addresses |= load.start != 0;
		found[number++] =
			(struct kcore_range){ load.start, end, load.file_offset };
	}
	if (!has_addresses)
		return error_set(err, ENOTSUP, "/%s gives no physical addresses",
				 KCORE_PATH);
	qsort(found, number, sizeof(*found), by_start);
	*ranges = take_pointer(found);
	*count = number;
	return 0;
}

int kcore_open(const struct root *root, struct error *err)
{
	int fd = root_openat(root, KCORE_PATH, err);

	if (fd == -ENOENT)
		return error_set(
			err, ENOENT,
			"/%s does not exist: the running kernel is built without "
			"CONFIG_PROC_KCORE",
			KCORE_PATH);
	if (fd == -EPERM || fd == -EACCES)
		return error_set(err, -fd,
				 "cannot open /%s: %s; run as root, on a kernel that is "
				 "not in lockdown",
				 KCORE_PATH, strerror(-fd));
	return fd;
}
