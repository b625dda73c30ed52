/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files machine*.c only. */
#ifndef KEXEC_MACHINE_INTERNAL_H
#define KEXEC_MACHINE_INTERNAL_H

#include "machine/machine.h"
#include "memory/iomem.h"

/* Adds a line for -d. If memory runs out, only this line is lost. */
void machine_note(struct machine *machine, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The running kernel's release; NULL if it is unknown. Owned by the caller. */
char *machine_read_release(const struct root *root);

/*
 * Fills machine->memory, placeable and ram_end, and finds the EFI config tables and the
 * framebuffer. Must be called last, because it needs all other facts. Errors as
 * machine_read_with.
 */
__must_check int machine_read_memory(struct physical_memory_reader *reader,
				     bool checksums, struct machine *machine,
				     struct error *err);

/*
 * Gives ranges of machine->memory that are Reserved because Linux does not know their
 * type the number that boot_params have. Fails only without memory.
 */
__must_check int machine_keep_unknown_types(struct machine *machine, struct error *err);

/*
 * Sets ram_end from the map and /proc/iomem, then takes from the map's RAM what the EFI
 * runtime map, /proc/iomem and the EFI config tables reserve. Fails only without memory.
 */
__must_check int machine_reserve_memory(struct physical_memory_reader *reader,
					bool checksums, struct machine *machine,
					struct error *err);

/*
 * Fills machine->placeable, or says in machine->nowhere why it is empty. machine->memory
 * must be final. Fails only without memory.
 */
__must_check int machine_find_placeable(const struct root *root,
					struct physical_memory_reader *reader,
					struct machine *machine, struct error *err);

/*
 * Returns the name of a parameter on the running kernel's command line that makes it use
 * less RAM than the firmware's map has; NULL without one, or if the command line is
 * unknown.
 */
const char *machine_cutting_parameter(const struct machine *machine);

/*
 * Empties machine->placeable for a reason; the first reason stays. Returns 0 or -ENOMEM.
 */
__must_check int machine_place_nowhere(struct machine *machine, struct error *err,
				       const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Removes from machine->placeable the memory that a confidential guest has not accepted,
 * or everything if that memory is unknown. Fails only without memory.
 */
__must_check int machine_avoid_unaccepted(struct physical_memory_reader *reader,
					  struct machine *machine, struct error *err);

/*
 * Removes the memory blocks that are offline from machine->placeable, as far as the
 * kernel shows them. Fails only without memory.
 */
__must_check int machine_avoid_offline(const struct root *root, struct machine *machine,
				       struct error *err);

/*
 * Removes the poisoned pages from machine->placeable, as far as the kernel shows them.
 * Fails only without memory.
 */
__must_check int machine_avoid_poisoned(const struct root *root, struct machine *machine,
					struct error *err);

/*
 * Changes the type of the RAM within [start, end), except that of the first page. Returns
 * 0 or -ENOMEM.
 */
__must_check int machine_take_from_ram(struct memory_map *map, uint64_t start,
				       uint64_t end, enum memory_type type);

/*
 * Finds the lengths of the EFI config tables and of the CC blob of setup_data, and the
 * data that they lead to (efi_table_layout.h). Reads only memory that is in map and that
 * does not belong to a device in /proc/iomem. Fails only without memory.
 */
__must_check int machine_examine_tables(struct physical_memory_reader *reader,
					const struct memory_map *map, bool checksums,
					struct machine *machine, struct error *err);

/*
 * Examines the tables, and reserves those of their pages that are RAM in machine->memory.
 * firmware: the map before any correction. Fails only without memory.
 */
__must_check int machine_protect_tables(struct physical_memory_reader *reader,
					const struct memory_map *firmware, bool checksums,
					struct machine *machine, struct error *err);

/*
 * Fills machine->efi. no_boot_params: why boot_params is missing, if it is. Fails only
 * without memory.
 */
__must_check int machine_read_efi(const struct root *root,
				  struct physical_memory_reader *reader,
				  struct machine *machine,
				  const struct error *no_boot_params, struct error *err);

/*
 * The same in a Xen dom0, which has no boot_params of the firmware: from the hypervisor
 * and from memory. efi.word_bits, smbios and acpi_rsdp must have been read. Fails only
 * without memory.
 */
__must_check int machine_read_efi_of_xen(struct physical_memory_reader *reader,
					 struct machine *machine, struct error *err);

/* Reads /sys/firmware/efi/runtime-map. On every error the map stays empty. */
__must_check int machine_read_runtime_map(const struct root *root, struct efi_facts *efi,
					  struct error *err);

/*
 * Fills machine->setup_data, and cc_blob with its address. Fails only without memory;
 * nodes that cannot be read, or exceed the limits, are left out with a note.
 */
__must_check int machine_read_setup_data(const struct root *root, struct machine *machine,
					 struct error *err);

/*
 * Sets the framebuffer's facts from /proc/iomem and /sys/bus/pci. The former and
 * boot_params must have been read.
 */
void machine_find_framebuffer(const struct root *root, struct machine *machine);

/* Fills machine->cpu. */
void machine_read_cpu(const struct root *root, struct machine *machine);

/*
 * Parses the first processor in the text of /proc/cpuinfo, and changes the text. Returns
 * false without a valid size of physical addresses; physical_bits is then 52, the
 * architecture's maximum.
 */
bool machine_parse_cpuinfo(char *text, struct cpu_facts *cpu);

#endif
