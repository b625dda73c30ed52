// SPDX-License-Identifier: GPL-2.0-only
/* The headers of an ELF file, read and checked through libelf. */
#include "arch/x86_64/elf_image.h"

#include <elf.h>
#include <errno.h>
#include <gelf.h>

#include "util/bytes.h"
#include "util/library.h"

/* The header of musl lacks it. Intel MCU psABI, 4.1.1. */
#ifndef EM_IAMCU
#define EM_IAMCU 6
#endif

/* Intel SDM vol. 3, 4.1.4: no physical address has more bits. */
#define PHYSICAL_END (1ull << 52)

static void cleanup_elf(Elf **elf)
{
	if (*elf)
		elf_end(*elf);
}

static int damaged(const struct kernel_file *kernel, struct error *err)
{
	const char *why = elf_errmsg(-1);

	return error_set(err, EBADMSG, "%s: its ELF headers are damaged: %s",
			 kernel->path, why ? why : "they cannot be read");
}

/* Recognises other files without libelf, which may not be installed. */
static int require_elf_x86(const struct kernel_file *kernel, struct error *err)
{
	uint8_t raw[sizeof(Elf32_Ehdr)];
	struct bytes header = { raw, sizeof(raw) };
	uint16_t machine = 0;
	int rc;

	if (kernel->size < sizeof(raw))
		return -ENOEXEC;
	rc = kernel_file_read(kernel, 0, raw, sizeof(raw), err);
	if (rc < 0)
		return rc;
	bytes_u16(header, offsetof(Elf32_Ehdr, e_machine), &machine);
	if (memcmp(raw, ELFMAG, SELFMAG) != 0 || raw[EI_DATA] != ELFDATA2LSB ||
	    (machine != EM_386 && machine != EM_IAMCU && machine != EM_X86_64))
		return -ENOEXEC;
	return 0;
}

static int read_header(const struct kernel_file *kernel, Elf *file, struct elf_image *elf,
		       struct error *err)
{
	GElf_Ehdr header;
	unsigned bits;

	if (elf_kind(file) != ELF_K_ELF || !gelf_getehdr(file, &header))
		return damaged(kernel, err);
	bits = header.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	if (bits != (header.e_machine == EM_X86_64 ? 64u : 32u))
		return error_set(err, EBADMSG,
				 "%s: a %u-bit ELF file for a %s-bit machine cannot be "
				 "started",
				 kernel->path, bits, bits == 64 ? "32" : "64");
	if (header.e_phnum &&
	    header.e_phentsize != (bits == 64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return error_set(err, EBADMSG,
				 "%s: its program headers have %u bytes each, which is "
				 "wrong for a %u-bit ELF file",
				 kernel->path, header.e_phentsize, bits);
	elf->bits = bits;
	elf->type = header.e_type;
	elf->machine = header.e_machine;
	elf->entry = header.e_entry;
	elf->header_count = header.e_phnum;
	return 0;
}

static int require_sane_load(const struct kernel_file *kernel, const GElf_Phdr *header,
			     unsigned number, struct error *err)
{
	uint64_t end;

	if (header->p_filesz > header->p_memsz)
		return error_set(
			err, EBADMSG,
			"%s: program header %u puts %#llx bytes into %#llx bytes "
			"of memory",
			kernel->path, number, (unsigned long long)header->p_filesz,
			(unsigned long long)header->p_memsz);
	if (!add_u64(header->p_paddr, header->p_memsz, &end) || end > PHYSICAL_END ||
	    !add_u64(header->p_vaddr, header->p_memsz - 1, &end))
		return error_set(
			err, EBADMSG,
			"%s: program header %u takes %#llx bytes at %#llx, which "
			"is beyond all memory",
			kernel->path, number, (unsigned long long)header->p_memsz,
			(unsigned long long)header->p_paddr);
	if (!add_u64(header->p_offset, header->p_filesz, &end) || end > kernel->size)
		return error_set(
			err, EBADMSG,
			"%s is cut off: program header %u takes %#llx bytes from "
			"byte %llu on, the file has %llu; copy it again",
			kernel->path, number, (unsigned long long)header->p_filesz,
			(unsigned long long)header->p_offset,
			(unsigned long long)kernel->size);
	return 0;
}

static int add_load(const struct kernel_file *kernel, const GElf_Phdr *header,
		    unsigned number, struct elf_image *elf, struct error *err)
{
	int rc;

	if (!header->p_memsz)
		return 0;
	rc = require_sane_load(kernel, header, number, err);
	if (rc < 0)
		return rc;
	if (elf->load_count == ELF_LOADS_MAX)
		return error_set(err, E2BIG,
				 "%s has more than %u program headers to load",
				 kernel->path, ELF_LOADS_MAX);
	elf->virtual_starts[elf->load_count] = header->p_vaddr;
	elf->loads[elf->load_count++] = (struct fixed_range){
		.what = "program header",
		.number = number,
		.start = header->p_paddr,
		.end = header->p_paddr + header->p_memsz,
		.file_offset = header->p_offset,
		.file_size = header->p_filesz,
	};
	return 0;
}

static int read_program_headers(const struct kernel_file *kernel, Elf *file,
				struct elf_image *elf, struct error *err)
{
	size_t count, i;

	if (elf_getphdrnum(file, &count) < 0)
		return damaged(kernel, err);
	/* libelf counts only headers that lie within the file. */
	if (count < elf->header_count)
		return error_set(err, EBADMSG,
				 "%s is cut off: it has room for %zu of its %u program "
				 "headers; copy it again",
				 kernel->path, count, elf->header_count);
	/* Only dumps have more headers than e_phnum can count (PN_XNUM). */
	for (i = 0; i < count && i < PN_XNUM; i++) {
		GElf_Phdr header;
		int rc = 0;

		if (!gelf_getphdr(file, (int)i, &header))
			return damaged(kernel, err);
		if (header.p_type == PT_INTERP)
			elf->interpreter = true;
		/* A dump is refused later, by its type. */
		else if (header.p_type == PT_LOAD && elf->type != ET_CORE)
			rc = add_load(kernel, &header, (unsigned)i, elf, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int elf_image_read(const struct kernel_file *kernel, struct elf_image *elf,
		   struct error *err)
{
	_cleanup_(cleanup_elf) Elf *file = NULL;
	struct elf_image found = { 0 };
	int rc = require_elf_x86(kernel, err);

	if (!rc)
		rc = library_need(LIBRARY_ELF, err);
	if (rc < 0)
		return rc;
	elf_version(EV_CURRENT);
	/* Reads with pread; the variant that maps the file could end in SIGBUS. */
	file = elf_begin(kernel->fd, ELF_C_READ, NULL);
	if (!file)
		return damaged(kernel, err);
	rc = read_header(kernel, file, &found, err);
	if (!rc)
		rc = read_program_headers(kernel, file, &found, err);
	if (!rc)
		*elf = found;
	return rc;
}

int elf_image_check_kernel(const struct kernel_file *kernel, const struct elf_image *elf,
			   struct error *err)
{
	const char *what = NULL;

	if (elf->type == ET_CORE)
		what = "a memory dump (ET_CORE), which holds no program";
	else if (elf->type == ET_REL)
		what = "an object file (ET_REL), as kernel modules are";
	else if (elf->type != ET_EXEC && elf->type != ET_DYN)
		what = "an ELF file of an unknown type";
	else if (elf->interpreter)
		what = "an ELF program that needs an operating system (PT_INTERP)";
	else if (!elf->load_count)
		what = "an ELF file with nothing to load (no PT_LOAD)";
	if (!what)
		return 0;
	return error_set(err, ENOEXEC, "%s is not a loadable kernel: it is %s",
			 kernel->path, what);
}

int elf_image_entry(const struct kernel_file *kernel, const struct elf_image *elf,
		    uint64_t *entry, struct error *err)
{
	size_t i;

	for (i = 0; i < elf->load_count; i++) {
		if (elf->entry >= elf->loads[i].start && elf->entry < elf->loads[i].end) {
			*entry = elf->entry;
			return 0;
		}
	}
	for (i = 0; i < elf->load_count; i++) {
		uint64_t size = elf->loads[i].end - elf->loads[i].start;
		uint64_t offset = elf->entry - elf->virtual_starts[i];

		if (elf->entry >= elf->virtual_starts[i] && offset < size) {
			*entry = elf->loads[i].start + offset;
			return 0;
		}
	}
	return error_set(err, EBADMSG,
			 "%s: its entry point %#llx lies outside of all that it loads",
			 kernel->path, (unsigned long long)elf->entry);
}
