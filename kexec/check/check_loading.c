// SPDX-License-Identifier: GPL-2.0-only
/* Whether the running kernel allows a load, and the conditions for one. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_internal.h"
#include "crash/crash_facts.h"
#include "load/array_mapping.h"
#include "load/syscalls.h"

static const char no_answer[] = "it is not asked on a recorded machine";

/*
 * Checks that apply to both calls. *decided: whether one of them refuses; *fact is set
 * then. Returns 0 or -ENOMEM.
 */
static int refuse_both(const struct load_permission *permission, bool crash,
		       struct check_fact *fact, bool *decided)
{
	_cleanup_error_ struct error why = { 0 };

	*decided = true;
	if (permission->xen == XEN_ROLE_DOM0)
		return check_fact_set(fact, CHECK_NO,
				      "the Xen hypervisor of this dom0 loads kernels, by "
				      "its own call kexec_op");
	if (permission->disabled)
		return check_fact_set(fact, CHECK_NO,
				      "the sysctl kernel.kexec_load_disabled is set, and "
				      "stays so until the next boot");
	if (permission->capability_missing)
		return check_fact_set(fact, CHECK_NO,
				      "CAP_SYS_BOOT is missing; run kexec as root");
	if (load_permission_require(permission, crash, &why) < 0)
		return why.message ? check_fact_set(fact, CHECK_NO, "%s", why.message)
				   : -ENOMEM;
	*decided = false;
	return 0;
}

/* Notes that a call is missing, and sets the answer to "no". Returns 0 or -ENOMEM. */
static int set_missing(struct check_loading *loading, bool files, const char *reason,
		       struct check_fact *fact)
{
	if (files)
		loading->kexec_file_load_missing = true;
	else
		loading->kexec_load_missing = true;
	return check_fact_set(fact, CHECK_NO, "%s", reason);
}

/*
 * A call that fails with ENOSYS: the configuration tells whether the running kernel lacks
 * it or a filter hides it. why: the reason if the configuration is not known.
 */
static int explain_missing(struct check_loading *loading, bool files, const char *why,
			   struct check_fact *fact)
{
	const char *option = files ? "KEXEC_FILE" : "KEXEC";
	enum check_answer built = check_option(loading, option);
	_cleanup_free_ char *text = NULL;
	int length;

	if (built == CHECK_UNKNOWN)
		return set_missing(loading, files, why, fact);
	length = built == CHECK_NO
			 ? asprintf(&text,
				    "the running kernel is built without CONFIG_%s "
				    "(%s)",
				    option, loading->config_path)
			 : asprintf(&text,
				    "a system call filter, as in a container, hides it: "
				    "the running kernel is built with CONFIG_%s (%s)",
				    option, loading->config_path);
	if (length < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return set_missing(loading, files, text, fact);
}

/* Derives the answer from files if the kernel is not asked; why says why it is not. */
static int guess_call(struct check_facts *facts, bool files, const char *why,
		      struct check_fact *fact)
{
	struct check_loading *loading = &facts->loading;
	const char *option = files ? "KEXEC_FILE" : "KEXEC";
	bool locked = machine_is_locked_down(facts->inputs.machine.lockdown);

	if (facts->live && !loading->status.normal_known)
		return check_fact_set(
			fact, CHECK_NO,
			"/sys/kernel/kexec_loaded does not exist: the running "
			"kernel is built without kexec, or /sys is not mounted");
	if (check_option(loading, option) == CHECK_NO)
		return explain_missing(loading, files, why, fact);
	if (locked && !files)
		return check_fact_set(fact, CHECK_NO,
				      "the running kernel is locked down (lockdown=%s)",
				      facts->inputs.machine.lockdown);
	if (check_option(loading, option) == CHECK_YES)
		return check_fact_set(fact, CHECK_YES,
				      "the running kernel is built with it");
	return check_fact_set(fact, CHECK_UNKNOWN, "%s", why);
}

/* Asks the running kernel, unless that would use up one of a limited number of loads. */
static int ask_call(struct check_facts *facts, bool files, struct check_fact *fact)
{
	const struct load_permission *permission = &facts->inputs.permission;
	_cleanup_error_ struct error why = { 0 };
	bool decided;
	int rc = refuse_both(permission, facts->crash, fact, &decided);

	if (decided)
		return rc;
	if (!facts->live)
		return guess_call(facts, files, no_answer, fact);
	/* Lockdown is the answer; the kernel would log that it was asked. */
	if (!files && machine_is_locked_down(permission->lockdown))
		return guess_call(facts, files, "", fact);
	/* kexec_probe() counts as a load of the normal kernel. */
	if (permission->normal.is_set)
		return guess_call(facts, files,
				  "asking the kernel would count as one of the loads "
				  "that kernel.kexec_load_limit_reboot allows",
				  fact);
	rc = kexec_probe(files, permission, &why);
	if (rc == -ENOMEM || (rc < 0 && !why.message))
		return -ENOMEM;
	if (rc == -ENOSYS)
		return explain_missing(&facts->loading, files, why.message, fact);
	return check_fact_set(fact, rc < 0 ? CHECK_NO : CHECK_YES, "%s",
			      rc < 0 ? why.message
				     : "the running kernel accepts the call");
}

/* Reading the machine has asked the hypervisor already. */
static int ask_xen(struct check_facts *facts)
{
	const struct error *no_machine = &facts->inputs.no_machine;
	struct check_fact *fact = &facts->loading.kexec_op;

	if (facts->inputs.permission.xen != XEN_ROLE_DOM0)
		return 0;
	if (!facts->live)
		return check_fact_set(fact, CHECK_UNKNOWN, "%s", no_answer);
	if (no_machine->number)
		return check_fact_set(fact, CHECK_NO, "%s",
				      no_machine->message ? no_machine->message
							  : strerror(no_machine->number));
	return check_fact_set(fact, CHECK_YES, "the hypervisor answers");
}

/* The kernel's answers override the configuration file. */
static void learn_options(struct check_loading *loading)
{
	size_t i;

	for (i = 0; i < CHECK_OPTIONS; i++) {
		struct check_option *option = &loading->options[i];

		if (!strcmp(option->name, "KEXEC") &&
		    loading->kexec_load.answer == CHECK_YES)
			option->answer = CHECK_YES;
		if (!strcmp(option->name, "KEXEC_FILE") &&
		    loading->kexec_file_load.answer == CHECK_YES)
			option->answer = CHECK_YES;
	}
}

static int find_kernel_maps_array(struct check_facts *facts)
{
	const struct machine *machine = &facts->inputs.machine;
	const char *reason;
	bool mapped;

	if (!machine->efi.booted)
		return 0;
	if (array_mapping_find_here(machine, &mapped, &reason) < 0)
		return -ENOMEM;
	return check_fact_set(&facts->loading.kernel_maps_array,
			      mapped ? CHECK_YES : CHECK_UNKNOWN, "%s", reason);
}

/* Without a kernel, the answer is that for a Linux kernel. */
static int find_leaves_record(const struct options *options, struct check_facts *facts)
{
	struct check_fact *fact = &facts->loading.leaves_record;
	enum load_method method = check_expected_call(facts);
	const char *call = options->kernel ? facts->load.call : load_method_name(method);

	if (facts->loading.kexec_load.answer == CHECK_NO &&
	    facts->loading.kexec_file_load.answer == CHECK_NO &&
	    (facts->inputs.permission.xen != XEN_ROLE_DOM0 ||
	     facts->loading.kexec_op.answer == CHECK_NO))
		return check_fact_set(fact, CHECK_NO, "no kernel can be loaded");
	if (!strcmp(call, load_method_name(LOAD_METHOD_KEXEC_FILE_LOAD)))
		return check_fact_set(
			fact, CHECK_NO,
			"with %s, the next kernel is started by the running "
			"kernel's own code",
			call);
	if (!options->kernel || facts->load.has_record)
		return check_fact_set(fact, CHECK_YES,
				      "purgatory writes what it did, for --check=after");
	return check_fact_set(fact, CHECK_NO, "%s",
			      facts->load.error ? "this load is not possible"
						: "this kernel gets no boot_params");
}

int check_loading_read(const struct options *options, const struct root *root,
		       struct check_facts *facts, struct error *err)
{
	struct check_loading *loading = &facts->loading;
	int rc;

	machine_read_status(root, facts->inputs.permission.xen, &loading->status);
	/* In a dom0 the hypervisor has the region. */
	loading->crash_known = !facts->inputs.machine.no_iomem.number &&
			       (facts->inputs.permission.xen != XEN_ROLE_DOM0 ||
				!facts->inputs.no_machine.number);
	loading->crash_bytes = crash_region_size(&facts->inputs.machine.iomem);
	if (facts->inputs.permission.disabled_known)
		loading->disabled = facts->inputs.permission.disabled ? CHECK_YES
								      : CHECK_NO;
	rc = check_options_read(root, facts->inputs.machine.release, loading, err);
	if (rc < 0)
		return rc;
	if (ask_call(facts, false, &loading->kexec_load) < 0 ||
	    ask_call(facts, true, &loading->kexec_file_load) < 0 || ask_xen(facts) < 0 ||
	    find_kernel_maps_array(facts) < 0)
		return error_no_memory(err);
	learn_options(loading);
	if (options->kernel && check_load_open(facts) < 0)
		return error_no_memory(err);
	if (load_losses_find(&facts->inputs, &facts->losses) < 0)
		return error_no_memory(err);
	facts->order = load_order_choose(&facts->inputs, &facts->losses);
	rc = options->kernel ? check_load_try(facts, err) : 0;
	if (!rc && find_leaves_record(options, facts) < 0)
		rc = error_no_memory(err);
	return rc;
}
