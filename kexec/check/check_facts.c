// SPDX-License-Identifier: GPL-2.0-only
/* Reads the facts of --check. */
#include "check/check_facts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/boot_protocol.h"
#include "check/check_internal.h"
#include "util/bytes.h"
#include "util/directory.h"

#define EFI_VARIABLES_PATH   "sys/firmware/efi/efivars"
#define SECURE_BOOT_VARIABLE "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define VARIABLE_BYTES_MAX   (64u << 10)

/* The EFI stub's result, enum efi_secureboot_mode of Linux' efi.h. */
#define SECURE_BOOT_DISABLED 2u
#define SECURE_BOOT_ENABLED  3u

int check_fact_set(struct check_fact *fact, enum check_answer answer, const char *format,
		   ...)
{
	char *reason;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&reason, format, args);
	va_end(args);
	if (length < 0)
		return -ENOMEM;
	free(fact->reason);
	*fact = (struct check_fact){ answer, reason };
	return 0;
}

void check_facts_clear(struct check_facts *facts)
{
	free(facts->tables);
	load_losses_clear(&facts->losses);
	load_inputs_clear(&facts->inputs);
	free(facts->efi_variables.reason);
	free(facts->acpi.reason);
	free(facts->acpi_problem);
	free(facts->loading.kexec_load.reason);
	free(facts->loading.kexec_file_load.reason);
	free(facts->loading.kexec_op.reason);
	machine_status_clear(&facts->loading.status);
	free(facts->loading.kernel_maps_array.reason);
	free(facts->loading.leaves_record.reason);
	free(facts->loading.config_path);
	free(facts->load.error);
	free(facts->load.signature.reason);
	string_list_clear(&facts->load.warnings);
	*facts = (struct check_facts){ 0 };
}

static void read_loader_type(const struct root *root, struct check_facts *facts)
{
	const struct machine *machine = &facts->inputs.machine;
	uint64_t type;

	if (machine->has_boot_params) {
		facts->loader_known = true;
		facts->loader_type = machine->boot_params[offsetof(struct boot_params,
								   hdr.type_of_loader)];
		return;
	}
	/* The same number; only its low byte is type_of_loader. */
	if (root_read_u64(root, "proc/sys/kernel/bootloader_type", &type, NULL) < 0)
		return;
	facts->loader_known = true;
	facts->loader_type = (unsigned)type & 0xffu;
}

bool check_was_kexeced(const struct check_facts *facts)
{
	return facts->loader_known && (facts->loader_type & 0xf0u) == LOADER_TYPE_KEXEC;
}

static void read_secure_boot(struct check_facts *facts)
{
	uint8_t mode = facts->inputs.machine
			       .boot_params[offsetof(struct boot_params, secure_boot)];

	if (mode == SECURE_BOOT_ENABLED)
		facts->secure_boot = CHECK_YES;
	else if (mode == SECURE_BOOT_DISABLED)
		facts->secure_boot = CHECK_NO;
}

/*
 * Reads one variable as a test of the firmware's runtime services. It is SecureBoot if
 * the machine has it: its file holds four bytes of attributes and the value.
 */
static int read_efi_variables(const struct root *root, struct check_facts *facts)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_free_ char *data = NULL;
	_cleanup_error_ struct error why = { 0 };
	const char *name = SECURE_BOOT_VARIABLE;
	size_t size = 0;
	int rc = root_list(root, EFI_VARIABLES_PATH, &names, &why);

	if (rc == -ENOMEM)
		return -ENOMEM;
	if (rc < 0 || !names.count)
		return check_fact_set(&facts->efi_variables, CHECK_UNKNOWN,
				      "efivarfs is not mounted on /" EFI_VARIABLES_PATH);
	if (!root_exists(root, EFI_VARIABLES_PATH "/" SECURE_BOOT_VARIABLE))
		name = names.items[0];
	rc = root_readf_file(root, VARIABLE_BYTES_MAX, &data, &size, &why, "%s/%s",
			     EFI_VARIABLES_PATH, name);
	if (rc == -ENOMEM)
		return -ENOMEM;
	/* A user without permission to read it learns nothing about the firmware. */
	if (rc < 0)
		return check_fact_set(&facts->efi_variables,
				      rc == -EACCES || rc == -EPERM ? CHECK_UNKNOWN
								    : CHECK_NO,
				      "%s", why.message);
	facts->efi_variables.answer = CHECK_YES;
	if (!strcmp(name, SECURE_BOOT_VARIABLE) && size == 5)
		facts->secure_boot_firmware = data[4] ? CHECK_YES : CHECK_NO;
	return 0;
}

static void find_memory(struct check_facts *facts)
{
	const char *meminfo = facts->inputs.machine.meminfo;

	facts->memory_known =
		machine_find_meminfo(meminfo, "MemTotal", &facts->memory_total) &&
		machine_find_meminfo(meminfo, "MemAvailable", &facts->memory_available);
}

static int read_machine(const struct options *options, const struct root *root,
			struct check_facts *facts, struct error *err)
{
	int rc = load_inputs_read_machine(options, root, true, &facts->inputs, err);

	/* Tables cannot be examined without a memory map. */
	if (rc < 0 || facts->inputs.no_machine.number)
		return rc;
	rc = check_tables_read(root, facts, err);
	if (rc < 0)
		return rc;
	read_secure_boot(facts);
	if (facts->inputs.machine.efi.booted && read_efi_variables(root, facts) < 0)
		return error_no_memory(err);
	return 0;
}

static void find_record(struct check_facts *facts)
{
	struct check_clock clock;

	check_clock_read(facts->live, &clock);
	check_record_find(&facts->inputs.machine, check_was_kexeced(facts), &clock,
			  &facts->record);
}

int check_facts_read(const struct options *options, const struct root *root,
		     struct check_facts *facts, struct error *err)
{
	int rc;

	facts->after = options->check_after;
	facts->crash = options->crash;
	facts->live = root->live;
	rc = read_machine(options, root, facts, err);
	if (rc < 0)
		return rc;
	read_loader_type(root, facts);
	find_memory(facts);
	if (!facts->after)
		return check_loading_read(options, root, facts, err);
	find_record(facts);
	return 0;
}

const char *check_answer_name(enum check_answer answer)
{
	switch (answer) {
	case CHECK_YES:
		return "yes";
	case CHECK_NO:
		return "no";
	case CHECK_UNKNOWN:
		break;
	}
	return "unknown";
}
