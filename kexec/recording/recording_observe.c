// SPDX-License-Identifier: GPL-2.0-only
/* Notes what loads and --check read on this machine. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "crash/crash_facts.h"
#include "load/load_permission.h"
#include "machine/machine.h"
#include "recording/recording_internal.h"

void recording_clear(struct recording *recording)
{
	size_t i;

	string_list_clear(&recording->paths);
	for (i = 0; i < recording->span_count; i++)
		free(recording->spans[i].data);
	free(recording->spans);
	file_tree_clear(&recording->tree);
	string_list_clear(&recording->left_out);
	string_list_clear(&recording->unread);
	string_list_clear(&recording->too_large);
	string_list_clear(&recording->notes);
	free(recording->check);
	free(recording->xen_facts);
	*recording = (struct recording){ 0 };
}

static void note_path(void *context, const char *path)
{
	struct recording *recording = context;

	while (*path == '/')
		path++;
	recording->out_of_memory |= *path &&
				    string_list_add(&recording->paths, "%s", path) < 0;
}

static int add_span(struct recording *recording, uint64_t address, const void *data,
		    size_t size)
{
	_cleanup_free_ uint8_t *copy = malloc(size + 1);

	if (!copy)
		return -ENOMEM;
	if (recording->span_count == recording->span_room) {
		size_t room = recording->span_room ? 2 * recording->span_room : 64;
		struct recording_span *larger =
			reallocarray(recording->spans, room, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		recording->spans = larger;
		recording->span_room = room;
	}
	memcpy(copy, data, size);
	recording->spans[recording->span_count++] =
		(struct recording_span){ address, take_pointer(copy), size };
	return 0;
}

static void note_memory(void *context, uint64_t address, const void *data, size_t size,
			const char *reason)
{
	struct recording *recording = context;
	int rc;

	if (!recording->memory_wanted)
		return;
	if (data)
		rc = add_span(recording, address, data, size);
	else
		rc = string_list_add(&recording->unread,
				     "%zu bytes of memory at 0x%" PRIx64 ": %s", size,
				     address, reason ? reason : "");
	recording->out_of_memory |= rc < 0;
}

/* As for a load, which reads no more of a table than its length. */
static int observe_loads(const struct root *root, struct recording *recording)
{
	_cleanup_physical_memory_ struct physical_memory_reader memory;
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_crash_facts_ struct crash_facts crash = { 0 };
	_cleanup_error_ struct error no_machine = { 0 }, no_crash = { 0 };
	struct load_permission permission;
	size_t i;
	int rc;

	physical_memory_open(root, &memory);
	recording->memory_wanted = true;
	rc = machine_read_with(&memory, false, &machine, &no_machine);
	if (rc != -ENOMEM)
		rc = crash_facts_read(&memory, &machine, &crash, &no_crash);
	if (rc == -ENOMEM)
		return rc;
	load_permission_read(root, machine.lockdown, machine.xen_role, &permission);
	recording->memory_wanted = false;
	/* Not files, but answers of the hypervisor, unless it has refused some. */
	if (root->live && machine.xen_role == XEN_ROLE_DOM0) {
		if (no_machine.number)
			error_clear(&no_crash);
		else if (xen_facts_text(&machine.xen, &recording->xen_facts) < 0)
			return -ENOMEM;
	}
	if (no_machine.message &&
	    string_list_add(&recording->notes, "%s", no_machine.message) < 0)
		return -ENOMEM;
	for (i = 0; i < machine.notes.count; i++)
		if (string_list_add(&recording->notes, "%s", machine.notes.items[i]) < 0)
			return -ENOMEM;
	if (machine.efi.tables_unread &&
	    string_list_add(&recording->notes, "EFI config tables: %s",
			    machine.efi.tables_unread) < 0)
		return -ENOMEM;
	if (no_crash.message &&
	    string_list_add(&recording->notes, "crash kernel: %s", no_crash.message) < 0)
		return -ENOMEM;
	return 0;
}

/* --check reads whole tables, of which the record needs the result only. */
static int observe_check(const struct root *root, struct recording *recording,
			 struct error *err)
{
	_cleanup_check_findings_ struct check_findings findings = { 0 };
	_cleanup_check_facts_ struct check_facts facts = { 0 };
	struct options options = { .action = ACTION_CHECK };
	size_t size;
	FILE *stream;
	int rc = check_facts_read(&options, root, &facts, err);

	if (!rc)
		rc = check_evaluate(&facts, &findings, err);
	if (rc < 0)
		return rc;
	stream = open_memstream(&recording->check, &size);
	if (!stream)
		return error_no_memory(err);
	check_print_text(stream, &facts, &findings);
	return fclose(stream) ? error_no_memory(err) : 0;
}

int recording_observe(const struct root *root, struct recording *recording,
		      struct error *err)
{
	struct root_observer observer = { note_path, note_memory, recording };
	struct root observed = *root;
	int rc;

	recording->root = *root;
	recording->root.observer = NULL;
	observed.observer = &observer;
	if (observe_loads(&observed, recording) < 0)
		return error_no_memory(err);
	rc = observe_check(&observed, recording, err);
	if (rc < 0)
		return rc;
	return recording->out_of_memory ? error_no_memory(err) : 0;
}
