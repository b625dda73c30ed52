// SPDX-License-Identifier: GPL-2.0-only
/* The result of --check as text for people. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "check/check.h"
#include "util/strings.h"

static void print_label(FILE *stream, const char *label)
{
	fprintf(stream, "%-20s ", label);
}

static void print_fact(FILE *stream, const char *label, const struct check_fact *fact)
{
	print_label(stream, label);
	fputs(check_answer_name(fact->answer), stream);
	if (fact->reason) {
		fputs(": ", stream);
		print_escaped(stream, fact->reason);
	}
	fputc('\n', stream);
}

static void print_kernel(FILE *stream, const struct check_facts *facts)
{
	print_label(stream, "Running kernel");
	fputs("Linux ", stream);
	print_escaped(stream, facts->inputs.machine.release
				      ? facts->inputs.machine.release
				      : "(release unknown)");
	fputc('\n', stream);
	print_label(stream, "Started by");
	if (!facts->loader_known)
		fputs("unknown\n", stream);
	else
		fprintf(stream, "%s (type_of_loader 0x%x)\n",
			check_was_kexeced(facts) ? "kexec" : "firmware or a boot loader",
			facts->loader_type);
	print_label(stream, "Lockdown");
	print_escaped(stream, facts->inputs.machine.lockdown
				      ? facts->inputs.machine.lockdown
				      : "unknown");
	fputc('\n', stream);
	if (facts->after)
		check_record_print_text(stream, &facts->record);
}

static void print_loading(FILE *stream, const struct check_loading *loading)
{
	const struct machine_status *status = &loading->status;
	size_t i;

	print_fact(stream, "kexec_load", &loading->kexec_load);
	print_fact(stream, "kexec_file_load", &loading->kexec_file_load);
	if (loading->kexec_op.reason)
		print_fact(stream, "kexec_op (Xen)", &loading->kexec_op);
	print_fact(stream, "Leaves a record", &loading->leaves_record);
	print_label(stream, "kexec_load_disabled");
	fprintf(stream, "%s\n", check_answer_name(loading->disabled));
	print_label(stream, "Loaded");
	fprintf(stream, "kernel: %s, crash kernel: %s\n",
		!status->normal_known	? "unknown"
		: status->normal_loaded ? "yes"
					: "no",
		!status->crash_known   ? "unknown"
		: status->crash_loaded ? "yes"
				       : "no");
	print_label(stream, "Crash kernel memory");
	if (!loading->crash_known)
		fputs("unknown", stream);
	else
		print_size(stream, loading->crash_bytes, 0);
	fputc('\n', stream);
	print_label(stream, "Kernel options");
	for (i = 0; i < CHECK_OPTIONS; i++)
		fprintf(stream, "%s%s %s", i ? ", " : "", loading->options[i].name,
			check_answer_name(loading->options[i].answer));
	if (loading->config_path) {
		fputs(" (", stream);
		print_escaped(stream, loading->config_path);
		fputc(')', stream);
	}
	fputc('\n', stream);
}

static void print_load(FILE *stream, const struct check_facts *facts)
{
	const struct check_load *load = &facts->load;

	print_label(stream, "This load");
	if (load->error) {
		fputs("not possible\n", stream);
		return;
	}
	fprintf(stream, "%swith %s, ", facts->crash ? "crash kernel, " : "", load->call);
	print_size(stream, load->segments, 0);
	fputs(" of segments", stream);
	if (load->needed) {
		fputs("; needs ", stream);
		print_size(stream, load->needed, 0);
	}
	if (load->needed && facts->memory_known) {
		fputs(" of ", stream);
		print_size(stream, facts->memory_available, 0);
		fputs(" available", stream);
	}
	fputs("\n", stream);
	print_fact(stream, "Kernel is signed", &load->signature);
}

static void print_address(FILE *stream, const char *label, uint64_t address)
{
	print_label(stream, label);
	if (address)
		fprintf(stream, "%#" PRIx64 "\n", address);
	else
		fputs("unknown\n", stream);
}

static void print_table(FILE *stream, const struct efi_config_table *table,
			const struct check_table *checked)
{
	uint64_t size = efi_table_size(table);

	fprintf(stream, "    " ADDRESS_FORMAT "  ", table->address);
	if (size)
		print_size(stream, size, 6);
	else
		fprintf(stream, "%10s", "");
	fprintf(stream, "  %-27s  %-14s  ", table->name,
		efi_table_state_name(checked->state));
	if (!table->memory_known)
		fputs("outside the memory map", stream);
	else
		fprintf(stream, "%s%s", memory_type_name(table->memory),
			efi_table_reserved_by_text(table->reserved_by));
	if (checked->source)
		fprintf(stream, "; read in %s", checked->source);
	fputc('\n', stream);
}

static void print_efi(FILE *stream, const struct check_facts *facts)
{
	const struct efi_facts *efi = &facts->inputs.machine.efi;
	size_t i;

	print_label(stream, "EFI");
	if (!efi->booted) {
		fputs("no: this machine was not booted through EFI, or its kernel is not "
		      "told\n",
		      stream);
		return;
	}
	if (efi->word_bits)
		fprintf(stream, "yes, firmware of %u bits\n", efi->word_bits);
	else
		fputs("yes\n", stream);
	print_label(stream, "Secure Boot");
	fprintf(stream, "%s\n", check_answer_name(facts->secure_boot));
	print_fact(stream, "EFI variables", &facts->efi_variables);
	print_label(stream, "EFI runtime map");
	fprintf(stream, "%zu range%s\n", efi->runtime_map_count,
		efi->runtime_map_count == 1 ? "" : "s");
	print_address(stream, "EFI system table", efi->system_table);
	print_address(stream, "Config table array", efi->config_table_array);
	if (!facts->after)
		print_fact(stream, "Mapped by the kernel",
			   &facts->loading.kernel_maps_array);
	print_label(stream, "Config tables");
	if (efi->tables_unread)
		fputs("not read\n", stream);
	else
		fprintf(stream, "%zu\n", efi->tables.count);
	for (i = 0; i < facts->table_count; i++)
		print_table(stream, &efi->tables.tables[i], &facts->tables[i]);
}

static void print_acpi(FILE *stream, const struct check_facts *facts)
{
	if (facts->acpi.answer != CHECK_YES) {
		print_fact(stream, "ACPI", &facts->acpi);
		return;
	}
	print_label(stream, "ACPI");
	fprintf(stream, "%zu table%s\n", facts->acpi_count,
		facts->acpi_count == 1 ? "" : "s");
}

static void print_findings(FILE *stream, const char *title,
			   const struct string_list *findings)
{
	size_t i;

	if (findings->count)
		fprintf(stream, "\n%s:\n", title);
	for (i = 0; i < findings->count; i++) {
		fputs("  * ", stream);
		print_escaped(stream, findings->items[i]);
		fputc('\n', stream);
	}
}

/* Returns false if the machine has EFI config tables, and not one could be examined. */
static bool saw_tables(const struct check_facts *facts)
{
	const struct efi_facts *efi = &facts->inputs.machine.efi;
	bool saw = !efi->booted || efi->word_bits == 32;
	size_t i;

	for (i = 0; i < facts->table_count; i++)
		saw |= facts->tables[i].state != EFI_TABLE_UNREADABLE &&
		       facts->tables[i].state != EFI_TABLE_NOT_EXAMINED;
	return saw;
}

static void print_verdict(FILE *stream, const struct check_facts *facts, size_t problems)
{
	fputc('\n', stream);
	if (problems)
		fprintf(stream, "%zu problem%s found.\n", problems,
			problems == 1 ? "" : "s");
	else if (facts->after && !saw_tables(facts))
		fputs("The EFI config tables could not be looked at, so nothing is known "
		      "about their loss.\n",
		      stream);
	else if (facts->after)
		fputs("Nothing that can be seen from here was lost.\n", stream);
	else
		fputs("No problem found.\n", stream);
}

void check_print_text(FILE *stream, const struct check_facts *facts,
		      const struct check_findings *findings)
{
	print_kernel(stream, facts);
	if (!facts->after)
		print_loading(stream, &facts->loading);
	if (facts->load.asked)
		print_load(stream, facts);
	if (!facts->inputs.no_machine.number) {
		print_efi(stream, facts);
		print_acpi(stream, facts);
	}
	print_findings(stream, "Problems", &findings->problems);
	print_findings(stream, "Remarks", &findings->remarks);
	print_verdict(stream, facts, findings->problems.count);
}
