// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/command_line.c. */
#include "util/command_line.h"

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
	{ "dashes within a word do not count", { "a" }, "b-- a=1 --c a=2", "b-- --c" },
	{ "dashes at the end", { "a" }, "a=1 --", "--" },
	{ "dashes in quotes do not end it", { "a" }, "b=\"x -- y\" a=1", "b=\"x -- y\"" },
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

static const struct join_case {
	const char *name;
	const char *first;
	const char *second;
	const char *expected;
} join_cases[] = {
	{ "nothing", NULL, NULL, "" },
	{ "empty texts", "", "", "" },
	{ "only the second", NULL, "a  b ", "a  b " },
	{ "only the first", "ro quiet", NULL, "ro quiet" },
	{ "both", "ro quiet", "single", "ro quiet single" },
	{ "before init's words", "ro -- x y", "single", "ro single -- x y" },
	{ "only init's words", "-- x", "single", "single -- x" },
	{ "init's words in the second", "ro", "single -- x", "ro single -- x" },
	{ "dashes in quotes do not count", "a=\"x -- y\"", "b", "a=\"x -- y\" b" },
};

static void join_case(void **state)
{
	const struct join_case *row = *state;
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *result = NULL;

	assert_int_equal(command_line_join(row->first, row->second, &result, &err), 0);
	assert_string_equal(result, row->expected);
}

static const struct reuse_case {
	const char *name;
	const char *running;
	const char *expected;
	const char *expected_crash;
} reuse_cases[] = {
	{ "the boot loader's name goes", "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro",
	  "root=/dev/vda1 ro", "root=/dev/vda1 ro" },
	{ "the stub's initrd goes", "initrd=\\initrd.img root=/dev/vda1 initrd=\\b",
	  "root=/dev/vda1", "root=/dev/vda1" },
	{ "what resembles them stays", "BOOT_IMAGEX=1 xBOOT_IMAGE=2 noinitrd",
	  "BOOT_IMAGEX=1 xBOOT_IMAGE=2 noinitrd",
	  "BOOT_IMAGEX=1 xBOOT_IMAGE=2 noinitrd" },
	{ "what makes a capture kernel", "ro elfcorehdr=1K crashkernel=64M acpi_rsdp=0x1",
	  "ro crashkernel=64M acpi_rsdp=0x1", "ro" },
	{ "the way back to a kernel of before",
	  "ro kexec_jump_back_entry=0x0000000037f12000 quiet", "ro quiet", "ro quiet" },
	{ "several crashkernel=", "crashkernel=1G,high ro crashkernel=64M,low",
	  "crashkernel=1G,high ro crashkernel=64M,low", "ro" },
};

static void reuse_case(void **state)
{
	const struct reuse_case *row = *state;
	_cleanup_free_ char *normal = NULL, *crash = NULL;

	assert_int_equal(command_line_reuse(row->running, false, &normal, NULL), 0);
	assert_string_equal(normal, row->expected);
	assert_int_equal(command_line_reuse(row->running, true, &crash, NULL), 0);
	assert_string_equal(crash, row->expected_crash);
}

static const struct has_case {
	const char *name;
	const char *line;
	bool has;
} has_cases[] = {
	{ "alone", "add_efi_memmap", true },
	{ "last, with a newline", "quiet add_efi_memmap\n", true },
	{ "with a value", "  add_efi_memmap=1 quiet", true },
	{ "with dashes", "add-efi-memmap", true },
	{ "quoted", "\"add_efi_memmap\" quiet", true },
	{ "behind a quoted value", "x=\"a b\" add_efi_memmap", true },
	{ "empty line", "", false },
	{ "not there", "quiet", false },
	{ "longer", "add_efi_memmaps", false },
	{ "longer in front", "no_add_efi_memmap", false },
	{ "as a value", "x=add_efi_memmap", false },
	{ "shorter", "add_efi_memma", false },
	{ "inside quotes", "x=\"a add_efi_memmap b\"", false },
	{ "for init", "quiet -- add_efi_memmap", false },
	{ "of a module", "a.add_efi_memmap", false },
	{ "a quote alone", "\"", false },
};

static void has_case(void **state)
{
	const struct has_case *row = *state;

	assert_int_equal(command_line_has(row->line, "add_efi_memmap"), row->has);
}

/* Ten kexecs with --reuse-cmdline: each starts from the line that the last one made. */
static void chained_reuse_adds_nothing(void **state)
{
	_cleanup_free_ char *line = strdup("BOOT_IMAGE=/vmlinuz root=/dev/vda ro");
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		char *next = NULL;

		assert_int_equal(command_line_reuse(line, false, &next, NULL), 0);
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

	return RUN_TABLE(remove_case, remove_cases) + RUN_TABLE(join_case, join_cases) +
	       RUN_TABLE(reuse_case, reuse_cases) + RUN_TABLE(has_case, has_cases) +
	       cmocka_run_group_tests_name("chained", chained, NULL, NULL);
}
