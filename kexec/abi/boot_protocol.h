/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Linux/x86 boot protocol as far as this loader needs it. Names and offsets are those
 * of Documentation/arch/x86/boot.rst ("The Real-Mode Kernel Header") and zero-page.rst.
 * All numbers are little endian. Bytes without a named field are called reserved here,
 * even if the kernel uses them.
 */
#ifndef KEXEC_BOOT_PROTOCOL_H
#define KEXEC_BOOT_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#define BOOT_ASSERT_OFFSET(type, field, offset) \
	_Static_assert(offsetof(struct type, field) == (offset), #type "." #field)

/* Offsets within a bzImage file, which begins with the same header. */
#define SETUP_HEADER_OFFSET 0x1f1u
#define SETUP_HEADER_LENGTH_OFFSET \
	0x201u /* the jump's operand: header ends at 0x202 + it */

#define BOOT_FLAG_MAGIC		 0xaa55u
#define SETUP_HEADER_MAGIC	 0x53726448u /* "HdrS" */
#define SETUP_VERSION_2_02	 0x0202u     /* cmd_line_ptr */
#define SETUP_VERSION_2_03	 0x0203u     /* initrd_addr_max */
#define SETUP_VERSION_2_04	 0x0204u     /* syssize of four bytes */
#define SETUP_VERSION_2_05	 0x0205u     /* relocatable_kernel, kernel_alignment */
#define SETUP_VERSION_2_06	 0x0206u     /* cmdline_size */
#define SETUP_VERSION_2_10	 0x020au     /* pref_address, init_size */
#define SETUP_VERSION_2_12	 0x020cu     /* xloadflags, 64-bit entry, ext_* fields */

#define LOADFLAG_LOADED_HIGH	 (1u << 0)
#define LOADFLAG_CAN_USE_HEAP	 (1u << 7)

#define XLOADFLAG_KERNEL_64	 (1u << 0)
#define XLOADFLAG_ABOVE_4G	 (1u << 1)
#define XLOADFLAG_EFI_KEXEC	 (1u << 4)
#define XLOADFLAG_5LEVEL	 (1u << 5)
#define XLOADFLAG_5LEVEL_ENABLED (1u << 6)

/* boot.rst, "type_of_loader": 0xd is kexec, version 0. */
#define LOADER_TYPE_KEXEC	    0xd0u

#define ENTRY_64_OFFSET		    0x200u /* boot.rst, "64-bit Boot Protocol" */
#define SECTOR_BYTES		    512u

#define E820_ENTRIES_IN_BOOT_PARAMS 128u

enum setup_data_type {
	SETUP_DATA_E820_EXT = 1,
	SETUP_DATA_DTB = 2,
	SETUP_DATA_EFI = 4,
	SETUP_DATA_CC_BLOB = 7,
	SETUP_DATA_IMA = 8,
	SETUP_DATA_RNG_SEED = 9,
	SETUP_DATA_KEXEC_KHO = 10, /* Linux 6.16 */
};

/* A flag in the type of a node whose data is struct setup_indirect. */
#define SETUP_DATA_INDIRECT 0x80000000u

struct setup_header {
	uint8_t setup_sects; /* 0x1f1 */
	uint16_t root_flags;
	uint32_t syssize; /* in 16-byte units */
	uint16_t ram_size;
	uint16_t vid_mode;
	uint16_t root_dev;
	uint16_t boot_flag;
	uint16_t jump; /* 0x200 */
	uint32_t header;
	uint16_t version;
	uint32_t realmode_swtch;
	uint16_t start_sys_seg;
	uint16_t kernel_version;
	uint8_t type_of_loader;
	uint8_t loadflags;
	uint16_t setup_move_size;
	uint32_t code32_start;
	uint32_t ramdisk_image;
	uint32_t ramdisk_size;
	uint32_t bootsect_kludge;
	uint16_t heap_end_ptr;
	uint8_t ext_loader_ver;
	uint8_t ext_loader_type;
	uint32_t cmd_line_ptr;
	uint32_t initrd_addr_max; /* inclusive: the last byte the initrd may use */
	uint32_t kernel_alignment;
	uint8_t relocatable_kernel;
	uint8_t min_alignment; /* as a power of two */
	uint16_t xloadflags;
	uint32_t cmdline_size; /* bytes, without the terminating NUL */
	uint32_t hardware_subarch;
	uint64_t hardware_subarch_data;
	uint32_t payload_offset;
	uint32_t payload_length;
	uint64_t setup_data;
	uint64_t pref_address;
	uint32_t init_size; /* bytes needed from the load address on */
	uint32_t params_offset;
	uint32_t kernel_info_offset;
} __attribute__((packed));

BOOT_ASSERT_OFFSET(setup_header, jump, 0x200 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, type_of_loader, 0x210 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, ramdisk_image, 0x218 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, kernel_alignment, 0x230 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, xloadflags, 0x236 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, hardware_subarch, 0x23c - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, setup_data, 0x250 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, pref_address, 0x258 - SETUP_HEADER_OFFSET);
BOOT_ASSERT_OFFSET(setup_header, init_size, 0x260 - SETUP_HEADER_OFFSET);
_Static_assert(sizeof(struct setup_header) == 0x26c - SETUP_HEADER_OFFSET,
	       "setup_header");

struct efi_info {
	uint32_t efi_loader_signature; /* "EL64" or "EL32" */
	uint32_t efi_systab;
	uint32_t efi_memdesc_size;
	uint32_t efi_memdesc_version;
	uint32_t efi_memmap;
	uint32_t efi_memmap_size; /* bytes */
	uint32_t efi_systab_hi;
	uint32_t efi_memmap_hi;
};

_Static_assert(sizeof(struct efi_info) == 32, "efi_info");

/* Offsets in boot_params.screen_info, and values (include/uapi/linux/screen_info.h). */
#define SCREEN_INFO_SIZE	      64u
#define SCREEN_INFO_EXT_MEM_K	      0x02u
#define SCREEN_INFO_TYPE	      0x0fu
#define SCREEN_INFO_WIDTH	      0x12u
#define SCREEN_INFO_HEIGHT	      0x14u
#define SCREEN_INFO_DEPTH	      0x16u
#define SCREEN_INFO_BASE	      0x18u
#define SCREEN_INFO_MEMORY	      0x1cu /* bytes; VESA: units of 64 KiB */
#define SCREEN_INFO_LINE_LENGTH	      0x24u
#define SCREEN_INFO_COLOURS	      0x26u /* size and position of red, green, blue */
#define SCREEN_INFO_CAPABILITIES      0x36u
#define SCREEN_INFO_BASE_HIGH	      0x3au
#define SCREEN_INFO_TYPE_VESA	      0x23u
#define SCREEN_INFO_TYPE_EFI	      0x70u
#define SCREEN_INFO_CAPABILITY_64_BIT 2u

struct e820_entry {
	uint64_t addr;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

_Static_assert(sizeof(struct e820_entry) == 20, "e820_entry");

struct boot_params {
	uint8_t screen_info[SCREEN_INFO_SIZE];
	uint8_t reserved_040[0x58 - 0x40];
	uint64_t tboot_addr;
	uint8_t ist_info[16];
	uint64_t acpi_rsdp_addr;
	uint8_t reserved_078[0xc0 - 0x78];
	uint32_t ext_ramdisk_image; /* high 32 bits, like the next two */
	uint32_t ext_ramdisk_size;
	uint32_t ext_cmd_line_ptr;
	uint8_t reserved_0cc[0x140 - 0xcc];
	uint8_t edid_info[128];
	struct efi_info efi_info;
	uint32_t alt_mem_k;
	uint32_t scratch;
	uint8_t e820_entries;
	uint8_t eddbuf_entries;
	uint8_t edd_mbr_sig_buf_entries;
	uint8_t kbd_status;
	uint8_t secure_boot;
	uint8_t reserved_1ed[2];
	uint8_t sentinel; /* must be 0 */
	uint8_t reserved_1f0;
	struct setup_header hdr;
	uint8_t reserved_26c[0x290 - 0x26c];
	uint8_t edd_mbr_sig_buffer[64];
	struct e820_entry e820_table[E820_ENTRIES_IN_BOOT_PARAMS];
	uint8_t reserved_cd0[48];
	uint8_t eddbuf[492];
	uint8_t reserved_eec[276];
} __attribute__((packed));

BOOT_ASSERT_OFFSET(boot_params, tboot_addr, 0x058);
BOOT_ASSERT_OFFSET(boot_params, acpi_rsdp_addr, 0x070);
BOOT_ASSERT_OFFSET(boot_params, ext_ramdisk_image, 0x0c0);
BOOT_ASSERT_OFFSET(boot_params, edid_info, 0x140);
BOOT_ASSERT_OFFSET(boot_params, efi_info, 0x1c0);
BOOT_ASSERT_OFFSET(boot_params, e820_entries, 0x1e8);
BOOT_ASSERT_OFFSET(boot_params, secure_boot, 0x1ec);
BOOT_ASSERT_OFFSET(boot_params, sentinel, 0x1ef);
BOOT_ASSERT_OFFSET(boot_params, hdr, 0x1f1);
BOOT_ASSERT_OFFSET(boot_params, edd_mbr_sig_buffer, 0x290);
BOOT_ASSERT_OFFSET(boot_params, e820_table, 0x2d0);
BOOT_ASSERT_OFFSET(boot_params, eddbuf, 0xd00);
_Static_assert(sizeof(struct boot_params) == 4096, "boot_params is one page");

/* boot.rst, "setup_data": a list of these, linked by physical address. */
struct setup_data {
	uint64_t next; /* physical; 0 ends the list */
	uint32_t type;
	uint32_t len; /* bytes of data after this header */
};

_Static_assert(sizeof(struct setup_data) == 16, "setup_data");

/* Data of SETUP_DATA_INDIRECT: the address of the actual data. */
struct setup_indirect {
	uint32_t type; /* of the actual data, with the flag SETUP_DATA_INDIRECT */
	uint32_t reserved;
	uint64_t len;
	uint64_t addr; /* physical */
};

_Static_assert(sizeof(struct setup_indirect) == 24, "setup_indirect");

/* Data of SETUP_DATA_EFI. All addresses are physical. */
struct efi_setup_data {
	uint64_t fw_vendor;
	uint64_t unused; /* once the runtime services */
	uint64_t tables; /* config table array */
	uint64_t smbios;
	uint64_t reserved[8];
};

_Static_assert(sizeof(struct efi_setup_data) == 96, "efi_setup_data");

/* UEFI specification 2.10, 7.2: EFI_MEMORY_DESCRIPTOR. Entries of a map may be longer. */
struct efi_memory_descriptor_abi {
	uint32_t type;
	uint32_t padding;
	uint64_t physical_start;
	uint64_t virtual_start;
	uint64_t number_of_pages;
	uint64_t attribute;
};

_Static_assert(sizeof(struct efi_memory_descriptor_abi) == 40, "EFI_MEMORY_DESCRIPTOR");

#endif
