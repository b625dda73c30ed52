// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of purgatory/smbios.c, on an array that no page table maps at first. */
#include "efi_table_machine.h"
#include "purgatory/smbios.h"

#define ENTRY_POINT 0x3f5e9000ull
#define VIRTUAL	    0xfffffffeff5e9000ull
#define SETUP_EFI   MIB(300)
#define SMBIOS3	    0x3f5e8000ull

/* In memory order: SMBIOS_TABLE_GUID and SMBIOS3_TABLE_GUID (UEFI 2.10, 4.6). */
static const uint8_t guid[16] = { 0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11,
				  0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d };
static const uint8_t guid3[16] = { 0x44, 0x15, 0xfd, 0xf2, 0x94, 0x97, 0x2c, 0x4a,
				   0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 };

/* SMBIOS is the entry before the array's last one, and one behind its end. */
static void make(struct machine *machine, uint64_t smbios)
{
	machine_create(machine, 4, 0);
	put_tables(machine, ARRAY, 5, 0);
	put_entry(machine, 1, guid3, SMBIOS3);
	put_entry(machine, 3, guid, smbios);
	put_entry(machine, 5, guid, VIRTUAL);
	put_u64(machine, SETUP_EFI, ENTRY_POINT);
	put_u64(machine, SETUP_EFI + 8, ENTRY_POINT);
}

static enum smbios_status put_back(struct machine *machine, uint64_t entry_point,
				   uint64_t field)
{
	const struct purgatory_smbios smbios = { entry_point, field };

	walk(machine);
	return smbios_put_back(&machine->paging.memory, &machine->result, &smbios);
}

static void test_puts_it_back(void **state)
{
	static const uint64_t found[] = { VIRTUAL, ENTRY_POINT, 0, UINT64_MAX };
	struct machine machine;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		make(&machine, found[i]);
		assert_int_equal(put_back(&machine, ENTRY_POINT, SETUP_EFI),
				 SMBIOS_PUT_BACK);
		assert_false(smbios_was_skipped(SMBIOS_PUT_BACK));
		assert_int_equal(pointer(&machine, 3), ENTRY_POINT);
		assert_int_equal(get_u64(&machine, SETUP_EFI), 0);
		/* Nothing else is touched: other tables, and what lies behind. */
		assert_int_equal(pointer(&machine, 1), SMBIOS3);
		assert_int_equal(pointer(&machine, 5), VIRTUAL);
		assert_int_equal(get_u64(&machine, SETUP_EFI + 8), ENTRY_POINT);
		paging_destroy(&machine.paging);
	}
}

static void test_every_entry(void **state)
{
	struct machine machine;

	(void)state;
	make(&machine, VIRTUAL);
	put_entry(&machine, 0, guid, VIRTUAL + 4096);
	assert_int_equal(put_back(&machine, ENTRY_POINT, SETUP_EFI), SMBIOS_PUT_BACK);
	assert_int_equal(pointer(&machine, 0), ENTRY_POINT);
	assert_int_equal(pointer(&machine, 3), ENTRY_POINT);
	paging_destroy(&machine.paging);
}

/* Whatever is skipped, the next kernel still finds SMBIOS named by SETUP_EFI. */
static void check_skips(struct machine *machine, enum smbios_status status,
			uint64_t entry_point, uint64_t field, const char *reason)
{
	assert_int_equal(put_back(machine, entry_point, field), status);
	assert_int_equal(smbios_was_skipped(status), status != SMBIOS_NOT_ASKED);
	assert_string_equal(smbios_reason(status), reason);
	assert_int_equal(pointer(machine, 3), VIRTUAL);
	assert_int_equal(get_u64(machine, SETUP_EFI), ENTRY_POINT);
}

static void test_skips(void **state)
{
	struct machine machine;

	(void)state;
	make(&machine, VIRTUAL);
	check_skips(&machine, SMBIOS_NOT_ASKED, 0, 0, "is right");
	check_skips(&machine, SMBIOS_NOT_NAMED, ENTRY_POINT + 16, SETUP_EFI,
		    "is not the one that SETUP_EFI has");
	check_skips(&machine, SMBIOS_OUTSIDE, ENTRY_POINT, SIMULATED_BYTES - 4,
		    "lies outside memory");
	check_skips(&machine, SMBIOS_OUTSIDE, ENTRY_POINT, UINT64_MAX - 3,
		    "lies outside memory");
	paging_destroy(&machine.paging);

	make(&machine, VIRTUAL);
	machine.from.config_table_array = 0;
	check_skips(&machine, SMBIOS_NO_ARRAY, ENTRY_POINT, SETUP_EFI,
		    "cannot be put back, the array is not mapped");
	paging_destroy(&machine.paging);
}

static void test_every_status_has_a_reason(void **state)
{
	int status;

	(void)state;
	for (status = 0; status < SMBIOS_STATUSES; status++)
		assert_string_not_equal(smbios_reason((enum smbios_status)status), "");
	assert_string_equal(smbios_reason(SMBIOS_STATUSES), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_puts_it_back),
		cmocka_unit_test(test_every_entry),
		cmocka_unit_test(test_skips),
		cmocka_unit_test(test_every_status_has_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
