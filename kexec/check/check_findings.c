// SPDX-License-Identifier: GPL-2.0-only
/* Evaluates the facts of --check. */
#include "check/check_findings.h"

#include <errno.h>
#include <stdarg.h>

#include "check/check_evaluate.h"

void check_findings_clear(struct check_findings *findings)
{
	string_list_clear(&findings->problems);
	string_list_clear(&findings->remarks);
}

void check_find(struct check_evaluation *evaluation, bool is_problem, const char *format,
		...)
{
	struct check_findings *findings = evaluation->findings;
	va_list args;

	va_start(args, format);
	if (string_list_addv(is_problem ? &findings->problems : &findings->remarks,
			     format, args) < 0)
		evaluation->failed = true;
	va_end(args);
}

/*
 * type_of_loader is the only trace of how a kernel was started. With kexec_load as with
 * kexec_file_load, a Linux kernel finds kexec's number there.
 */
static void evaluate_start(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;

	if (!facts->loader_known)
		check_find(evaluation, true,
			   "whether kexec has started this kernel is unknown: neither "
			   "/sys/kernel/boot_params nor "
			   "/proc/sys/kernel/bootloader_type can be read");
	else if (!check_was_kexeced(facts))
		check_find(evaluation, true,
			   "this kernel was not kexec'ed: a boot loader or the firmware "
			   "has started it (type_of_loader 0x%x)",
			   facts->loader_type);
}

int check_evaluate(const struct check_facts *facts, struct check_findings *findings,
		   struct error *err)
{
	struct check_evaluation evaluation = { facts, findings, false };

	if (facts->after)
		evaluate_start(&evaluation);
	if (!facts->inputs.no_machine.number)
		check_evaluate_efi(&evaluation);
	else
		check_find(&evaluation, true, "%s", facts->inputs.no_machine.message);
	if (!facts->after)
		check_evaluate_loading(&evaluation);
	return evaluation.failed ? error_no_memory(err) : 0;
}
