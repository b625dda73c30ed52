// SPDX-License-Identifier: GPL-2.0-only
/* What --check concludes from the facts: the order of judging. */
#include "check/check_findings.h"

#include <errno.h>
#include <stdarg.h>

#include "check/check_judge.h"

void check_findings_clear(struct check_findings *findings)
{
	string_list_clear(&findings->problems);
	string_list_clear(&findings->remarks);
}

void check_find(struct check_judgement *judgement, bool grave, const char *format, ...)
{
	struct check_findings *findings = judgement->findings;
	va_list args;

	va_start(args, format);
	if (string_list_addv(grave ? &findings->problems : &findings->remarks, format,
			     args) < 0)
		judgement->failed = true;
	va_end(args);
}

/*
 * The loader's number is all that tells. Whatever was loaded with kexec_load or
 * kexec_file_load has kexec's, if it is Linux.
 */
static void judge_start(struct check_judgement *judgement)
{
	const struct check_facts *facts = judgement->facts;

	if (!facts->loader_known)
		check_find(judgement, true,
			   "whether kexec has started this kernel is unknown: neither "
			   "/sys/kernel/boot_params nor "
			   "/proc/sys/kernel/bootloader_type can be read");
	else if (!check_was_kexeced(facts))
		check_find(judgement, true,
			   "this kernel was not kexec'ed: a boot loader or the firmware "
			   "has started it (type_of_loader 0x%x)",
			   facts->loader_type);
}

int check_judge(const struct check_facts *facts, struct check_findings *findings,
		struct error *err)
{
	struct check_judgement judgement = { facts, findings, false };

	if (facts->after)
		judge_start(&judgement);
	if (facts->machine_read)
		check_judge_efi(&judgement);
	else
		check_find(&judgement, true, "%s", facts->machine_error);
	if (!facts->after)
		check_judge_loading(&judgement);
	return judgement.failed ? error_no_memory(err) : 0;
}
