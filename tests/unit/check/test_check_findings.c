// SPDX-License-Identifier: GPL-2.0-only
/* --check: which facts are problems, which are remarks, and which are neither. */
#include <errno.h>

#include "check/check_findings.h"
#include "fixtures.h"

/* A machine without defects; each test changes one fact. */
static void make_facts(struct check_facts *facts)
{
	*facts = (struct check_facts){
		.live = true,
		.inputs.machine = { .release = "6.1.0", .lockdown = "none" },
		.loader_known = true,
		.loader_type = 0x21,
		.secure_boot = CHECK_NO,
		.secure_boot_firmware = CHECK_NO,
		.efi_variables = { CHECK_YES, NULL },
		.acpi = { CHECK_YES, NULL },
		.loading = {
			.kexec_load = { CHECK_YES, "yes" },
			.kexec_file_load = { CHECK_YES, "yes" },
			.disabled = CHECK_NO,
			.kernel_maps_array = { CHECK_YES, "yes" },
			.crash_known = true,
			.crash_bytes = 256 * MIB,
		},
		.memory_known = true,
		.memory_total = GIB,
		.memory_available = GIB / 2,
	};
	facts->inputs.machine.efi.booted = true;
	facts->inputs.machine.efi.word_bits = 64;
}

/*
 * Evaluates the facts after one change and compares problems and remarks with the texts.
 */
struct evaluated {
	struct check_facts facts;
	struct check_findings findings;
};

static void evaluate(struct evaluated *evaluated)
{
	evaluated->findings = (struct check_findings){ 0 };
	assert_int_equal(check_evaluate(&evaluated->facts, &evaluated->findings, NULL),
			 0);
}

static void expect_one(struct evaluated *evaluated, bool is_problem, const char *text)
{
	const struct check_findings *findings = &evaluated->findings;
	const struct string_list *list = is_problem ? &findings->problems
						    : &findings->remarks;

	evaluate(evaluated);
	if (list->count != 1 || !strstr(list->items[0], text))
		fail_msg("\"%s\": %zu findings, first: %s", text, list->count,
			 list->count ? list->items[0] : "");
	assert_int_equal(is_problem ? findings->remarks.count : findings->problems.count,
			 0);
	check_findings_clear(&evaluated->findings);
}

static void expect_none(struct evaluated *evaluated)
{
	evaluate(evaluated);
	if (evaluated->findings.problems.count)
		fail_msg("%s", evaluated->findings.problems.items[0]);
	if (evaluated->findings.remarks.count)
		fail_msg("%s", evaluated->findings.remarks.items[0]);
}

static void test_nothing_wrong(void **state)
{
	struct evaluated evaluated;

	(void)state;
	make_facts(&evaluated.facts);
	expect_none(&evaluated);
	evaluated.facts.inputs.machine.efi = (struct efi_facts){ 0 };
	evaluated.facts.secure_boot = CHECK_UNKNOWN;
	expect_none(&evaluated);
	make_facts(&evaluated.facts);
	evaluated.facts.after = true;
	evaluated.facts.loader_type = 0xd0;
	expect_none(&evaluated);
	evaluated.facts.loader_type = 0xd5;
	expect_none(&evaluated);
}

static void test_not_kexeced(void **state)
{
	struct evaluated evaluated;

	(void)state;
	make_facts(&evaluated.facts);
	evaluated.facts.after = true;
	expect_one(&evaluated, true, "not kexec'ed");
	evaluated.facts.loader_known = false;
	expect_one(&evaluated, true, "unknown");
}

static void test_calls(void **state)
{
	struct evaluated evaluated;
	struct check_loading *loading = &evaluated.facts.loading;

	(void)state;
	make_facts(&evaluated.facts);
	loading->kexec_load = (struct check_fact){ CHECK_NO, "first" };
	expect_one(&evaluated, false, "kexec_file_load remains");
	loading->kexec_file_load = (struct check_fact){ CHECK_NO, "second" };
	expect_one(&evaluated, true, "kexec_load: first; kexec_file_load: second");
	loading->kexec_file_load.reason = "first";
	expect_one(&evaluated, true, "no kernel can be loaded: first");
	loading->kexec_load_missing = true;
	loading->kexec_load.reason = "not built";
	expect_one(&evaluated, true, "kexec_load: not built; kexec_file_load: first");
	loading->kexec_file_load_missing = true;
	expect_one(&evaluated, true, "CONFIG_KEXEC_FILE, or a system call filter");
	evaluated.facts.after = true;
	evaluated.facts.loader_type = 0xd0;
	expect_none(&evaluated);
	make_facts(&evaluated.facts);
	loading->kexec_file_load = (struct check_fact){ CHECK_NO, "second" };
	expect_none(&evaluated);
	loading->kexec_load = (struct check_fact){ CHECK_UNKNOWN, "nobody asks" };
	expect_one(&evaluated, false, "unknown: nobody asks");
}

static void test_lockdown(void **state)
{
	struct evaluated evaluated;
	struct check_loading *loading = &evaluated.facts.loading;

	(void)state;
	make_facts(&evaluated.facts);
	evaluated.facts.inputs.machine.lockdown = "integrity";
	loading->kexec_load = (struct check_fact){ CHECK_NO, "locked down" };
	expect_one(&evaluated, false, "for signed kernels");
	evaluated.facts.load.asked = true;
	evaluated.facts.load.signature.answer = CHECK_YES;
	expect_one(&evaluated, false, "for signed kernels");
	evaluated.facts.load.signature.answer = CHECK_NO;
	evaluate(&evaluated);
	assert_int_equal(evaluated.findings.problems.count, 1);
	assert_non_null(strstr(evaluated.findings.problems.items[0], "no signature"));
	check_findings_clear(&evaluated.findings);
	evaluated.facts.load.asked = false;
	evaluated.facts.load.signature.answer = CHECK_UNKNOWN;
	loading->options[0] = (struct check_option){ "KEXEC_SIG", CHECK_NO };
	expect_one(&evaluated, true, "CONFIG_KEXEC_SIG");
}

/* A loss matters by the call that is expected to load. */
static void test_losses(void **state)
{
	struct evaluated evaluated;
	struct check_facts *facts = &evaluated.facts;
	struct load_losses array = { { { LOAD_METHOD_KEXEC_FILE_LOAD, LOAD_LOSS_START,
					 "it may reset", false } },
				     1 };
	struct load_losses keys = {
		{ { LOAD_METHOD_KEXEC_LOAD, LOAD_LOSS_REQUESTED, "no keys", false } }, 1
	};

	(void)state;
	make_facts(facts);
	facts->order = (struct load_order){ LOAD_METHOD_KEXEC_LOAD, true, "" };
	facts->losses = array;
	expect_none(&evaluated);
	facts->loading.kexec_load = (struct check_fact){ CHECK_NO, "no" };
	evaluate(&evaluated);
	assert_int_equal(evaluated.findings.problems.count, 0);
	assert_int_equal(evaluated.findings.remarks.count, 2);
	assert_string_equal(evaluated.findings.remarks.items[1], "it may reset");
	check_findings_clear(&evaluated.findings);
	make_facts(facts);
	facts->order = (struct load_order){ LOAD_METHOD_KEXEC_FILE_LOAD, true, "" };
	facts->losses = array;
	expect_one(&evaluated, false, "it may reset");
	facts->losses = keys;
	expect_one(&evaluated, false, "no keys; kexec_file_load is used");
	facts->order.first = LOAD_METHOD_KEXEC_LOAD;
	expect_one(&evaluated, true, "no keys");
}

static void test_crash_reservation(void **state)
{
	struct evaluated evaluated;

	(void)state;
	make_facts(&evaluated.facts);
	evaluated.facts.loading.crash_bytes = 0;
	expect_one(&evaluated, false, "crashkernel=");
	evaluated.facts.crash = true;
	expect_one(&evaluated, true, "crashkernel=");
	evaluated.facts.loading.crash_known = false;
	expect_one(&evaluated, true, "/proc/iomem");
	/* The problem is reported once. */
	evaluated.facts.load = (struct check_load){ .asked = true, .error = "too small" };
	expect_one(&evaluated, true, "too small");
}

static void test_options(void **state)
{
	static const char *const names[] = { "FIRMWARE_MEMMAP", "CRASH_DUMP",
					     "PROC_KCORE" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		struct evaluated evaluated;

		make_facts(&evaluated.facts);
		evaluated.facts.loading.options[i] =
			(struct check_option){ names[i], CHECK_NO };
		expect_one(&evaluated, false, names[i]);
		evaluated.facts.crash = true;
		expect_one(&evaluated, i > 0, names[i]);
		evaluated.facts.loading.options[i].answer = CHECK_UNKNOWN;
		expect_none(&evaluated);
	}
}

static void test_memory(void **state)
{
	struct evaluated evaluated;
	struct check_load *load = &evaluated.facts.load;

	(void)state;
	make_facts(&evaluated.facts);
	load->asked = true;
	load->segments = load->needed = GIB / 2;
	expect_none(&evaluated);
	evaluated.facts.memory_available--;
	expect_one(&evaluated, true,
		   "needs 512 MiB of memory, and 511 MiB are available");
	evaluated.facts.memory_available = GIB;
	load->segments++;
	expect_one(&evaluated, true, "half");
	evaluated.facts.memory_known = false;
	expect_one(&evaluated, false, "/proc/meminfo");
	/* A crash kernel does not use that memory. */
	load->needed = 0;
	expect_none(&evaluated);
}

static void test_efi_facts(void **state)
{
	struct evaluated evaluated;
	struct efi_facts *efi = &evaluated.facts.inputs.machine.efi;

	(void)state;
	make_facts(&evaluated.facts);
	efi->incomplete = "no config_table";
	expect_one(&evaluated, true, "told nothing about EFI: no config_table");
	efi->tables_unread = "no config_table";
	expect_one(&evaluated, true, "no config_table");
	efi->word_bits = 32;
	expect_one(&evaluated, false, "no config_table");
	make_facts(&evaluated.facts);
	efi->word_bits = 32;
	expect_one(&evaluated, false, "32 bits");
	make_facts(&evaluated.facts);
	efi->tables_unread = "/dev/mem refuses";
	expect_one(&evaluated, false, "not examined: /dev/mem refuses");
	efi->tables_lost = true;
	expect_one(&evaluated, true, "lost: /dev/mem refuses");
	make_facts(&evaluated.facts);
	evaluated.facts.inputs.no_machine = (struct error){ ENOENT, "no memory map" };
	expect_one(&evaluated, true, "no memory map");
}

static void test_variables(void **state)
{
	struct evaluated evaluated;
	struct check_facts *facts = &evaluated.facts;

	(void)state;
	make_facts(facts);
	facts->efi_variables = (struct check_fact){ CHECK_UNKNOWN, "not mounted" };
	expect_one(&evaluated, false, "not mounted");
	facts->live = false;
	expect_none(&evaluated);
	facts->efi_variables = (struct check_fact){ CHECK_NO, "I/O error" };
	expect_one(&evaluated, false, "I/O error");
	facts->after = true;
	facts->loader_type = 0xd0;
	expect_one(&evaluated, true, "I/O error");
	/* kexec-tools writes 0 here, which means "unset". */
	facts->efi_variables = (struct check_fact){ CHECK_YES, NULL };
	facts->secure_boot_firmware = CHECK_YES;
	facts->secure_boot = CHECK_UNKNOWN;
	expect_one(&evaluated, true, "Secure Boot is on by");
}

static const struct table_case {
	const char *name;
	enum efi_table_state state;
	bool found, before, kexeced, after; /* a problem, in each of the three */
} table_cases[] = {
	{ "intact", EFI_TABLE_INTACT, false, false, false, false },
	{ "not examined", EFI_TABLE_NOT_EXAMINED, false, false, false, false },
	{ "used up", EFI_TABLE_USED_UP, false, false, false, false },
	{ "dropped by Linux", EFI_TABLE_DROPPED, true, false, false, false },
	{ "unreadable", EFI_TABLE_UNREADABLE, true, false, false, false },
	{ "damaged", EFI_TABLE_DAMAGED, true, true, true, true },
	{ "wrong checksum", EFI_TABLE_WRONG_CHECKSUM, true, false, true, true },
	{ "outside memory", EFI_TABLE_OUTSIDE, true, false, true, true },
};

static void expect_table(struct evaluated *evaluated, const struct table_case *row,
			 bool is_problem)
{
	if (row->found)
		expect_one(evaluated, is_problem,
			   row->state == EFI_TABLE_DROPPED ? "\"ESRT\" was dropped"
							   : "\"ESRT\" at 0x1234");
	else
		expect_none(evaluated);
}

static void test_tables(void **state)
{
	const struct table_case *row = *state;
	struct efi_config_table table = { .name = "ESRT", .address = 0x1234 };
	struct check_table checked = { .state = row->state, .problem = "why" };
	struct evaluated evaluated;

	make_facts(&evaluated.facts);
	evaluated.facts.inputs.machine.efi.tables =
		(struct efi_config_tables){ &table, 1 };
	evaluated.facts.tables = &checked;
	evaluated.facts.table_count = 1;
	assert_string_equal(efi_table_state_name(row->state), row->name);
	expect_table(&evaluated, row, row->before);
	evaluated.facts.loader_type = 0xd0;
	expect_table(&evaluated, row, row->kexeced);
	evaluated.facts.after = true;
	expect_table(&evaluated, row, row->after);
}

static void test_acpi(void **state)
{
	struct efi_config_table table = { .name = "ACPI 2.0", .kind = EFI_TABLE_ACPI };
	struct check_table checked = { .state = EFI_TABLE_INTACT };
	struct evaluated evaluated;
	struct check_facts *facts = &evaluated.facts;

	(void)state;
	make_facts(facts);
	facts->acpi_problem = "DSDT is bad";
	expect_one(&evaluated, false, "DSDT is bad");
	facts->after = true;
	facts->loader_type = 0xd0;
	expect_one(&evaluated, true, "DSDT is bad");
	/* Said once, with the table of EFI. */
	facts->inputs.machine.efi.tables = (struct efi_config_tables){ &table, 1 };
	facts->tables = &checked;
	facts->table_count = 1;
	checked.state = EFI_TABLE_WRONG_CHECKSUM;
	checked.problem = "DSDT is bad";
	expect_one(&evaluated, true, "\"ACPI 2.0\" at 0x0: DSDT is bad");
	/* EFI names it, and the kernel has none. */
	checked = (struct check_table){ .state = EFI_TABLE_INTACT };
	facts->acpi_problem = NULL;
	facts->acpi = (struct check_fact){ CHECK_NO, "not there" };
	expect_one(&evaluated, true, "no ACPI");
	facts->inputs.machine.command_line = "quiet acpi=off";
	expect_none(&evaluated);
	facts->inputs.machine.command_line = NULL;
	facts->table_count = 0;
	expect_none(&evaluated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_wrong),
		cmocka_unit_test(test_not_kexeced),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_lockdown),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_crash_reservation),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_efi_facts),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_acpi),
	};

	return RUN_TABLE(test_tables, table_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
