// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/uki_profile.c, and of what uki.c takes from a profile. */
#include "files/uki_profile.h"

#include <errno.h>

#include "files/uki.h"
#include "pe_image.h"

#define SECTIONS_MAX 14

#define KERNEL	     SECTION(".linux", 1024, "kernel")
/* Behind all other contents. */
#define PROFILE(text) SECTION(".profile", 3500, text)

/* One profile with this text. */
static const struct text_case {
	const char *name;
	const char *text;
	const char *id;	   /* or NULL */
	const char *title; /* or NULL */
} text_cases[] = {
	{ "empty", "", NULL, NULL },
	{ "ID", "ID=regular", "regular", NULL },
	{ "lines", "ID=a\nTITLE=Regular boot\n", "a", "Regular boot" },
	{ "title first", "TITLE=A b c\nID=a", "a", "A b c" },
	{ "one line", "ID=regular TITLE=\"Regular boot\"", "regular", "Regular boot" },
	{ "quotes", "TITLE='it is \"b\"' ID=\"a\"", "a", "it is \"b\"" },
	{ "no closing quote", "TITLE=\"Regular boot\n", NULL, "\"Regular boot" },
	{ "DOS lines", "ID=a\r\nTITLE=b c \r\n", "a", "b c" },
	{ "blanks", "\n  ID=a \t TITLE=b", "a", "b" },
	{ "empty values", "ID=\nTITLE=\"\"\n", NULL, NULL },
	{ "the last one wins", "ID=a\nID=b\nTITLE=c\nTITLE=d", "b", "d" },
	{ "the last one is empty", "ID=a\nID=\n", NULL, NULL },
	{ "comment", "#ID=x\n# ID=y\nID=a", "a", NULL },
	{ "other keys", "VARIANT_ID=x\nIDS=y\nXID=z\nID=a\nTITLES=q", "a", NULL },
	{ "other case", "id=x\nTitle=y", NULL, NULL },
	{ "garbage", "\x01\xff\xfe\n=\n==ID=a\n\"", NULL, NULL },
	{ "title in UTF-8", "TITLE=\xc3\xa4", NULL, "\xc3\xa4" },
	{ "all printable", "ID=!#$%&()*+,-./09:;<=>?@AZ[\\]^_`az{|}~",
	  "!#$%&()*+,-./09:;<=>?@AZ[\\]^_`az{|}~", NULL },
};

static int choose(const struct pe_image_section *sections, const char *wanted,
		  struct uki_profile *profile, struct error *err)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	struct pe pe;

	open_image(sections, &file);
	assert_int_equal(pe_open(&file, &pe, NULL), 0);
	return uki_profile_choose(&pe, wanted, profile, err);
}

static void text_case(void **state)
{
	const struct text_case *row = *state;
	const struct pe_image_section sections[] = { KERNEL, PROFILE(row->text), { 0 } };
	_cleanup_uki_profile_ struct uki_profile profile = { 0 };

	assert_int_equal(choose(sections, NULL, &profile, NULL), 0);
	assert_int_equal(profile.count, 1);
	assert_int_equal(profile.number, 0);
	assert_text(profile.id, row->id);
	assert_text(profile.title, row->title);
}

/* Sections 0 and 1 are the base profile; @0 is [3, 4), @1 is empty, @2 is [6, 8). */
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

static const struct choice_case {
	const char *name;
	const char *wanted;
	int rc;
	unsigned number, start, end;
	const char *message;
} choice_cases[] = {
	{ "default", NULL, 0, 0, 3, 4, NULL },
	{ "0", "0", 0, 0, 3, 4, NULL },
	{ "@0 is a number", "@0", 0, 0, 3, 4, NULL },
	{ "1", "1", 0, 1, 5, 5, NULL },
	{ "2", "2", 0, 2, 6, 8, NULL },
	{ "leading zeros", "@0002", 0, 2, 6, 8, NULL },
	{ "an ID", "a", 0, 0, 3, 4, NULL },
	{ "3", "3", -EINVAL, 0, 0, 0, "unknown profile; " },
	{ "7 is a number", "7", -EINVAL, 0, 0, 0, "profiles @0 (a), @1 (7), @2 (@0)" },
	{ "2^32", "4294967296", -EINVAL, 0, 0, 0, "--uki-profile=4294967296: unknown" },
	{ "2^64 + 1", "18446744073709551617", -EINVAL, 0, 0, 0, "unknown" },
	{ "another ID", "b", -EINVAL, 0, 0, 0, "--uki-profile=b: unknown profile" },
	{ "another case", "A", -EINVAL, 0, 0, 0, "unknown profile" },
	{ "empty", "", -EINVAL, 0, 0, 0, "--uki-profile=: unknown profile" },
	{ "just @", "@", -EINVAL, 0, 0, 0, "unknown profile" },
	{ "a sign", "-1", -EINVAL, 0, 0, 0, "unknown profile" },
	{ "hexadecimal", "0x1", -EINVAL, 0, 0, 0, "unknown profile" },
};

static void choice_case(void **state)
{
	const struct choice_case *row = *state;
	_cleanup_uki_profile_ struct uki_profile profile = { 0 };
	_cleanup_error_ struct error err = { 0 };

	assert_int_equal(choose(three, row->wanted, &profile, &err), row->rc);
	if (row->rc) {
		assert_message(&err, row->message);
		return;
	}
	assert_null(err.message);
	assert_int_equal(profile.count, 3);
	assert_int_equal(profile.number, row->number);
	assert_int_equal(profile.base_end, 2);
	assert_int_equal(profile.start, row->start);
	assert_int_equal(profile.end, row->end);
}

static void without_profiles(void **state)
{
	static const struct pe_image_section sections[] = { KERNEL, { 0 } };
	static const char *const wanted[] = { "1", "x", "" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		_cleanup_uki_profile_ struct uki_profile profile = { 0 };

		assert_int_equal(choose(sections, i ? "0" : NULL, &profile, NULL), 0);
		assert_int_equal(profile.count, 0);
		assert_int_equal(profile.base_end, 1);
		assert_int_equal(profile.start, profile.end);
	}
	for (i = 0; i < COUNT(wanted); i++) {
		_cleanup_uki_profile_ struct uki_profile profile = { 0 };
		_cleanup_error_ struct error err = { 0 };

		assert_int_equal(choose(sections, wanted[i], &profile, &err), -EINVAL);
		assert_message(&err, "has no profiles");
	}
}

static void same_id(void **state)
{
	static const struct pe_image_section sections[] = {
		KERNEL,
		SECTION(".profile", 1200, "ID=a"),
		SECTION(".profile", 1300, "ID=b"),
		SECTION(".profile", 1400, "ID=a"),
		{ 0 },
	};
	_cleanup_uki_profile_ struct uki_profile first = { 0 }, second = { 0 };
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(choose(sections, "b", &first, NULL), 0);
	assert_int_equal(first.number, 1);
	assert_int_equal(choose(sections, "a", &second, &err), -EINVAL);
	assert_message(&err, "several profiles have this ID");
}

static void many_are_not_all_listed(void **state)
{
	struct pe_image_section sections[60] = { KERNEL };
	_cleanup_uki_profile_ struct uki_profile last = { 0 }, none = { 0 };
	_cleanup_error_ struct error err = { 0 };
	size_t i;

	(void)state;
	for (i = 1; i <= 50; i++)
		sections[i] = (struct pe_image_section)SECTION(".profile", 3500, NULL);
	assert_int_equal(choose(sections, "49", &last, NULL), 0);
	assert_int_equal(last.count, 50);
	assert_int_equal(choose(sections, "50", &none, &err), -EINVAL);
	assert_message(&err, "@15 and 34 more");
	assert_null(strstr(err.message, "@16"));
}

/* The kernel, initrd and command line of each profile. */
static const struct sound_case {
	const char *name;
	const char *wanted;
	struct pe_image_section sections[SECTIONS_MAX];
	const char *kernel, *initrd, *command_line; /* or NULL */
} sound_cases[] = {
	{ "all from the base",
	  NULL,
	  { KERNEL, SECTION(".initrd", 1100, "archive"), SECTION(".cmdline", 1200, "a"),
	    PROFILE("ID=x") },
	  "kernel",
	  "archive",
	  "a" },
	{ "command line of @0",
	  NULL,
	  { KERNEL, SECTION(".cmdline", 1200, "base"), PROFILE("ID=x"),
	    SECTION(".cmdline", 1300, "own"), SECTION(".profile", 3600, ""),
	    SECTION(".cmdline", 1400, "other") },
	  "kernel",
	  NULL,
	  "own" },
	{ "initrd of @1",
	  "1",
	  { KERNEL, SECTION(".cmdline", 1200, "base"), PROFILE("ID=x"),
	    SECTION(".cmdline", 1300, "own"), SECTION(".profile", 3600, ""),
	    SECTION(".initrd", 1400, "archive") },
	  "kernel",
	  "archive",
	  "base" },
	{ "empty sections of its own",
	  "x",
	  { KERNEL, SECTION(".cmdline", 1200, "base"), SECTION(".initrd", 1300, "base"),
	    PROFILE("ID=x"), SECTION(".cmdline", 0, NULL), SECTION(".initrd", 0, NULL) },
	  "kernel",
	  NULL,
	  "" },
	{ "kernels in profiles only",
	  "1",
	  { PROFILE("ID=x"), SECTION(".linux", 1024, "first"),
	    SECTION(".profile", 3600, "ID=y"), SECTION(".linux", 2048, "second"),
	    SECTION(".profile", 3700, "ID=z"), SECTION(".linux", 3072, "third") },
	  "second",
	  NULL,
	  NULL },
	{ "microcode of the base, initrd of the profile",
	  "0",
	  { KERNEL, SECTION(".ucode", 1200, "ucod"), SECTION(".initrd", 1300, "base"),
	    PROFILE("ID=x"), SECTION(".initrd", 1400, "own") },
	  "kernel",
	  "ucodown",
	  NULL },
	{ "defects of other profiles",
	  "1",
	  { KERNEL, PROFILE("ID=x"), SECTION(".linux", 0xffffffff, NULL),
	    SECTION(".initrd", 1024, "kernel"), SECTION(".initrd", 1024, "kernel"),
	    SECTION(".profile", 3600, ""), SECTION(".cmdline", 1200, "own"),
	    SIZED(".profile", 0xfffffff0, NULL, 9000, 9000) },
	  "kernel",
	  NULL,
	  "own" },
};

static void sound_case(void **state)
{
	const struct sound_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 }, initrd = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };

	open_image(row->sections, &kernel);
	assert_int_equal(uki_open(&kernel, row->wanted, &uki, &err), 0);
	assert_int_equal(uki_open_initrd(&uki, &initrd, &err), 0);
	assert_null(err.message);
	assert_holds(&kernel, row->kernel, strlen(row->kernel));
	if (row->initrd)
		assert_holds(&initrd, row->initrd, strlen(row->initrd));
	else
		assert_null(initrd.path);
	assert_text(uki.command_line, row->command_line);
}

static const struct broken_case {
	const char *name;
	struct pe_image_section sections[SECTIONS_MAX];
	int rc;
	const char *message;
} broken_cases[] = {
	{ "profile without a kernel",
	  { PROFILE("ID=x"), SECTION(".cmdline", 1024, "a"),
	    SECTION(".profile", 3600, "ID=y"), SECTION(".linux", 2048, "kernel") },
	  -ENOTSUP,
	  "profile @0 is without a kernel" },
	{ "empty kernel of its own",
	  { KERNEL, PROFILE("ID=x"), SECTION(".linux", 2048, NULL) },
	  -EBADMSG,
	  "empty" },
	{ "two command lines of its own",
	  { KERNEL, PROFILE("ID=x"), SECTION(".cmdline", 2048, "a"),
	    SECTION(".cmdline", 2050, "b") },
	  -EBADMSG,
	  "2 .cmdline sections in its profile @0" },
	{ "two kernels of the base",
	  { KERNEL, SECTION(".linux", 2048, "kernel"), PROFILE("ID=x"),
	    SECTION(".linux", 2058, "kernel") },
	  -EBADMSG,
	  "2 .linux sections in its base profile" },
	{ "overlap with the base",
	  { KERNEL, PROFILE("ID=x"), SECTION(".initrd", 1029, "archive") },
	  -EBADMSG,
	  ".linux (bytes 1024 to 1030) and .initrd" },
	{ "overlap of its .profile",
	  { KERNEL, SECTION(".profile", 1025, "ID=x") },
	  -EBADMSG,
	  ".linux (bytes 1024 to 1030) and .profile" },
	{ "initrd outside",
	  { KERNEL, PROFILE("ID=x"), SIZED(".initrd", 4000, NULL, 200, 512) },
	  -EBADMSG,
	  ".initrd section ends at byte 4200" },
	{ ".profile outside",
	  { KERNEL, SIZED(".profile", 4000, NULL, 200, 512) },
	  -EBADMSG,
	  ".profile section ends at byte 4200" },
	{ "an ID that is not ASCII",
	  { KERNEL, PROFILE("ID=\xc3\xa4") },
	  -EBADMSG,
	  "profile @0 has an invalid ID=" },
	{ "an ID with a control character",
	  { KERNEL, PROFILE("ID=a\x1b[2J") },
	  -EBADMSG,
	  "invalid ID=" },
	{ "an ID with a blank",
	  { KERNEL, PROFILE("ID=\"a b\"") },
	  -EBADMSG,
	  "without blanks" },
};

static void broken_case(void **state)
{
	const struct broken_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };

	open_image(row->sections, &kernel);
	assert_int_equal(uki_open(&kernel, NULL, &uki, &err), row->rc);
	assert_message(&err, row->message);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_profiles),
		cmocka_unit_test(same_id),
		cmocka_unit_test(many_are_not_all_listed),
	};

	return !!(RUN_TABLE(text_case, text_cases) +
		  RUN_TABLE(choice_case, choice_cases) +
		  RUN_TABLE(sound_case, sound_cases) +
		  RUN_TABLE(broken_case, broken_cases) +
		  cmocka_run_group_tests_name("uki_profile", tests, NULL, NULL));
}
