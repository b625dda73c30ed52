// SPDX-License-Identifier: GPL-2.0-only
/* --check: which facts are problems, which are remarks, and which are neither. */
#include "check/check_findings.h"
#include "fixtures.h"

/* A machine that has nothing wrong; each test spoils one fact. */
static void make_facts(struct check_facts *facts)
{
	*facts = (struct check_facts){
		.live = true,
		.machine_read = true,
		.release = "6.1.0",
		.loader_known = true,
		.loader_type = 0x21,
		.lockdown = "none",
		.secure_boot = CHECK_NO,
		.secure_boot_firmware = CHECK_NO,
		.efi_variables = { CHECK_YES, NULL },
		.acpi = { CHECK_YES, NULL },
		.loading = {
			.kexec_load = { CHECK_YES, "yes" },
			.kexec_file_load = { CHECK_YES, "yes" },
			.disabled = CHECK_NO,
			.own_mapping = { CHECK_YES, "yes" },
			.crash_known = true,
			.crash_bytes = 256 * MIB,
		},
		.memory_known = true,
		.memory_total = GIB,
		.memory_available = GIB / 2,
	};
	facts->machine.efi.booted = true;
	facts->machine.efi.word_bits = 64;
}

/* Takes what happens to a machine's facts; problems and remarks that hold the texts. */
struct judged {
	struct check_facts facts;
	struct check_findings findings;
};

static void judge(struct judged *judged)
{
	judged->findings = (struct check_findings){ 0 };
	assert_int_equal(check_judge(&judged->facts, &judged->findings, NULL), 0);
}

static void expect_one(struct judged *judged, bool grave, const char *text)
{
	const struct check_findings *findings = &judged->findings;
	const struct string_list *list = grave ? &findings->problems : &findings->remarks;

	judge(judged);
	if (list->count != 1 || !strstr(list->items[0], text))
		fail_msg("\"%s\": %zu findings, first: %s", text, list->count,
			 list->count ? list->items[0] : "");
	assert_int_equal(grave ? findings->remarks.count : findings->problems.count, 0);
	check_findings_clear(&judged->findings);
}

static void expect_none(struct judged *judged)
{
	judge(judged);
	if (judged->findings.problems.count)
		fail_msg("%s", judged->findings.problems.items[0]);
	if (judged->findings.remarks.count)
		fail_msg("%s", judged->findings.remarks.items[0]);
}

static void test_nothing_wrong(void **state)
{
	struct judged judged;

	(void)state;
	make_facts(&judged.facts);
	expect_none(&judged);
	judged.facts.machine.efi = (struct efi_facts){ 0 };
	judged.facts.secure_boot = CHECK_UNKNOWN;
	expect_none(&judged);
	make_facts(&judged.facts);
	judged.facts.after = true;
	judged.facts.loader_type = 0xd0;
	expect_none(&judged);
	judged.facts.loader_type = 0xd5;
	expect_none(&judged);
}

static void test_not_kexeced(void **state)
{
	struct judged judged;

	(void)state;
	make_facts(&judged.facts);
	judged.facts.after = true;
	expect_one(&judged, true, "not kexec'ed");
	judged.facts.loader_known = false;
	expect_one(&judged, true, "unknown");
}

static void test_calls(void **state)
{
	struct judged judged;
	struct check_loading *loading = &judged.facts.loading;

	(void)state;
	make_facts(&judged.facts);
	loading->kexec_load = (struct check_fact){ CHECK_NO, "first" };
	expect_one(&judged, false, "kexec_file_load remains");
	loading->kexec_file_load = (struct check_fact){ CHECK_NO, "second" };
	expect_one(&judged, true, "kexec_load: first; kexec_file_load: second");
	loading->kexec_file_load.reason = "first";
	expect_one(&judged, true, "loaded: kexec_load: first");
	judged.facts.after = true;
	judged.facts.loader_type = 0xd0;
	expect_none(&judged);
	make_facts(&judged.facts);
	loading->kexec_file_load = (struct check_fact){ CHECK_NO, "second" };
	expect_none(&judged);
	loading->kexec_load = (struct check_fact){ CHECK_UNKNOWN, "nobody asks" };
	expect_one(&judged, false, "unknown: nobody asks");
}

static void test_lockdown(void **state)
{
	struct judged judged;
	struct check_loading *loading = &judged.facts.loading;

	(void)state;
	make_facts(&judged.facts);
	judged.facts.lockdown = "integrity";
	loading->kexec_load = (struct check_fact){ CHECK_NO, "locked down" };
	expect_one(&judged, false, "for signed kernels");
	judged.facts.load.asked = true;
	judged.facts.load.signature.answer = CHECK_YES;
	expect_one(&judged, false, "for signed kernels");
	judged.facts.load.signature.answer = CHECK_NO;
	judge(&judged);
	assert_int_equal(judged.findings.problems.count, 1);
	assert_non_null(strstr(judged.findings.problems.items[0], "no signature"));
	check_findings_clear(&judged.findings);
	judged.facts.load.asked = false;
	judged.facts.load.signature.answer = CHECK_UNKNOWN;
	loading->options[0] = (struct check_option){ "KEXEC_SIG", CHECK_NO };
	expect_one(&judged, true, "CONFIG_KEXEC_SIG");
}

static void test_mapping_matters_without_kexec_load(void **state)
{
	struct judged judged;
	struct check_loading *loading = &judged.facts.loading;

	(void)state;
	make_facts(&judged.facts);
	loading->own_mapping = (struct check_fact){ CHECK_UNKNOWN, "apart" };
	expect_none(&judged);
	loading->kexec_load = (struct check_fact){ CHECK_NO, "no" };
	judge(&judged);
	assert_int_equal(judged.findings.problems.count, 0);
	assert_int_equal(judged.findings.remarks.count, 2);
	assert_non_null(strstr(judged.findings.remarks.items[1], "may reset"));
	check_findings_clear(&judged.findings);
}

/* Tables that firmware has in RAM, two of them kept by somebody; and one that is not. */
static void test_tables_matter_without_kexec_load(void **state)
{
	struct efi_config_table tables[] = {
		{ .name = "first",
		  .memory_known = true,
		  .memory = MEMORY_RAM,
		  .keeper = EFI_TABLE_KEEPER_KEXEC },
		{ .name = "free",
		  .memory_known = true,
		  .memory = MEMORY_RAM,
		  .keeper = EFI_TABLE_KEEPER_NONE },
		{ .name = "reserved",
		  .memory_known = true,
		  .memory = MEMORY_RESERVED,
		  .keeper = EFI_TABLE_KEEPER_FIRMWARE },
		{ .name = "nowhere" },
		{ .name = "second",
		  .memory_known = true,
		  .memory = MEMORY_RAM,
		  .keeper = EFI_TABLE_KEEPER_RUNTIME_MAP },
	};
	struct judged judged;
	struct check_loading *loading = &judged.facts.loading;

	(void)state;
	make_facts(&judged.facts);
	judged.facts.machine.efi.tables =
		(struct efi_config_tables){ tables, sizeof(tables) / sizeof(*tables) };
	/* The judge of each table has not looked at these. */
	judged.facts.tables =
		calloc(sizeof(tables) / sizeof(*tables), sizeof(*judged.facts.tables));
	assert_non_null(judged.facts.tables);
	expect_none(&judged);
	loading->files_wanted = true;
	expect_one(&judged, false, "may get lost: first, second");
	loading->files_wanted = false;
	loading->kexec_load = (struct check_fact){ CHECK_NO, "no" };
	judge(&judged);
	assert_int_equal(judged.findings.remarks.count, 2);
	assert_non_null(strstr(judged.findings.remarks.items[1], "lost: first, second"));
	check_findings_clear(&judged.findings);
	judged.facts.machine.efi.tables.count = 0;
	expect_one(&judged, false, "kexec_file_load remains");
	free(judged.facts.tables);
}

static void test_crash_reservation(void **state)
{
	struct judged judged;

	(void)state;
	make_facts(&judged.facts);
	judged.facts.loading.crash_bytes = 0;
	expect_one(&judged, false, "crashkernel=");
	judged.facts.crash = true;
	expect_one(&judged, true, "crashkernel=");
	judged.facts.loading.crash_known = false;
	expect_one(&judged, true, "/proc/iomem");
	/* Said once. */
	judged.facts.load = (struct check_load){ .asked = true, .error = "too small" };
	expect_one(&judged, true, "too small");
}

static void test_options(void **state)
{
	static const char *const names[] = { "FIRMWARE_MEMMAP", "CRASH_DUMP",
					     "PROC_KCORE" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		struct judged judged;

		make_facts(&judged.facts);
		judged.facts.loading.options[i] =
			(struct check_option){ names[i], CHECK_NO };
		expect_one(&judged, false, names[i]);
		judged.facts.crash = true;
		expect_one(&judged, i > 0, names[i]);
		judged.facts.loading.options[i].answer = CHECK_UNKNOWN;
		expect_none(&judged);
	}
}

static void test_memory(void **state)
{
	struct judged judged;
	struct check_load *load = &judged.facts.load;

	(void)state;
	make_facts(&judged.facts);
	load->asked = true;
	load->segments = load->needed = GIB / 2;
	expect_none(&judged);
	judged.facts.memory_available--;
	expect_one(&judged, true, "needs 512 MiB of memory, and 511 MiB are available");
	judged.facts.memory_available = GIB;
	load->segments++;
	expect_one(&judged, true, "half");
	judged.facts.memory_known = false;
	expect_one(&judged, false, "/proc/meminfo");
	/* A crash image takes none of it. */
	load->needed = 0;
	expect_none(&judged);
}

static void test_efi_facts(void **state)
{
	struct judged judged;
	struct efi_facts *efi = &judged.facts.machine.efi;

	(void)state;
	make_facts(&judged.facts);
	efi->incomplete = "no config_table";
	expect_one(&judged, true, "told nothing about EFI: no config_table");
	efi->tables_unread = "no config_table";
	expect_one(&judged, true, "no config_table");
	efi->word_bits = 32;
	expect_one(&judged, false, "no config_table");
	make_facts(&judged.facts);
	efi->word_bits = 32;
	expect_one(&judged, false, "32 bits");
	make_facts(&judged.facts);
	efi->tables_unread = "/dev/mem refuses";
	expect_one(&judged, false, "not examined: /dev/mem refuses");
	efi->tables_lost = true;
	expect_one(&judged, true, "lost: /dev/mem refuses");
	make_facts(&judged.facts);
	judged.facts.machine_read = false;
	judged.facts.machine_error = "no memory map";
	expect_one(&judged, true, "no memory map");
}

static void test_variables(void **state)
{
	struct judged judged;
	struct check_facts *facts = &judged.facts;

	(void)state;
	make_facts(facts);
	facts->efi_variables = (struct check_fact){ CHECK_UNKNOWN, "not mounted" };
	expect_one(&judged, false, "not mounted");
	facts->live = false;
	expect_none(&judged);
	facts->efi_variables = (struct check_fact){ CHECK_NO, "I/O error" };
	expect_one(&judged, false, "I/O error");
	facts->after = true;
	facts->loader_type = 0xd0;
	expect_one(&judged, true, "I/O error");
	/* What kexec-tools does: the byte is 0, which is "unset". */
	facts->efi_variables = (struct check_fact){ CHECK_YES, NULL };
	facts->secure_boot_firmware = CHECK_YES;
	facts->secure_boot = CHECK_UNKNOWN;
	expect_one(&judged, true, "Secure Boot is on by");
}

static const struct table_case {
	const char *name;
	enum check_table_result result;
	bool found, before, kexeced, after; /* a problem, in each of the three */
} table_cases[] = {
	{ "intact", CHECK_TABLE_INTACT, false, false, false, false },
	{ "not examined", CHECK_TABLE_NOT_EXAMINED, false, false, false, false },
	{ "used up", CHECK_TABLE_USED_UP, false, false, false, false },
	{ "unreadable", CHECK_TABLE_UNREADABLE, true, false, false, false },
	{ "damaged", CHECK_TABLE_DAMAGED, true, true, true, true },
	{ "wrong checksum", CHECK_TABLE_WRONG_SUM, true, false, true, true },
	{ "outside memory", CHECK_TABLE_OUTSIDE, true, false, true, true },
};

static void expect_table(struct judged *judged, const struct table_case *row, bool grave)
{
	if (row->found)
		expect_one(judged, grave, "\"ESRT\" at 0x1234");
	else
		expect_none(judged);
}

static void test_tables(void **state)
{
	const struct table_case *row = *state;
	struct efi_config_table table = { .name = "ESRT", .address = 0x1234 };
	struct check_table checked = { .result = row->result, .problem = "why" };
	struct judged judged;

	make_facts(&judged.facts);
	judged.facts.machine.efi.tables = (struct efi_config_tables){ &table, 1 };
	judged.facts.tables = &checked;
	assert_string_equal(check_table_result_name(row->result), row->name);
	expect_table(&judged, row, row->before);
	judged.facts.loader_type = 0xd0;
	expect_table(&judged, row, row->kexeced);
	judged.facts.after = true;
	expect_table(&judged, row, row->after);
}

static void test_acpi(void **state)
{
	struct efi_config_table table = { .name = "ACPI 2.0", .kind = EFI_TABLE_ACPI };
	struct check_table checked = { .result = CHECK_TABLE_INTACT };
	struct judged judged;
	struct check_facts *facts = &judged.facts;

	(void)state;
	make_facts(facts);
	facts->acpi_problem = "DSDT is bad";
	expect_one(&judged, false, "DSDT is bad");
	facts->after = true;
	facts->loader_type = 0xd0;
	expect_one(&judged, true, "DSDT is bad");
	/* Said once, with the table of EFI. */
	facts->machine.efi.tables = (struct efi_config_tables){ &table, 1 };
	facts->tables = &checked;
	checked.result = CHECK_TABLE_WRONG_SUM;
	checked.problem = "DSDT is bad";
	expect_one(&judged, true, "\"ACPI 2.0\" at 0x0: DSDT is bad");
	/* EFI names it, and the kernel has none. */
	checked = (struct check_table){ .result = CHECK_TABLE_INTACT };
	facts->acpi_problem = NULL;
	facts->acpi = (struct check_fact){ CHECK_NO, "not there" };
	expect_one(&judged, true, "no ACPI");
	facts->machine.command_line = "quiet acpi=off";
	expect_none(&judged);
	facts->machine.command_line = NULL;
	facts->machine.efi.tables.count = 0;
	expect_none(&judged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_wrong),
		cmocka_unit_test(test_not_kexeced),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_lockdown),
		cmocka_unit_test(test_mapping_matters_without_kexec_load),
		cmocka_unit_test(test_tables_matter_without_kexec_load),
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
