/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --check concludes from the facts. A problem is what keeps the next kexec from
 * working or from losing nothing (--check), or what this one has lost (--check=after); it
 * makes the exit status 1. A remark is for whoever reads on. What is unknown is a remark.
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
 * Evaluates the facts; *findings must be { 0 }, check_findings_clear frees it, also after an
 * error. Fails only without memory.
 */
int check_evaluate(const struct check_facts *facts, struct check_findings *findings,
		   struct error *err);

/* Frees what it owns; it is { 0 } then. */
void check_findings_clear(struct check_findings *findings);

#define _cleanup_check_findings_ _cleanup_(check_findings_clear)

#endif
