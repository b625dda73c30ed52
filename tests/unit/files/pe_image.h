/* SPDX-License-Identifier: GPL-2.0-only */
/* EFI programs made for tests, by the PE/COFF specification. */
#ifndef TESTS_UNIT_PE_IMAGE_H
#define TESTS_UNIT_PE_IMAGE_H

#include "fixtures.h"

#define PE_IMAGE_SIZE	  4096u
#define PE_IMAGE_COFF	  0x40u
#define PE_IMAGE_OPTIONAL 16u
#define PE_IMAGE_TABLE	  (PE_IMAGE_COFF + 24 + PE_IMAGE_OPTIONAL)

/*
 * A row of the section table; content is written at its offset. A row without name ends
 * it.
 */
struct pe_image_section {
	const char *name;
	uint32_t offset;
	const char *content;
	uint32_t virtual_size; /* 0: the size of content */
	uint32_t raw_size;     /* 0: the size of content */
};

#define SECTION(name_, offset_, content_)                                   \
	{                                                                   \
		.name = (name_), .offset = (offset_), .content = (content_) \
	}
#define SIZED(name_, offset_, content_, virtual_size_, raw_size_)            \
	{                                                                    \
		.name = (name_), .offset = (offset_), .content = (content_), \
		.virtual_size = (virtual_size_), .raw_size = (raw_size_)     \
	}

static inline void make_pe_image(const struct pe_image_section *sections,
				 uint8_t data[PE_IMAGE_SIZE])
{
	size_t i;

	memset(data, 0xee, PE_IMAGE_SIZE);
	memset(data, 0, PE_IMAGE_TABLE);
	memcpy(data, "MZ", 2);
	put_le(data + 0x3c, 4, PE_IMAGE_COFF);
	memcpy(data + PE_IMAGE_COFF, "PE\0", 4);
	put_le(data + PE_IMAGE_COFF + 4, 2, 0x8664);
	put_le(data + PE_IMAGE_COFF + 20, 2, PE_IMAGE_OPTIONAL);
	for (i = 0; sections[i].name; i++) {
		const struct pe_image_section *section = &sections[i];
		size_t size = section->content ? strlen(section->content) : 0;
		uint8_t *row = data + PE_IMAGE_TABLE + 40 * i;

		memset(row, 0, 40);
		memcpy(row, section->name, strnlen(section->name, 8));
		put_le(row + 8, 4, section->virtual_size ? section->virtual_size : size);
		put_le(row + 16, 4, section->raw_size ? section->raw_size : size);
		put_le(row + 20, 4, section->offset);
		if (size)
			memcpy(data + section->offset, section->content, size);
	}
	put_le(data + PE_IMAGE_COFF + 6, 2, i);
}

static inline void open_image(const struct pe_image_section *sections,
			      struct kernel_file *file)
{
	uint8_t data[PE_IMAGE_SIZE];

	make_pe_image(sections, data);
	assert_int_equal(open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, file, NULL),
			 0);
}

static inline void assert_holds(const struct kernel_file *file, const void *data,
				size_t size)
{
	char buffer[64] = { 0 };

	assert_int_equal(file->size, size);
	assert_memory_equal(file->mapping, data, size);
	assert_int_equal(kernel_file_read(file, 0, buffer, size, NULL), 0);
	assert_memory_equal(buffer, data, size);
	assert_int_equal(kernel_file_require_unchanged(file, NULL), 0);
}

static inline void assert_text(const char *text, const char *expected)
{
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
}

#endif
