/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record that purgatory leaves for the next kernel: a setup_data node (boot.rst,
 * "setup_data") with struct kexec_record as its data, which the next kernel reserves and
 * shows in /sys/kernel/boot_params/setup_data.
 *
 * The loader makes the node, as the last part of the segment "parameters". The node's
 * header is verified; its data are zeros until purgatory writes them after verification.
 *
 * A kexec of any version may read the record, so layout and numbers of this version
 * never change: new meanings get new numbers, another layout gets another
 * RECORD_VERSION. All numbers are little endian, addresses are physical, ranges are
 * [start, end). Readers must not trust any of it.
 */
#ifndef PURGATORY_RECORD_H
#define PURGATORY_RECORD_H

#include <stddef.h>
#include <stdint.h>

/*
 * The type of the node, "CRXK" in memory. Kernels know the types up to 10 and ignore all
 * others; the highest bit would make it a SETUP_INDIRECT node.
 */
#define RECORD_SETUP_DATA_TYPE 0x4b585243u

#define RECORD_MAGIC	       0x434552434558454bull /* "KEXECREC" in memory */
#define RECORD_VERSION	       1u

#define RECORD_TEXT_BYTES      64u
#define RECORD_AREAS	       5u
#define RECORD_SKIPS_MAX       12u

/* record_load.flags */
#define RECORD_LOAD_CRASH  (1u << 0) /* loaded with -p */
#define RECORD_LOAD_JUMP   (1u << 1) /* loaded with --load-preserve-context */
#define RECORD_LOAD_STAMPS (1u << 2) /* purgatory may read the time stamp counter */

/* record_load.entry_mode */
#define RECORD_ENTRY_64BIT 0u
#define RECORD_ENTRY_32BIT 1u
#define RECORD_ENTRY_REAL  2u

/* The loader's part. Texts end with a NUL, and with NULs up to the end of their field. */
struct record_load {
	/* Digest of the plan; differs from load to load. --dry-run=json prints it. */
	uint64_t identity;
	uint64_t time;	    /* of the load: seconds since 1970, UTC */
	uint64_t tsc;	    /* the time stamp counter at the load; 0: not read */
	uint64_t tsc_hertz; /* its rate, measured by the loader; 0: unknown */
	uint64_t verified_bytes;
	/*
	 * boot_params fields of the same load. A kernel whose boot_params have other
	 * values got the node as a copy of an earlier one.
	 */
	uint64_t command_line;
	uint64_t initrd; /* 0 without one */
	uint64_t setup_data;
	uint32_t flags;			 /* RECORD_LOAD_… */
	uint32_t entry_mode;		 /* RECORD_ENTRY_… */
	char version[RECORD_TEXT_BYTES]; /* of kexec-efi */
	char kernel[RECORD_TEXT_BYTES];	 /* release of the kernel that loaded */
	char boot_id[RECORD_TEXT_BYTES]; /* of that kernel's boot */
};

/* Indexes of record_run.stamps, in the order of time. */
enum record_moment {
	RECORD_AT_ENTRY,    /* the first instruction in C */
	RECORD_AT_VERIFIED, /* after the digests were compared, or not, with -i */
	RECORD_AT_MAPPED,   /* after the EFI tables were mapped */
	RECORD_AT_JUMP,	    /* after the last message, before the record is written */
	RECORD_MOMENTS,
};

/* record_run.digests */
#define RECORD_DIGESTS_SKIPPED 1u /* -i: not compared */
#define RECORD_DIGESTS_EQUAL   2u /* a different one resets the machine */

/* Indexes of record_run.areas, and record_skip.step. */
enum record_step {
	RECORD_SYSTEM_TABLE = 0,
	RECORD_CONFIG_TABLES = 1,
	RECORD_CC_BLOB = 2,
	RECORD_CC_SECRETS = 3,
	RECORD_CC_CPUID = 4,
	/* These have no area. */
	RECORD_IDENTITY_MAP = 5, /* nothing could be mapped; the value is 0 */
	RECORD_SMBIOS = 6,	 /* the value is the address of the entry point */
	RECORD_OTHER_KERNEL = 7, /* of a kexec jump; the value is its page */
	RECORD_JUMP_BACK = 8,	 /* the value is the return address */
	RECORD_FRAMEBUFFER = 9,	 /* the value is its address */
	RECORD_STEPS,
};

/* record_skip.reason: the message that purgatory printed. */
enum record_reason {
	RECORD_BAD_PARAMS = 1,	    /* impossible limits */
	RECORD_BAD_OWN_MAPPING = 2, /* purgatory's own code is not mapped as expected */
	RECORD_BAD_MASK = 3,	    /* entries disagree on the encryption mask */
	RECORD_BAD_TABLE = 4,	    /* a page table outside RAM */
	RECORD_BAD_RANGE = 5,	    /* empty, or wraps around */
	RECORD_BEYOND_LIMIT = 6,    /* beyond the CPU's address space */
	RECORD_POOL_EMPTY = 7,	    /* no page left for a page table */
	RECORD_NO_ADDRESS = 8,	    /* the address is 0 */
	RECORD_BAD_SIGNATURE = 9,
	RECORD_BAD_COUNT = 10,	  /* impossible number of entries */
	RECORD_BAD_LENGTH = 11,	  /* impossible length */
	RECORD_NO_ARRAY = 12,	  /* the config table array is not mapped */
	RECORD_OUTSIDE = 13,	  /* outside memory */
	RECORD_NOT_NAMED = 14,	  /* SETUP_EFI has another address */
	RECORD_NO_ROOM = 15,	  /* no room behind the command line */
	RECORD_NOT_END = 16,	  /* not the end of the command line */
	RECORD_OTHER_REASON = 17, /* a reason without a number of its own */
	RECORD_REASONS,
};

/* A range that purgatory went through; all 0: it did not come to that. */
struct record_area {
	uint64_t start;
	uint64_t end;
	uint32_t pages_added; /* that were missing in the identity map */
	uint32_t mapped;      /* 1: all of it is mapped and has passed its checks */
};

struct record_skip {
	uint32_t step;	 /* enum record_step */
	uint32_t reason; /* enum record_reason */
	uint64_t value;	 /* the address that the message names */
};

/* Purgatory's part. */
struct record_run {
	uint64_t stamps[RECORD_MOMENTS]; /* ticks; all 0 without RECORD_LOAD_STAMPS */
	uint32_t digests;		 /* RECORD_DIGESTS_… */
	uint32_t config_tables;		 /* entries of the array; 0: unknown */
	uint32_t pages_added;		 /* by the whole mapping */
	uint32_t skip_count;		 /* may be more than RECORD_SKIPS_MAX */
	struct record_area areas[RECORD_AREAS];
	struct record_skip skips[RECORD_SKIPS_MAX];
};

struct kexec_record {
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* of this struct */
	struct record_load load;
	struct record_run run;
};

_Static_assert(offsetof(struct record_load, version) == 72, "no padding");
_Static_assert(sizeof(struct record_load) == 264, "no padding");
_Static_assert(sizeof(struct record_area) == 24, "no padding");
_Static_assert(sizeof(struct record_skip) == 16, "no padding");
_Static_assert(sizeof(struct record_run) == 360, "no padding");
_Static_assert(sizeof(struct kexec_record) == 640, "fixed in version 1");

#endif
