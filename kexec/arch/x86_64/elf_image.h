/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers of an ELF file that is loaded by its PT_LOADs (System V ABI, "ELF"). */
#ifndef KEXEC_ARCH_X86_64_ELF_IMAGE_H
#define KEXEC_ARCH_X86_64_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/fixed_ranges.h"
#include "files/kernel_file.h"
#include "util/error.h"

/* More PT_LOADs than kexec_load takes segments, even if neighbours share a page. */
#define ELF_LOADS_MAX 64u

struct elf_image {
	unsigned bits;	       /* 32 or 64: the file's class */
	uint16_t type;	       /* e_type */
	uint16_t machine;      /* e_machine */
	uint64_t entry;	       /* e_entry, which may be virtual */
	unsigned header_count; /* e_phnum */
	bool interpreter;      /* the file has a PT_INTERP */
	/* The PT_LOADs that take memory, by p_paddr, and the p_vaddr of each. */
	struct fixed_range loads[ELF_LOADS_MAX];
	uint64_t virtual_starts[ELF_LOADS_MAX];
	size_t load_count;
};

/*
 * Reads the headers. Returns 0, -ENOEXEC without a message (not an ELF file for x86),
 * -EBADMSG (the headers contradict themselves or the file) or -ELIBACC (no libelf).
 */
__must_check int elf_image_read(const struct kernel_file *kernel, struct elf_image *elf,
				struct error *err);

/* -ENOEXEC with a message if the file needs an operating system or cannot run at all. */
__must_check int elf_image_check_kernel(const struct kernel_file *kernel,
					const struct elf_image *elf, struct error *err);

/*
 * Finds the physical address of the entry. If e_entry lies in the p_paddr range of a
 * PT_LOAD, as in a vmlinux, it is that address; else it is virtual and is converted with
 * the PT_LOAD whose p_vaddr range holds it. -EBADMSG if no PT_LOAD does.
 */
__must_check int elf_image_entry(const struct kernel_file *kernel,
				 const struct elf_image *elf, uint64_t *entry,
				 struct error *err);

#endif
