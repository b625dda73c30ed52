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
#include "load/load_permission.h"
#include "util/error.h"

/*
 * The functions that load, unload and ask: permission explains a refusal. They return 0 or
 * -errno.
 */

/*
 * Loads an image with kexec_load, as the crash kernel if its purpose is IMAGE_CRASH, else
 * as the normal one. A kernel loaded before is replaced on success and kept on failure, but for a
 * crash kernel when the running kernel fails after it has begun to take the new one.
 */
int kexec_load_image(const struct image *image, const struct load_permission *permission,
		     struct error *err);

/* Unloads the crash kernel or the normal one; there need not be one. */
int kexec_unload(bool crash, const struct load_permission *permission, struct error *err);

/*
 * Loads by kexec_file_load; replaces and keeps a kernel as kexec_load_image does. Kernels
 * before 6.7 do not know the flag of -d, and are asked again without it.
 */
int kexec_load_by_files(const struct file_load *load,
			const struct load_permission *permission, struct error *err);

/* Unloads through kexec_file_load, which lockdown does not forbid. */
int kexec_file_unload(bool crash, const struct load_permission *permission,
		      struct error *err);

/*
 * Asks whether this process may call kexec_load, or kexec_file_load (files). Nothing is
 * loaded or unloaded: the kernel looks at who calls before it looks at what for, and what is
 * passed can only be refused. Linux 6.3 and later count it against
 * kernel.kexec_load_limit_reboot. The message does not name the call.
 */
int kexec_probe(bool files, const struct load_permission *permission, struct error *err);

/*
 * Starts the loaded kernel. Returns 0 after coming back from a kexec jump, which takes a
 * kernel loaded with --load-preserve-context; else an error.
 */
int kexec_reboot(struct error *err);

/*
 * Takes every network interface but the loopback down, so that no device writes to memory
 * while the next kernel starts. An interface that cannot be taken down stays up.
 */
void network_interfaces_down(void);

/* Becomes "shutdown -r now" of /sbin, /etc or /bin. Returns only with an error. */
int exec_shutdown(struct error *err);

#endif
