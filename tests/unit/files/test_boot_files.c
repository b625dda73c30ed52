// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/boot_files.c: what it takes from a Unified Kernel Image. */
#include "files/boot_files.h"

#include <errno.h>

#include "pe_image.h"

static const struct boot_case {
	const char *name;
	const char *inside; /* content of .cmdline; NULL: the section is missing */
	struct options options;
	const char *command_line; /* of boot_files; NULL: none */
	const char *kernel_type;
} boot_cases[] = {
	{ "inside", "quiet crashkernel=1M", { 0 }, "quiet crashkernel=1M", NULL },
	{ "none inside", NULL, { 0 }, NULL, NULL },
	{ "--append", "quiet", { .append = "x" }, NULL, NULL },
	{ "--append, empty", "quiet", { .append = "" }, NULL, NULL },
	{ "--reuse-cmdline", "quiet", { .reuse_cmdline = true }, NULL, NULL },
	{ "-p", "a crashkernel=1M b", { .crash = true }, "a b", NULL },
	{ "-p --append", "a", { .crash = true, .append = "crashkernel=1M" }, NULL, NULL },
	{ "--type=uki", "quiet", { .type = "uki" }, "quiet", NULL },
	{ "--type=bzImage64", NULL, { .type = "bzImage64" }, NULL, "bzImage64" },
};

static void boot_case(void **state)
{
	const struct boot_case *row = *state;
	const struct pe_image_section sections[] = {
		SECTION(".linux", 1024, "kernel"),
		SECTION(row->inside ? ".cmdline" : NULL, 2048, row->inside),
		{ 0 },
	};
	struct options options = row->options;
	struct boot_files files = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	char path[64];
	int fd;

	make_pe_image(sections, data);
	make_file(data, sizeof(data), &fd, path);
	options.kernel = path;
	assert_int_equal(boot_files_open(&options, &files, NULL), 0);
	assert_holds(&files.kernel, "kernel", 6);
	assert_text(files.command_line, row->command_line);
	assert_text(files.kernel_type, row->kernel_type);
	boot_files_close(&files);
	assert_null(files.command_line);
	close(fd);
}

static void type_uki_of_another_file(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct options options = { .type = "uki" };
	struct boot_files files = { 0 };
	char path[64];
	int fd;

	(void)state;
	make_file("0123456789", 10, &fd, path);
	options.kernel = path;
	assert_int_equal(boot_files_open(&options, &files, &err), -ENOEXEC);
	assert_message(&err, "not of this type");
	assert_message(&err, path);
	boot_files_close(&files);
	close(fd);
}

#define KERNEL SECTION(".linux", 1024, "kernel")
/* Behind all other contents. */
#define PROFILE(text) SECTION(".profile", 3500, text)

static const struct pe_image_section three[] = {
	KERNEL,
	SECTION(".cmdline", 1100, "base"),
	SECTION(".profile", 1200, "ID=a"),
	SECTION(".initrd", 1300, "archive"),
	SECTION(".profile", 1400, "ID=7"),
	SECTION(".profile", 1500, "ID=@0 TITLE=c"),
	SECTION(".cmdline", 1600, "own"),
	SECTION(".initrd", 1700, "another"),
	{ 0 },
};

static const struct profile_case {
	const char *name;
	struct options options;
	int rc;
	const char *command_line; /* or NULL */
} profile_cases[] = {
	{ "default", { 0 }, 0, NULL },
	{ "--uki-profile", { .uki_profile = "2" }, 0, "own" },
	{ "--append", { .uki_profile = "2", .append = "x" }, 0, NULL },
	{ "-p", { .uki_profile = "@0", .crash = true, .type = "uki" }, 0, "base" },
	{ "unknown", { .uki_profile = "3" }, -EINVAL, NULL },
};

static void profile_case(void **state)
{
	const struct profile_case *row = *state;
	struct options options = row->options;
	struct boot_files files = { 0 };
	uint8_t data[PE_IMAGE_SIZE];
	char path[64];
	int fd;

	make_pe_image(three, data);
	make_file(data, sizeof(data), &fd, path);
	options.kernel = path;
	assert_int_equal(boot_files_open(&options, &files, NULL), row->rc);
	if (!row->rc && options.uki_profile)
		assert_text(files.command_line, row->command_line);
	boot_files_close(&files);
	close(fd);
}

static void not_an_image(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct options options = { .uki_profile = "0" };
	struct boot_files files = { 0 };
	char path[64];
	int fd;

	(void)state;
	make_file("0123456789", 10, &fd, path);
	options.kernel = path;
	assert_int_equal(boot_files_open(&options, &files, &err), -EINVAL);
	assert_message(&err, "--uki-profile=0");
	assert_message(&err, "is not a Unified Kernel Image");
	boot_files_close(&files);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_uki_of_another_file),
		cmocka_unit_test(not_an_image),
	};

	return !!(RUN_TABLE(boot_case, boot_cases) +
		  RUN_TABLE(profile_case, profile_cases) +
		  cmocka_run_group_tests_name("boot_files", tests, NULL, NULL));
}
