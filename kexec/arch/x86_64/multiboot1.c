// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernels of the Multiboot specification 0.6.96; numbers in comments are its sections.
 * multiboot.c decides which parts are placed in which order.
 */
#include "arch/x86_64/multiboot1.h"

#include <errno.h>

#include "arch/x86_64/multiboot.h"
#include "util/bytes.h"

/* 3.1: within the first 8192 bytes, at a multiple of 4: magic, flags, checksum. */
static const struct multiboot_signature signature = { 0x1badb002, 8192, 4, 3 };

#define IN_EAX 0x2badb002u /* 3.2 */

/* 3.1.2. A loader must refuse a kernel that sets one of the lower 16 flags it ignores. */
#define FLAG_PAGE_ALIGN (1u << 0)
#define FLAG_MEMORY	(1u << 1)
#define FLAG_VIDEO	(1u << 2)
#define FLAG_ADDRESSES	(1u << 16)
#define FLAGS_KNOWN	(FLAG_PAGE_ALIGN | FLAG_MEMORY | FLAG_VIDEO)
#define FLAGS_REQUIRED	0xffffu

/* 3.1.3: header_addr is the fourth word. */
#define ADDRESSES_OFFSET 12u
#define ADDRESSES_SIZE	 20u

/* 3.3: flags for the parts of the information. */
#define INFO_MEMORY	  (1u << 0)
#define INFO_COMMAND_LINE (1u << 2)
#define INFO_MODULES	  (1u << 3)
#define INFO_MEMORY_MAP	  (1u << 6)
#define INFO_LOADER_NAME  (1u << 9)

/* 3.3: offsets of the fields, as numbers of 32-bit words. */
enum {
	WORD_FLAGS,
	WORD_MEM_LOWER,
	WORD_MEM_UPPER,
	WORD_COMMAND_LINE = 4,
	WORD_MODULE_COUNT,
	WORD_MODULES,
	WORD_MAP_LENGTH = 11,
	WORD_MAP,
	WORD_LOADER_NAME = 16,
	WORD_COUNT = 29,
};

/* Bytes of an entry of the memory map, without the size that stands before it. */
#define MAP_ENTRY_SIZE 20u

static int read_addresses(const struct kernel_file *kernel, uint64_t offset,
			  struct multiboot_addresses *addresses, uint64_t *entry,
			  struct error *err)
{
	uint8_t raw[ADDRESSES_SIZE];
	struct bytes fields = { raw, sizeof(raw) };
	uint32_t entry_address = 0;
	int rc = kernel_file_read(kernel, offset + ADDRESSES_OFFSET, raw, sizeof(raw),
				  err);

	if (rc < 0)
		return rc;
	addresses->given = true;
	bytes_u32(fields, 0, &addresses->header);
	bytes_u32(fields, 4, &addresses->load);
	bytes_u32(fields, 8, &addresses->load_end);
	bytes_u32(fields, 12, &addresses->bss_end);
	bytes_u32(fields, 16, &entry_address);
	*entry = entry_address;
	return 0;
}

static int read_kernel(const struct kernel_file *kernel, struct multiboot_kernel *found,
		       struct error *err)
{
	struct multiboot_addresses addresses = { 0 };
	uint32_t words[MULTIBOOT_WORDS_MAX];
	uint64_t offset;
	int rc = multiboot_find_header(kernel, &signature, &offset, words, err);

	if (rc < 0)
		return rc;
	if (words[1] & FLAGS_REQUIRED & ~FLAGS_KNOWN)
		return error_set(
			err, ENOTSUP,
			"%s: its multiboot header asks for something unknown: "
			"flags %#x; --type=elf-x86 takes an ELF file without that",
			kernel->path, words[1]);
	if (words[1] & FLAG_ADDRESSES)
		rc = read_addresses(kernel, offset, &addresses, &found->entry, err);
	return rc < 0 ? rc
		      : multiboot_read_kernel(kernel, offset, &addresses, found, err);
}

int multiboot1_probe(const struct kernel_file *kernel, struct error *err)
{
	struct multiboot_kernel found;

	return read_kernel(kernel, &found, err);
}

static uint64_t write_modules(struct multiboot_info *info)
{
	const struct modules *modules = info->request->modules;
	size_t i, count = modules ? modules->count : 0;
	uint64_t strings[MODULES_MAX], list;

	for (i = 0; i < count; i++)
		strings[i] = multiboot_put_text(info, multiboot_module_text(info, i));
	multiboot_align(info, 4);
	list = info->base + info->size;
	for (i = 0; i < count; i++) {
		const struct segment *segment = &info->modules[i];

		multiboot_put_u32(info, (uint32_t)segment->start);
		multiboot_put_u32(info, (uint32_t)(segment->start + segment->data_size));
		multiboot_put_u32(info, (uint32_t)strings[i]);
		multiboot_put_u32(info, 0);
	}
	return list;
}

static uint64_t write_memory_map(struct multiboot_info *info)
{
	const struct memory_map *memory = &info->image->e820;
	uint64_t map = info->base + info->size;
	size_t i;

	for (i = 0; i < memory->count; i++) {
		const struct memory_range *range = &memory->ranges[i];

		multiboot_put_u32(info, MAP_ENTRY_SIZE);
		multiboot_put_u64(info, range->start);
		multiboot_put_u64(info, range->end - range->start);
		multiboot_put_u32(info, multiboot_memory_type(range->type));
	}
	return map;
}

/* 3.3. Texts and lists go first, so that their addresses are known. */
static void write_info(struct multiboot_info *info)
{
	const struct modules *modules = info->request->modules;
	uint32_t words[WORD_COUNT] = { 0 };
	size_t i;

	words[WORD_FLAGS] = INFO_MEMORY | INFO_COMMAND_LINE | INFO_MODULES |
			    INFO_MEMORY_MAP | INFO_LOADER_NAME;
	words[WORD_MEM_LOWER] = multiboot_lower_kib(&info->image->e820);
	words[WORD_MEM_UPPER] = multiboot_upper_kib(&info->image->e820);
	words[WORD_COMMAND_LINE] =
		(uint32_t)multiboot_put_text(info, info->image->command_line);
	words[WORD_LOADER_NAME] =
		(uint32_t)multiboot_put_text(info, MULTIBOOT_LOADER_NAME);
	words[WORD_MODULE_COUNT] = modules ? (uint32_t)modules->count : 0;
	words[WORD_MODULES] = (uint32_t)write_modules(info);
	words[WORD_MAP] = (uint32_t)write_memory_map(info);
	words[WORD_MAP_LENGTH] = (uint32_t)(info->base + info->size) - words[WORD_MAP];
	info->address = info->base + info->size;
	for (i = 0; i < WORD_COUNT; i++)
		multiboot_put_u32(info, words[i]);
}

int multiboot1_load(const struct load_request *request, struct image *image,
		    struct error *err)
{
	struct multiboot_kernel kernel;
	int rc = read_kernel(request->kernel, &kernel, err);

	if (!rc)
		rc = multiboot_prepare(request, image, err);
	if (rc < 0)
		return rc;
	return multiboot_place(request, &kernel, write_info, IN_EAX, image, err);
}
