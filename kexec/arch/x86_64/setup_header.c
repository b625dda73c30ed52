// SPDX-License-Identifier: GPL-2.0-only
/*
 * The header that every bzImage begins with (boot.rst, "The Real-Mode Kernel Header"):
 * read and checked. Adds nothing to an image.
 */
#include "arch/x86_64/setup_header.h"

#include <errno.h>

#include "util/bytes.h"

/* kernel_alignment is 2 MiB in practice (CONFIG_PHYSICAL_ALIGN is at most 16 MiB). */
#define KERNEL_ALIGNMENT_MAX (1ull << 30)

/* The unit of syssize. The last paragraph of memtest86+ is incomplete. */
#define PARAGRAPH_BYTES	 16ull

#define HEADER_READ_SIZE (SETUP_HEADER_OFFSET + sizeof(struct setup_header))

/* boot.rst, initrd_addr_max and cmdline_size: the values where the field is missing. */
#define OLD_INITRD_ADDR_MAX 0x37ffffffu
#define OLD_CMDLINE_SIZE    255u

/*
 * Kernels before protocol 2.10 do not say how much memory they need. Uncompressed they
 * have less than five times the size; .bss and early allocations come on top.
 */
#define OLD_ROOM_FACTOR 8u

/*
 * A field that is newer than the file's protocol holds unrelated bytes; it gets the value
 * that kernels of that protocol imply.
 */
static void complete(struct setup_header *header)
{
	if (header->version < SETUP_VERSION_2_03)
		header->initrd_addr_max = OLD_INITRD_ADDR_MAX;
	if (header->version < SETUP_VERSION_2_05) {
		header->kernel_alignment = 0;
		header->relocatable_kernel = 0;
	}
	if (header->version < SETUP_VERSION_2_06)
		header->cmdline_size = OLD_CMDLINE_SIZE;
	if (header->version < SETUP_VERSION_2_10) {
		header->min_alignment = 0;
		header->pref_address = 0;
		header->init_size = 0;
	}
	if (header->version < SETUP_VERSION_2_12)
		header->xloadflags = 0;
}

int setup_header_read(const struct kernel_file *kernel, struct setup_header *header,
		      struct error *err)
{
	uint8_t raw[HEADER_READ_SIZE];
	size_t end;
	int rc;

	if (kernel->size < sizeof(raw))
		return -ENOEXEC;
	rc = kernel_file_read(kernel, 0, raw, sizeof(raw), err);
	if (rc < 0)
		return rc;
	end = 0x202u + raw[SETUP_HEADER_LENGTH_OFFSET];
	if (end > sizeof(raw))
		end = sizeof(raw);
	*header = (struct setup_header){ 0 };
	memcpy(header, raw + SETUP_HEADER_OFFSET, end - SETUP_HEADER_OFFSET);
	if (header->boot_flag != BOOT_FLAG_MAGIC || header->header != SETUP_HEADER_MAGIC)
		return -ENOEXEC;
	complete(header);
	return 0;
}

uint64_t setup_header_setup_size(const struct setup_header *header)
{
	return ((header->setup_sects ? header->setup_sects : 4) + 1) * SECTOR_BYTES;
}

uint64_t setup_header_kernel_size(const struct kernel_file *kernel,
				  const struct setup_header *header)
{
	uint64_t setup_size = setup_header_setup_size(header);
	uint64_t present = kernel->size > setup_size ? kernel->size - setup_size : 0;
	uint64_t declared = header->syssize * PARAGRAPH_BYTES;

	if (header->version < SETUP_VERSION_2_04)
		return present;
	return declared < present ? declared : present;
}

uint64_t setup_header_room(const struct kernel_file *kernel,
			   const struct setup_header *header)
{
	if (header->version >= SETUP_VERSION_2_10)
		return header->init_size;
	return setup_header_kernel_size(kernel, header) * OLD_ROOM_FACTOR;
}

int setup_header_check_sizes(const struct kernel_file *kernel,
			     const struct setup_header *header, struct error *err)
{
	uint64_t code = header->version < SETUP_VERSION_2_04
				? setup_header_kernel_size(kernel, header)
				: header->syssize * PARAGRAPH_BYTES;
	uint64_t needed = setup_header_setup_size(header) + code;

	if (!code)
		return error_set(err, EBADMSG,
				 "%s: its header says that it has no code (syssize)",
				 kernel->path);
	if (kernel->size + PARAGRAPH_BYTES <= needed)
		return error_set(
			err, EBADMSG,
			"%s is cut off: its header says %llu bytes, it has %llu; "
			"copy the file again",
			kernel->path, (unsigned long long)needed,
			(unsigned long long)kernel->size);
	if (setup_header_room(kernel, header) < code)
		return error_set(
			err, EBADMSG,
			"%s: its header says it runs in %u bytes (init_size), but "
			"its code alone has %llu",
			kernel->path, header->init_size, (unsigned long long)code);
	if (header->relocatable_kernel &&
	    (!is_power_of_two(header->kernel_alignment) ||
	     header->kernel_alignment > KERNEL_ALIGNMENT_MAX))
		return error_set(err, EBADMSG,
				 "%s: its header has an invalid kernel_alignment: %#x",
				 kernel->path, header->kernel_alignment);
	if (header->pref_address % PAGE_BYTES || header->pref_address >= 1ull << 52)
		return error_set(err, EBADMSG,
				 "%s: its header has an invalid pref_address: %#llx",
				 kernel->path, (unsigned long long)header->pref_address);
	return 0;
}
