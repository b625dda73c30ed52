// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of --check as one JSON object. "efi" has the same members before and after a
 * kexec, so that a program can compare them.
 */
#include <inttypes.h>

#include "check/check.h"
#include "efi/efi_tables_json.h"
#include "util/json_writer.h"

/* CHECK_YES is true, CHECK_NO is false, CHECK_UNKNOWN is null. */
static void put_answer(struct json_writer *writer, struct json_object *object,
		       const char *key, enum check_answer answer)
{
	if (answer == CHECK_UNKNOWN)
		json_put_text(writer, object, key, NULL);
	else
		json_put_bool(writer, object, key, answer == CHECK_YES);
}

static void put_known(struct json_writer *writer, struct json_object *object,
		      const char *key, bool known, bool value)
{
	put_answer(writer, object, key,
		   !known  ? CHECK_UNKNOWN
		   : value ? CHECK_YES
			   : CHECK_NO);
}

static void put_fact(struct json_writer *writer, struct json_object *object,
		     const char *key, const struct check_fact *fact)
{
	struct json_object *value = json_object_new_object();

	put_answer(writer, value, "answer", fact->answer);
	json_put_text(writer, value, "reason", fact->reason);
	json_put(writer, object, key, value);
}

static struct json_object *kernel_json(struct json_writer *writer,
				       const struct check_facts *facts)
{
	struct json_object *object = json_object_new_object();

	json_put_text(writer, object, "release", facts->inputs.machine.release);
	json_put_text(writer, object, "command_line", facts->inputs.machine.command_line);
	if (facts->loader_known)
		json_put_address(writer, object, "type_of_loader", facts->loader_type);
	else
		json_put_text(writer, object, "type_of_loader", NULL);
	put_known(writer, object, "kexeced", facts->loader_known,
		  check_was_kexeced(facts));
	json_put_text(writer, object, "lockdown", facts->inputs.machine.lockdown);
	return object;
}

static struct json_object *loading_json(struct json_writer *writer,
					const struct check_loading *loading)
{
	const struct machine_status *status = &loading->status;
	struct json_object *object = json_object_new_object();
	struct json_object *options = json_object_new_object();
	size_t i;

	put_fact(writer, object, "kexec_load", &loading->kexec_load);
	put_fact(writer, object, "kexec_file_load", &loading->kexec_file_load);
	if (loading->kexec_op.reason)
		put_fact(writer, object, "kexec_op", &loading->kexec_op);
	else
		json_put_text(writer, object, "kexec_op", NULL);
	put_fact(writer, object, "leaves_record", &loading->leaves_record);
	put_answer(writer, object, "kexec_load_disabled", loading->disabled);
	put_known(writer, object, "loaded", status->normal_known, status->normal_loaded);
	put_known(writer, object, "crash_loaded", status->crash_known,
		  status->crash_loaded);
	if (loading->crash_known)
		json_put_size(writer, object, "crash_kernel_bytes", loading->crash_bytes);
	else
		json_put_text(writer, object, "crash_kernel_bytes", NULL);
	put_fact(writer, object, "maps_config_table_array", &loading->kernel_maps_array);
	for (i = 0; i < CHECK_OPTIONS; i++)
		put_answer(writer, options, loading->options[i].name,
			   loading->options[i].answer);
	json_put(writer, object, "kernel_options", options);
	json_put_text(writer, object, "kernel_config", loading->config_path);
	return object;
}

static struct json_object *load_json(struct json_writer *writer,
				     const struct check_facts *facts)
{
	const struct check_load *load = &facts->load;
	struct json_object *object = json_object_new_object();

	json_put_bool(writer, object, "on_crash", facts->crash);
	json_put_bool(writer, object, "possible", !load->error);
	json_put_text(writer, object, "error", load->error);
	json_put_text(writer, object, "system_call", load->call);
	json_put_size(writer, object, "segment_bytes", load->segments);
	json_put_size(writer, object, "needed_bytes", load->needed);
	put_fact(writer, object, "signed", &load->signature);
	return object;
}

/* Writes the digest as xxhsum -H64 prints it, or null. */
static void put_digest(struct json_writer *writer, struct json_object *object,
		       const struct check_table *checked)
{
	char text[17];

	snprintf(text, sizeof(text), "%016" PRIx64, checked->digest);
	json_put_text(writer, object, "digest", checked->has_digest ? text : NULL);
}

static struct json_object *table_json(struct json_writer *writer,
				      const struct efi_config_table *table,
				      const struct check_table *checked)
{
	struct json_object *object = efi_table_json(
		writer, table, efi_table_state_name(checked->state), checked->problem);

	json_put_text(writer, object, "read_in", checked->source);
	put_digest(writer, object, checked);
	return object;
}

static struct json_object *efi_json(struct json_writer *writer,
				    const struct check_facts *facts)
{
	const struct efi_facts *efi = &facts->inputs.machine.efi;
	struct json_object *object = json_object_new_object();
	struct json_object *tables = json_object_new_array();
	size_t i;

	for (i = 0; i < facts->table_count; i++)
		json_append(
			writer, tables,
			table_json(writer, &efi->tables.tables[i], &facts->tables[i]));
	put_known(writer, object, "booted", !facts->inputs.no_machine.number,
		  efi->booted);
	json_put_size(writer, object, "word_bits", efi->word_bits);
	put_answer(writer, object, "secure_boot", facts->secure_boot);
	put_answer(writer, object, "secure_boot_variable", facts->secure_boot_firmware);
	put_fact(writer, object, "variables", &facts->efi_variables);
	json_put_known_address(writer, object, "system_table", efi->system_table);
	json_put_known_address(writer, object, "config_table_array",
			       efi->config_table_array);
	json_put_size(writer, object, "descriptor_size", efi->descriptor_size);
	json_put_size(writer, object, "runtime_map_count", efi->runtime_map_count);
	json_put_text(writer, object, "incomplete", efi->incomplete);
	json_put_text(writer, object, "tables_unread", efi->tables_unread);
	json_put(writer, object, "config_tables", tables);
	return object;
}

static struct json_object *acpi_json(struct json_writer *writer,
				     const struct check_facts *facts)
{
	struct json_object *object = json_object_new_object();

	put_answer(writer, object, "answer", facts->acpi.answer);
	json_put_text(writer, object, "reason", facts->acpi.reason);
	json_put_size(writer, object, "table_count", facts->acpi_count);
	json_put_text(writer, object, "problem", facts->acpi_problem);
	return object;
}

static struct json_object *memory_json(struct json_writer *writer,
				       const struct check_facts *facts)
{
	struct json_object *object = json_object_new_object();

	json_put_size(writer, object, "total_bytes", facts->memory_total);
	json_put_size(writer, object, "available_bytes", facts->memory_available);
	return object;
}

/* Adds a section, or null if that part was not examined (section is NULL). */
static void put_section(struct json_writer *writer, struct json_object *object,
			const char *key, struct json_object *section)
{
	if (section)
		json_put(writer, object, key, section);
	else
		json_put_text(writer, object, key, NULL);
}

static struct json_object *check_json(struct json_writer *writer,
				      const struct check_facts *facts,
				      const struct check_findings *findings)
{
	struct json_object *object = json_output(writer);

	json_put_text(writer, object, "check", facts->after ? "after" : "before");
	json_put_bool(writer, object, "passed", !findings->problems.count);
	json_put(writer, object, "problems", json_texts(writer, &findings->problems));
	json_put(writer, object, "remarks", json_texts(writer, &findings->remarks));
	json_put(writer, object, "kernel", kernel_json(writer, facts));
	put_section(writer, object, "record",
		    facts->after ? check_record_json(writer, &facts->record) : NULL);
	put_section(writer, object, "loading",
		    facts->after ? NULL : loading_json(writer, &facts->loading));
	put_section(writer, object, "load",
		    facts->load.asked ? load_json(writer, facts) : NULL);
	put_section(writer, object, "memory",
		    facts->memory_known ? memory_json(writer, facts) : NULL);
	json_put(writer, object, "efi", efi_json(writer, facts));
	json_put(writer, object, "acpi", acpi_json(writer, facts));
	return object;
}

int check_print_json(FILE *stream, const struct check_facts *facts,
		     const struct check_findings *findings, struct error *err)
{
	struct json_writer writer = { false };

	return json_writer_print(&writer, check_json(&writer, facts, findings), stream,
				 "the result", err);
}
