/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files check_*.c that judge facts share; nobody else includes this. */
#ifndef KEXEC_CHECK_JUDGE_H
#define KEXEC_CHECK_JUDGE_H

#include "check/check_findings.h"

/* Findings in the making; without memory the rest is only counted as failed. */
struct check_judgement {
	const struct check_facts *facts;
	struct check_findings *findings;
	bool failed; /* out of memory */
};

/* Adds a problem if grave is set, else a remark. */
void check_find(struct check_judgement *judgement, bool grave, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The EFI facts and ACPI, of --check and of --check=after. */
void check_judge_efi(struct check_judgement *judgement);

/* Whether the next kernel can be loaded; not for --check=after. */
void check_judge_loading(struct check_judgement *judgement);

#endif
