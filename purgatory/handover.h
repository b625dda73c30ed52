/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract between the loader (kexec) and purgatory.
 *
 * The purgatory segment begins with one page that holds struct handover; the code
 * follows at PURGATORY_ENTRY_OFFSET and is entered there in long mode, with the running
 * kernel's identity map in CR3. The loader fills the struct, purgatory only reads it.
 *
 * Everything is little endian, every address is physical, every range is half-open:
 * [start, end). A zero start with a zero end means "none".
 *
 * Purgatory executes no CPUID: in an SEV-ES or SNP guest that instruction raises #VC,
 * which nobody handles between the kernels. What it needs to know of the CPU stands here.
 */
#ifndef PURGATORY_HANDOVER_H
#define PURGATORY_HANDOVER_H

#define HANDOVER_MAGIC	 0x52564f444e414846ull /* "FHANDOVR" in memory */
#define HANDOVER_VERSION 1u

/* Where the code stands, counted in bytes from the start of the purgatory segment. */
#define PURGATORY_ENTRY_OFFSET 0x1000

/* Where entry.S, which includes this header too, finds the members of struct handover. */
#define HANDOVER_ENTRY_RIP 16
#define HANDOVER_ENTRY_RSI 24
#define HANDOVER_ENTRY_RSP 32

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* As many as kexec_load takes segments (KEXEC_SEGMENT_MAX in linux/kexec.h). */
#define HANDOVER_REGIONS_MAX 16u

/* Most entries of a config table array that are believed; more is taken for garbage. */
#define EFI_CONFIG_TABLES_MAX 65536u

/* Longest secrets or CPUID page area of a CC blob that is believed, in bytes. */
#define EFI_CC_BLOB_AREA_MAX 0x100000u

/*
 * Pages for new page tables that are always enough. The five ranges that purgatory may
 * map (system table, array, CC blob, secrets, CPUID) are each below 2 MiB, so each touches
 * at most two entries on every level, and has at most four levels below the top one.
 */
#define IDENTITY_MAP_RANGES	5u
#define IDENTITY_MAP_POOL_PAGES (IDENTITY_MAP_RANGES * 2u * 4u)

/* handover.flags */
#define HANDOVER_SKIP_VERIFY	(1u << 0) /* -i: do not compare digests */
#define HANDOVER_MAP_EFI	(1u << 1) /* add the EFI tables to the identity map */
#define HANDOVER_SHA_EXTENSIONS (1u << 2) /* the CPU has SHA, SSSE3 and SSE4.1 */

/* handover_console.flags */
#define CONSOLE_SERIAL	  (1u << 0)
#define CONSOLE_VGA	  (1u << 1)
#define CONSOLE_RESET_VGA (1u << 2) /* set VGA text mode 3 first */

/* One range of memory that must be unchanged before it is entered. */
struct handover_region {
	uint64_t start;
	uint64_t end;
	uint8_t sha256[32]; /* over [start, end) */
	char name[16];	    /* for the message; NUL-terminated */
};

/* Register contents at the jump. Those not named are zero. */
struct handover_entry {
	uint64_t rip;
	uint64_t rsi;
	uint64_t rsp; /* 0: purgatory's own stack stays */
};

struct handover_console {
	uint32_t flags;
	uint16_t serial_port;	 /* I/O port base of a 16550-compatible UART */
	uint16_t serial_divisor; /* 115200 / baud; 0 leaves the speed alone */
};

/* What to add to the identity map, and what to make it of. */
struct handover_identity_map {
	uint64_t system_table;	     /* EFI system table */
	uint64_t config_table_array; /* its length comes from the system table */
	uint64_t pool_start;	     /* zeroed pages for new page tables */
	uint64_t pool_end;
	/*
	 * End of the highest RAM. All page tables lie below it, so any bit at or above
	 * the next power of two in an entry's address field is the memory encryption mask.
	 */
	uint64_t ram_end;
	uint64_t physical_limit; /* 1 << MAXPHYADDR: no address at or above it exists */
};

/*
 * Memory that the next kernel will overwrite and that must be kept for the dump: [start,
 * end) is copied to [copy, copy + (end - start)).
 */
struct handover_low_memory {
	uint64_t start;
	uint64_t end;
	uint64_t copy;
};

struct handover {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;
	struct handover_entry entry;
	struct handover_console console;
	struct handover_identity_map identity_map;
	struct handover_low_memory low_memory;
	uint32_t region_count;
	uint32_t reserved;
	struct handover_region regions[HANDOVER_REGIONS_MAX];
};

_Static_assert(offsetof(struct handover, entry.rip) == HANDOVER_ENTRY_RIP, "for entry.S");
_Static_assert(offsetof(struct handover, entry.rsi) == HANDOVER_ENTRY_RSI, "for entry.S");
_Static_assert(offsetof(struct handover, entry.rsp) == HANDOVER_ENTRY_RSP, "for entry.S");
_Static_assert(sizeof(struct handover_region) == 64, "no padding");
_Static_assert(sizeof(struct handover) <= PURGATORY_ENTRY_OFFSET, "fits its page");

#endif /* __ASSEMBLER__ */
#endif
