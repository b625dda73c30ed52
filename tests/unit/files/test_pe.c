// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/pe.c: the section table, and headers with wrong values. */
#include "files/pe.h"

#include <errno.h>

#include "pe_image.h"

static const struct pe_image_section sections[] = {
	{ .name = ".text", .offset = 1024, .content = "code" },
	{ .name = "12345678",
	  .offset = 0xfedcba98,
	  .virtual_size = 0x11223344,
	  .raw_size = 0x55667788 },
	{ 0 },
};

static const struct pe_case {
	const char *name;
	size_t size; /* size of the file; 0: all */
	struct poke poke;
	int rc;
	const char *message; /* or NULL */
} pe_cases[] = {
	{ "sound", 0, { 0 }, 0, NULL },
	{ "ends behind its table", PE_IMAGE_TABLE + 80, { 0 }, 0, NULL },
	{ "no section", PE_IMAGE_TABLE, { PE_IMAGE_COFF + 6, 2, 0 }, 0, NULL },
	{ "table at the end of the file",
	  0,
	  { PE_IMAGE_COFF + 20, 2, PE_IMAGE_SIZE - 80 - PE_IMAGE_COFF - 24 },
	  0,
	  NULL },
	{ "too short for DOS", 63, { 0 }, -ENOEXEC, NULL },
	{ "signature outside", 64, { 0 }, -ENOEXEC, NULL },
	{ "signature cut off", PE_IMAGE_COFF + 3, { 0 }, -ENOEXEC, NULL },
	{ "no MZ", 0, { 0, 1, 'm' }, -ENOEXEC, NULL },
	{ "no Z", 0, { 1, 1, 'z' }, -ENOEXEC, NULL },
	{ "not a PE file", 0, { PE_IMAGE_COFF + 3, 1, 1 }, -ENOEXEC, NULL },
	{ "signature at the beginning", 0, { 0x3c, 4, 0 }, -ENOEXEC, NULL },
	{ "signature far outside", 0, { 0x3c, 4, 0xffffffff }, -ENOEXEC, NULL },
	{ "signature one byte outside",
	  0,
	  { 0x3c, 4, PE_IMAGE_SIZE - 3 },
	  -ENOEXEC,
	  NULL },
	{ "COFF header cut off", PE_IMAGE_COFF + 23, { 0 }, -EBADMSG, "COFF header" },
	{ "table cut off",
	  PE_IMAGE_TABLE + 79,
	  { 0 },
	  -EBADMSG,
	  "ends at byte 184, but the file" },
	{ "one section too many",
	  PE_IMAGE_TABLE + 80,
	  { PE_IMAGE_COFF + 6, 2, 3 },
	  -EBADMSG,
	  "3 sections" },
	{ "as many as can be",
	  0,
	  { PE_IMAGE_COFF + 6, 2, 0xffff },
	  -EBADMSG,
	  "65535 sections" },
	{ "table one byte outside",
	  0,
	  { PE_IMAGE_COFF + 20, 2, PE_IMAGE_SIZE - 79 - PE_IMAGE_COFF - 24 },
	  -EBADMSG,
	  "ends at byte 4097" },
	{ "table far outside",
	  0,
	  { PE_IMAGE_COFF + 20, 2, 0xffff },
	  -EBADMSG,
	  "ends at byte 65703" },
};

static void pe_case(void **state)
{
	const struct pe_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	struct pe pe;

	make_pe_image(sections, data);
	apply_pokes(data, &row->poke, 1);
	assert_int_equal(open_bytes(data, row->size ? row->size : sizeof(data),
				    KERNEL_FILE_AS_IS, &file, NULL),
			 0);
	assert_int_equal(pe_open(&file, &pe, &err), row->rc);
	if (row->message)
		assert_message(&err, row->message);
	else
		assert_null(err.message);
	if (row->rc)
		return;
	assert_true(pe.table_end <= file.size);
	assert_int_equal(pe.table_end - pe.table, pe.section_count * 40);
	assert_int_equal(pe.machine, 0x8664);
}

static void rows_are_read_as_they_are(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	struct pe_section section;
	struct pe pe;

	(void)state;
	make_pe_image(sections, data);
	assert_int_equal(open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &file, NULL),
			 0);
	assert_int_equal(pe_open(&file, &pe, NULL), 0);
	assert_int_equal(pe.section_count, 2);
	assert_int_equal(pe.table, PE_IMAGE_TABLE);
	assert_int_equal(pe_read_section(&pe, 0, &section, NULL), 0);
	assert_string_equal(section.name, ".text");
	assert_int_equal(section.virtual_size, 4);
	assert_int_equal(section.raw_size, 4);
	assert_int_equal(section.raw_offset, 1024);
	assert_int_equal(pe_read_section(&pe, 1, &section, NULL), 0);
	assert_string_equal(section.name, "12345678");
	assert_int_equal(section.virtual_size, 0x11223344);
	assert_int_equal(section.raw_size, 0x55667788);
	assert_int_equal(section.raw_offset, 0xfedcba98);
}

#define OPTIONAL_HEADER (PE_IMAGE_COFF + 24)

/* "Optional Header Data Directories": the fifth is the certificate table. */
static const struct signature_case {
	const char *name;
	unsigned optional_size;
	struct poke pokes[3];
	bool has_signature;
} signature_cases[] = {
	{ "64-bit, signed",
	  160,
	  { { OPTIONAL_HEADER, 2, 0x20b },
	    { OPTIONAL_HEADER + 108, 4, 16 },
	    { OPTIONAL_HEADER + 148, 4, 1 } },
	  true },
	{ "32-bit, signed",
	  160,
	  { { OPTIONAL_HEADER, 2, 0x10b },
	    { OPTIONAL_HEADER + 92, 4, 5 },
	    { OPTIONAL_HEADER + 132, 4, 0xffffffff } },
	  true },
	{ "an offset and no size",
	  160,
	  { { OPTIONAL_HEADER, 2, 0x20b },
	    { OPTIONAL_HEADER + 108, 4, 16 },
	    { OPTIONAL_HEADER + 144, 4, 1 } },
	  false },
	{ "too few directories",
	  160,
	  { { OPTIONAL_HEADER, 2, 0x20b },
	    { OPTIONAL_HEADER + 108, 4, 4 },
	    { OPTIONAL_HEADER + 148, 4, 1 } },
	  false },
	{ "the header ends before it",
	  148,
	  { { OPTIONAL_HEADER, 2, 0x20b },
	    { OPTIONAL_HEADER + 108, 4, 16 },
	    { OPTIONAL_HEADER + 148, 4, 1 } },
	  false },
	{ "another magic number",
	  160,
	  { { OPTIONAL_HEADER, 2, 0x107 },
	    { OPTIONAL_HEADER + 108, 4, 16 },
	    { OPTIONAL_HEADER + 148, 4, 1 } },
	  false },
	{ "no optional header", 0, { { OPTIONAL_HEADER, 2, 0x20b } }, false },
};

static void signature_case(void **state)
{
	const struct signature_case *row = *state;
	static const struct pe_image_section none[] = { { 0 } };
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	bool has_signature = !row->has_signature;
	struct pe pe;

	make_pe_image(none, data);
	memset(data + OPTIONAL_HEADER, 0, 160);
	put_le(data + PE_IMAGE_COFF + 20, 2, row->optional_size);
	apply_pokes(data, row->pokes, COUNT(row->pokes));
	assert_int_equal(open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &file, NULL),
			 0);
	assert_int_equal(pe_open(&file, &pe, NULL), 0);
	assert_int_equal(pe_has_signature(&pe, &has_signature, NULL), 0);
	assert_int_equal(has_signature, row->has_signature);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_as_they_are),
	};

	return !!(RUN_TABLE(pe_case, pe_cases) +
		  RUN_TABLE(signature_case, signature_cases) +
		  cmocka_run_group_tests_name("pe", tests, NULL, NULL));
}
