/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ELF core header, from which the capture kernel makes /proc/vmcore, the crashed
 * kernel's memory (Documentation/admin-guide/kdump/kdump.rst).
 */
#ifndef KEXEC_ELF_CORE_HEADER_H
#define KEXEC_ELF_CORE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crash/crash_facts.h"
#include "memory/memory_map.h"
#include "util/error.h"

/* The contents of the header. All addresses are physical. */
struct elf_core_request {
	const struct crash_facts *facts;
	/* RAM to dump: facts->ram without what the capture kernel overwrites. */
	const struct memory_map *dump;
	/* Low memory that purgatory copies away: [low_start, low_end) is at low_copy. */
	uint64_t low_start;
	uint64_t low_end; /* equal to low_start: nothing is copied */
	uint64_t low_copy;
	bool elf32; /* --elf32-core-headers */
};

/*
 * Makes the header: one PT_NOTE for each CPU, one for each vmcoreinfo, a PT_LOAD for the
 * kernel text if it is known, one for each range to dump. p_offset is p_paddr, as the
 * capture kernel expects; for copied low memory it is the address of the copy.
 * *data belongs to the caller, *size is in bytes.
 * -EOVERFLOW if 32-bit headers were requested and RAM above 4 GiB must be dumped.
 */
__must_check int elf_core_header_make(const struct elf_core_request *request,
				      uint8_t **data, size_t *size, struct error *err);

/* Bytes that elf_core_header_make would need, without making it. */
size_t elf_core_header_size(size_t note_count, size_t load_count, bool elf32);

#endif
