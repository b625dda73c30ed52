/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The findings of --check, made from the facts. A problem is a reason why the next kexec
 * would fail or lose something (--check), or a loss in this kernel (--check=after). It
 * makes kexec --check fail. Everything else worth knowing, including most unknown facts,
 * is a remark.
 */
#ifndef KEXEC_CHECK_FINDINGS_H
#define KEXEC_CHECK_FINDINGS_H

#include "check/check_facts.h"
#include "util/error.h"
#include "util/strings.h"

struct check_findings {
	struct string_list problems;
	struct string_list remarks;
};

/*
 * Evaluates the facts. Returns 0 or -ENOMEM. *findings must be { 0 };
 * check_findings_clear frees it, also after an error.
 */
__must_check int check_evaluate(const struct check_facts *facts,
				struct check_findings *findings, struct error *err);

/* Frees the findings. */
void check_findings_clear(struct check_findings *findings);

#define _cleanup_check_findings_ _cleanup_(check_findings_clear)

#endif
