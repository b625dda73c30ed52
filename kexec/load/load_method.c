// SPDX-License-Identifier: GPL-2.0-only
/* Which system call loads, and whether the other one is tried if it refuses. */
#include "load/load_method.h"

#include <errno.h>
#include <string.h>

#include "machine/machine.h"

enum load_method load_method_other(enum load_method method)
{
	static const enum load_method others[] = {
		[LOAD_METHOD_KEXEC_LOAD] = LOAD_METHOD_KEXEC_FILE_LOAD,
		[LOAD_METHOD_KEXEC_FILE_LOAD] = LOAD_METHOD_KEXEC_LOAD,
		[LOAD_METHOD_XEN] = LOAD_METHOD_XEN,
	};

	return others[method];
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

/* Linux does not load in a dom0, and cannot be returned to. */
int load_method_require_xen(const struct options *options, enum xen_role xen,
			    struct error *err)
{
	if (xen != XEN_ROLE_DOM0)
		return 0;
	if (options->load_syscall == LOAD_SYSCALL_KEXEC_FILE_LOAD)
		return error_set(err, EINVAL,
				 "-s: this is the dom0 of a Xen hypervisor, which loads "
				 "the next kernel itself, without kexec_file_load; leave "
				 "out -s");
	if (options->preserve_context)
		return error_set(err, EINVAL,
				 "--load-preserve-context: this is the dom0 of a Xen "
				 "hypervisor, to which a kernel cannot return");
	return 0;
}

/*
 * With -s, kexec-tools fails for some of these options with a status that depends on the
 * option, and ignores the others.
 */
int load_method_require_possible(const struct options *options, struct error *err)
{
	const char *reason = load_needs_kexec_load(options);

	if (options->load_syscall != LOAD_SYSCALL_KEXEC_FILE_LOAD || !reason ||
	    (options->kernel_entry == KERNEL_ENTRY_DEFAULT && !options->preserve_context))
		return 0;
	return error_set(err, EINVAL, "%s and -s: kexec_file_load cannot do that; use -c",
			 reason);
}

/* The call that loses less. If both lose the same, EFI machines prefer kexec_load. */
static struct load_order choose_by_losses(const struct load_inputs *inputs,
					  const struct load_losses *losses)
{
	bool efi = root_exists(inputs->memory.root, "sys/firmware/efi");
	bool required = efi && efi_map_config_is_required(inputs->options.efi_map_config);
	enum load_loss_weight load, file_load;

	load = load_losses_worst(losses, LOAD_METHOD_KEXEC_LOAD);
	file_load = load_losses_worst(losses, LOAD_METHOD_KEXEC_FILE_LOAD);
	if (machine_is_locked_down(inputs->machine.lockdown))
		return (struct load_order){
			LOAD_METHOD_KEXEC_FILE_LOAD,
			false,
			"because the running kernel is locked down",
		};
	if (!required && load > file_load)
		return (struct load_order){
			LOAD_METHOD_KEXEC_FILE_LOAD,
			true,
			"because kexec_load loses more",
		};
	if (!efi && load == file_load)
		return (struct load_order){
			LOAD_METHOD_KEXEC_FILE_LOAD,
			true,
			"because nothing of EFI is handed on",
		};
	return (struct load_order){
		LOAD_METHOD_KEXEC_LOAD,
		true,
		required ? "because of --efi-map-config"
		: efi	 ? "because kexec_file_load does not lose less on this EFI "
			   "machine"
			 : "because kexec_file_load loses more",
	};
}

struct load_order load_order_choose(const struct load_inputs *inputs,
				    const struct load_losses *losses)
{
	const struct options *options = &inputs->options;

	if (inputs->permission.xen == XEN_ROLE_DOM0)
		return (struct load_order){ LOAD_METHOD_XEN, false,
					    "because this is the dom0 of a Xen "
					    "hypervisor" };
	switch (options->load_syscall) {
	case LOAD_SYSCALL_KEXEC_LOAD:
		return (struct load_order){ LOAD_METHOD_KEXEC_LOAD, false,
					    "because of -c" };
	case LOAD_SYSCALL_KEXEC_FILE_LOAD:
		return (struct load_order){ LOAD_METHOD_KEXEC_FILE_LOAD, false,
					    "because of -s" };
	case LOAD_SYSCALL_AUTO:
		break;
	}
	if (load_needs_kexec_load(options))
		return (struct load_order){
			LOAD_METHOD_KEXEC_LOAD, false,
			"because of an option that only it supports"
		};
	/* Unrecognised files also go to kexec_load, which reports them. */
	if (inputs->files.kernel.path && (!inputs->type || !inputs->type->by_kernel))
		return (struct load_order){ LOAD_METHOD_KEXEC_LOAD, false,
					    "because of the type of the kernel" };
	return choose_by_losses(inputs, losses);
}

#define SECOND_AFTER_MAX 5u

/*
 * The errors of the first call after which the second one is tried, with their names. A
 * name is missing after the last one.
 *
 * After kexec_file_load: the errnos for which kexec-tools falls back, and EADDRNOTAVAIL,
 * because our placement may find room where the kernel finds none. The errnos of a
 * missing or wrong signature are not among them: only -c bypasses that check.
 */
static const struct {
	int numbers[SECOND_AFTER_MAX];
	const char *names[SECOND_AFTER_MAX + 1];
} second_after[] = {
	[LOAD_METHOD_KEXEC_LOAD] = {
		{ EPERM, EACCES, ENOSYS },
		{ "EPERM", "EACCES", "ENOSYS" },
	},
	[LOAD_METHOD_KEXEC_FILE_LOAD] = {
		{ ENOSYS, EINVAL, ENOEXEC, ENOTSUP, EADDRNOTAVAIL },
		{ "ENOSYS", "EINVAL", "ENOEXEC", "ENOTSUP", "EADDRNOTAVAIL" },
	},
};

bool load_order_falls_back(const struct load_order *order, int number)
{
	size_t i;

	if (!order->has_second)
		return false;
	for (i = 0; second_after[order->first].names[i]; i++)
		if (second_after[order->first].numbers[i] == number)
			return true;
	return false;
}

struct image_calls load_order_calls(const struct load_order *order)
{
	struct image_calls calls = { .first = load_method_name(order->first),
				     .reason = order->reason };

	if (order->has_second) {
		calls.second = load_method_name(load_method_other(order->first));
		calls.second_after = second_after[order->first].names;
	}
	return calls;
}

/*
 * kexec_file_load needs neither. If --efi-map-config requires the tables to be mapped,
 * the error is reported instead. Without a reserved region (ENODEV) neither call can load
 * a crash kernel.
 */
bool load_order_does_without_image(const struct load_order *order,
				   const struct load_inputs *inputs, int number)
{
	const struct error *crash = &inputs->no_crash_facts;

	if (!order->has_second || order->first != LOAD_METHOD_KEXEC_LOAD ||
	    efi_map_config_is_required(inputs->options.efi_map_config))
		return false;
	return inputs->no_machine.number || (crash->number && crash->number != ENODEV) ||
	       number == ELIBACC;
}
