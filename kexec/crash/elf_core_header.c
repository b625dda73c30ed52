// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ELF core header, written through libelf into memory. Touches nothing else.
 *
 * The capture kernel (fs/proc/vmcore.c, 6.1 and 6.12) accepts ET_CORE of its own machine
 * with the program headers right behind the ELF header, at least one of them PT_NOTE. It
 * reads notes and memory at p_offset, a physical address of any alignment, and takes
 * p_memsz for the size. makedumpfile and crash find the direct map and the kernel through
 * the difference of p_vaddr and p_paddr of the PT_LOADs. For kexec_file_load,
 * crash_prepare_elf64_headers() in kernel/crash_core.c makes the same header.
 */
#include "crash/elf_core_header.h"

#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util/bytes.h"
#include "util/io.h"
#include "util/library.h"
#include "util/sizes.h"

/*
 * The capture kernel uses e_phnum as the number of headers. In the ELF specification the
 * value PN_XNUM means that the number is stored elsewhere, so the number must be smaller.
 */
#define HEADERS_MAX (PN_XNUM - 1)

struct header_list {
	GElf_Phdr *items;
	size_t count;
	size_t capacity;
	bool elf32;
};

static void header_list_clear(struct header_list *list)
{
	free(list->items);
	*list = (struct header_list){ 0 };
}

size_t elf_core_header_size(size_t note_count, size_t load_count, bool elf32)
{
	size_t count = note_count + load_count;

	return elf32 ? sizeof(Elf32_Ehdr) + count * sizeof(Elf32_Phdr)
		     : sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr);
}

/* Checks that the memory and where its contents are found fit into the file's class. */
static int add_header(struct header_list *list, const GElf_Phdr *header,
		      struct error *err)
{
	uint64_t end = 0, offset_end = 0;
	GElf_Phdr *items;

	if (list->count == HEADERS_MAX)
		return error_set(err, E2BIG,
				 "the dump would need more than %u ELF program headers, "
				 "which the capture kernel does not read",
				 HEADERS_MAX);
	if (!add_u64(header->p_paddr, header->p_memsz, &end) ||
	    !add_u64(header->p_offset, header->p_memsz, &offset_end))
		return error_set(err, ERANGE,
				 "cannot dump 0x%" PRIx64 " bytes at 0x%" PRIx64
				 ": the range wraps around",
				 header->p_memsz, header->p_paddr);
	if (list->elf32 && (end > 4 * GIB || offset_end > 4 * GIB))
		return error_set(err, EOVERFLOW,
				 "--elf32-core-headers: memory up to 0x%" PRIx64
				 " is to be dumped, but 32-bit headers end at 4 GiB; use "
				 "--elf64-core-headers",
				 end > offset_end ? end : offset_end);
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 64;

		items = reallocarray(list->items, capacity, sizeof(*items));
		if (!items)
			return error_no_memory(err);
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = *header;
	return 0;
}

static int add_note(struct header_list *list, const struct crash_note *note,
		    struct error *err)
{
	GElf_Phdr header = {
		.p_type = PT_NOTE,
		.p_offset = note->start,
		.p_paddr = note->start,
		.p_filesz = note->end - note->start,
		.p_memsz = note->end - note->start,
	};

	return add_header(list, &header, err);
}

/*
 * 32-bit headers have no room for the virtual addresses of a 64-bit kernel, and half an
 * address would be misread, so p_vaddr is 0 in them.
 */
static int add_load(struct header_list *list, uint64_t start, uint64_t end,
		    uint64_t offset, uint64_t virtual_start, struct error *err)
{
	GElf_Phdr header = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W | PF_X,
		.p_offset = offset,
		.p_vaddr = list->elf32 ? 0 : virtual_start,
		.p_paddr = start,
		.p_filesz = end - start,
		.p_memsz = end - start,
	};

	return add_header(list, &header, err);
}

/* Adds RAM at [start, end), whose contents lie at offset. An empty range adds nothing. */
static int add_ram(struct header_list *list, uint64_t start, uint64_t end,
		   uint64_t offset, uint64_t direct_map, struct error *err)
{
	uint64_t virtual_start;

	if (start >= end)
		return 0;
	if (!add_u64(direct_map, start, &virtual_start))
		return error_set(err, ERANGE,
				 "the direct map at 0x%" PRIx64
				 " has no room for physical 0x%" PRIx64,
				 direct_map, start);
	return add_load(list, start, end, offset, virtual_start, err);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Adds [start, end), whose contents purgatory copies away. */
static int add_copied(struct header_list *list, const struct elf_core_request *request,
		      uint64_t start, uint64_t end, struct error *err)
{
	uint64_t offset;

	if (start >= end)
		return 0;
	if (!add_u64(request->low_copy, start - request->low_start, &offset))
		return error_set(err, ERANGE,
				 "a copy of low memory cannot lie at 0x%" PRIx64,
				 request->low_copy);
	return add_ram(list, start, end, offset, request->facts->direct_map, err);
}

static int add_range(struct header_list *list, const struct elf_core_request *request,
		     const struct memory_range *range, struct error *err)
{
	uint64_t low_start = request->low_start, low_end = request->low_end;
	uint64_t base = request->facts->direct_map, start = range->start;
	int rc;

	if (low_start >= low_end)
		return add_ram(list, start, range->end, start, base, err);
	rc = add_ram(list, start, smaller(range->end, low_start), start, base, err);
	if (!rc)
		rc = add_copied(list, request, larger(start, low_start),
				smaller(range->end, low_end), err);
	start = larger(start, low_end);
	return rc ? rc : add_ram(list, start, range->end, start, base, err);
}

static int list_headers(const struct elf_core_request *request, struct header_list *list,
			struct error *err)
{
	const struct crash_facts *facts = request->facts;
	const struct crash_note *vmcoreinfo = &facts->vmcoreinfo;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < facts->cpu_note_count; i++)
		rc = add_note(list, &facts->cpu_notes[i], err);
	if (!rc && vmcoreinfo->start < vmcoreinfo->end)
		rc = add_note(list, vmcoreinfo, err);
	if (!rc && facts->xen_vmcoreinfo.start < facts->xen_vmcoreinfo.end)
		rc = add_note(list, &facts->xen_vmcoreinfo, err);
	if (!rc && facts->text_start < facts->text_end)
		rc = add_load(list, facts->text_start, facts->text_end, facts->text_start,
			      facts->text_virtual, err);
	for (i = 0; !rc && i < request->dump->count; i++)
		if (request->dump->ranges[i].type == MEMORY_RAM)
			rc = add_range(list, request, &request->dump->ranges[i], err);
	return rc;
}

static int elf_error(struct error *err)
{
	return error_set(err, EIO, "libelf: %s", elf_errmsg(-1));
}

static void cleanup_elf(Elf **elf)
{
	elf_end(*elf);
}

/*
 * The file has nothing but the two kinds of headers, so libelf puts them in a row. The
 * machine is EM_X86_64 in both classes: the capture kernel is a 64-bit kernel, and it
 * takes ELFCLASS32 only with that machine (elf_check_arch).
 */
static int write_headers(int fd, const struct header_list *list, struct error *err)
{
	_cleanup_(cleanup_elf) Elf *elf = NULL;
	int class = list->elf32 ? ELFCLASS32 : ELFCLASS64;
	GElf_Ehdr header;
	size_t i;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return elf_error(err);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	if (!elf || !gelf_newehdr(elf, class) || !gelf_getehdr(elf, &header))
		return elf_error(err);
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_type = ET_CORE;
	header.e_machine = EM_X86_64;
	header.e_version = EV_CURRENT;
	if (!gelf_update_ehdr(elf, &header) || !gelf_newphdr(elf, list->count))
		return elf_error(err);
	for (i = 0; i < list->count; i++)
		if (!gelf_update_phdr(elf, (int)i, &list->items[i]))
			return elf_error(err);
	return elf_update(elf, ELF_C_WRITE) < 0 ? elf_error(err) : 0;
}

/* Checks that the program headers follow the ELF header: see above. */
static int read_back(int fd, const struct header_list *list, uint8_t **data, size_t *size,
		     struct error *err)
{
	_cleanup_free_ uint8_t *made = NULL;
	size_t length = elf_core_header_size(0, list->count, list->elf32);
	off_t end = lseek(fd, 0, SEEK_END);
	int rc;

	if (end < 0 || (size_t)end != length)
		return error_set(err, EIO,
				 "libelf made an ELF core header of %jd bytes, not %zu",
				 (intmax_t)end, length);
	made = malloc(length);
	if (!made)
		return error_no_memory(err);
	rc = read_exactly(fd, made, length, 0);
	if (rc < 0)
		return error_set(err, -rc, "cannot read the ELF core header back: %s",
				 strerror(-rc));
	*data = take_pointer(made);
	*size = length;
	return 0;
}

int elf_core_header_make(const struct elf_core_request *request, uint8_t **data,
			 size_t *size, struct error *err)
{
	_cleanup_(header_list_clear) struct header_list list = {
		.elf32 = request->elf32,
	};
	_cleanup_close_ int fd = -1;
	int rc;

	if (!request->facts->cpu_note_count)
		return error_set(err, EINVAL,
				 "a dump needs the notes of one CPU at least");
	rc = library_need(LIBRARY_ELF, err);
	if (!rc)
		rc = list_headers(request, &list, err);
	if (rc < 0)
		return rc;
	fd = memory_file_create("elfcorehdr");
	if (fd < 0)
		return error_set(err, -fd, "memfd_create: %s", strerror(-fd));
	rc = write_headers(fd, &list, err);
	return rc < 0 ? rc : read_back(fd, &list, data, size, err);
}
