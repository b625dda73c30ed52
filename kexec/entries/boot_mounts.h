/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the files of a boot loader's configuration are. Boot loaders name a file by its
 * path in its file system, the running system by its path below the mount point
 * (proc_pid_mountinfo(5)). Nothing is mounted.
 */
#ifndef KEXEC_BOOT_MOUNTS_H
#define KEXEC_BOOT_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

struct boot_mount {
	char *point;   /* below the root, without a leading slash; "" is the root */
	char *inside;  /* the directory of the file system that is mounted; "/" for all */
	char *device;  /* as mounted: /dev/sda2 */
	bool is_btrfs; /* may lie on further devices */
};

struct boot_mounts {
	struct boot_mount *items;
	size_t count;
};

/*
 * Reads /proc/self/mountinfo below the root, but only the mounts where boot files may be:
 * /, /boot, /efi and what is below the last two. *mounts stays empty if the file does not
 * exist. -EFBIG, -ENOMEM.
 */
__must_check int boot_mounts_read(const struct root *root, struct boot_mounts *mounts,
				  struct error *err);

/* Frees everything and sets *mounts to { 0 }. */
void boot_mounts_clear(struct boot_mounts *mounts);

#define _cleanup_boot_mounts_ _cleanup_(boot_mounts_clear)

/*
 * Finds the file that a boot loader calls path (with or without a leading slash) in the
 * file system with this UUID. If uuid is NULL, or is not a link of udev, it may be in any
 * of them, and one at /boot comes first. Sets *found to its path below the root, or to
 * NULL if it does not exist, or if the UUID belongs to a file system that is not mounted
 * there. -ENOMEM.
 */
__must_check int boot_mounts_find(const struct root *root,
				  const struct boot_mounts *mounts, const char *uuid,
				  const char *path, char **found, struct error *err);

/*
 * Names an EFI system partition or extended boot partition that is not mounted, by udev's
 * database (run/udev/data). Sets *device to a name such as "8:1", or NULL. -ENOMEM.
 */
__must_check int boot_mounts_find_unmounted(const struct root *root, char **device,
					    struct error *err);

#endif
