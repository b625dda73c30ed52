// SPDX-License-Identifier: GPL-2.0-only
/* Which system call loads, and whether the other one is tried where it refuses. */
#include "load_method.h"

#include <errno.h>

#include "machine.h"

/*
 * Linux 6.12 is the first release with commit 5760929f6545, "x86/kexec: Add EFI config
 * table identity mapping for kexec kernel". Of older ones nobody can tell from outside: the
 * commit is in many stable and distribution kernels, and does not show.
 */
static bool may_leave_efi_tables_out(const struct root *root)
{
	return root_exists(root, "sys/firmware/efi") &&
	       machine_kernel_is_older(root, 6, 12);
}

/* What only an image of our own making has; callers that name it want kexec_load. */
const char *load_needs_segments(const struct options *options)
{
	if (options->kernel_entry == KERNEL_ENTRY_32BIT)
		return "--entry-32bit";
	if (options->kernel_entry == KERNEL_ENTRY_REAL_MODE)
		return "--real-mode";
	if (options->preserve_context)
		return "--load-preserve-context";
	if (options->entry)
		return "--entry";
	if (options->module_count)
		return "--module";
	if (options->dtb)
		return "--dtb";
	return NULL;
}

/*
 * kexec_file_load comes first where nothing speaks against it: it also works under
 * lockdown. On EFI machines with a kernel that may leave the EFI tables out of its identity
 * map, kexec_load does, because only there is purgatory ours.
 */
struct load_order load_order_choose(const struct options *options,
				    const struct root *root)
{
	bool map_wanted = efi_map_config_is_required(options->efi_map_config) &&
			  root_exists(root, "sys/firmware/efi");

	switch (options->load_syscall) {
	case LOAD_SYSCALL_SEGMENTS:
		return (struct load_order){ LOAD_METHOD_SEGMENTS, false };
	case LOAD_SYSCALL_FILES:
		return (struct load_order){ LOAD_METHOD_FILES, false };
	case LOAD_SYSCALL_AUTO:
		break;
	}
	if (load_needs_segments(options))
		return (struct load_order){ LOAD_METHOD_SEGMENTS, false };
	if (map_wanted || (!options->noefi && may_leave_efi_tables_out(root)))
		return (struct load_order){ LOAD_METHOD_SEGMENTS, true };
	return (struct load_order){ LOAD_METHOD_FILES, true };
}

/*
 * After kexec_file_load as kexec-tools does, and where it finds no place, which we may
 * (nixos-anywhere has met that). Not where a signature is missing or wrong: nobody should
 * get around that without asking for it (-c).
 */
bool load_order_falls_back(const struct load_order *order, int number)
{
	if (!order->has_second)
		return false;
	if (order->first == LOAD_METHOD_SEGMENTS)
		return number == EPERM || number == EACCES || number == ENOSYS;
	return number == ENOSYS || number == EINVAL || number == ENOEXEC ||
	       number == ENOTSUP || number == EADDRNOTAVAIL;
}
