// SPDX-License-Identifier: GPL-2.0-only
/* Single facts of the machine: command line, boot_params, lockdown, CPU, status. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "machine/machine_internal.h"
#include "machine_tree.h"

static void test_nothing_but_memory(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
	assert_null(err.message);
	assert_int_equal(machine.ram_end, 0x40000000);
	assert_null(machine.command_line);
	assert_false(machine.has_boot_params);
	assert_false(machine.efi.booted);
	assert_null(machine.efi.incomplete);
	assert_int_equal(machine.cpu.physical_bits, 52);
	assert_true(has_note(&machine, "cmdline"));
	assert_true(has_note(&machine, "boot_params"));
	assert_true(has_note(&machine, "cpuinfo"));
	machine_clear(&machine);
	machine_clear(&machine);
}

static void test_command_line(void **state)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *words = malloc(100001);
	_cleanup_tree_ struct tree tree;

	(void)state;
	make_machine(&tree);
	memset(words, 'w', 100000);
	words[100000] = '\0';
	tree_write(&tree, "proc/cmdline", "root=/dev/sda %s\nsecond line\n", words);
	assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
	assert_int_equal(strlen(machine.command_line), strlen("root=/dev/sda ") + 100000);
	assert_true(starts_with(machine.command_line, "root=/dev/sda www"));
}

static const struct {
	const char *name;
	size_t sysfs, debugfs; /* bytes in the file; 0: no file */
	bool has;
} boot_params_files[] = {
	{ "sysfs", 4096, 0, true },
	{ "debugfs", 0, 4096, true },
	{ "both", 4096, 4096, true },
	{ "short in sysfs", 4095, 0, false },
	{ "short in sysfs, debugfs helps", 4095, 4096, true },
	{ "long in sysfs", 4097, 0, false },
	{ "neither", 0, 0, false },
};

static void test_boot_params(void **state)
{
	uint8_t data[4097];
	size_t i;

	(void)state;
	memset(data, 0x5a, sizeof(data));
	memset(data + 0x1c0, 0, 0x20);
	for (i = 0; i < sizeof(boot_params_files) / sizeof(boot_params_files[0]); i++) {
		_cleanup_machine_ struct machine machine = { 0 };
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", boot_params_files[i].name);
		make_machine(&tree);
		if (boot_params_files[i].sysfs)
			tree_write_bytes(&tree, "sys/kernel/boot_params/data", data,
					 boot_params_files[i].sysfs);
		if (boot_params_files[i].debugfs)
			tree_write_bytes(&tree, "sys/kernel/debug/boot_params/data", data,
					 boot_params_files[i].debugfs);
		assert_int_equal(machine_read(&tree.root, &machine, NULL), 0);
		assert_int_equal(machine.has_boot_params, boot_params_files[i].has);
		if (boot_params_files[i].has)
			assert_memory_equal(machine.boot_params, data, 4096);
		else
			assert_true(has_note(&machine, "boot_params"));
	}
}

static const struct {
	const char *text;
	const char *level;
} lockdowns[] = {
	{ "[none] integrity confidentiality\n", "none" },
	{ "none [integrity] confidentiality\n", "integrity" },
	{ "none integrity [confidentiality]\n", "confidentiality" },
	{ "none integrity confidentiality\n", NULL },
	{ "none [integrity", NULL },
	{ "none [] integrity\n", NULL },
	{ "]none[\n", NULL },
	{ "", NULL },
};

static void test_lockdown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lockdowns) / sizeof(lockdowns[0]); i++) {
		_cleanup_free_ char *level = NULL;
		_cleanup_tree_ struct tree tree;

		tree_make(&tree);
		tree_write(&tree, "sys/kernel/security/lockdown", "%s",
			   lockdowns[i].text);
		level = machine_read_lockdown(&tree.root);
		if (lockdowns[i].level)
			assert_string_equal(level, lockdowns[i].level);
		else
			assert_null(level);
	}
}

static const struct {
	const char *name;
	const char *text;
	bool sizes;
	struct cpu_facts expected;
} cpuinfos[] = {
	{ "old processor",
	  "processor\t: 0\nflags\t\t: fpu vme\n"
	  "address sizes\t: 36 bits physical, 48 bits virtual\npower management:\n\n",
	  true,
	  { 36, false, false } },
	{ "new processor",
	  "flags\t\t: fpu la57\n"
	  "address sizes\t: 46 bits physical, 57 bits virtual\n\n",
	  true,
	  { 46, true, false } },
	{ "only the first processor counts",
	  "flags\t\t: fpu\naddress sizes\t: 40 bits physical, 48 bits virtual\n\n"
	  "flags\t\t: fpu la57\naddress sizes\t: 52 bits physical\n\n",
	  true,
	  { 40, false, false } },
	{ "flags that contain flags",
	  "flags\t\t: xla57 la57x\n",
	  false,
	  { 52, false, false } },
	{ "vmx flags are not flags",
	  "vmx flags\t: fpu la57\n",
	  false,
	  { 52, false, false } },
	{ "carriage returns",
	  "flags\t\t: fpu la57\r\n"
	  "address sizes\t: 46 bits physical, 57 bits virtual\r\n\r\n",
	  true,
	  { 46, true, false } },
	{ "too many bits",
	  "address sizes\t: 53 bits physical\n",
	  false,
	  { 52, false, false } },
	{ "too few bits",
	  "address sizes\t: 31 bits physical\n",
	  false,
	  { 52, false, false } },
	{ "negative bits",
	  "address sizes\t: -1 bits physical\n",
	  false,
	  { 52, false, false } },
	{ "no number", "address sizes\t: bits physical\n", false, { 52, false, false } },
	{ "no value", "address sizes\n", false, { 52, false, false } },
	{ "empty value", "address sizes\t:\nflags:", false, { 52, false, false } },
	{ "no newline at the end",
	  "address sizes : 39 bits physical",
	  true,
	  { 39, false, false } },
	{ "empty", "", false, { 52, false, false } },
};

static void test_cpuinfo(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cpuinfos) / sizeof(cpuinfos[0]); i++) {
		_cleanup_free_ char *text = strdup(cpuinfos[i].text);
		struct cpu_facts cpu;

		print_message("  %s\n", cpuinfos[i].name);
		assert_int_equal(machine_parse_cpuinfo(text, &cpu), cpuinfos[i].sizes);
		assert_int_equal(cpu.physical_bits, cpuinfos[i].expected.physical_bits);
		assert_int_equal(cpu.five_level_paging,
				 cpuinfos[i].expected.five_level_paging);
	}
}

static const struct {
	const char *name;
	const char *path, *text;
	bool expected[4]; /* of the normal kernel and the crash kernel: known, loaded */
} statuses[] = {
	{ "nothing known", "sys/kernel/other", "1\n", { false, false, false, false } },
	{ "normal loaded",
	  "sys/kernel/kexec_loaded",
	  "1\n",
	  { true, true, false, false } },
	{ "normal empty",
	  "sys/kernel/kexec_loaded",
	  "0\n",
	  { true, false, false, false } },
	{ "crash loaded",
	  "sys/kernel/kexec_crash_loaded",
	  "1\n",
	  { false, false, true, true } },
	{ "newer normal",
	  "sys/kernel/kexec/loaded",
	  "1\n",
	  { true, true, false, false } },
	{ "newer crash",
	  "sys/kernel/kexec/crash_loaded",
	  "1\n",
	  { false, false, true, true } },
	{ "no number",
	  "sys/kernel/kexec_loaded",
	  "yes\n",
	  { false, false, false, false } },
};

static void test_status(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		const bool *expected = statuses[i].expected;
		struct machine_status status;
		_cleanup_tree_ struct tree tree;

		print_message("  %s\n", statuses[i].name);
		tree_make(&tree);
		tree_write(&tree, statuses[i].path, "%s", statuses[i].text);
		machine_read_status(&tree.root, XEN_ROLE_NONE, &status);
		assert_int_equal(status.normal_known, expected[0]);
		assert_int_equal(status.normal_loaded, expected[1]);
		assert_int_equal(status.crash_known, expected[2]);
		assert_int_equal(status.crash_loaded, expected[3]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_but_memory),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_boot_params),
		cmocka_unit_test(test_lockdown),
		cmocka_unit_test(test_cpuinfo),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
