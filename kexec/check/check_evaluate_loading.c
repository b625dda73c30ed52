// SPDX-License-Identifier: GPL-2.0-only
/* The findings of --check about the next load. */
#include <string.h>

#include "check/check_evaluate.h"
#include "check/check_internal.h"
#include "util/cleanup.h"

static bool locked_down(const struct check_facts *facts)
{
	return machine_is_locked_down(facts->inputs.machine.lockdown);
}

/* Both calls are missing: one sentence, by the configuration if it is known. */
static void find_missing_calls(struct check_evaluation *evaluation)
{
	const struct check_loading *loading = &evaluation->facts->loading;
	enum check_answer load = check_option(loading, "KEXEC");
	enum check_answer file_load = check_option(loading, "KEXEC_FILE");

	if (load == CHECK_NO && file_load == CHECK_NO)
		check_find(evaluation, true,
			   "no kernel can be loaded: the running kernel is built without "
			   "CONFIG_KEXEC and CONFIG_KEXEC_FILE (%s)",
			   loading->config_path);
	else if (load == CHECK_YES || file_load == CHECK_YES)
		check_find(evaluation, true,
			   "no kernel can be loaded: the running kernel is built with %s "
			   "(%s), but a system call filter, as in a container, hides it",
			   load == CHECK_YES ? "CONFIG_KEXEC" : "CONFIG_KEXEC_FILE",
			   loading->config_path);
	else
		check_find(evaluation, true,
			   "no kernel can be loaded: the running kernel is built without "
			   "CONFIG_KEXEC and CONFIG_KEXEC_FILE, or a system call filter, "
			   "as in a container, hides both calls");
}

/* Neither call can be used. */
static void find_no_call(struct check_evaluation *evaluation)
{
	const struct check_loading *loading = &evaluation->facts->loading;
	const char *segments = loading->kexec_load.reason;
	const char *files = loading->kexec_file_load.reason;

	if (loading->kexec_load_missing && loading->kexec_file_load_missing) {
		find_missing_calls(evaluation);
		return;
	}
	if (strcmp(segments, files) != 0) {
		check_find(evaluation, true,
			   "no kernel can be loaded: kexec_load: %s; kexec_file_load: %s",
			   segments, files);
		return;
	}
	check_find(evaluation, true, "no kernel can be loaded: %s", segments);
	/* The capability comes first; it does not help if the calls are missing. */
	if (check_option(loading, "KEXEC") == CHECK_NO &&
	    check_option(loading, "KEXEC_FILE") == CHECK_NO)
		check_find(evaluation, false,
			   "the running kernel is built without CONFIG_KEXEC and "
			   "CONFIG_KEXEC_FILE (%s), so root cannot load a kernel, either",
			   loading->config_path);
}

static void evaluate_calls(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_fact *segments = &facts->loading.kexec_load;
	const struct check_fact *files = &facts->loading.kexec_file_load;

	if (facts->inputs.permission.xen == XEN_ROLE_DOM0) {
		if (facts->loading.kexec_op.answer == CHECK_NO)
			check_find(evaluation, true, "no kernel can be loaded: %s",
				   facts->loading.kexec_op.reason);
		return;
	}
	if (segments->answer == CHECK_NO && files->answer == CHECK_NO) {
		find_no_call(evaluation);
	} else if (segments->answer == CHECK_NO && locked_down(facts) &&
		   check_option(&facts->loading, "KEXEC_SIG") == CHECK_NO) {
		check_find(evaluation, true,
			   "no kernel can be loaded: the running kernel is locked down, "
			   "and checks no signatures (CONFIG_KEXEC_SIG)");
	} else if (segments->answer == CHECK_NO && locked_down(facts)) {
		/* The line about kexec_load has the reason. */
		check_find(evaluation, false,
			   "kexec_load cannot be used, because the running kernel is "
			   "locked down; kexec_file_load remains, for signed kernels");
	} else if (segments->answer == CHECK_NO) {
		check_find(evaluation, false,
			   "kexec_load cannot be used: %s; kexec_file_load remains",
			   segments->reason);
	} else if (segments->answer == CHECK_UNKNOWN && files->answer != CHECK_YES) {
		check_find(evaluation, false,
			   "whether a kernel can be loaded is unknown: %s",
			   segments->reason);
	}
}

/*
 * Each loss of the expected call is a problem if it was set up for the next kernel, else
 * a remark. Losses that put kexec_file_load first on an EFI machine are remarks, too.
 */
static void evaluate_losses(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	enum load_method expected = check_expected_call(facts);
	bool required = facts->inputs.options.efi_map_config == EFI_MAP_CONFIG_REQUIRED;
	size_t i;

	for (i = 0; i < facts->losses.count; i++) {
		const struct load_loss *loss = &facts->losses.items[i];

		/* It is among the warnings of the image. */
		if (loss->in_image && loss->by == expected && facts->load.asked)
			continue;
		/* The error of the load has its text. */
		if (loss->by == expected && required && facts->load.error)
			continue;
		if (loss->by == expected)
			check_find(
				evaluation,
				loss->weight == LOAD_LOSS_REQUESTED ||
					(required && load_loss_is_of_efi(loss->weight)),
				"%s", loss->text);
		else if (loss->by == LOAD_METHOD_KEXEC_LOAD)
			check_find(evaluation, false, "%s; kexec_file_load is used",
				   loss->text);
	}
}

static void evaluate_crash(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_loading *loading = &facts->loading;

	/* The failed load has reported this already. */
	if (facts->load.error && facts->crash)
		return;
	if (!loading->crash_known)
		check_find(evaluation, facts->crash,
			   "whether memory is reserved for a crash kernel is unknown: %s",
			   facts->inputs.permission.xen == XEN_ROLE_DOM0
				   ? "the hypervisor has not answered"
				   : "/proc/iomem cannot be read");
	else if (!loading->crash_bytes)
		check_find(evaluation, facts->crash,
			   "no memory is reserved for a crash kernel, so -p is not "
			   "possible; boot with crashkernel=256M, for example%s",
			   facts->inputs.permission.xen == XEN_ROLE_DOM0
				   ? ", on the command line of Xen (GRUB_CMDLINE_XEN)"
				   : "");
}

static void evaluate_options(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_loading *loading = &facts->loading;

	/* In a dom0 the hypervisor has the map. */
	if (check_option(loading, "FIRMWARE_MEMMAP") == CHECK_NO &&
	    facts->inputs.permission.xen != XEN_ROLE_DOM0)
		check_find(evaluation, false,
			   "without CONFIG_FIRMWARE_MEMMAP the memory map is read from "
			   "/proc/iomem, which has less detail");
	if (check_option(loading, "CRASH_DUMP") == CHECK_NO)
		check_find(evaluation, facts->crash,
			   "the running kernel is built without CONFIG_CRASH_DUMP; as a "
			   "capture kernel it would have no /proc/vmcore");
	if (check_option(loading, "PROC_KCORE") == CHECK_NO &&
	    facts->inputs.permission.xen != XEN_ROLE_DOM0)
		check_find(evaluation, facts->crash,
			   "without CONFIG_PROC_KCORE kexec_load cannot load a crash "
			   "kernel, and EFI tables in RAM cannot be examined");
}

static void evaluate_memory(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_load *load = &facts->load;
	unsigned long long mebibytes = (load->needed + (1u << 20) - 1) >> 20;

	if (!load->needed)
		return;
	if (!facts->memory_known)
		check_find(
			evaluation, false,
			"whether %llu MiB of memory are free is unknown: /proc/meminfo "
			"does not say",
			mebibytes);
	else if (load->needed > facts->memory_available)
		check_find(
			evaluation, true,
			"the load needs %llu MiB of memory, and %llu MiB are available",
			mebibytes, (unsigned long long)(facts->memory_available >> 20));
	if (facts->memory_known && load->segments > facts->memory_total / 2)
		check_find(evaluation, true,
			   "the image has %llu MiB, but the running kernel accepts no "
			   "more than half of its memory, %llu MiB",
			   (unsigned long long)(load->segments >> 20),
			   (unsigned long long)(facts->memory_total >> 21));
}

static void evaluate_load(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_load *load = &facts->load;
	size_t i;

	if (load->error)
		check_find(evaluation, true, "%s", load->error);
	for (i = 0; i < facts->inputs.warnings.count; i++)
		check_find(evaluation, false, "%s", facts->inputs.warnings.items[i]);
	for (i = 0; i < load->warnings.count; i++)
		check_find(evaluation, false, "%s", load->warnings.items[i]);
	if (locked_down(facts) && load->signature.answer == CHECK_NO)
		check_find(
			evaluation, true,
			"the running kernel is locked down, and the kernel file carries "
			"no signature%s%s (kexec does not see IMA signatures)",
			load->signature.reason ? ": " : "",
			load->signature.reason ? load->signature.reason : "");
	evaluate_memory(evaluation);
}

void check_evaluate_loading(struct check_evaluation *evaluation)
{
	evaluate_calls(evaluation);
	evaluate_losses(evaluation);
	evaluate_crash(evaluation);
	evaluate_options(evaluation);
	if (evaluation->facts->load.asked)
		evaluate_load(evaluation);
}
