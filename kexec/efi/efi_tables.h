/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI system table and the EFI config table array in physical memory
 * (UEFI specification 2.10, 4.3 and 4.6), as far as user space may read it.
 */
#ifndef KEXEC_EFI_TABLES_H
#define KEXEC_EFI_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/efi.h"
#include "memory/memory_map.h"
#include "memory/physical_memory.h"
#include "util/error.h"

/* The kinds of config tables whose layout is known. The rows are in efi_table_kinds.c. */
enum efi_table_kind {
	EFI_TABLE_OTHER, /* an unknown layout */
	EFI_TABLE_ACPI,
	EFI_TABLE_SMBIOS,
	EFI_TABLE_SMBIOS3,
	EFI_TABLE_MEMORY_ATTRIBUTES,
	EFI_TABLE_ESRT,
	EFI_TABLE_RUNTIME_PROPERTIES,
	EFI_TABLE_TPM_LOG,
	EFI_TABLE_TPM_FINAL_EVENTS,
	EFI_TABLE_RANDOM_SEED,
	EFI_TABLE_MOK_VARIABLES,
	EFI_TABLE_INITRD,
	EFI_TABLE_MEMORY_RESERVATIONS,
	EFI_TABLE_UNACCEPTED_MEMORY,
	EFI_TABLE_SECRETS,
	EFI_TABLE_CC_BLOB,
};

/* The result of examining a table. */
enum efi_table_state {
	EFI_TABLE_NOT_EXAMINED, /* not yet examined, or of unknown layout */
	EFI_TABLE_INTACT, /* header, lengths and, if compared, checksums are right */
	EFI_TABLE_WRONG_CHECKSUM, /* only a checksum is wrong */
	EFI_TABLE_UNREADABLE,	  /* its memory cannot be read; the length is estimated */
	EFI_TABLE_DAMAGED,	  /* its contents are invalid; the length is estimated */
	EFI_TABLE_OUTSIDE,	  /* its address is not memory: nothing was read */
	EFI_TABLE_USED_UP,	  /* useless once Linux runs, which frees its memory */
	EFI_TABLE_DROPPED, /* Linux has taken its address out of the array, for good */
};

/* Who reserves the memory of a table. */
enum efi_table_reserved_by {
	EFI_TABLE_RESERVED_BY_NONE, /* not reserved: the running kernel uses it as RAM */
	EFI_TABLE_RESERVED_BY_FIRMWARE,	   /* the firmware's memory map: it is not RAM */
	EFI_TABLE_RESERVED_BY_RUNTIME_MAP, /* the EFI runtime map */
	EFI_TABLE_RESERVED_BY_KERNEL,	   /* the running kernel, as /proc/iomem shows */
	EFI_TABLE_RESERVED_BY_KEXEC, /* this program: RAM that nothing else reserves */
};

/* [start, end) physical, in bytes: a table, or something that it leads to. */
struct efi_table_part {
	uint64_t start;
	uint64_t end;
};

/* One entry of the config table array. */
struct efi_config_table {
	uint8_t guid[16]; /* in the byte order of memory */
	uint64_t address; /* physical */
	char *name; /* libefivar's name for the GUID, else the GUID as text; owned */
	enum efi_table_kind kind;
	/* Found by efi_table_examine(). */
	enum efi_table_state state;
	struct efi_table_part *parts; /* the table itself comes first; owned */
	size_t part_count;
	bool guessed;  /* the length is unknown: one part, as long as machines need */
	char *problem; /* why it is not intact; NULL if it is; owned */
	/* Found by machine_protect_tables(). */
	bool memory_known;	 /* the memory map has the table's first byte */
	enum memory_type memory; /* of that byte, before tables were reserved */
	enum efi_table_reserved_by reserved_by;
};

struct efi_config_tables {
	struct efi_config_table *tables;
	size_t count;
};

/* Frees the entries. */
void efi_config_tables_clear(struct efi_config_tables *tables);

/* Removes and frees the entry of that index, which must exist. */
void efi_config_tables_remove(struct efi_config_tables *tables, size_t index);

/*
 * Reads the system table at its physical address and gets the number of entries of the
 * config table array. -EBADMSG for a wrong signature or an impossible number (0, or over
 * EFI_CONFIG_TABLES_MAX); else the errors of physical_memory_read.
 */
__must_check int efi_read_table_count(struct physical_memory_reader *memory,
				      uint64_t system_table, size_t *count,
				      struct error *err);

/*
 * Reads count entries of the config table array at its physical address.
 * *tables must be empty; it belongs to the caller.
 */
__must_check int efi_read_config_tables(struct physical_memory_reader *memory,
					uint64_t array, size_t count,
					struct efi_config_tables *tables,
					struct error *err);

/* The first table of that kind, or NULL. Linux also uses the first of several. */
const struct efi_config_table *efi_find_table(const struct efi_config_tables *tables,
					      enum efi_table_kind kind);

/*
 * Lists, as "ESRT, TPM event log", the reserved tables in RAM of the firmware's memory
 * map: after kexec_file_load the next kernel may overwrite them. For use after
 * machine_protect_tables(). *names is NULL without such tables; it belongs to the caller.
 * Returns 0 or -ENOMEM.
 */
__must_check int efi_tables_kept_in_ram(const struct efi_config_tables *tables,
					char **names);

/* "intact", "unreadable", … */
const char *efi_table_state_name(enum efi_table_state state);

/* "firmware", "runtime map", "kernel", "kexec"; "none" if it is not reserved. */
const char *efi_table_reserved_by_name(enum efi_table_reserved_by reserved_by);

/*
 * The same for people, as the end of a line: ", kept by kexec"; "" for the firmware,
 * where the type of memory says it.
 */
const char *efi_table_reserved_by_text(enum efi_table_reserved_by reserved_by);

/* All bytes of the table's parts; parts that overlap count twice. */
uint64_t efi_table_size(const struct efi_config_table *table);

#endif
