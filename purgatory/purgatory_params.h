/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract between the loader (kexec) and purgatory.
 *
 * The purgatory segment begins with one page that holds struct purgatory_params; the code
 * follows at PURGATORY_ENTRY_OFFSET and is entered there in long mode, with the running
 * kernel's identity map in CR3. The loader fills the struct, purgatory only reads it.
 *
 * Everything is little endian, every address is physical, every range is half-open:
 * [start, end). A zero start with a zero end means "none".
 *
 * Purgatory does not execute CPUID: in an SEV-ES or SNP guest that instruction raises
 * #VC, which has no handler between the kernels. So facts about the CPU are passed here.
 */
#ifndef PURGATORY_PURGATORY_PARAMS_H
#define PURGATORY_PURGATORY_PARAMS_H

#define PURGATORY_MAGIC	  0x4d52415047525550ull /* "PURGPARM" in memory */
#define PURGATORY_VERSION 9u

/* Where the code begins, in bytes from the start of the purgatory segment. */
#define PURGATORY_ENTRY_OFFSET 0x1000

/*
 * Offsets of members of struct purgatory_params for entry.S, which includes this header.
 */
#define PURGATORY_FLAGS		     12
#define PURGATORY_ENTRY_RIP	     16
#define PURGATORY_ENTRY_RSP	     24
#define PURGATORY_ENTRY_RAX	     32
#define PURGATORY_ENTRY_RBX	     40
#define PURGATORY_ENTRY_RSI	     48
#define PURGATORY_ENTRY_RDI	     56
#define PURGATORY_ENTRY_MODE	     64
#define PURGATORY_ENTRY_CODE_SEGMENT 68
#define PURGATORY_ENTRY_DATA_SEGMENT 70

/* purgatory_entry.mode: the state of the CPU at the jump */
#define ENTRY_MODE_64BIT 0 /* long mode, with the identity map; purgatory's IDT stays */
#define ENTRY_MODE_32BIT 1 /* protected mode, flat segments, paging off */
#define ENTRY_MODE_REAL	 2 /* real mode, with the BIOS' interrupt vectors at 0 */

/* The number of the bit PURGATORY_JUMP_BACK in params.flags. */
#define PURGATORY_JUMP_BACK_BIT 2

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* Four for each of kexec_load's segments (KEXEC_SEGMENT_MAX in linux/kexec.h). */
#define PURGATORY_REGIONS_MAX 64u

/*
 * Pages for new page tables, enough in all cases. Purgatory maps at most five ranges
 * (system table, array, CC blob, secrets, CPUID), each below 2 MiB. So each touches at
 * most two entries on every level and has at most four levels below the top one. Of two
 * CC blobs only that of the array is mapped. A kernel that gets a copy of the ACPI root
 * pointer gets none of these tables.
 */
#define IDENTITY_MAP_RANGES	5u
#define IDENTITY_MAP_POOL_PAGES (IDENTITY_MAP_RANGES * 2u * 4u)

/* params.flags */
#define PURGATORY_SKIP_VERIFY (1u << 0) /* -i: do not compare digests */
#define PURGATORY_MAP_EFI     (1u << 1) /* add the EFI tables to the identity map */
/*
 * Another kernel waits at entry.rip: add its page to the identity map, and enter it on
 * the running kernel's stack, whose top word is the return address.
 */
#define PURGATORY_JUMP_BACK (1u << PURGATORY_JUMP_BACK_BIT)
/*
 * The maker of the identity map has mapped all that purgatory reads, but not the page
 * tables, so nothing can be added. It is so with a Xen hypervisor.
 */
#define PURGATORY_MAP_COMPLETE (1u << 3)

/* purgatory_console.flags */
#define CONSOLE_SERIAL	    (1u << 0)
#define CONSOLE_VGA	    (1u << 1)
#define CONSOLE_RESET_VGA   (1u << 2) /* set VGA text mode 3 first */
#define CONSOLE_FRAMEBUFFER (1u << 3)

/* The most seconds in purgatory_wait. */
#define PURGATORY_WAIT_MAX 3600u

/*
 * A range of memory that must be unchanged before it is entered: a segment's data, or a
 * part of it. Several parts, one after the other, cover a large segment.
 */
struct purgatory_region {
	uint64_t start;
	uint64_t end;
	uint64_t digest; /* digest_of() its bytes, with digest_seed */
	char name[16];	 /* of the segment, for the message; NUL-terminated */
};

/*
 * Register contents at the jump; all other registers are zero. For 32-bit mode, purgatory
 * and all of these addresses lie below 4 GiB. For real mode they lie below 1 MiB, and rip
 * and rsp are offsets in the segments.
 */
struct purgatory_entry {
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

struct purgatory_console {
	uint32_t flags;
	uint16_t serial_port;	 /* I/O port base of a 16550-compatible UART */
	uint16_t serial_divisor; /* 115200 / baud; 0 leaves the speed alone */
};

/* The tables to add to the identity map, and the pages for new page tables. */
struct purgatory_identity_map {
	uint64_t system_table;	     /* EFI system table */
	uint64_t config_table_array; /* its length comes from the system table */
	uint64_t pool_start;	     /* zeroed pages for new page tables */
	uint64_t pool_end;
	/*
	 * End of the highest RAM. All page tables lie below it. So in an entry's address
	 * field, a bit at or above the next power of two is the memory encryption mask.
	 */
	uint64_t ram_end;
	uint64_t physical_limit; /* 1 << MAXPHYADDR: no address at or above it exists */
	/*
	 * The CC blob that setup_data names. It is mapped with or without
	 * PURGATORY_MAP_EFI, but not if the array names a CC blob, because the next
	 * kernel prefers that one.
	 */
	uint64_t cc_blob;
};

/* For CONSOLE_FRAMEBUFFER: as many lines as the pool has page tables for. */
struct purgatory_framebuffer {
	uint64_t start;
	uint32_t width;	      /* pixels */
	uint32_t height;      /* lines; height * line_bytes <= FRAMEBUFFER_BYTES_MAX */
	uint32_t line_bytes;  /* from one line to the next */
	uint32_t pixel_bytes; /* 3 or 4, lowest byte first; 4: all is aligned to 4 */
	uint32_t colour;      /* the pixel value of text; the background is 0 */
	uint32_t reserved;
	/* Pages for its own page tables, and limits as for the EFI tables. */
	struct purgatory_identity_map map;
};

/*
 * Pages of 4 KiB for up to so many bytes (3840 x 2160 in 32 bits) need a table for each
 * 2 MiB and one more, and at most two tables on each of three levels above.
 */
#define FRAMEBUFFER_BYTES_MAX  (32ull << 20)
#define FRAMEBUFFER_POOL_PAGES ((FRAMEBUFFER_BYTES_MAX >> 21) + 1u + 2u * 3u)

/* How long the last message stays before the machine is reset. */
struct purgatory_wait {
	uint64_t ticks;	  /* of the time stamp counter; 0: it cannot be used */
	uint32_t seconds; /* 0 to PURGATORY_WAIT_MAX; 0: not at all */
	uint32_t reserved;
};

/* Bytes of the longest " kexec_jump_back_entry=0x…": 16 digits and a NUL. */
#define JUMP_BACK_TEXT_MAX 42u

/*
 * Kexec jump: the place after the command line's last character, where purgatory writes
 * " kexec_jump_back_entry=0x…" with the address that the running kernel left on its
 * stack.
 */
struct purgatory_jump_back {
	uint64_t command_line_end; /* of its NUL; 0: not a kexec jump */
	uint64_t room;		   /* bytes from there on, for text and NUL */
};

/*
 * Firmware may have turned the array's pointer to the SMBIOS entry point into a virtual
 * address (SetVirtualAddressMap). Linux puts the physical one back if SETUP_EFI names it,
 * but from 6.14 on it then drops the memory attributes table, too. So purgatory puts it
 * back, and clears the field of SETUP_EFI once the array is right.
 */
struct purgatory_smbios {
	uint64_t entry_point;	  /* 0: leave array and SETUP_EFI as they are */
	uint64_t setup_efi_field; /* where SETUP_EFI names the entry point, in 8 bytes */
};

/*
 * The ACPI root pointer, which purgatory copies for multiboot kernels: they are not told
 * of EFI. Unless purgatory may copy it, the kernel finds zeros in the BIOS memory, and
 * tags that end its information in the place of the ACPI tags.
 */
struct purgatory_rsdp {
	uint64_t address;     /* 0: copy nothing */
	uint64_t tags;	      /* MULTIBOOT2_ACPI_ROOM bytes for tags; 0: none */
	uint64_t bios_memory; /* EFI_RSDP_SIZE bytes that kernels search; 0: none */
};

/*
 * Memory that the next kernel will overwrite and that must be kept for the dump: [start,
 * end) is copied to [copy, copy + (end - start)).
 */
struct purgatory_low_memory {
	uint64_t start;
	uint64_t end;
	uint64_t copy;
};

/* The record for the next kernel (record.h). */
struct purgatory_record {
	uint64_t place;		 /* where struct kexec_record is written; 0: nowhere */
	struct record_load load; /* copied into it */
};

struct purgatory_params {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;
	struct purgatory_entry entry;
	struct purgatory_console console;
	struct purgatory_identity_map identity_map;
	struct purgatory_low_memory low_memory;
	struct purgatory_jump_back jump_back;
	struct purgatory_smbios smbios;
	struct purgatory_rsdp rsdp;
	struct purgatory_record record;
	struct purgatory_framebuffer framebuffer;
	struct purgatory_wait wait;
	/*
	 * Differs from load to load, so that purgatory refuses segments that an earlier
	 * load has left at the same place.
	 */
	uint64_t digest_seed;
	uint32_t region_count;
	uint32_t reserved;
	struct purgatory_region regions[PURGATORY_REGIONS_MAX];
};

#define PARAMS_ASSERT(field, offset)                                         \
	_Static_assert(offsetof(struct purgatory_params, field) == (offset), \
		       "for entry.S")
PARAMS_ASSERT(flags, PURGATORY_FLAGS);
PARAMS_ASSERT(entry.rip, PURGATORY_ENTRY_RIP);
PARAMS_ASSERT(entry.rsp, PURGATORY_ENTRY_RSP);
PARAMS_ASSERT(entry.rax, PURGATORY_ENTRY_RAX);
PARAMS_ASSERT(entry.rbx, PURGATORY_ENTRY_RBX);
PARAMS_ASSERT(entry.rsi, PURGATORY_ENTRY_RSI);
PARAMS_ASSERT(entry.rdi, PURGATORY_ENTRY_RDI);
PARAMS_ASSERT(entry.mode, PURGATORY_ENTRY_MODE);
PARAMS_ASSERT(entry.code_segment, PURGATORY_ENTRY_CODE_SEGMENT);
PARAMS_ASSERT(entry.data_segment, PURGATORY_ENTRY_DATA_SEGMENT);
_Static_assert(sizeof(struct purgatory_region) == 40, "no padding");
_Static_assert(sizeof(struct purgatory_params) <= PURGATORY_ENTRY_OFFSET,
	       "fits its page");

#endif /* __ASSEMBLER__ */
#endif
