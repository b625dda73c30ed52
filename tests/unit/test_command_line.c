// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/command_line.c. */
#include "command_line.h"

#include "fixtures.h"

static const struct remove_case {
	const char *name;
	const char *names[3];
	const char *given;
	const char *expected;
} remove_cases[] = {
	{ "empty line", { "a" }, "", "" },
	{ "only blanks", { "a" }, " \t \n ", "" },
	{ "nothing to remove", { "a" }, "b=1 c", "b=1 c" },
	{ "no names at all", { NULL }, "a b", "a b" },
	{ "first, middle and last", { "a" }, "a=1 b a=2 c a=3", "b c" },
	{ "all of it", { "a" }, "a a=1", "" },
	{ "without a value", { "a" }, "b a c", "b c" },
	{ "empty value", { "a" }, "a= b", "b" },
	{ "two names", { "a", "b" }, "a=1 x b=2 y", "x y" },
	{ "a longer name stays", { "BOOT_IMAGE" }, "BOOT_IMAGEX=1 q", "BOOT_IMAGEX=1 q" },
	{ "a name's tail stays", { "BOOT_IMAGE" }, "xBOOT_IMAGE=1 q", "xBOOT_IMAGE=1 q" },
	{ "a name's head stays", { "BOOT_IMAGE" }, "BOOT_IMAG=1", "BOOT_IMAG=1" },
	{ "the name as a value stays", { "a" }, "b=a b=a=1", "b=a b=a=1" },
	{ "behind a look-alike",
	  { "BOOT_IMAGE" },
	  "xBOOT_IMAGE=1 BOOT_IMAGE=2 q",
	  "xBOOT_IMAGE=1 q" },
	{ "case matters", { "boot_image" }, "BOOT_IMAGE=1", "BOOT_IMAGE=1" },
	{ "blanks between are joined", { "a" }, "  b \t c\n", "b c" },
	{ "blanks in a quoted value stay", { "a" }, "b=\"1  2\" c", "b=\"1  2\" c" },
	{ "quoted value is removed whole", { "a" }, "x a=\"1 b=2 3\" y", "x y" },
	{ "quoted parameter is removed whole", { "a" }, "x \"a=1 2\" y", "x y" },
	{ "name inside quotes stays", { "a" }, "x=\"q a=1 r\" y", "x=\"q a=1 r\" y" },
	{ "quotes in mid-word", { "a" }, "a=1\"2 3\"4 b", "b" },
	{ "quote never closed", { "a" }, "b a=\"1 c d", "b" },
	{ "quote never closed elsewhere", { "a" }, "b=\"1 a=2", "b=\"1 a=2" },
	{ "init's words stay", { "a" }, "a=1 b -- a=2 c", "b -- a=2 c" },
	{ "dashes within a word are none", { "a" }, "b-- a=1 --c a=2", "b-- --c" },
	{ "dashes at the end", { "a" }, "a=1 --", "--" },
	{ "dashes in quotes are no end", { "a" }, "b=\"x -- y\" a=1", "b=\"x -- y\"" },
};

static void remove_case(void **state)
{
	const struct remove_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *result = NULL;
	const char *const *names = row->names;

	assert_int_equal(command_line_remove(row->given, names, &result, &err), 0);
	assert_string_equal(result, row->expected);
	assert_null(err.message);
}

static const struct build_case {
	const char *name;
	const char *running;
	const char *append;
	const char *expected;
} build_cases[] = {
	{ "nothing", NULL, NULL, "" },
	{ "empty texts", "", "", "" },
	{ "only append", NULL, "a  b ", "a  b " },
	{ "append is not looked into", NULL, "BOOT_IMAGE=/x initrd=/y",
	  "BOOT_IMAGE=/x initrd=/y" },
	{ "only reuse", "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet", NULL,
	  "root=/dev/vda1 ro quiet" },
	{ "the stub's initrd goes", "initrd=\\initrd.img root=/dev/vda1 initrd=\\b", NULL,
	  "root=/dev/vda1" },
	{ "what resembles them stays", "BOOT_IMAGEX=1 xBOOT_IMAGE=2 noinitrd", NULL,
	  "BOOT_IMAGEX=1 xBOOT_IMAGE=2 noinitrd" },
	{ "reuse, then append", "BOOT_IMAGE=/x ro", "single", "ro single" },
	{ "nothing left to reuse", "BOOT_IMAGE=/x", "single", "single" },
	{ "empty append", "ro quiet", "", "ro quiet" },
	{ "other parameters stay", "ro elfcorehdr=1K crashkernel=64M", "x",
	  "ro elfcorehdr=1K crashkernel=64M x" },
};

static void build_case(void **state)
{
	const struct build_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *result = NULL;

	assert_int_equal(command_line_build(row->running, row->append, &result, &err), 0);
	assert_string_equal(result, row->expected);
}

/* Each of ten kexecs with --reuse-cmdline starts from the line that the last one made. */
static void chained_reuse_adds_nothing(void **state)
{
	_cleanup_free_ char *line = strdup("BOOT_IMAGE=/vmlinuz root=/dev/vda ro");
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		char *next = NULL;

		assert_int_equal(command_line_build(line, NULL, &next, NULL), 0);
		free(line);
		line = next;
	}
	assert_string_equal(line, "root=/dev/vda ro");
}

int main(void)
{
	const struct CMUnitTest chained[] = {
		cmocka_unit_test(chained_reuse_adds_nothing),
	};

	return RUN_TABLE(remove_case, remove_cases) + RUN_TABLE(build_case, build_cases) +
	       cmocka_run_group_tests_name("chained", chained, NULL, NULL);
}
