/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parameters of a Linux kernel: one segment with boot_params, the command line, the
 * setup_data list and the EFI memory map.
 */
#ifndef KEXEC_ARCH_X86_64_BOOT_PARAMS_H
#define KEXEC_ARCH_X86_64_BOOT_PARAMS_H

#include "abi/boot_protocol.h"
#include "image/loader.h"
#include "util/error.h"

/*
 * Places and fills the segment "parameters" and sets image->boot_params, ->command_line
 * and the EFI fields (linux_describe_memory sets ->e820). The kernel and the initrd must
 * have their places.
 * header: from the kernel file. place_max: no part ends above this physical address; 0
 * means no limit.
 */
__must_check int boot_params_build(const struct load_request *request,
				   const struct setup_header *header, uint64_t place_max,
				   struct image *image, struct error *err);

#endif
