/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An initrd with nothing in it, for a load without --initrd on an EFI machine whose config
 * table array names one.
 *
 * An EFI stub that fetches the initrd itself (LINUX_EFI_INITRD_MEDIA, as with systemd-boot,
 * GRUB and QEMU) leaves its place and size in a config table. The first kernel frees that
 * memory once the initrd is unpacked; the table stays. A kernel that finds no ramdisk in
 * boot_params takes the one of the table (get_ramdisk_image() in Linux,
 * arch/x86/kernel/setup.c), and so what lies there now: "Cannot find place for new RAMDISK"
 * is the panic that follows. A ramdisk in boot_params, however small, keeps it from looking.
 *
 * Nothing changes by it. A kernel unpacks its built-in initramfs first and then, over it,
 * an archive without files; whether there is an /init, and so whether root= is mounted, is
 * as without (do_populate_rootfs() in init/initramfs.c, kernel_init_freeable() in
 * init/main.c). Only what is no archive is kept as /initrd.image, for initrd_load().
 */
#ifndef KEXEC_EMPTY_INITRD_H
#define KEXEC_EMPTY_INITRD_H

#include <stdint.h>

#include "efi/efi_facts.h"
#include "files/kernel_file.h"
#include "util/error.h"

/*
 * early-userspace/buffer-format.rst: a header of 110 bytes, the name "TRAILER!!!" with its
 * NUL, up to a multiple of four.
 */
#define EMPTY_INITRD_SIZE 124u

/* A cpio archive (newc) of no files. */
extern const uint8_t empty_initrd[EMPTY_INITRD_SIZE];

/*
 * Why a kernel that is started without an initrd needs the empty one, as a sentence without
 * a full stop; NULL if it does not.
 */
const char *empty_initrd_reason(const struct efi_facts *efi);

/* The archive as a file in memory. *file must be { 0 }; the caller closes it. */
int empty_initrd_open(struct kernel_file *file, struct error *err);

#endif
