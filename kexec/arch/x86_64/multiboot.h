/* SPDX-License-Identifier: GPL-2.0-only */
/* The common parts of the Multiboot specifications 0.6.96 and 2.0. */
#ifndef KEXEC_ARCH_X86_64_MULTIBOOT_H
#define KEXEC_ARCH_X86_64_MULTIBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/elf_image.h"
#include "arch/x86_64/fixed_ranges.h"
#include "files/modules.h"
#include "image/loader.h"
#include "util/error.h"

#define MULTIBOOT_LOADER_NAME "kexec"

/* How to find a header in the first bytes of a file. */
struct multiboot_signature {
	uint32_t magic;
	uint64_t area;	/* the header lies within so many bytes of the file */
	unsigned step;	/* alignment in the file, bytes */
	unsigned words; /* of 32 bits, magic first and checksum last: their sum is 0 */
};

#define MULTIBOOT_WORDS_MAX 4u

/* The physical addresses in the header, which files that are not ELF need. */
struct multiboot_addresses {
	bool given;
	uint32_t header; /* address of the header itself */
	uint32_t load;
	uint32_t load_end; /* 0: all of the file */
	uint32_t bss_end;  /* 0: no bss */
};

/* Where a kernel goes and is entered. */
struct multiboot_kernel {
	struct fixed_range ranges[ELF_LOADS_MAX];
	size_t range_count;
	uint64_t entry; /* physical */
};

/* The information for the kernel while it is written. The first members are its input. */
struct multiboot_info {
	const struct load_request *request;
	const struct image *image;
	const struct segment *modules; /* one for each of request->modules */
	const char *first_module;      /* its text, if that is not the given one */
	uint64_t load_base;	       /* where the kernel went, physical */
	uint8_t *data;		       /* NULL while sizes are counted */
	uint64_t base;		       /* physical address of data */
	uint64_t size;		       /* bytes written so far */
	uint64_t total;		       /* bytes in the end; 0 while sizes are counted */
	uint64_t address;	       /* what the kernel gets in ebx */
	uint64_t acpi_tags; /* MULTIBOOT2_ACPI_ROOM bytes for purgatory; 0: none */
};

/*
 * Writes the information with multiboot_put and the functions after it. It is called once
 * to count the bytes and once to write them, and must put the same number each time.
 */
typedef void multiboot_writer(struct multiboot_info *info);

/*
 * Finds the first header: *offset is that of its magic in the file, words are its first
 * words. -ENOEXEC without a message if the file has no header.
 */
__must_check int multiboot_find_header(const struct kernel_file *kernel,
				       const struct multiboot_signature *signature,
				       uint64_t *offset,
				       uint32_t words[MULTIBOOT_WORDS_MAX],
				       struct error *err);

/*
 * Finds where the parts of the file go: by the addresses of the header at header_offset
 * if they are given, else by its ELF program headers, which also name the entry.
 * -EBADMSG or -ENOTSUP if the addresses are invalid.
 */
__must_check int multiboot_read_kernel(const struct kernel_file *kernel,
				       uint64_t header_offset,
				       const struct multiboot_addresses *addresses,
				       struct multiboot_kernel *found, struct error *err);

/*
 * Must be called first. Refuses options that these kernels do not support, and places the
 * additional segments of a crash kernel.
 */
__must_check int multiboot_prepare(const struct load_request *request,
				   struct image *image, struct error *err);

/*
 * Places kernel, modules and information, and sets image->registers. magic: what the
 * kernel gets in eax.
 */
__must_check int multiboot_place(const struct load_request *request,
				 struct multiboot_kernel *kernel, multiboot_writer *write,
				 uint32_t magic, struct image *image, struct error *err);

/* "FILE ARGUMENTS" of a module, number < request->modules->count. */
const char *multiboot_module_text(const struct multiboot_info *info, size_t number);

/* KiB of RAM from 0 on, at most 640. */
uint32_t multiboot_lower_kib(const struct memory_map *memory);

/* KiB of RAM from 1 MiB to the first hole. */
uint32_t multiboot_upper_kib(const struct memory_map *memory);

/* The type of a range: e820 types up to 5 stay, all others become reserved. */
uint32_t multiboot_memory_type(enum memory_type type);

/* Each appends to the information and returns the physical address of what it wrote. */
uint64_t multiboot_put(struct multiboot_info *info, const void *data, size_t size);
uint64_t multiboot_put_u32(struct multiboot_info *info, uint32_t value);
uint64_t multiboot_put_u64(struct multiboot_info *info, uint64_t value);
uint64_t multiboot_put_text(struct multiboot_info *info, const char *text);

/* Appends zeros up to the next multiple of alignment bytes. */
void multiboot_align(struct multiboot_info *info, unsigned alignment);

#endif
