/* SPDX-License-Identifier: GPL-2.0-only */
/* The common parts of all images of a Linux kernel, for all types of kernel files. */
#ifndef KEXEC_ARCH_X86_64_LINUX_IMAGE_H
#define KEXEC_ARCH_X86_64_LINUX_IMAGE_H

#include <stdbool.h>

#include "abi/boot_protocol.h"
#include "image/loader.h"
#include "util/error.h"

/* Returns true if the next kernel's command line has that parameter, reused or given. */
bool linux_is_passed(const struct load_request *request, const char *name);

/*
 * -ENOTSUP if a crash kernel would lie above 4 GiB. what: the reason and another remedy,
 * for the message between "lies above 4 GiB, where " and the advice to reserve memory
 * below.
 */
__must_check int linux_require_region_below_4g(const struct load_request *request,
					       const char *what, struct error *err);

/*
 * Places the additional segments of a crash kernel (crash_place). Does nothing for other
 * images. Must be called before other segments are placed.
 * relocatable: whether the kernel runs at any address; -ENOTSUP for a crash kernel that
 * does not.
 */
__must_check int linux_place_crash_parts(const struct load_request *request,
					 bool relocatable, struct image *image,
					 struct error *err);

/*
 * Sets image->e820 and, for a crash kernel, image->added_command_line. Must be called
 * when every segment that the map reserves (segment->reserved) has its place, and before
 * the command line is built.
 */
__must_check int linux_describe_memory(const struct load_request *request,
				       struct image *image, struct error *err);

/*
 * Where a kernel that is not relocatable must lie: 1 MiB in nearly all files. Physical.
 */
uint64_t linux_fixed_place(const struct setup_header *header);

/*
 * Places the segment "kernel", with the file's protected-mode part: a relocatable kernel
 * at the lowest or a random place (random_place.h) from its preferred one on, any other
 * exactly at its own. No part
 * may end above max (physical; 0 means no limit). *segment belongs to the image.
 */
__must_check int linux_place_kernel(const struct load_request *request,
				    const struct setup_header *header, uint64_t max,
				    struct image *image, struct segment **segment,
				    struct error *err);

/*
 * Places the segment "initrd", if there is one: as high as header->initrd_addr_max
 * allows; above that only if nothing fits below, and header->xloadflags and the mode in
 * which the kernel is entered (image->registers) allow it. Without an initrd, places an
 * empty archive if the kernel needs one (empty_initrd.h).
 */
__must_check int linux_place_initrd(const struct load_request *request,
				    const struct setup_header *header,
				    struct image *image, struct error *err);

/*
 * Sets image->command_line to the reused line, the user's parameters and the parameters
 * that are added for the kernel (image->added_command_line). -E2BIG if it is longer than
 * header->cmdline_size.
 */
__must_check int linux_build_command_line(const struct load_request *request,
					  const struct setup_header *header,
					  struct image *image, struct error *err);

#endif
