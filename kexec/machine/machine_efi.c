// SPDX-License-Identifier: GPL-2.0-only
/* Reads the running kernel's facts of its EFI firmware. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "abi/boot_protocol.h"
#include "efi/efi_copy.h"
#include "memory/physical_memory.h"
#include "util/bytes.h"
#include "util/sizes.h"

#define EFI_PATH "sys/firmware/efi"

/* Offset of a field of efi_info in boot_params. */
#define EFI_INFO(field) offsetof(struct boot_params, efi_info.field)

/* "EL64" and "EL32" as little-endian numbers. */
#define SIGNATURE_64 0x34364c45u
#define SIGNATURE_32 0x32334c45u

/* Adds a reason to efi->incomplete, which stays one sentence. */
static int add_incomplete(struct efi_facts *efi, struct error *err, const char *format,
			  ...) __attribute__((format(printf, 3, 4)));

static int add_incomplete(struct efi_facts *efi, struct error *err, const char *format,
			  ...)
{
	_cleanup_free_ char *reason = NULL;
	char *joined;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&reason, format, args);
	va_end(args);
	if (length < 0) {
		reason = NULL;
		return error_no_memory(err);
	}
	if (asprintf(&joined, "%s%s%s", efi->incomplete ? efi->incomplete : "",
		     efi->incomplete ? "; " : "", reason) < 0)
		return error_no_memory(err);
	free(efi->incomplete);
	efi->incomplete = joined;
	return 0;
}

/* Returns false if the running kernel has not got EFI firmware. */
static bool read_efi_info(const struct root *root, struct machine *machine)
{
	struct bytes boot_params = { machine->boot_params, sizeof(machine->boot_params) };
	struct efi_facts *efi = &machine->efi;
	uint32_t low = 0, high = 0;

	if (!machine->has_boot_params) {
		efi->booted = root_exists(root, EFI_PATH);
		return efi->booted;
	}
	bytes_u32(boot_params, EFI_INFO(efi_loader_signature), &efi->loader_signature);
	if (efi->loader_signature == SIGNATURE_64)
		efi->word_bits = 64;
	else if (efi->loader_signature == SIGNATURE_32)
		efi->word_bits = 32;
	else
		return false;
	efi->booted = true;
	bytes_u32(boot_params, EFI_INFO(efi_systab), &low);
	if (efi->word_bits == 64)
		bytes_u32(boot_params, EFI_INFO(efi_systab_hi), &high);
	efi->system_table = (uint64_t)high << 32 | low;
	bytes_u32(boot_params, EFI_INFO(efi_memdesc_size), &efi->descriptor_size);
	bytes_u32(boot_params, EFI_INFO(efi_memdesc_version), &efi->descriptor_version);
	return true;
}

/* The word size that the kernel shows takes precedence over the loader's signature. */
static void read_word_bits(const struct root *root, struct machine *machine)
{
	_cleanup_error_ struct error why = { 0 };
	uint64_t bits;

	if (root_read_u64(root, EFI_PATH "/fw_platform_size", &bits, &why) < 0)
		machine_note(machine, "%s", why.message);
	else if (bits == 32 || bits == 64)
		machine->efi.word_bits = (unsigned)bits;
	else
		machine_note(machine, "/%s/fw_platform_size holds %" PRIu64, EFI_PATH,
			     bits);
}

/*
 * The addresses of "runtime" and of the vendor, which the next kernel does not need: the
 * running kernel hides the former if it does not use it, and the latter is only printed.
 */
static void read_lesser_addresses(const struct root *root, struct machine *machine)
{
	_cleanup_error_ struct error why = { 0 };
	struct efi_facts *efi = &machine->efi;

	if (root_read_u64(root, EFI_PATH "/fw_vendor", &efi->fw_vendor, &why) < 0)
		machine_note(machine, "%s", why.message);
	if (root_read_u64(root, EFI_PATH "/runtime", &efi->runtime_services, &why) < 0)
		machine_note(machine, "%s", why.message);
}

/* "NAME=0x…" lines; the name of SMBIOS 3 begins like that of SMBIOS. */
static void read_systab(const struct root *root, struct machine *machine)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *text = NULL;
	uint64_t acpi20 = 0, acpi = 0;
	char *rest, *line;

	if (root_read_file(root, EFI_PATH "/systab", 65536, &text, NULL, &why) < 0) {
		machine_note(machine, "%s; the addresses of ACPI and SMBIOS are unknown",
			     why.message);
		return;
	}
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		char *value = line, *name = strsep(&value, "=");
		uint64_t address;

		if (!name[0] && !value)
			continue;
		if (!value || parse_u64(value, &address) < 0)
			machine_note(machine, "/%s/systab: \"%s\" without an address",
				     EFI_PATH, name);
		else if (!strcmp(name, "ACPI20"))
			acpi20 = address;
		else if (!strcmp(name, "ACPI"))
			acpi = address;
		else if (!strcmp(name, "SMBIOS"))
			machine->efi.smbios = address;
	}
	machine->efi.acpi_rsdp = acpi20 ? acpi20 : acpi;
}

/* Reads the addresses without which the next kernel gets no EFI data. */
static int read_addresses(const struct root *root, struct machine *machine,
			  const struct error *no_boot_params, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	struct efi_facts *efi = &machine->efi;
	int rc = 0;

	if (!machine->has_boot_params)
		rc = add_incomplete(
			efi, err, "%s, so the address of the EFI system table is unknown",
			no_boot_params->message);
	else if (!efi->system_table)
		rc = add_incomplete(
			efi, err,
			"the running kernel's boot_params holds no address of "
			"the EFI system table");
	if (rc < 0)
		return rc;
	if (!root_exists(root, EFI_PATH))
		return add_incomplete(
			efi, err,
			"/%s does not exist, as with noefi on the running "
			"kernel's command line, so nothing is known of the EFI "
			"config table array and the runtime services",
			EFI_PATH);
	if (root_read_u64(root, EFI_PATH "/config_table", &efi->config_table_array,
			  &why) < 0)
		return add_incomplete(efi, err,
				      "%s, so the address of the EFI config table array "
				      "is unknown",
				      why.message);
	if (!efi->config_table_array)
		return add_incomplete(
			efi, err,
			"/%s/config_table holds 0, so the address of the EFI "
			"config table array is unknown",
			EFI_PATH);
	return 0;
}

static int read_tables(struct physical_memory_reader *reader, struct efi_facts *efi,
		       struct error *why)
{
	int rc;

	if (efi->word_bits == 32)
		return error_set(why, ENOTSUP,
				 "the EFI firmware is 32-bit, and its tables are not "
				 "handed on");
	if (efi->word_bits != 64)
		return error_set(
			why, ENOTSUP,
			"the EFI firmware is not known to be of 64 bits, and the "
			"tables of other firmware are not read");
	if (!efi->system_table || !efi->config_table_array)
		return error_set(why, ENODATA, "%s", efi->incomplete);
	rc = efi_read_table_count(reader, efi->system_table, &efi->table_count, why);
	if (!rc)
		rc = physical_memory_read(reader, efi->system_table,
					  efi->system_table_data,
					  sizeof(efi->system_table_data), why);
	if (!rc)
		rc = efi_read_config_tables(reader, efi->config_table_array,
					    efi->table_count, &efi->tables, why);
	if (!rc)
		efi->tables_are_copy = efi_copy_recognise(reader, efi);
	return rc;
}

uint64_t machine_acpi_rsdp(const struct machine *machine)
{
	struct bytes boot_params = { machine->boot_params, sizeof(machine->boot_params) };
	uint64_t address = 0;

	if (machine->has_boot_params)
		bytes_u64(boot_params, offsetof(struct boot_params, acpi_rsdp_addr),
			  &address);
	return address ? address : machine->efi.acpi_rsdp;
}

bool machine_lacks_bios(const struct machine *machine)
{
	return machine->efi.booted || machine_acpi_rsdp(machine) >= MIB;
}

int machine_read_efi(const struct root *root, struct physical_memory_reader *reader,
		     struct machine *machine, const struct error *no_boot_params,
		     struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	struct efi_facts *efi = &machine->efi;
	int rc;

	if (machine->xen_role == XEN_ROLE_DOM0) {
		if (root_exists(root, EFI_PATH)) {
			read_word_bits(root, machine);
			read_systab(root, machine);
		}
		return machine_read_efi_of_xen(reader, machine, err);
	}
	if (!read_efi_info(root, machine))
		return 0;
	rc = read_addresses(root, machine, no_boot_params, err);
	if (rc < 0)
		return rc;
	if (root_exists(root, EFI_PATH)) {
		read_word_bits(root, machine);
		read_lesser_addresses(root, machine);
		read_systab(root, machine);
		rc = machine_read_runtime_map(root, efi, &why);
		if (rc == -ENOMEM)
			return error_no_memory(err);
		if (rc < 0)
			rc = add_incomplete(
				efi, err,
				"%s, so the ranges of the EFI runtime services "
				"are unknown and the next kernel would have none",
				why.message);
		if (rc < 0)
			return rc;
	}
	error_clear(&why);
	rc = read_tables(reader, efi, &why);
	if (rc < 0)
		efi->tables_unread = take_pointer(why.message);
	efi->tables_lost = rc == -EBADMSG;
	return 0;
}
