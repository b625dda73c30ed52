// SPDX-License-Identifier: GPL-2.0-only
/* The header of the Multiboot specification 2.0; numbers in comments are its sections. */
#include "arch/x86_64/multiboot2_header.h"

#include <errno.h>

#include "arch/x86_64/multiboot2_tags.h"
#include "util/bytes.h"

/* 3.1: within the first 32768 bytes, at a multiple of 8. */
#define HEADER_AREA 32768u

/* 3.1.1: magic, architecture, length, checksum. */
static const struct multiboot_signature signature = { 0xe85250d6, HEADER_AREA, 8, 4 };

#define ARCHITECTURE_I386 0u

/* 3.1.3: type (16 bits), flags (16), size (32), at multiples of 8. */
#define TAG_SIZE      8u
#define TAG_ALIGNMENT 8u
#define TAG_OPTIONAL  1u

enum header_tag {
	TAG_END = 0,
	TAG_REQUEST = 1,
	TAG_ADDRESSES = 2,
	TAG_ENTRY = 3,
	TAG_CONSOLE = 4,
	TAG_FRAMEBUFFER = 5,
	TAG_MODULE_ALIGNMENT = 6,
	TAG_EFI_BOOT_SERVICES = 7,
	TAG_EFI32_ENTRY = 8,
	TAG_EFI64_ENTRY = 9,
	TAG_RELOCATABLE = 10,
};

struct tag {
	uint16_t type;
	uint16_t flags;
	uint64_t offset;   /* in the file, for messages */
	struct bytes body; /* behind type, flags and size */
};

static int short_tag(const struct kernel_file *kernel, const struct tag *tag,
		     struct error *err)
{
	return error_set(
		err, EBADMSG,
		"%s: tag %u of its multiboot2 header, at byte %llu, is too short: "
		"%zu bytes",
		kernel->path, tag->type, (unsigned long long)tag->offset,
		tag->body.size + TAG_SIZE);
}

/*
 * 3.1.4. Refuses types that kexec never writes; a type that this machine lacks is fine.
 */
static int read_requests(const struct kernel_file *kernel, const struct tag *tag,
			 struct error *err)
{
	uint64_t at;
	uint32_t type;

	for (at = 0; !bytes_u32(tag->body, at, &type); at += sizeof(type))
		if (!multiboot2_gives(type))
			return error_set(err, ENOTSUP,
					 "%s needs information that is not available "
					 "after a kexec: type %u of the multiboot2 "
					 "specification",
					 kernel->path, type);
	return 0;
}

/* 3.1.5 */
static int read_addresses(const struct tag *tag, struct multiboot_addresses *addresses)
{
	addresses->given = true;
	if (bytes_u32(tag->body, 0, &addresses->header) < 0 ||
	    bytes_u32(tag->body, 4, &addresses->load) < 0 ||
	    bytes_u32(tag->body, 8, &addresses->load_end) < 0 ||
	    bytes_u32(tag->body, 12, &addresses->bss_end) < 0)
		return -ERANGE;
	/* Both 0 and -1 mean all of the file. */
	if (addresses->load_end == UINT32_MAX)
		addresses->load_end = 0;
	return 0;
}

/* 3.1.12 */
static int read_relocatable(const struct kernel_file *kernel, const struct tag *tag,
			    struct multiboot2_header *header, struct error *err)
{
	header->relocatable = true;
	if (bytes_u32(tag->body, 0, &header->min) < 0 ||
	    bytes_u32(tag->body, 4, &header->max) < 0 ||
	    bytes_u32(tag->body, 8, &header->alignment) < 0 ||
	    bytes_u32(tag->body, 12, &header->preference) < 0)
		return short_tag(kernel, tag, err);
	if (header->min <= header->max && is_power_of_two(header->alignment))
		return 0;
	return error_set(
		err, EBADMSG,
		"%s: its multiboot2 header asks for an invalid place: %#x-%#x, at a "
		"multiple of %#x",
		kernel->path, header->min, header->max, header->alignment);
}

/*
 * The entries for EFI (3.1.7 to 3.1.9) are for loaders that leave the boot services
 * running; all other loaders ignore them. Modules always begin at pages, and a loader
 * need not act on the console tag.
 */
static int read_tag(const struct kernel_file *kernel, const struct tag *tag,
		    struct multiboot2_header *header, struct error *err)
{
	bool optional = tag->flags & TAG_OPTIONAL;

	switch (tag->type) {
	case TAG_REQUEST:
		return optional ? 0 : read_requests(kernel, tag, err);
	case TAG_ADDRESSES:
		return read_addresses(tag, &header->addresses) < 0
			       ? short_tag(kernel, tag, err)
			       : 0;
	case TAG_ENTRY:
		header->has_entry = true;
		return bytes_u32(tag->body, 0, &header->entry) < 0
			       ? short_tag(kernel, tag, err)
			       : 0;
	case TAG_FRAMEBUFFER:
		header->needs_framebuffer |= !optional;
		return 0;
	case TAG_RELOCATABLE:
		return read_relocatable(kernel, tag, header, err);
	case TAG_CONSOLE:
	case TAG_MODULE_ALIGNMENT:
	case TAG_EFI_BOOT_SERVICES:
	case TAG_EFI32_ENTRY:
	case TAG_EFI64_ENTRY:
		return 0;
	}
	if (optional)
		return 0;
	return error_set(
		err, ENOTSUP,
		"%s: its multiboot2 header asks for something unknown: tag %u at "
		"byte %llu",
		kernel->path, tag->type, (unsigned long long)tag->offset);
}

/* Reads the tag at *at, an offset in the header, and moves *at to the next one. */
static int next_tag(const struct kernel_file *kernel, struct bytes raw, uint64_t *at,
		    uint64_t header_offset, struct tag *tag, struct error *err)
{
	uint32_t size = 0;

	if (bytes_u16(raw, *at, &tag->type) < 0 ||
	    bytes_u16(raw, *at + 2, &tag->flags) < 0 ||
	    bytes_u32(raw, *at + 4, &size) < 0 || size < TAG_SIZE ||
	    !bytes_in_range(raw, *at, size))
		return error_set(err, EBADMSG,
				 "%s: its multiboot2 header has no end, or a tag at byte "
				 "%llu that leads out of it (%u bytes)",
				 kernel->path, (unsigned long long)(header_offset + *at),
				 size);
	tag->offset = header_offset + *at;
	tag->body = (struct bytes){ raw.data + *at + TAG_SIZE, size - TAG_SIZE };
	*at = align_up(*at + size, TAG_ALIGNMENT);
	return 0;
}

static int read_tags(const struct kernel_file *kernel, struct bytes raw,
		     struct multiboot2_header *header, struct error *err)
{
	uint64_t at = signature.words * 4ull;

	for (;;) {
		struct tag tag = { 0 };
		int rc = next_tag(kernel, raw, &at, header->offset, &tag, err);

		if (rc < 0 || tag.type == TAG_END)
			return rc;
		rc = read_tag(kernel, &tag, header, err);
		if (rc < 0)
			return rc;
	}
}

int multiboot2_read_header(const struct kernel_file *kernel,
			   struct multiboot2_header *header, struct error *err)
{
	_cleanup_free_ uint8_t *data = NULL;
	struct multiboot2_header found = { 0 };
	uint32_t words[MULTIBOOT_WORDS_MAX], length;
	int rc = multiboot_find_header(kernel, &signature, &found.offset, words, err);

	if (rc < 0)
		return rc;
	length = words[2];
	if (words[1] != ARCHITECTURE_I386)
		return error_set(err, ENOTSUP,
				 "%s is a multiboot2 kernel for another machine: "
				 "architecture %u",
				 kernel->path, words[1]);
	if (length > HEADER_AREA - found.offset || length > kernel->size - found.offset)
		return error_set(err, EBADMSG,
				 "%s: its multiboot2 header, at byte %llu, has %u bytes, "
				 "more than the file or the first 32 KiB",
				 kernel->path, (unsigned long long)found.offset, length);
	data = malloc(length + 1ul);
	if (!data)
		return error_no_memory(err);
	rc = kernel_file_read(kernel, found.offset, data, length, err);
	if (!rc)
		rc = read_tags(kernel, (struct bytes){ data, length }, &found, err);
	if (!rc)
		*header = found;
	return rc;
}
