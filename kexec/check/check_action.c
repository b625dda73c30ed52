// SPDX-License-Identifier: GPL-2.0-only
/* The action "check": read, evaluate, print. */
#include "check/check.h"

#include "util/json_writer.h"

enum exit_status check_action(const struct options *options, const struct root *root)
{
	_cleanup_check_findings_ struct check_findings findings = { 0 };
	_cleanup_check_facts_ struct check_facts facts = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc = 0;

	/* If the JSON library is missing, fail before the machine is read. */
	if (options->check_json)
		rc = json_writer_begin(&err);
	if (!rc)
		rc = check_facts_read(options, root, &facts, &err);
	if (options->debug)
		report_all("", &facts.inputs.machine.notes);
	if (!rc)
		rc = check_evaluate(&facts, &findings, &err);
	if (!rc && options->check_json)
		rc = check_print_json(stdout, &facts, &findings, &err);
	else if (!rc)
		check_print_text(stdout, &facts, &findings);
	if (rc < 0)
		return report_error(STATUS_UNPREPARED, &err);
	/* A program reads stdout; the problems on stderr are for its log. */
	if (options->check_json)
		report_all("", &findings.problems);
	return findings.problems.count ? STATUS_UNPREPARED : STATUS_DONE;
}
