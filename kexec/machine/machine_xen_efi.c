// SPDX-License-Identifier: GPL-2.0-only
/*
 * The EFI firmware's facts in a Xen dom0. Linux has a system table of its own there
 * (xen_efi_probe() in arch/x86/xen/efi.c). The hypervisor tells the config table array
 * and the memory map, but not the address of the firmware's system table, which the next
 * kernel needs. It is searched in the memory where firmware keeps it.
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "abi/efi.h"
#include "util/bytes.h"

/* "EL64": what a boot loader's signature would be (boot_params.efi_info). */
#define LOADER_SIGNATURE 0x34364c45u

/* Of the array of descriptors that the next kernel gets: those of Linux and EDK II. */
#define DESCRIPTOR_BYTES   48u
#define DESCRIPTOR_VERSION 1u

/* "IBI SYST", and members of the system table (UEFI specification 2.10, 4.3). */
#define SIGNATURE	 0x5453595320494249ull
#define TABLE_ALIGNMENT	 8u
#define FW_VENDOR	 24u
#define RUNTIME_SERVICES 88u
#define CONFIG_TABLES	 112u

/* Memory is read in pieces of so many bytes, and not more of it than that. */
#define PIECE_BYTES  65536u
#define SEARCH_BYTES (64ull << 20)

static bool is_system_table(struct bytes piece, uint64_t offset, uint64_t array)
{
	uint64_t signature = 0, tables = 0;

	return !bytes_u64(piece, offset, &signature) && signature == SIGNATURE &&
	       !bytes_u64(piece, offset + CONFIG_TABLES, &tables) && tables == array;
}

/* Pieces overlap by one table, so that one across their border is found. */
static uint64_t search_range(struct physical_memory_reader *reader,
			     const struct xen_range *range, uint64_t array,
			     uint8_t *buffer, struct error *why)
{
	uint64_t at, offset;

	for (at = range->start; at < range->end; at += PIECE_BYTES) {
		uint64_t left = range->end - at;
		struct bytes piece = { buffer, PIECE_BYTES + EFI_SYSTEM_TABLE_SIZE };

		if (left < piece.size)
			piece.size = (size_t)left;
		if (physical_memory_read(reader, at, buffer, piece.size, why) < 0)
			continue;
		for (offset = 0; offset < piece.size; offset += TABLE_ALIGNMENT)
			if (is_system_table(piece, offset, array))
				return at + offset;
	}
	return 0;
}

/*
 * Returns the address of the system table, whose pointer to the array tells it from an
 * old copy; 0 if it is not found. *why: why some of that memory could not be read. The
 * search is not recorded: it reads memory that may hold the firmware's secrets.
 */
static uint64_t search_system_table(const struct physical_memory_reader *recorded,
				    const struct xen_facts *xen, struct error *why)
{
	_cleanup_free_ uint8_t *buffer = malloc(PIECE_BYTES + EFI_SYSTEM_TABLE_SIZE);
	_cleanup_physical_memory_ struct physical_memory_reader reader;
	struct root root = *recorded->root;
	uint64_t found = 0, searched = 0;
	size_t i;

	root.observer = NULL;
	physical_memory_open(&root, &reader);
	reader.mem_locked = recorded->mem_locked;
	reader.kcore_locked = recorded->kcore_locked;
	reader.not_readable = recorded->not_readable;
	for (i = 0; buffer && i < xen->efi_memory_count && !found; i++) {
		const struct xen_efi_range *memory = &xen->efi_memory[i];

		if (memory->type != EFI_RUNTIME_SERVICES_DATA)
			continue;
		searched += memory->range.end - memory->range.start;
		if (searched > SEARCH_BYTES)
			break;
		found = search_range(&reader, &memory->range, xen->efi_tables.start,
				     buffer, why);
	}
	return found;
}

/*
 * The ranges of the runtime services, each at its own address. The hypervisor does not
 * call SetVirtualAddressMap, and the next kernel does not either if it gets addresses: it
 * calls the firmware in physical mode, as the hypervisor did.
 */
static int copy_runtime_map(const struct xen_facts *xen, struct efi_facts *efi,
			    struct error *err)
{
	size_t i;

	efi->runtime_map = calloc(xen->efi_memory_count + 1, sizeof(*efi->runtime_map));
	if (!efi->runtime_map)
		return error_no_memory(err);
	for (i = 0; i < xen->efi_memory_count; i++) {
		const struct xen_efi_range *memory = &xen->efi_memory[i];

		if (!(memory->attribute & EFI_MEMORY_RUNTIME))
			continue;
		efi->runtime_map[efi->runtime_map_count++] =
			(struct efi_memory_descriptor){
				.type = memory->type,
				.physical_start = memory->range.start,
				.virtual_start = memory->range.start,
				.page_count = (memory->range.end - memory->range.start) /
					      PAGE_BYTES,
				.attribute = memory->attribute,
			};
	}
	return 0;
}

/* True if the address is in a range of the runtime services, so not a virtual one. */
static bool is_runtime(const struct efi_facts *efi, uint64_t address)
{
	size_t i;

	for (i = 0; i < efi->runtime_map_count; i++) {
		const struct efi_memory_descriptor *range = &efi->runtime_map[i];

		if (address >= range->physical_start &&
		    (address - range->physical_start) / PAGE_BYTES < range->page_count)
			return true;
	}
	return false;
}

static int read_system_table(struct physical_memory_reader *reader, struct efi_facts *efi,
			     struct error *why)
{
	struct bytes table = { efi->system_table_data, sizeof(efi->system_table_data) };
	int rc = efi_read_table_count(reader, efi->system_table, &efi->table_count, why);

	if (!rc)
		rc = physical_memory_read(reader, efi->system_table,
					  efi->system_table_data,
					  sizeof(efi->system_table_data), why);
	if (rc < 0)
		return rc;
	bytes_u64(table, FW_VENDOR, &efi->fw_vendor);
	bytes_u64(table, RUNTIME_SERVICES, &efi->runtime_services);
	if (!is_runtime(efi, efi->runtime_services))
		return error_set(why, EBADMSG,
				 "the firmware's runtime services are at 0x%" PRIx64
				 ", which is not in its memory: the hypervisor has moved "
				 "them to virtual addresses",
				 efi->runtime_services);
	return efi_read_config_tables(reader, efi->config_table_array, efi->table_count,
				      &efi->tables, why);
}

/* Tables that Linux uses, and keeps where it owns the memory. */
static bool is_of_use(const struct efi_config_table *table)
{
	return table->kind != EFI_TABLE_OTHER && table->kind != EFI_TABLE_INITRD;
}

/* Adds the name of a table to those that are lost. Returns 0 or -ENOMEM. */
static int add_lost(struct efi_facts *efi, const struct efi_config_table *table)
{
	char *names;

	if (asprintf(&names, "%s%s%s", efi->tables_reused ? efi->tables_reused : "",
		     efi->tables_reused ? ", " : "", table->name) < 0)
		return -ENOMEM;
	free(efi->tables_reused);
	efi->tables_reused = names;
	return 0;
}

/*
 * Takes the entries out whose tables lie in RAM: the hypervisor and its domains have used
 * that memory since the boot. Linux keeps such tables, but was not asked.
 */
static int withdraw_reused(struct machine *machine, struct error *err)
{
	const struct memory_map *memory = &machine->xen.memory;
	struct efi_facts *efi = &machine->efi;
	size_t i = 0;

	while (i < efi->tables.count) {
		const struct efi_config_table *table = &efi->tables.tables[i];
		const struct memory_range *range =
			memory_map_find(memory, table->address);

		if (!range || range->type != MEMORY_RAM) {
			i++;
			continue;
		}
		if (!is_of_use(table))
			machine_note(
				machine,
				"the Xen hypervisor has reused the memory of the EFI "
				"table %s, which only firmware uses",
				table->name);
		else if (add_lost(efi, table) < 0)
			return error_no_memory(err);
		efi_config_tables_remove(&efi->tables, i);
	}
	efi->table_count = efi->tables.count;
	return 0;
}

/* Returns 0, -ENOMEM, or another error with the reason why EFI cannot be handed on. */
static int read_firmware(struct physical_memory_reader *reader, struct machine *machine,
			 struct error *why)
{
	struct efi_facts *efi = &machine->efi;
	struct xen_facts *xen = &machine->xen;
	_cleanup_error_ struct error unreadable = { 0 };
	int rc = copy_runtime_map(xen, efi, why);

	if (rc < 0)
		return rc;
	if (efi->word_bits == 32)
		return error_set(why, ENOTSUP, "the EFI firmware is 32-bit");
	if (!xen->efi_system_table && reader->root->live)
		xen->efi_system_table = search_system_table(reader, xen, &unreadable);
	efi->system_table = xen->efi_system_table;
	if (!efi->system_table)
		return error_set(why, ENODATA,
				 "the Xen hypervisor does not tell its dom0 where the "
				 "EFI system table is, and it was not found in the "
				 "firmware's memory%s%s",
				 unreadable.message ? ": " : "",
				 unreadable.message ? unreadable.message : "");
	rc = read_system_table(reader, efi, why);
	return rc ? rc : withdraw_reused(machine, why);
}

int machine_read_efi_of_xen(struct physical_memory_reader *reader,
			    struct machine *machine, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	struct efi_facts *efi = &machine->efi;
	int rc;

	efi->config_table_array = machine->xen.efi_tables.start;
	efi->booted = efi->config_table_array != 0;
	if (!efi->booted)
		return 0;
	efi->loader_signature = LOADER_SIGNATURE;
	efi->descriptor_size = DESCRIPTOR_BYTES;
	efi->descriptor_version = DESCRIPTOR_VERSION;
	rc = read_firmware(reader, machine, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		efi->incomplete = take_pointer(why.message);
	return 0;
}
