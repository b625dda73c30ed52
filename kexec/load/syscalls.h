/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one file that talks to the kernel to change something: load, unload, reboot, and
 * what belongs before a reboot. syscall_errors.c explains each errno.
 */
#ifndef KEXEC_SYSCALLS_H
#define KEXEC_SYSCALLS_H

#include <stdbool.h>

#include "image/image.h"
#include "load/kexec_file_load.h"
#include "util/error.h"
#include "util/io.h"

/*
 * Loads an image with kexec_load, as the crash image if its purpose is IMAGE_CRASH, else as
 * the normal one. An image loaded before is replaced on success and kept on failure, but
 * for a crash image when the kernel fails after it has begun to take the new one.
 * root: the live machine, asked for the cause of EPERM.
 */
int kexec_load_image(const struct image *image, const struct root *root,
		     struct error *err);

/* Unloads the crash image or the normal one; there need not be one. */
int kexec_unload(bool crash, const struct root *root, struct error *err);

/*
 * Loads files with kexec_file_load: the running kernel makes the image itself. Replaces
 * and keeps as kexec_load_image does.
 */
int kexec_load_by_files(const struct file_load *load, const struct root *root,
			struct error *err);

/* Unloads through kexec_file_load, which lockdown does not forbid. */
int kexec_file_unload(bool crash, const struct root *root, struct error *err);

/*
 * Whether this process may call kexec_load, or kexec_file_load (files), without loading or
 * unloading anything: the kernel looks at who calls before it looks at what for, and what
 * is passed can only be refused. Linux 6.3 and later count it against
 * kernel.kexec_load_limit_reboot. Returns 0, or why not, as for unloading.
 */
int kexec_probe(bool files, const struct root *root, struct error *err);

/*
 * Starts the loaded image. Returns 0 if that has come back, which only one does that was
 * loaded with --load-preserve-context; else with an error.
 */
int kexec_reboot(struct error *err);

/*
 * Takes every network interface but the loopback down, so that no device writes to memory
 * while the next kernel starts. Best effort: an interface that can't be is left.
 */
void network_interfaces_down(void);

/*
 * Replaces this process by "shutdown -r now" (/sbin, /etc, /bin). Returns only with an
 * error.
 */
int exec_shutdown(struct error *err);

#endif
