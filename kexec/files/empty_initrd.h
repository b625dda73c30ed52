/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An empty initrd, for a load without --initrd on an EFI machine whose config table array
 * names an initrd.
 *
 * An EFI stub that fetches the initrd itself (LINUX_EFI_INITRD_MEDIA, as with
 * systemd-boot, GRUB and QEMU) leaves its address and size in a config table. The first
 * kernel frees the initrd's memory after unpacking it, but the table stays. A kernel
 * without a ramdisk in boot_params uses the one of the table (get_ramdisk_image() in
 * Linux, arch/x86/kernel/setup.c), which holds other data by then, and panics with
 * "Cannot find place for new RAMDISK". A ramdisk in boot_params, however small, prevents
 * this.
 *
 * The empty archive has no other effect. A kernel unpacks its built-in initramfs first
 * and the archive over it, which adds no file; so whether there is an /init, and whether
 * root= is mounted, does not change (do_populate_rootfs() in init/initramfs.c,
 * kernel_init_freeable() in init/main.c). Only a file that is not an archive is kept as
 * /initrd.image, for initrd_load().
 */
#ifndef KEXEC_EMPTY_INITRD_H
#define KEXEC_EMPTY_INITRD_H

#include <stdint.h>

#include "efi/efi_facts.h"
#include "files/kernel_file.h"
#include "util/error.h"

/*
 * early-userspace/buffer-format.rst: a header of 110 bytes and the name "TRAILER!!!" with
 * its NUL, padded to a multiple of four.
 */
#define EMPTY_INITRD_SIZE 124u

/* A cpio archive (newc) without files. */
extern const uint8_t empty_initrd[EMPTY_INITRD_SIZE];

/*
 * Returns why a kernel without an initrd needs the empty one, as a static sentence
 * without a full stop; NULL if it does not need it.
 */
const char *empty_initrd_reason(const struct efi_facts *efi);

/*
 * Opens the archive as a file in memory. *file must be { 0 }; the caller closes it with
 * kernel_file_close, also after an error.
 */
__must_check int empty_initrd_open(struct kernel_file *file, struct error *err);

#endif
