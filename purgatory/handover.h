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
#define HANDOVER_VERSION 4u

/* Where the code stands, counted in bytes from the start of the purgatory segment. */
#define PURGATORY_ENTRY_OFFSET 0x1000

/* Where entry.S, which includes this header too, finds the members of struct handover. */
#define HANDOVER_FLAGS		    12
#define HANDOVER_ENTRY_RIP	    16
#define HANDOVER_ENTRY_RSP	    24
#define HANDOVER_ENTRY_RAX	    32
#define HANDOVER_ENTRY_RBX	    40
#define HANDOVER_ENTRY_RSI	    48
#define HANDOVER_ENTRY_RDI	    56
#define HANDOVER_ENTRY_MODE	    64
#define HANDOVER_ENTRY_CODE_SEGMENT 68
#define HANDOVER_ENTRY_DATA_SEGMENT 70

/* handover_entry.mode: the state of the CPU at the jump */
#define ENTRY_MODE_64BIT 0 /* long mode, with the identity map; purgatory's IDT stays */
#define ENTRY_MODE_32BIT 1 /* protected mode, flat segments, paging off */
#define ENTRY_MODE_REAL	 2 /* real mode, with the BIOS' interrupt vectors at 0 */

/* In handover.flags, see there. */
#define HANDOVER_JUMP_BACK_BIT 3

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* As many as kexec_load takes segments (KEXEC_SEGMENT_MAX in linux/kexec.h). */
#define HANDOVER_REGIONS_MAX 16u

/* A region is digested in chunks of as many bytes, of which the last may be shorter. */
#define HANDOVER_CHUNK_BYTES 65536u

/* Most entries of a config table array that are believed; more is taken for garbage. */
#define EFI_CONFIG_TABLES_MAX 65536u

/* Longest secrets or CPUID page area of a CC blob that is believed, in bytes. */
#define EFI_CC_BLOB_AREA_MAX 0x100000u

/*
 * Pages for new page tables that are always enough. The five ranges that purgatory may
 * map (system table, array, CC blob, secrets, CPUID) are each below 2 MiB, so each touches
 * at most two entries on every level, and has at most four levels below the top one. Of
 * two CC blobs only that of the array is mapped.
 */
#define IDENTITY_MAP_RANGES	5u
#define IDENTITY_MAP_POOL_PAGES (IDENTITY_MAP_RANGES * 2u * 4u)

/* handover.flags */
#define HANDOVER_SKIP_VERIFY	(1u << 0) /* -i: do not compare digests */
#define HANDOVER_MAP_EFI	(1u << 1) /* add the EFI tables to the identity map */
#define HANDOVER_SHA_EXTENSIONS (1u << 2) /* the CPU has SHA, SSSE3 and SSE4.1 */
/*
 * Another kernel waits at entry.rip: add its page to the identity map, and go there with
 * the stack that the running kernel came with, which says where to return to.
 */
#define HANDOVER_JUMP_BACK (1u << HANDOVER_JUMP_BACK_BIT)
#define HANDOVER_NO_SSE	   (1u << 4) /* SSE instructions cost more than they save */

/* handover_console.flags */
#define CONSOLE_SERIAL	  (1u << 0)
#define CONSOLE_VGA	  (1u << 1)
#define CONSOLE_RESET_VGA (1u << 2) /* set VGA text mode 3 first */

/*
 * One range of memory that must be unchanged before it is entered. Its digest is that of
 * the list of digests (32 bytes each) of its chunks, in their order, the first of which
 * begins at start. An empty range has an empty list.
 */
struct handover_region {
	uint64_t start;
	uint64_t end;
	uint8_t sha256[32];
	char name[16]; /* for the message; NUL-terminated */
};

/*
 * Register contents at the jump. Those not named are zero. For the modes but 64-bit,
 * purgatory and all that stands here lie below 4 GiB, for real mode below 1 MiB; then rip
 * and rsp are offsets in the segments.
 */
struct handover_entry {
	uint64_t rip;
	uint64_t rsp; /* 0: purgatory's own stack stays; not in real mode */
	uint64_t rax;
	uint64_t rbx;
	uint64_t rsi;
	uint64_t rdi;	       /* in 64-bit mode only */
	uint32_t mode;	       /* ENTRY_MODE_… */
	uint16_t code_segment; /* real mode: cs */
	uint16_t data_segment; /* real mode: ds, es, fs, gs, ss */
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
	/*
	 * The CC blob that setup_data names; mapped with or without HANDOVER_MAP_EFI, but
	 * only if the array names none: that one counts for the next kernel.
	 */
	uint64_t cc_blob;
};

/*
 * Kexec jump: where " kexec_jump_back_entry=0x…" is to be written, behind the command
 * line's last character. The address is what the running kernel left on its stack.
 */
struct handover_jump_back {
	uint64_t command_line_end; /* of its NUL; 0: the image does not come back */
	uint64_t room;		   /* bytes from there on, for text and NUL */
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
	struct handover_jump_back jump_back;
	uint32_t region_count;
	uint32_t reserved;
	struct handover_region regions[HANDOVER_REGIONS_MAX];
};

#define HANDOVER_ASSERT(field, offset) \
	_Static_assert(offsetof(struct handover, field) == (offset), "for entry.S")
HANDOVER_ASSERT(flags, HANDOVER_FLAGS);
HANDOVER_ASSERT(entry.rip, HANDOVER_ENTRY_RIP);
HANDOVER_ASSERT(entry.rsp, HANDOVER_ENTRY_RSP);
HANDOVER_ASSERT(entry.rax, HANDOVER_ENTRY_RAX);
HANDOVER_ASSERT(entry.rbx, HANDOVER_ENTRY_RBX);
HANDOVER_ASSERT(entry.rsi, HANDOVER_ENTRY_RSI);
HANDOVER_ASSERT(entry.rdi, HANDOVER_ENTRY_RDI);
HANDOVER_ASSERT(entry.mode, HANDOVER_ENTRY_MODE);
HANDOVER_ASSERT(entry.code_segment, HANDOVER_ENTRY_CODE_SEGMENT);
HANDOVER_ASSERT(entry.data_segment, HANDOVER_ENTRY_DATA_SEGMENT);
_Static_assert(sizeof(struct handover_region) == 64, "no padding");
_Static_assert(sizeof(struct handover) <= PURGATORY_ENTRY_OFFSET, "fits its page");

#endif /* __ASSEMBLER__ */
#endif
