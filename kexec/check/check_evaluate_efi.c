// SPDX-License-Identifier: GPL-2.0-only
/* The findings of --check about EFI and ACPI. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check_evaluate.h"
#include "util/cleanup.h"
#include "util/command_line.h"

/*
 * The firmware itself may have made a wrong checksum, and Linux only warns about it. In a
 * kernel that kexec has started, that cannot be told from a loss, so it is a problem.
 * Before the first kexec it is a remark, which announces that --check=after will report
 * it.
 */
static void evaluate_doubtful(struct check_evaluation *evaluation, const char *name,
			      uint64_t address, const char *problem)
{
	bool is_problem = evaluation->facts->after ||
			  check_was_kexeced(evaluation->facts);

	check_find(
		evaluation, is_problem, "EFI config table \"%s\" at 0x%" PRIx64 ": %s%s",
		name, address, problem,
		is_problem ? "; lost, unless kexec --check said so before the first kexec"
			   : "; the firmware made it so, but --check=after will report "
			     "it as a loss");
}

static bool is_unreadable_alike(const struct check_table *a, const struct check_table *b)
{
	return a->state == EFI_TABLE_UNREADABLE && b->state == EFI_TABLE_UNREADABLE &&
	       a->problem && b->problem && !strcmp(a->problem, b->problem);
}

/* One remark names all tables that cannot be read for the same reason. */
static void evaluate_unreadable(struct check_evaluation *evaluation, size_t index)
{
	const struct check_facts *facts = evaluation->facts;
	const struct efi_config_table *tables = facts->inputs.machine.efi.tables.tables;
	const struct check_table *checked = &facts->tables[index];
	_cleanup_free_ char *names = NULL;
	size_t i;

	for (i = 0; i < index; i++)
		if (is_unreadable_alike(&facts->tables[i], checked))
			return;
	for (i = index; i < facts->table_count; i++) {
		char *longer;

		if (i != index && !is_unreadable_alike(&facts->tables[i], checked))
			continue;
		if (asprintf(&longer, "%s%s\"%s\" at 0x%" PRIx64, names ? names : "",
			     names ? ", " : "", tables[i].name, tables[i].address) < 0) {
			evaluation->failed = true;
			return;
		}
		free(names);
		names = longer;
	}
	check_find(evaluation, false, "EFI config table %s could not be examined: %s",
		   names, checked->problem ? checked->problem : "");
}

static void evaluate_table(struct check_evaluation *evaluation, size_t index)
{
	const struct check_table *checked = &evaluation->facts->tables[index];
	const struct efi_config_table *table =
		&evaluation->facts->inputs.machine.efi.tables.tables[index];
	const char *problem = checked->problem ? checked->problem : "";

	switch (checked->state) {
	case EFI_TABLE_DAMAGED:
		check_find(evaluation, true,
			   "EFI config table \"%s\" at 0x%" PRIx64 " is damaged: %s",
			   table->name, table->address, problem);
		break;
	case EFI_TABLE_WRONG_CHECKSUM:
	case EFI_TABLE_OUTSIDE:
		evaluate_doubtful(evaluation, table->name, table->address, problem);
		break;
	case EFI_TABLE_UNREADABLE:
		evaluate_unreadable(evaluation, index);
		break;
	case EFI_TABLE_DROPPED:
		check_find(evaluation, false,
			   "EFI config table \"%s\" was dropped by Linux: its address is "
			   "all ones; kernels from 6.14 on do this to memory attributes "
			   "if the kexec that started them named SMBIOS, as "
			   "kexec_file_load does; only a boot by the firmware brings the "
			   "table back",
			   table->name);
		break;
	case EFI_TABLE_INTACT:
	case EFI_TABLE_USED_UP:
	case EFI_TABLE_NOT_EXAMINED:
		break;
	}
}

static void evaluate_tables(struct check_evaluation *evaluation)
{
	const struct efi_facts *efi = &evaluation->facts->inputs.machine.efi;
	size_t i;

	/* If efi->incomplete is set, evaluate_addresses() has reported the cause. */
	if (efi->tables_lost)
		check_find(evaluation, true, "the EFI config tables are lost: %s",
			   efi->tables_unread);
	else if (efi->tables_unread && !efi->incomplete)
		check_find(evaluation, false,
			   "the EFI config tables were not examined: %s",
			   efi->tables_unread);
	for (i = 0; i < evaluation->facts->table_count; i++)
		evaluate_table(evaluation, i);
}

/* With 32-bit firmware only the first kernel has EFI runtime services. */
static void evaluate_addresses(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct efi_facts *efi = &facts->inputs.machine.efi;

	if (efi->incomplete)
		check_find(evaluation, efi->word_bits != 32,
			   facts->after
				   ? "EFI data is incomplete: %s"
				   : "the next kernel will be told nothing about EFI: "
				     "%s",
			   efi->incomplete);
	else if (efi->word_bits == 32)
		check_find(
			evaluation, false,
			"the EFI firmware is of 32 bits: no kernel after the first one "
			"has its runtime services");
}

static void evaluate_variables(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const struct check_fact *variables = &facts->efi_variables;

	if (facts->inputs.machine.efi.word_bits == 32 ||
	    facts->inputs.machine.efi.incomplete)
		return;
	if (variables->answer == CHECK_NO)
		check_find(evaluation, facts->after, "EFI variables cannot be read: %s",
			   variables->reason);
	else if (variables->answer == CHECK_UNKNOWN && facts->live)
		check_find(evaluation, false,
			   "whether EFI variables can be read is unknown: %s",
			   variables->reason);
	if (facts->secure_boot_firmware != CHECK_UNKNOWN &&
	    facts->secure_boot != facts->secure_boot_firmware)
		check_find(evaluation, facts->after,
			   "Secure Boot is %s by the firmware's variable, %s for the "
			   "running kernel",
			   facts->secure_boot_firmware == CHECK_YES ? "on" : "off",
			   facts->secure_boot == CHECK_YES  ? "on"
			   : facts->secure_boot == CHECK_NO ? "off"
							    : "unknown");
}

static bool names_acpi(const struct check_facts *facts, bool *was_evaluated)
{
	const struct efi_config_tables *tables = &facts->inputs.machine.efi.tables;
	bool names = false;
	size_t i;

	*was_evaluated = false;
	for (i = 0; i < facts->table_count; i++) {
		if (tables->tables[i].kind != EFI_TABLE_ACPI)
			continue;
		names = true;
		if (facts->tables[i].state != EFI_TABLE_INTACT)
			*was_evaluated = true;
	}
	return names;
}

/* Adds only findings that evaluate_tables() has not added. */
static void evaluate_acpi(struct check_evaluation *evaluation)
{
	const struct check_facts *facts = evaluation->facts;
	const char *command_line = facts->inputs.machine.command_line;
	bool was_evaluated, named = names_acpi(facts, &was_evaluated);

	if (facts->acpi_problem && !was_evaluated)
		check_find(evaluation, facts->after || check_was_kexeced(facts), "%s",
			   facts->acpi_problem);
	if (named && facts->acpi.answer == CHECK_NO &&
	    !(command_line && command_line_has(command_line, "acpi")))
		check_find(evaluation, facts->after,
			   "the running kernel has found no ACPI, which EFI names: %s",
			   facts->acpi.reason);
}

void check_evaluate_efi(struct check_evaluation *evaluation)
{
	const struct efi_facts *efi = &evaluation->facts->inputs.machine.efi;

	if (efi->booted) {
		evaluate_addresses(evaluation);
		evaluate_tables(evaluation);
		evaluate_variables(evaluation);
	}
	evaluate_acpi(evaluation);
}
