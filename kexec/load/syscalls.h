/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file whose calls change the running system: load, unload, reboot, and taking
 * the network down before a reboot; watchdog_device.h is the other one, for watchdogs.
 * syscall_errors.c explains each errno.
 */
#ifndef KEXEC_SYSCALLS_H
#define KEXEC_SYSCALLS_H

#include <stdbool.h>

#include "image/image.h"
#include "load/kexec_file_load.h"
#include "load/load_permission.h"
#include "util/error.h"
#include "util/strings.h"

/*
 * The functions that load, unload and probe return 0 or -errno. They use permission only
 * to explain a refusal.
 */

/*
 * Loads an image with kexec_load, as the crash kernel if its purpose is IMAGE_CRASH, else
 * as the normal one. A kernel loaded before is replaced on success and kept on failure; a
 * loaded crash kernel may be lost if the running kernel fails while it copies the new
 * one. While another program loads, this waits for a few seconds.
 */
__must_check int kexec_load_image(const struct image *image,
				  const struct load_permission *permission,
				  struct error *err);

/* Unloads the crash kernel or the normal one. Succeeds if none is loaded. */
__must_check int kexec_unload(bool crash, const struct load_permission *permission,
			      struct error *err);

/*
 * Loads with kexec_file_load; replaces and keeps a kernel as kexec_load_image does.
 * Kernels before 6.8 reject the flag for -d.
 */
__must_check int kexec_load_by_files(const struct file_load *load,
				     const struct load_permission *permission,
				     struct error *err);

/* Unloads with kexec_file_load, which works under lockdown, too. */
__must_check int kexec_file_unload(bool crash, const struct load_permission *permission,
				   struct error *err);

/*
 * Asks the kernel whether this process may call kexec_load, or kexec_file_load (files).
 * Nothing is loaded or unloaded: the kernel checks permissions first, and the arguments
 * are invalid on purpose. Linux 6.3 and later decrement kernel.kexec_load_limit_reboot.
 * The message does not name the call.
 */
__must_check int kexec_probe(bool files, const struct load_permission *permission,
			     struct error *err);

/*
 * Starts the loaded kernel. Returns 0 after coming back from a kexec jump
 * (--load-preserve-context), else -errno.
 */
__must_check int kexec_reboot(struct error *err);

/*
 * Takes every network interface but the loopback down, so that no device writes to memory
 * while the next kernel starts. An interface that cannot be taken down stays up. Adds the
 * names of the others to *taken_down, also of those that went down with another.
 */
void network_interfaces_down(struct string_list *taken_down);

/* Brings these interfaces up again. Adds those that cannot be brought up to *failed. */
void network_interfaces_up(const struct string_list *taken_down,
			   struct string_list *failed);

/* Replaces this process by shutdown -r now. Returns only if that fails, with -errno. */
int exec_shutdown(struct error *err);

#endif
