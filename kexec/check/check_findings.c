// SPDX-License-Identifier: GPL-2.0-only
/* Evaluates the facts of --check. */
#include "check/check_findings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "check/check_evaluate.h"
#include "check/record_read.h"

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

/*
 * Purgatory's record is never a problem: it may be missing or damaged although nothing
 * else was lost, and the next kernel runs although purgatory skipped something.
 */
static void evaluate_record(struct check_evaluation *evaluation)
{
	const struct check_record *result = &evaluation->facts->record;
	const struct record_run *run = &result->record.run;
	uint32_t i;

	if (result->state == CHECK_RECORD_UNUSABLE)
		check_find(evaluation, false, "the record of purgatory is ignored: %s",
			   result->reason);
	if (result->state == CHECK_RECORD_STALE)
		check_find(evaluation, false,
			   "the record of purgatory is not used, because it seems to be "
			   "about an earlier kexec: %s",
			   result->reason);
	if (result->state != CHECK_RECORD_OURS)
		return;
	for (i = 0; i < record_skips(&result->record); i++)
		check_find(evaluation, false,
			   "purgatory skipped a step: %s, 0x%" PRIx64 ", %s",
			   record_step_name(run->skips[i].step), run->skips[i].value,
			   record_reason_text(run->skips[i].reason));
}

int check_evaluate(const struct check_facts *facts, struct check_findings *findings,
		   struct error *err)
{
	struct check_evaluation evaluation = { facts, findings, false };

	if (facts->after) {
		evaluate_start(&evaluation);
		evaluate_record(&evaluation);
	}
	if (!facts->inputs.no_machine.number)
		check_evaluate_efi(&evaluation);
	else
		check_find(&evaluation, true, "%s", facts->inputs.no_machine.message);
	if (!facts->after)
		check_evaluate_loading(&evaluation);
	return evaluation.failed ? error_no_memory(err) : 0;
}
