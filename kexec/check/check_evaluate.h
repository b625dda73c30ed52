/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files that evaluate facts (check_evaluate_*.c, check_findings.c). */
#ifndef KEXEC_CHECK_EVALUATE_H
#define KEXEC_CHECK_EVALUATE_H

#include "check/check_findings.h"

/* The facts, and the findings while they are collected. */
struct check_evaluation {
	const struct check_facts *facts;
	struct check_findings *findings;
	bool failed; /* out of memory: findings are missing */
};

/* Adds a finding: a problem if is_problem is set, else a remark. */
void check_find(struct check_evaluation *evaluation, bool is_problem, const char *format,
		...) __attribute__((format(printf, 3, 4)));

/* Evaluates EFI and ACPI, for --check and --check=after. */
void check_evaluate_efi(struct check_evaluation *evaluation);

/* Evaluates whether the next kernel can be loaded; not for --check=after. */
void check_evaluate_loading(struct check_evaluation *evaluation);

#endif
