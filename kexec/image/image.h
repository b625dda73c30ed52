/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image for kexec_load: segments with their places in physical memory, the entry
 * point, and the data for the next kernel. Loaders fill it, plan/ shows it,
 * load/syscalls.c loads it.
 */
#ifndef KEXEC_IMAGE_H
#define KEXEC_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "files/kernel_file.h"
#include "files/uki_profile.h"
#include "memory/memory_map.h"
#include "util/error.h"
#include "util/sizes.h"
#include "util/strings.h"

/* KEXEC_SEGMENT_MAX of linux/kexec.h: kexec_load takes no more. */
#define IMAGE_SEGMENTS_MAX 16u

/*
 * A contiguous piece of physical memory and its contents: data_size bytes, from memory
 * (owned) or from a file, and zeros up to the end.
 */
struct segment {
	const char *name;   /* "kernel", "initrd", "parameters", … ; static */
	uint64_t start;	    /* physical, page-aligned */
	uint64_t end;	    /* likewise */
	uint64_t data_size; /* bytes, at most end - start */
	uint8_t *owned;	    /* NULL if the data comes from a file */
	const struct kernel_file *file; /* NULL if the data is in memory */
	uint64_t file_offset;		/* of the data in the file */
	bool unverified; /* not in the digest: purgatory, and memory that is written to */
	bool reserved;	 /* the next kernel must not use it as free memory */
};

/* The state of the CPU in which a kernel is entered. */
enum image_entry_mode {
	IMAGE_ENTRY_64BIT, /* long mode, with the identity map */
	IMAGE_ENTRY_32BIT, /* protected mode without paging; all of it lies below 4 GiB */
	IMAGE_ENTRY_REAL,  /* real mode; purgatory and entry lie below 1 MiB */
};

/* Where purgatory jumps to, and the registers then; all others are zero. */
struct image_registers {
	enum image_entry_mode mode;
	uint64_t ip; /* physical; in real mode an offset in the code segment */
	uint64_t sp; /* likewise; 0: purgatory's own stack (not in real mode) */
	uint64_t ax, bx, si;
	uint64_t di;	       /* in long mode only */
	uint16_t code_segment; /* real mode: cs */
	uint16_t data_segment; /* real mode: ds, es, fs, gs, ss */
};

/* When the image is started, which decides the memory that it may use. */
enum image_purpose {
	IMAGE_NORMAL, /* on "kexec -e": it may use all RAM */
	IMAGE_CRASH,  /* when the running kernel panics: in the reserved region */
	IMAGE_JUMP,   /* beside the running kernel, to which it returns */
};

/* Where segments may lie. All addresses are physical. */
struct image_space {
	struct memory_map free;	    /* whole pages of RAM that nothing is placed in yet */
	struct memory_map free_low; /* the same below 1 MiB */
	uint64_t min;		    /* --mem-min: no segment starts below */
	uint64_t max;		    /* --mem-max: no segment ends above */
	/*
	 * Segments that should lie as high as possible lie as low as possible, too. A Xen
	 * hypervisor damages segments whose memory it takes for its own copy of others;
	 * it takes the highest free memory first.
	 */
	bool low_only;
	/* Bytes of RAM above FOUR_LEVELS_END, which are not free. */
	uint64_t above_four_levels;
};

/* Who maps the EFI tables before the next kernel reads them. */
enum image_efi_mapping {
	IMAGE_EFI_MAPPING_NONE,	    /* nobody: the next kernel gets no EFI data */
	IMAGE_EFI_MAPPING_OFF,	    /* nobody: --no-efi-map-config */
	IMAGE_EFI_MAPPING_OWN,	    /* the next kernel, which builds a map of its own */
	IMAGE_EFI_MAPPING_IN_PLACE, /* purgatory, which adds them to its map */
	IMAGE_EFI_MAPPING_XEN,	    /* the hypervisor, by image.mapped */
};

/* The EFI tables that the next kernel gets. Addresses are physical. */
struct image_efi {
	bool handed_over; /* false: the kernel gets no EFI data */
	enum image_efi_mapping mapping;
	bool copied; /* the next two are of copies that this or an earlier load made */
	uint64_t system_table;
	uint64_t config_table_array;
	/* Named by setup_data, and mapped by purgatory like the tables; 0: missing. */
	uint64_t cc_blob;
	/*
	 * The SMBIOS entry point, whose address purgatory puts back into the array, and
	 * the field of SETUP_EFI that it then clears; both 0 if that is not needed.
	 */
	uint64_t smbios;
	uint64_t setup_efi_smbios;
};

/* Purgatory's copies of the ACPI root pointer; an address is 0 without one. Physical. */
struct image_rsdp {
	uint64_t address;     /* of the root pointer itself; 0: nothing is copied */
	uint64_t tags;	      /* in the Multiboot2 information */
	uint64_t bios_memory; /* in the segment "BIOS memory" */
};

/* IMAGE_JUMP: how the kernel returns. Addresses are physical. */
struct image_jump {
	struct memory_map window; /* RAM that the kernel may have, in whole pages */
	uint64_t text; /* end of the command line, where purgatory adds the address */
	uint64_t text_room; /* bytes from there on */
	/*
	 * The image returns to another kernel, which waits at registers.ip: purgatory
	 * jumps there on the stack it was entered with.
	 */
	bool back;
};

/* Purgatory copies [start, end) to copy before it jumps; all 0: nothing. Physical. */
struct image_low_memory {
	uint64_t start;
	uint64_t end;
	uint64_t copy;
};

/* IMAGE_CRASH: how the running kernel is told to update segments on hotplug. */
enum image_hotplug {
	IMAGE_HOTPLUG_NO,
	IMAGE_HOTPLUG_ELF_CORE_HEADER, /* KEXEC_UPDATE_ELFCOREHDR, of Linux 6.5 */
	IMAGE_HOTPLUG_SEGMENTS,	       /* KEXEC_CRASH_HOTPLUG_SUPPORT, of Linux 6.10 */
};

/*
 * Pages for page tables, in the segment "identity map". 0, 0 without them. Physical.
 */
struct image_map_pool {
	uint64_t start;
	uint64_t end;
};

/* The framebuffer that purgatory writes messages to; start is 0 without one. */
struct image_framebuffer {
	uint64_t start;	     /* physical, of the first pixel */
	uint32_t width;	     /* pixels */
	uint32_t height;     /* lines that purgatory uses */
	uint32_t line_bytes; /* from one line to the next */
	uint32_t pixel_bytes;
	uint32_t colour; /* the pixel value of text */
};

/* Where purgatory prints messages, and how long it shows the last one. */
struct image_console {
	bool serial, vga;
	uint16_t serial_port; /* I/O port base */
	struct image_framebuffer framebuffer;
	struct image_map_pool framebuffer_pool; /* at the end of "identity map" */
	uint32_t wait;				/* seconds before the machine is reset */
};

/* The record that purgatory leaves for the next kernel (purgatory/record.h). */
struct image_record {
	uint64_t place;	   /* physical: of its data; 0: the next kernel gets none */
	uint64_t identity; /* digest of the plan, set when purgatory is attached */
	/* The load itself. */
	uint64_t time;	    /* seconds since 1970, UTC */
	uint64_t tsc;	    /* the time stamp counter; 0: cannot be read */
	uint64_t tsc_hertz; /* 0: unknown */
};

/* The choice of the kernel's place. { 0 } if its type or an option rules a choice out. */
struct image_random_place {
	uint64_t count; /* of the places that fit */
	bool drawn;	/* one of them was drawn; false: it is the lowest */
	uint64_t seed;	/* that the draw depends on */
};

/* How purgatory verifies the image. */
struct image_digest {
	const char *algorithm; /* "xxh64"; NULL: not at all (-i); static */
	uint64_t seed;	       /* differs from load to load */
	uint64_t bytes;	       /* that purgatory reads */
	uint64_t per_second;   /* bytes that one CPU verifies, as measured; 0: unknown */
};

/* The system calls that a load makes, for the plan. All texts are static. */
struct image_calls {
	const char *first;  /* the name of the call that comes first; NULL: not chosen */
	const char *reason; /* why it does: a clause that begins with "because" */
	const char *second; /* follows if the first call is refused; or NULL */
	/* Only after these errors: "EPERM", …, NULL. NULL without a second call. */
	const char *const *second_after;
};

struct image {
	enum image_purpose purpose;
	const char *type;		   /* of the kernel file: "bzImage64" */
	const struct kernel_file *kernel;  /* that file; NULL without one */
	const struct uki_profile *profile; /* that it is from; NULL without profiles */
	const struct progress *progress;   /* shows progress of the digests; or NULL */

	struct segment segments[IMAGE_SEGMENTS_MAX];
	size_t segment_count;
	struct image_space space;

	uint64_t entry; /* physical; for kexec_load: purgatory's entry */
	struct image_random_place random_place;
	struct image_digest digest;
	struct image_registers registers;
	struct image_low_memory low_memory;
	struct image_map_pool map_pool;
	struct image_console console;

	/* Data for the next kernel. */
	uint64_t boot_params;	  /* physical; 0 if the kernel does not get boot_params */
	char *command_line;	  /* the complete one */
	char *added_command_line; /* its end, which kexec adds for the kernel; or NULL */
	struct memory_map e820;
	/*
	 * Ranges beside the segments that must be mapped at the jump, for calls that map
	 * the segments only (Xen's); physical.
	 */
	struct memory_map mapped;
	struct image_efi efi;
	struct image_rsdp rsdp;
	struct image_jump jump;
	struct image_record record;

	enum image_hotplug hotplug;

	struct image_calls calls;
	char *summary;		     /* of the load, the last line of the plan; owned */
	struct string_list notes;    /* shown with -d */
	struct string_list warnings; /* shown always */
};

/* A request for a segment's place. */
struct placement {
	const char *name;
	uint64_t size;	    /* bytes, not 0; rounded up to pages */
	uint64_t alignment; /* power of two; raised to a page */
	uint64_t min;	    /* lowest start, physical */
	uint64_t max;	    /* the segment may not end above; 0 means no limit */
	bool highest;	    /* as high as possible, else as low as possible */
	bool low;	    /* below 1 MiB, for real mode; else above */
};

/*
 * Starts an image that is entered in the given mode and whose segments may lie in the RAM
 * of memory at or above 1 MiB, in whole pages, between min and max (physical; a max of 0
 * means no limit). *image must be { 0 } except jump.window. Fails only without memory.
 */
__must_check int image_init(struct image *image, enum image_purpose purpose,
			    enum image_entry_mode mode, const struct memory_map *memory,
			    uint64_t min, uint64_t max, struct error *err);

/*
 * Linux maps physical memory up to here with 4 levels of page tables: 46 address bits
 * (MAX_PHYSMEM_BITS in arch/x86/include/asm/sparsemem.h). Kernels refuse segments above.
 */
#define FOUR_LEVELS_END (64 * TIB)

/* Makes later segments end at or below FOUR_LEVELS_END. Fails only without memory. */
__must_check int image_limit_to_four_levels(struct image *image, struct error *err);

/* Frees all memory of the image and sets it to { 0 }. */
void image_clear(struct image *image);

#define _cleanup_image_ _cleanup_(image_clear)

/*
 * Adds a segment without data at a place that fits. *segment belongs to the image and is
 * valid as long as the image. -ENOSPC if no place fits, -E2BIG if the image has
 * IMAGE_SEGMENTS_MAX segments.
 */
__must_check int image_place(struct image *image, const struct placement *placement,
			     struct segment **segment, struct error *err);

/*
 * The same at the fixed place [start, end), physical and page-aligned, also below 1 MiB.
 * -ENOSPC if it is not free.
 */
__must_check int image_place_at(struct image *image, const char *name, uint64_t start,
				uint64_t end, struct segment **segment,
				struct error *err);

/* The same for physical page 0, which holds a BIOS' data and is never free. */
__must_check int image_place_first_page(struct image *image, const char *name,
					struct segment **segment, struct error *err);

/* The free memory around an address: space.free_low below 1 MiB, else space.free. */
const struct memory_map *image_free_at(const struct image *image, uint64_t address);

/*
 * Returns the limit that the mode of entry sets: neither purgatory nor the kernel may end
 * above this physical address; 0 means no limit.
 */
uint64_t image_entry_limit(const struct image *image);

/* The physical address that purgatory jumps to. */
uint64_t image_kernel_entry(const struct image *image);

/* "64-bit", "32-bit" or "real". */
const char *image_entry_mode_name(const struct image *image);

/* Makes size bytes of a file, from offset on, the segment's data. */
void segment_set_file(struct segment *segment, const struct kernel_file *file,
		      uint64_t offset, uint64_t size);

/* Makes a zeroed buffer of size bytes the segment's data. NULL without memory. */
uint8_t *segment_allocate(struct segment *segment, size_t size);

/*
 * Reads size bytes of the segment's contents from offset on, including the zeros behind
 * the data. offset + size must lie within the segment.
 */
__must_check int segment_read(const struct segment *segment, uint64_t offset,
			      void *buffer, size_t size, struct error *err);

/* The segment's data for kexec_load: data_size bytes, possibly in a file's mapping. */
const void *segment_data(const struct segment *segment);

/* The segment with that name, or NULL. */
const struct segment *image_find_segment(const struct image *image, const char *name);

/* Each adds a formatted line, which is lost if memory runs out. */
void image_note(struct image *image, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void image_warn(struct image *image, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
