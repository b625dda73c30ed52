/* SPDX-License-Identifier: GPL-2.0-only */
/* Decides whether the next kernel is told about the EFI tables, and who maps them. */
#ifndef KEXEC_ARCH_X86_64_EFI_MAPPING_H
#define KEXEC_ARCH_X86_64_EFI_MAPPING_H

#include "image/loader.h"
#include "util/error.h"

/*
 * Sets image->efi.handed_over, .mapping, .copied (whether copies are to be handed over)
 * and .cc_blob, and gives the reason as a note or a warning. xloadflags: from the next
 * kernel's header. image->registers.mode must be set: only in long mode does purgatory
 * map anything. -ENODATA or -ENOTSUP if --efi-map-config asks for a mapping that the
 * kernel needs and cannot get.
 */
__must_check int efi_mapping_decide(const struct load_request *request,
				    uint16_t xloadflags, struct image *image,
				    struct error *err);

#endif
