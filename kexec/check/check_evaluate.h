/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files check_*.c that evaluate facts share; nobody else includes this. */
#ifndef KEXEC_CHECK_EVALUATE_H
#define KEXEC_CHECK_EVALUATE_H

#include "check/check_findings.h"

/* Findings in the making; without memory the rest is only counted as failed. */
struct check_evaluation {
	const struct check_facts *facts;
	struct check_findings *findings;
	bool failed; /* out of memory */
};

/* Adds a problem if is_problem is set, else a remark. */
void check_find(struct check_evaluation *evaluation, bool is_problem, const char *format,
		...) __attribute__((format(printf, 3, 4)));

/* The EFI facts and ACPI, of --check and of --check=after. */
void check_evaluate_efi(struct check_evaluation *evaluation);

/* Whether the next kernel can be loaded; not for --check=after. */
void check_evaluate_loading(struct check_evaluation *evaluation);

#endif
