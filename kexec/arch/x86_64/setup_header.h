/* SPDX-License-Identifier: GPL-2.0-only */
/* The header that every bzImage begins with (boot.rst, "The Real-Mode Kernel Header"). */
#ifndef KEXEC_ARCH_X86_64_SETUP_HEADER_H
#define KEXEC_ARCH_X86_64_SETUP_HEADER_H

#include <stdint.h>

#include "abi/boot_protocol.h"
#include "files/kernel_file.h"
#include "util/error.h"

/*
 * Reads the header of a kernel file, as many bytes as the file says it has (boot.rst,
 * "Details of Header Fields": it ends at 0x202 plus the jump's operand); the rest is
 * zero. Fields that the file's protocol does not have get the values that boot.rst gives
 * for that case. -ENOEXEC without a message if the file has no such header.
 */
__must_check int setup_header_read(const struct kernel_file *kernel,
				   struct setup_header *header, struct error *err);

/* Bytes of the real-mode part; boot.rst: setup_sects 0 means 4. */
uint64_t setup_header_setup_size(const struct setup_header *header);

/*
 * Bytes of the protected-mode part, which follows the real-mode part; at most the rest of
 * the file. Before protocol 2.04 it is always the rest of the file, because syssize
 * cannot be trusted.
 */
uint64_t setup_header_kernel_size(const struct kernel_file *kernel,
				  const struct setup_header *header);

/*
 * Bytes of memory, from the kernel's start address on, that it needs until it has read
 * its memory map: init_size, or before protocol 2.10, which lacks it, an upper bound.
 */
uint64_t setup_header_room(const struct kernel_file *kernel,
			   const struct setup_header *header);

/*
 * Compares the sizes and places that the header names with each other and with the file.
 * -EBADMSG if they contradict each other.
 */
__must_check int setup_header_check_sizes(const struct kernel_file *kernel,
					  const struct setup_header *header,
					  struct error *err);

#endif
