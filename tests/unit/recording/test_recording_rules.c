// SPDX-License-Identifier: GPL-2.0-only
/* Which files a record may have: private ones have no rule, or one that filters them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "recording/recording_internal.h"

static void test_rules(void **state)
{
	static const struct {
		const char *path;
		enum recording_kind kind;
	} rows[] = {
		{ "proc/iomem", RECORDING_WHOLE },
		{ "proc/cmdline", RECORDING_COMMAND_LINE },
		{ "sys/kernel/boot_params/data", RECORDING_BOOT_PARAMS },
		{ "sys/kernel/debug/boot_params/data", RECORDING_BOOT_PARAMS },
		{ "sys/kernel/boot_params/setup_data/12/data", RECORDING_SETUP_DATA },
		{ "sys/firmware/acpi/tables/MSDM", RECORDING_ACPI },
		{ "sys/firmware/dmi/tables/DMI", RECORDING_SMBIOS },
		{ "run/kexec/normal.json", RECORDING_MEMO },
		{ "proc/kcore", RECORDING_KCORE },
		{ "dev/mem", RECORDING_NOTHING },
		{ "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		  RECORDING_WHOLE },
		{ "sys/firmware/efi/efivars/Boot0000-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		  RECORDING_PRIVATE },
		{ "sys/devices/system/cpu/cpu12/crash_notes_size", RECORDING_WHOLE },
	};
	static const char *const none[] = { "etc/machine-id",
					    "proc/sys/kernel/hostname",
					    "proc/self/mountinfo",
					    "proc/keys",
					    "sys/firmware/acpi/tables/data/BERT",
					    "sys/class/net/eth0/address",
					    "proc/iomem/x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_non_null(recording_rule_find(rows[i].path));
		assert_int_equal(recording_rule_find(rows[i].path)->kind, rows[i].kind);
	}
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(recording_rule_find(none[i]));
	/* Files that are recorded only for people have a rule like all others. */
	for (i = 0; recording_extras[i]; i++)
		assert_non_null(recording_rule_find(recording_extras[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
