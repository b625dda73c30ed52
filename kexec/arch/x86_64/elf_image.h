/* SPDX-License-Identifier: GPL-2.0-only */
/* An ELF file that is to be loaded by its program headers (System V ABI, "ELF"). */
#ifndef KEXEC_ARCH_X86_64_ELF_IMAGE_H
#define KEXEC_ARCH_X86_64_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/fixed_ranges.h"
#include "files/kernel_file.h"
#include "util/error.h"

/* More than that cannot become segments, whatever is joined. */
#define ELF_LOADS_MAX 64u

struct elf_image {
	unsigned bits;	       /* of the file's class: 32 or 64 */
	uint16_t type;	       /* e_type */
	uint16_t machine;      /* e_machine */
	uint64_t entry;	       /* e_entry as it stands there */
	unsigned header_count; /* e_phnum */
	bool interpreter;      /* it has a PT_INTERP */
	/* The PT_LOADs that take memory, by p_paddr, and the p_vaddr of each. */
	struct fixed_range loads[ELF_LOADS_MAX];
	uint64_t virtual_starts[ELF_LOADS_MAX];
	size_t load_count;
};

/*
 * Reads the headers. -ENOEXEC without a message: not an ELF file for x86. -EBADMSG with a
 * message: they contradict themselves or the file. -ELIBACC: no libelf.
 */
int elf_image_read(const struct kernel_file *kernel, struct elf_image *elf,
		   struct error *err);

/* -ENOEXEC with a message if it is not something that runs without a kernel. */
int elf_image_check_kernel(const struct kernel_file *kernel, const struct elf_image *elf,
			   struct error *err);

/*
 * The physical address of the entry. e_entry is one where it lies in what is loaded by
 * p_paddr, as that of a vmlinux; else it is virtual and moves with its PT_LOAD.
 * -EBADMSG with a message if it lies nowhere.
 */
int elf_image_entry(const struct kernel_file *kernel, const struct elf_image *elf,
		    uint64_t *entry, struct error *err);

#endif
