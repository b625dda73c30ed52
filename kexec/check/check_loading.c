// SPDX-License-Identifier: GPL-2.0-only
/* Whether the running kernel takes another one, and what it has prepared for that. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_internal.h"
#include "crash/crash_facts.h"
#include "load/syscall_errors.h"
#include "load/syscalls.h"

#define SYSCTL_PATH "proc/sys/kernel/"

static const char no_answer[] = "it is not asked on a recorded machine";

/* What holds for both calls. True if that decides. */
static bool refused_anyway(const struct root *root, const struct check_loading *loading,
			   struct check_fact *fact, int *rc)
{
	if (loading->disabled == CHECK_YES)
		*rc = check_fact_set(fact, CHECK_NO,
				     "the sysctl kernel.kexec_load_disabled is set, and "
				     "stays so until the next boot");
	else if (root->live && !may_have_cap_sys_boot())
		*rc = check_fact_set(fact, CHECK_NO,
				     "CAP_SYS_BOOT is missing; run kexec as root");
	else
		return false;
	return true;
}

/*
 * Linux 6.3 and later: kernel.kexec_load_limit_reboot and _panic count down with each load,
 * and with each question; -1 is no limit.
 */
static bool is_limited(const struct root *root, bool crash, uint64_t *left)
{
	const char *path = crash ? SYSCTL_PATH "kexec_load_limit_panic"
				 : SYSCTL_PATH "kexec_load_limit_reboot";

	return !root_read_u64(root, path, left, NULL);
}

/* From what is visible, where nobody asks the kernel. */
static int guess_call(const struct check_facts *facts, bool files, const char *why,
		      struct check_fact *fact)
{
	const struct check_loading *loading = &facts->loading;
	const char *option = files ? "KEXEC_FILE" : "KEXEC";
	bool locked = machine_is_locked_down(facts->machine.lockdown);

	if (facts->live && !loading->status.normal_known)
		return check_fact_set(
			fact, CHECK_NO,
			"/sys/kernel/kexec_loaded is not there: the running "
			"kernel is built without kexec, or /sys is not mounted");
	if (check_option(loading, option) == CHECK_NO)
		return check_fact_set(fact, CHECK_NO,
				      "the running kernel is built without CONFIG_%s",
				      option);
	if (locked && !files)
		return check_fact_set(fact, CHECK_NO,
				      "the running kernel is locked down (lockdown=%s)",
				      facts->machine.lockdown);
	if (check_option(loading, option) == CHECK_YES)
		return check_fact_set(fact, CHECK_YES,
				      "the running kernel is built with it");
	return check_fact_set(fact, CHECK_UNKNOWN, "%s", why);
}

/* The message without the name of the call before it, which stands there already. */
static const char *behind_name(const char *message, bool files)
{
	const char *name = files ? "kexec_file_load: " : "kexec_load: ";

	return starts_with(message, name) ? message + strlen(name) : message;
}

/* The running kernel itself is asked, where that costs nothing. */
static int ask_call(const struct root *root, const struct check_facts *facts, bool files,
		    struct check_fact *fact)
{
	_cleanup_error_ struct error why = { 0 };
	uint64_t left;
	int rc;

	if (refused_anyway(root, &facts->loading, fact, &rc))
		return rc;
	if (is_limited(root, facts->crash, &left) && !left)
		return check_fact_set(
			fact, CHECK_NO,
			"the sysctl kernel.kexec_load_limit_%s is 0: no more "
			"loads until the next boot",
			facts->crash ? "panic" : "reboot");
	if (!root->live)
		return guess_call(facts, files, no_answer, fact);
	/* The question goes as one for the normal image. */
	if (is_limited(root, false, &left))
		return guess_call(facts, files,
				  "a question would count as one of the loads that "
				  "kernel.kexec_load_limit_reboot leaves",
				  fact);
	rc = kexec_probe(files, root, &why);
	if (rc == -ENOMEM || (rc < 0 && !why.message))
		return -ENOMEM;
	return check_fact_set(fact, rc < 0 ? CHECK_NO : CHECK_YES, "%s",
			      rc < 0 ? behind_name(why.message, files)
				     : "the running kernel takes the call");
}

/* What the answers say of the options is surer than a configuration file. */
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

static void read_disabled(const struct root *root, struct check_loading *loading)
{
	uint64_t disabled;

	if (root_read_u64(root, SYSCTL_PATH "kexec_load_disabled", &disabled, NULL) < 0)
		return;
	loading->disabled = disabled ? CHECK_YES : CHECK_NO;
}

static int find_kernel_maps_array(struct check_facts *facts)
{
	const struct machine *machine = &facts->machine;

	if (!machine->efi.booted)
		return 0;
	return check_kernel_maps_array(&machine->efi, &machine->iomem,
				       !machine_kernel_is_older(machine->release, 6, 12),
				       !machine_kernel_is_older(machine->release, 5, 4),
				       &facts->loading.kernel_maps_array);
}

int check_loading_read(const struct options *options, const struct root *root,
		       struct check_facts *facts, struct error *err)
{
	struct check_loading *loading = &facts->loading;
	int rc;

	loading->kexec_file_load_wanted = options->load_syscall ==
					  LOAD_SYSCALL_KEXEC_FILE_LOAD;
	machine_read_status(root, &loading->status);
	loading->crash_known = !facts->machine.no_iomem.number;
	loading->crash_bytes = crash_region_size(&facts->machine.iomem);
	read_disabled(root, loading);
	rc = check_options_read(root, facts->machine.release, loading, err);
	if (rc < 0)
		return rc;
	if (ask_call(root, facts, false, &loading->kexec_load) < 0 ||
	    ask_call(root, facts, true, &loading->kexec_file_load) < 0 ||
	    find_kernel_maps_array(facts) < 0)
		return error_no_memory(err);
	learn_options(loading);
	return options->kernel ? check_load_try(options, root, facts, err) : 0;
}
