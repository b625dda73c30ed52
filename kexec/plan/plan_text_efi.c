// SPDX-License-Identifier: GPL-2.0-only
/* The part of a plan about EFI: tables, and where they lie. */
#include "plan/plan_text_efi.h"

#include <inttypes.h>

#include "util/strings.h"
#include "util/wrapped.h"

static void print_address(FILE *stream, const char *label, uint64_t address)
{
	if (address)
		fprintf(stream, "  %-20s %#" PRIx64 "\n", label, address);
	else
		fprintf(stream, "  %-20s unknown\n", label);
}

static void print_table(FILE *stream, const struct efi_config_table *table)
{
	uint64_t size = efi_table_size(table);

	fprintf(stream, "  " ADDRESS_FORMAT "  ", table->address);
	if (size)
		print_size(stream, size, 6);
	else
		fprintf(stream, "%10s", "");
	fprintf(stream, "  %-27s  " WRAP_MARK "%s%s", table->name,
		table->memory_known ? memory_type_name(table->memory)
				    : "outside the memory map",
		table->memory_known ? efi_table_reserved_by_text(table->reserved_by)
				    : "");
	if (table->part_count > 1)
		fprintf(stream, ", %zu pieces", table->part_count);
	if (table->problem)
		fprintf(stream, "; %s: %s", efi_table_state_name(table->state),
			table->problem);
	else if (table->state == EFI_TABLE_DROPPED)
		fprintf(stream, "; %s", efi_table_state_name(table->state));
	fputc('\n', stream);
}

static void print_tables(FILE *stream, const struct efi_facts *efi)
{
	size_t i;

	if (efi->tables_unread)
		fprintf(stream, "  not read: " WRAP_MARK "%s\n", efi->tables_unread);
	if (efi->table_count)
		fprintf(stream, "  %-20s %zu entr%s\n", "", efi->table_count,
			efi->table_count == 1 ? "y" : "ies");
	for (i = 0; i < efi->tables.count; i++)
		print_table(stream, &efi->tables.tables[i]);
}

static void print_efi(FILE *stream, const struct machine *machine,
		      const struct image *image)
{
	const struct efi_facts *efi = &machine->efi;

	if (!efi->booted) {
		fputs("\nEFI: this machine was not booted through EFI\n", stream);
		return;
	}
	fputs(image->efi.handed_over ? "\nEFI, handed over to the new kernel:\n"
				     : "\nEFI, not handed over to the new kernel:\n",
	      stream);
	if (efi->incomplete)
		fprintf(stream, "  incomplete: " WRAP_MARK "%s\n", efi->incomplete);
	fprintf(stream, "  %-20s %zu range%s kept for the firmware\n", "Runtime map",
		efi->runtime_map_count, efi->runtime_map_count == 1 ? "" : "s");
	print_address(stream, "System table", efi->system_table);
	print_address(stream, "Config table array", efi->config_table_array);
	print_tables(stream, efi);
}

static void print_cc_blob(FILE *stream, const struct efi_config_tables *cc_blob)
{
	if (!cc_blob->count)
		return;
	fputs("\nNamed by setup_data:\n", stream);
	print_table(stream, &cc_blob->tables[0]);
}

void plan_print_efi(FILE *stream, const struct machine *machine,
		    const struct image *image)
{
	print_efi(stream, machine, image);
	print_cc_blob(stream, &machine->cc_blob);
}
