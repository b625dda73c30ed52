// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/files/uki.c, and of the copies that it makes (kernel_file_join.c).
 */
#include "files/uki.h"

#include <errno.h>

#include "pe_image.h"

#define SECTIONS_MAX 6

static const struct sound_case {
	const char *name;
	struct pe_image_section sections[SECTIONS_MAX];
	const char *initrd; /* or NULL */
	size_t initrd_size;
	const char *command_line; /* or NULL */
} sound_cases[] = {
	{ .name = "kernel", .sections = { SECTION(".linux", 1024, "kernel") } },
	{ .name = "kernel at the end of the file",
	  .sections = { SECTION(".linux", PE_IMAGE_SIZE - 6, "kernel") } },
	{ .name = "kernel right behind the table",
	  .sections = { SECTION(".linux", PE_IMAGE_TABLE + 40, "kernel") } },
	{ .name = "padding",
	  .sections = { SIZED(".linux", 1024, "kernelpadding", 6, 0) } },
	{ .name = "padding outside of the file",
	  .sections = { SIZED(".linux", PE_IMAGE_SIZE - 6, "kernel", 6, 512) } },
	{ .name = "side by side",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SECTION(".initrd", 1030, "archive"),
			SECTION(".cmdline", 1019, "quiet") },
	  .initrd = "archive",
	  .initrd_size = 7,
	  .command_line = "quiet" },
	{ .name = "microcode first",
	  .sections = { SECTION(".initrd", 2048, "archive"),
			SECTION(".linux", 1024, "kernel"),
			SECTION(".ucode", 3000, "micro") },
	  .initrd = "micro\0\0\0archive",
	  .initrd_size = 15 },
	{ .name = "microcode only",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SECTION(".ucode", 3000, "micro") },
	  .initrd = "micro",
	  .initrd_size = 5 },
	{ .name = "empty sections",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SECTION(".initrd", 0xffffffff, NULL),
			SECTION(".cmdline", 0, NULL) },
	  .command_line = "" },
	{ .name = "blanks at the end",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SECTION(".cmdline", 3000, " a=\x7f\t\x01z \r\n") },
	  .command_line = " a=   z" },
	{ .name = "nothing but blanks",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SECTION(".cmdline", 3000, " \n\t") },
	  .command_line = "" },
	{ .name = "similar names",
	  .sections = { SECTION(".linux", 1024, "kernel"),
			SIZED(".linuxx", 2048, "kernel", 1, 1 << 30),
			SECTION("linux", 5, NULL), SECTION(".profil", 6, NULL),
			SECTION(".Profile", 7, NULL) } },
};

static void sound_case(void **state)
{
	const struct sound_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 }, initrd = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };

	open_image(row->sections, &kernel);
	assert_int_equal(uki_open(&kernel, NULL, &uki, &err), 0);
	assert_int_equal(uki_open_initrd(&uki, &initrd, &err), 0);
	assert_null(err.message);
	assert_holds(&kernel, "kernel", 6);
	if (row->initrd)
		assert_holds(&initrd, row->initrd, row->initrd_size);
	else
		assert_null(initrd.path);
	if (row->command_line)
		assert_string_equal(uki.command_line, row->command_line);
	else
		assert_null(uki.command_line);
	assert_int_equal(uki_require_unchanged(&uki, NULL), 0);
}

static const struct broken_case {
	const char *name;
	struct pe_image_section sections[SECTIONS_MAX];
	struct poke poke;
	int rc;
	const char *message; /* or NULL */
} broken_cases[] = {
	{ "not a PE file",
	  { SECTION(".linux", 1024, "kernel") },
	  { 0, 1, 0 },
	  -ENOEXEC,
	  NULL },
	{ "bzImage",
	  { SECTION(".linux", 1024, "kernel") },
	  { 0x202, 4, 0x53726448 },
	  -ENOEXEC,
	  NULL },
	{ "without a kernel",
	  { SECTION(".initrd", 1024, "archive") },
	  { 0 },
	  -ENOTSUP,
	  "without a .linux" },
	{ "broken table",
	  { SECTION(".linux", 1024, "kernel") },
	  { PE_IMAGE_COFF + 6, 2, 999 },
	  -EBADMSG,
	  "999 sections" },
	{ "another CPU",
	  { SECTION(".linux", 1024, "kernel") },
	  { PE_IMAGE_COFF + 4, 2, 0xaa64 },
	  -ENOTSUP,
	  "0xaa64" },
	{ "empty kernel", { SECTION(".linux", 1024, "") }, { 0 }, -EBADMSG, "empty" },
	{ "two kernels",
	  { SECTION(".linux", 1024, "kernel"), SECTION(".linux", 2048, "kernel") },
	  { 0 },
	  -EBADMSG,
	  "2 .linux sections" },
	{ "three command lines",
	  { SECTION(".linux", 1024, "kernel"), SECTION(".cmdline", 2048, "a"),
	    SECTION(".cmdline", 2050, "b"), SECTION(".cmdline", 2052, "c") },
	  { 0 },
	  -EBADMSG,
	  "3 .cmdline sections" },
	{ "less in the file",
	  { SIZED(".linux", 1024, "kernel", 7, 6) },
	  { 0 },
	  -EBADMSG,
	  "7 bytes (VirtualSize), but only 6" },
	{ "one byte outside",
	  { SIZED(".linux", PE_IMAGE_SIZE - 6, "kernel", 7, 512) },
	  { 0 },
	  -EBADMSG,
	  ".linux section ends at byte 4097, but the file has only 4096" },
	{ "wraps",
	  { SIZED(".linux", 0xffffffff, NULL, 2, 2) },
	  { 0 },
	  -EBADMSG,
	  "ends at byte 4294967297" },
	{ "the headers",
	  { SECTION(".linux", PE_IMAGE_TABLE + 39, "k") },
	  { 0 },
	  -EBADMSG,
	  "begins at byte 143, within the headers, which end at 144" },
	{ "overlap by a byte",
	  { SECTION(".linux", 1024, "kernel"), SECTION(".initrd", 1029, "archive") },
	  { 0 },
	  -EBADMSG,
	  "sections .linux (bytes 1024 to 1030) and .initrd (bytes 1029 to 1036)" },
	{ "inside of another",
	  { SECTION(".linux", 1024, "kernel"), SIZED(".text", 1000, NULL, 100, 200) },
	  { 0 },
	  -EBADMSG,
	  ".text (bytes 1000 to 1100) overlap" },
	{ "initrd outside",
	  { SECTION(".linux", 1024, "kernel"), SIZED(".initrd", 4000, NULL, 200, 512) },
	  { 0 },
	  -EBADMSG,
	  ".initrd section ends at byte 4200" },
	{ "zero in the text",
	  { SECTION(".linux", 1024, "kernel"), SECTION(".cmdline", 2048, "quiet!debug") },
	  { 2053, 1, 0 },
	  -EBADMSG,
	  "zero at byte 5" },
};

static void broken_case(void **state)
{
	const struct broken_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	int fd;

	make_pe_image(row->sections, data);
	apply_pokes(data, &row->poke, 1);
	assert_int_equal(open_bytes(data, sizeof(data), KERNEL_FILE_AS_IS, &kernel, NULL),
			 0);
	fd = kernel.fd;
	assert_int_equal(uki_open(&kernel, NULL, &uki, &err), row->rc);
	if (row->message) {
		assert_message(&err, row->message);
		return;
	}
	/* The file is left unchanged and without a message for the other image types. */
	assert_null(err.message);
	assert_int_equal(kernel.fd, fd);
	assert_int_equal(kernel.size, sizeof(data));
	assert_null(uki.file.path);
}

static void without_an_image(void **state)
{
	_cleanup_kernel_file_ struct kernel_file initrd = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };

	(void)state;
	assert_int_equal(uki_open_initrd(&uki, &initrd, NULL), 0);
	assert_null(initrd.path);
	assert_int_equal(uki_require_unchanged(&uki, NULL), 0);
	uki_close(&uki);
	uki_close(&uki);
}

static void a_change_is_noticed(void **state)
{
	static const struct pe_image_section sections[] = {
		SIZED(".linux", 1024, "kernel", 0, 0),
		{ 0 },
	};
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	char path[64];
	int fd;

	(void)state;
	make_pe_image(sections, data);
	make_file(data, sizeof(data), &fd, path);
	assert_int_equal(
		kernel_file_open(path, "kernel", KERNEL_FILE_AS_IS, &kernel, NULL), 0);
	assert_int_equal(uki_open(&kernel, NULL, &uki, NULL), 0);
	assert_string_equal(kernel.path + strlen("section .linux of "), path);
	assert_int_equal(ftruncate(fd, PE_IMAGE_SIZE + 1), 0);
	assert_int_equal(uki_require_unchanged(&uki, &err), -ESTALE);
	assert_message(&err, path);
	close(fd);
}

static void copy_of_a_file_that_has_become_shorter(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 }, copy = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct file_piece piece = { &file, 0, 10 };
	char path[64];
	int fd;

	(void)state;
	make_file("0123456789", 10, &fd, path);
	assert_int_equal(kernel_file_open(path, "kernel", KERNEL_FILE_AS_IS, &file, NULL),
			 0);
	assert_int_equal(ftruncate(fd, 9), 0);
	assert_int_equal(
		kernel_file_copy(&piece, 1, "kernel", strdup("copy"), &copy, &err), -EIO);
	assert_message(&err, "has become shorter");
	close(fd);
}

static void copy_without_a_name_is_out_of_memory(void **state)
{
	_cleanup_kernel_file_ struct kernel_file copy = { 0 };
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(kernel_file_copy(NULL, 0, "kernel", NULL, &copy, &err), -ENOMEM);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_an_image),
		cmocka_unit_test(a_change_is_noticed),
		cmocka_unit_test(copy_of_a_file_that_has_become_shorter),
		cmocka_unit_test(copy_without_a_name_is_out_of_memory),
	};

	return !!(RUN_TABLE(sound_case, sound_cases) +
		  RUN_TABLE(broken_case, broken_cases) +
		  cmocka_run_group_tests_name("uki", tests, NULL, NULL));
}
