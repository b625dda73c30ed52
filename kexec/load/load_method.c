// SPDX-License-Identifier: GPL-2.0-only
/* Which system call loads, and whether the other one is tried if it refuses. */
#include "load/load_method.h"

#include <errno.h>
#include <string.h>

#include "machine/machine.h"

const char *load_method_name(enum load_method method)
{
	return method == LOAD_METHOD_KEXEC_LOAD ? "kexec_load" : "kexec_file_load";
}

/* Only kexec_load supports these options. */
const char *load_needs_kexec_load(const struct options *options)
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
 * With kexec_file_load the running kernel places the image, and makes the e820 from its
 * own first memory map (6.1 and 6.12: locate_mem_hole_callback(), setup_e820_entries()).
 * Tables that the firmware left in boot services memory are RAM there, so they get lost.
 * Kernels without commit 5760929f6545 (6.12) may not map the config table array either.
 * So kexec_load comes first on EFI machines, and kexec_file_load only on others.
 */
struct load_order load_order_choose(const struct load_inputs *inputs)
{
	const struct options *options = &inputs->options;
	bool efi_kept = !options->noefi ||
			efi_map_config_is_required(options->efi_map_config);

	switch (options->load_syscall) {
	case LOAD_SYSCALL_KEXEC_LOAD:
		return (struct load_order){ LOAD_METHOD_KEXEC_LOAD, false };
	case LOAD_SYSCALL_KEXEC_FILE_LOAD:
		return (struct load_order){ LOAD_METHOD_KEXEC_FILE_LOAD, false };
	case LOAD_SYSCALL_AUTO:
		break;
	}
	/* Unrecognised files also go to kexec_load, which reports them. */
	if (load_needs_kexec_load(options) || !inputs->type || !inputs->type->by_kernel)
		return (struct load_order){ LOAD_METHOD_KEXEC_LOAD, false };
	if (efi_kept && root_exists(inputs->memory.root, "sys/firmware/efi"))
		return (struct load_order){ LOAD_METHOD_KEXEC_LOAD, true };
	return (struct load_order){ LOAD_METHOD_KEXEC_FILE_LOAD, true };
}

/*
 * After kexec_file_load: the errnos for which kexec-tools falls back, and EADDRNOTAVAIL,
 * because our placement may find room where the kernel finds none. The errnos of a
 * missing or wrong signature are not among them: only -c bypasses that check.
 */
bool load_order_falls_back(const struct load_order *order, int number)
{
	if (!order->has_second)
		return false;
	if (order->first == LOAD_METHOD_KEXEC_LOAD)
		return number == EPERM || number == EACCES || number == ENOSYS;
	return number == ENOSYS || number == EINVAL || number == ENOEXEC ||
	       number == ENOTSUP || number == EADDRNOTAVAIL;
}

/*
 * kexec_file_load needs none of these facts. If --efi-map-config requires the tables to
 * be mapped, it is used only if lockdown refuses kexec_load anyway.
 */
bool load_order_does_without_facts(const struct load_order *order,
				   const struct load_inputs *inputs)
{
	if (!order->has_second || order->first != LOAD_METHOD_KEXEC_LOAD)
		return false;
	return !efi_map_config_is_required(inputs->options.efi_map_config) ||
	       machine_is_locked_down(inputs->machine.lockdown);
}
