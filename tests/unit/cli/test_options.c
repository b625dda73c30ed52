// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/cli/options.c: actions, values, order, abbreviations, refusals. */
#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixtures.h"
#include "option_line.h"

static const struct action_case {
	const char *name; /* the words of the command line */
	enum action action;
} action_cases[] = {
	{ "", ACTION_LOAD_AND_SHUTDOWN },
	{ "K", ACTION_LOAD_AND_SHUTDOWN },
	{ "-l|K", ACTION_LOAD },
	{ "--load|K", ACTION_LOAD },
	{ "-f|K", ACTION_LOAD_AND_EXEC },
	{ "-l|-f|K", ACTION_LOAD_AND_EXEC },
	{ "-f|-l|K", ACTION_LOAD },
	{ "-e", ACTION_EXEC },
	{ "-e|-i", ACTION_EXEC },
	{ "-f|-e", ACTION_EXEC },
	{ "-e|-f|K", ACTION_LOAD_AND_EXEC },
	{ "-d|-e", ACTION_EXEC },
	{ "-e|--efi-map-config", ACTION_EXEC },
	{ "-e|--append=x|--initrd=y|--noefi", ACTION_EXEC },
	{ "-l|-e", ACTION_EXEC },
	{ "-u", ACTION_UNLOAD },
	{ "-c|-u", ACTION_UNLOAD },
	{ "-S", ACTION_STATUS },
	{ "-S|-l|K", ACTION_STATUS },
	{ "-l|K|-S", ACTION_STATUS },
	{ "-S|-e", ACTION_STATUS },
	{ "-u|-S|-f", ACTION_STATUS },
	{ "-h", ACTION_HELP },
	{ "-S|-h", ACTION_HELP },
	{ "-l|K|--help|--nonsense", ACTION_HELP },
	{ "-v", ACTION_VERSION },
	{ "--version|-h", ACTION_VERSION },
	{ "-lxyid|K", ACTION_LOAD },
};

static void test_actions(void **state)
{
	const struct action_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	if (options.action != row->action)
		fail_msg("%s: action %d", row->name, options.action);
}

static const struct status_case {
	const char *name; /* the words of the command line */
	bool normal;
} status_cases[] = {
	{ "-S", false },    { "-S|-l", true },	{ "-l|-S", true },    { "-d|-S", false },
	{ "-S|-d", false }, { "-S|-u", false }, { "-S|-l|-d", true },
};

static void test_status_asks_for_normal_with_load_only(void **state)
{
	const struct status_case *row = *state;
	struct options options;
	struct line line;

	parse(row->name, &line, &options);
	if (options.normal_status != row->normal)
		fail_msg("%s", row->name);
}

/* Command lines of kexec's callers. All of them request the same load. */
static void test_kernel_initrd_append_in_every_form(void **state)
{
	static const char *const cases[] = {
		"-l|K|--initrd=I|--append=A b",
		"-l|--initrd=I|--append=A b|K",
		"--load|K|--append|A b|--initrd|I",
		"K|-l|--ramdisk=I|--command-line=A b",
		"--load|--initrd=I|--command-line=A b|--|K",
		"-l|--append=first|K|--command-line|A b|--ramdisk|I",
		"--load|--init=I|--app=A b|K",
		"-lc|--args-linux|--elf64-core-headers|--initrd=I|--append=A b|K",
		"--elf32-core-headers|--no-cma|-t|bzImage64|-l|--initrd=I|K|--append=A b",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options options;
		struct line line;

		parse(cases[i], &line, &options);
		print_message("%s\n", cases[i]);
		assert_int_equal(options.action, ACTION_LOAD);
		assert_string_equal(options.kernel, "K");
		assert_int_equal(options.initrd_count, 1);
		assert_string_equal(options.initrds[0], "I");
		assert_string_equal(options.append, "A b");
	}
}

static void test_initrds_may_be_repeated(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-l|--initrd=A|K|--ramdisk|B|--initrd=|--init|A", &line, &options);
	assert_int_equal(options.initrd_count, 4);
	assert_string_equal(options.initrds[0], "A");
	assert_string_equal(options.initrds[1], "B");
	assert_string_equal(options.initrds[2], "");
	assert_string_equal(options.initrds[3], "A");
}

static void test_too_many_initrds(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	char *argv[INITRDS_MAX + 4] = { (char[]){ "kexec" }, (char[]){ "K" } };
	char initrd[] = "--initrd=X", last[] = "--ramdisk=last";
	struct options options = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < INITRDS_MAX; i++)
		argv[2 + i] = initrd;
	assert_int_equal(options_parse(INITRDS_MAX + 2, argv, &options, &err), 0);
	assert_int_equal(options.initrd_count, INITRDS_MAX);
	argv[2 + INITRDS_MAX] = last;
	assert_int_equal(options_parse(INITRDS_MAX + 3, argv, &options, &err), -EINVAL);
	assert_string_equal(err.message, "--initrd=last: 64 initrds are the limit");
}

static void test_defaults(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-l|K", &line, &options);
	assert_null(options.append);
	assert_int_equal(options.initrd_count, 0);
	assert_null(options.sysroot);
	assert_null(options.dump_image);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_DEFAULT);
	assert_int_equal(options.dry_run, DRY_RUN_NO);
	assert_int_equal(options.serial_port, 0x3f8);
	assert_int_equal(options.serial_divisor, 0);
	assert_int_equal(options.mem_min, 0);
	assert_int_equal(options.mem_max, 0);
	assert_false(options.debug || options.quiet || options.no_checks ||
		     options.no_sync || options.no_ifdown || options.noefi ||
		     options.reuse_cmdline || options.console_serial ||
		     options.console_vga || options.console_framebuffer ||
		     options.reset_vga || options.has_panic_wait);
	parse("--append=|K", &line, &options);
	assert_string_equal(options.append, "");
}

static void test_flags(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("-dqixy|--noefi|--reuse-cmdline|--console-serial|--console-vga|"
	      "--console-framebuffer|--reset-vga|K",
	      &line, &options);
	assert_true(options.debug && options.quiet && options.no_checks &&
		    options.no_sync && options.no_ifdown && options.noefi &&
		    options.reuse_cmdline && options.console_serial &&
		    options.console_vga && options.console_framebuffer &&
		    options.reset_vga);
}

static void test_numbers(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	/* The command line names the last byte, the option holds the end. */
	parse("--mem-min=0x1000000|--mem-max=4294967295", &line, &options);
	assert_int_equal(options.mem_min, 0x1000000);
	assert_int_equal(options.mem_max, 0x100000000);
	/* A limit that covers the whole address space is the same as none given. */
	parse("--mem-max|0xffffffffffffffff", &line, &options);
	assert_int_equal(options.mem_max, 0);
	parse("--mem-min=0x1000|--mem-max=0x1000", &line, &options);
	assert_int_equal(options.mem_max, 0x1001);
	parse("--serial=ttyS3|--serial-baud=9600", &line, &options);
	assert_int_equal(options.serial_port, 0x2e8);
	assert_int_equal(options.serial_divisor, 12);
	parse("--serial|0x2f8|--serial-baud|115200", &line, &options);
	assert_int_equal(options.serial_port, 0x2f8);
	assert_int_equal(options.serial_divisor, 1);
	parse("--panic-wait=0", &line, &options);
	assert_true(options.has_panic_wait && !options.panic_wait);
	parse("--panic-wait=3600", &line, &options);
	assert_int_equal(options.panic_wait, 3600);
	parse("--watchdog=1", &line, &options);
	assert_int_equal(options.watchdog, 1);
	parse("--watchdog=65535", &line, &options);
	assert_int_equal(options.watchdog, WATCHDOG_SECONDS_MAX);
}

static void test_last_one_wins(void **state)
{
	struct options options;
	struct line line;

	(void)state;
	parse("--efi-map-config|K", &line, &options);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_IN_PLACE);
	parse("K|--no-efi-map-config|--efi-map-config=in-place", &line, &options);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_IN_PLACE);
	parse("--efi-map-config|--efi-map-config=copy|K", &line, &options);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_COPY);
	parse("--efi-map-config=copy|--efi-map-config=required|K", &line, &options);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_REQUIRED);
	parse("--efi-map-config|--no-efi-map-config|K", &line, &options);
	assert_int_equal(options.efi_map_config, EFI_MAP_CONFIG_OFF);
	parse("--dry-run=json|--dry-run|K", &line, &options);
	assert_int_equal(options.dry_run, DRY_RUN_TEXT);
	parse("--dry-run=text|K|--dry-run=json", &line, &options);
	assert_int_equal(options.dry_run, DRY_RUN_JSON);
	parse("--dry-run=svg|K", &line, &options);
	assert_int_equal(options.dry_run, DRY_RUN_SVG);
	parse("--append=A|--append=|K", &line, &options);
	assert_string_equal(options.append, "");
}

static void test_mistakes_name_option_and_value(void **state)
{
	static const struct {
		const char *words;
		int rc;
		const char *says;
	} cases[] = {
		{ "--mem-min=12k", -EINVAL, "--mem-min=12k" },
		{ "--mem-min=", -EINVAL, "--mem-min=" },
		{ "--mem-max=-1", -EINVAL, "--mem-max=-1" },
		{ "--mem-max=0x1ffffffffffffffff", -EINVAL, "64 bits" },
		{ "--mem-min=2|--mem-max=1", -EINVAL, "--mem-max=0x1" },
		{ "--serial=ttyS4", -ENODEV, "--serial=ttyS4" },
		{ "--serial=0x10000", -ENODEV, "--serial=0x10000" },
		{ "--serial=0", -ENODEV, "--serial=0" },
		{ "--serial-baud=0", -ENODEV, "--serial-baud=0" },
		{ "--serial-baud=9601", -ENODEV, "9601" },
		{ "--serial-baud=230400", -ENODEV, "230400" },
		{ "--serial-baud=fast", -ENODEV, "fast" },
		{ "--panic-wait=3601", -EINVAL, "--panic-wait=3601" },
		{ "--panic-wait=-1", -EINVAL, "seconds from 0 to 3600" },
		{ "--panic-wait=5s", -EINVAL, "--panic-wait=5s" },
		{ "--panic-wait=", -EINVAL, "--panic-wait=" },
		{ "--watchdog=0", -EINVAL, "--watchdog=0: expected seconds from 1 to" },
		{ "--watchdog=65536", -EINVAL, "--watchdog=65536" },
		{ "--entry=here", -EINVAL, "--entry=here" },
		{ "--module=", -EINVAL, "--module=" },
		{ "--module= arguments", -EINVAL, "\"FILE ARGUMENTS\"" },
		{ "--efi-map-config=", -EINVAL, "expected in-place, copy or required" },
		{ "--dry-run=xml", -EINVAL, "text, json or svg" },
		{ "--dump-image=", -EINVAL, "--dump-image" },
		{ "-l|K|L", -EINVAL, "\"L\"" },
		{ "-l|K|--append|a|b", -EINVAL, "\"b\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		struct options options = { .kernel = "untouched" };
		struct line line;
		int rc;

		split(cases[i].words, &line);
		rc = options_parse(line.argc, line.argv, &options, &err);
		if (rc != cases[i].rc || !err.message ||
		    !strstr(err.message, cases[i].says))
			fail_msg("%s: %d, %s", cases[i].words, rc, err.message);
		assert_string_equal(options.kernel, "untouched");
	}
}

static void test_unsupported_options_are_refused_by_name(void **state)
{
	static const char *const cases[] = {
		"--load-live-update",
		"--exec-live-update",
		"--reuseinitrd",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		struct options options;
		struct line line;

		split(cases[i], &line);
		assert_int_equal(options_parse(line.argc, line.argv, &options, &err),
				 -EINVAL);
		assert_ptr_equal(strstr(err.message, cases[i]), err.message);
		assert_non_null(strstr(err.message, " is not supported: "));
	}
}

/* getopt prints its own message to stderr. Switch that off here. */
static void test_getopt_refuses_and_help_is_named(void **state)
{
	static const char *const cases[] = {
		"--nonsense", "-Z",	  "-?",		"--append",
		"-t",	      "--load=x", "--kexec-sy", "--reuse",
	};
	size_t i;

	(void)state;
	opterr = 0;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_error_ struct error err = { 0 };
		struct options options;
		struct line line;

		split(cases[i], &line);
		if (options_parse(line.argc, line.argv, &options, &err) != -EINVAL)
			fail_msg("%s is accepted", cases[i]);
		/* "-?" is a request for the usage, which main() prints. */
		if (!strcmp(cases[i], "-?"))
			assert_null(err.message);
		else
			assert_non_null(strstr(err.message, "\"kexec --help\""));
	}
	opterr = 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_initrd_append_in_every_form),
		cmocka_unit_test(test_initrds_may_be_repeated),
		cmocka_unit_test(test_too_many_initrds),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_last_one_wins),
		cmocka_unit_test(test_mistakes_name_option_and_value),
		cmocka_unit_test(test_unsupported_options_are_refused_by_name),
		cmocka_unit_test(test_getopt_refuses_and_help_is_named),
	};

	return RUN_TABLE(test_actions, action_cases) +
	       RUN_TABLE(test_status_asks_for_normal_with_load_only, status_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
