// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the EFI config tables: who reserves it, the resulting memory map, and
 * memory that is never read.
 */
#include "efi_tables_fixture.h"

static void tables_in_ram_are_reserved_by_the_page(void **state)
{
	static const struct poke secrets[4] = { { 0, 8, 0x12000ff0 }, { 8, 8, 0x20 } };
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, IN_RAM, 0x1000);
	/* A table whose second part crosses a page boundary. */
	write_memory(&fixture, 0x14000000, secrets, 16);
	add_table(&fixture, EFI_TABLE_SECRETS, 0x14000000);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_kept(&fixture, 0x10000000, 0x10002000);
	assert_int_equal(table(&fixture, 1)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_kept(&fixture, 0x14000000, 0x14001000);
	assert_kept(&fixture, 0x12000000, 0x12002000);
	assert_int_equal(fixture.machine.notes.count, 0);
}

static void everybody_who_keeps_a_table_is_named(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, RESERVED, 64);
	add_seed(&fixture, RUNTIME + 0x100, 64);
	add_seed(&fixture, KERNELS + 0x100, 64);
	add_seed(&fixture, IN_RAM, 64);
	add_table(&fixture, EFI_TABLE_OTHER, 0x15000000);
	add_table(&fixture, EFI_TABLE_INITRD, 0x16000000);
	add_table(&fixture, EFI_TABLE_OTHER, 0x50000000);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
	assert_int_equal(table(&fixture, 0)->memory, MEMORY_RESERVED);
	assert_int_equal(table(&fixture, 1)->reserved_by,
			 EFI_TABLE_RESERVED_BY_RUNTIME_MAP);
	assert_int_equal(table(&fixture, 1)->memory, MEMORY_RAM);
	assert_int_equal(table(&fixture, 2)->reserved_by, EFI_TABLE_RESERVED_BY_KERNEL);
	assert_int_equal(table(&fixture, 3)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_int_equal(table(&fixture, 4)->reserved_by, EFI_TABLE_RESERVED_BY_NONE);
	assert_true(table(&fixture, 4)->memory_known);
	assert_int_equal(table(&fixture, 5)->reserved_by, EFI_TABLE_RESERVED_BY_NONE);
	assert_int_equal(table(&fixture, 5)->state, EFI_TABLE_USED_UP);
	assert_int_equal(table(&fixture, 6)->reserved_by, EFI_TABLE_RESERVED_BY_NONE);
	assert_false(table(&fixture, 6)->memory_known);
	assert_true(memory_map_is_type(&fixture.machine.memory, 0x15000000, 0x17000000,
				       MEMORY_RAM));
}

/* Tables in pages that the kernel has reserved in part. */
static void a_table_that_is_kept_in_part(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, KERNELS + 0xff0, 0x20);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_kept(&fixture, KERNELS, KERNELS + 0x2000);
}

static void tables_that_share_a_page(void **state)
{
	_cleanup_fixture_ struct fixture fixture;
	size_t i;

	(void)state;
	fixture_make(&fixture, iomem_text);
	fixture.machine.efi.config_table_array = ARRAY;
	fixture.machine.efi.table_count = 4;
	fixture.machine.efi.system_table = SYSTEM_TABLE;
	add_seed(&fixture, IN_RAM, 64);
	add_seed(&fixture, IN_RAM + 0x100, 64);
	add_seed(&fixture, IN_RAM + 0x110, 64); /* overlaps the part before */
	add_seed(&fixture, ARRAY + 0x100, 64);
	protect(&fixture);
	for (i = 0; i < 4; i++)
		assert_int_equal(table(&fixture, i)->reserved_by,
				 EFI_TABLE_RESERVED_BY_KEXEC);
	assert_kept(&fixture, 0x10000000, 0x10001000);
	assert_kept(&fixture, 0x28000000, 0x28001000);
}

static void the_array_is_kept(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	fixture.machine.efi.config_table_array = 0x28000ff0;
	fixture.machine.efi.table_count = 2;
	fixture.machine.efi.system_table = 0x27000018;
	protect(&fixture);
	assert_kept(&fixture, 0x28000000, 0x28002000);
	assert_kept(&fixture, 0x27000000, 0x27001000);
}

static void the_length_is_guessed(void **state)
{
	static const struct poke seed[4] = { { 0, 4, UINT32_MAX } };
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_table(&fixture, EFI_TABLE_TPM_LOG, NO_FILE);
	/* An assumed length covers only RAM, here the last page of it. */
	write_memory(&fixture, 0x2ffff000, seed, 16);
	add_table(&fixture, EFI_TABLE_RANDOM_SEED, 0x2ffff000);
	add_table(&fixture, EFI_TABLE_ESRT, RESERVED);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_UNREADABLE);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_kept(&fixture, 0x11000000, 0x11040000);
	assert_true(noted(&fixture, "at 0x11000018: "));
	assert_int_equal(table(&fixture, 1)->state, EFI_TABLE_DAMAGED);
	assert_true(is_reserved(&fixture, 0x2ffff000, 0x34000000));
	assert_true(memory_map_is_type(&fixture.machine.memory, 0x2fffe000, 0x2ffff000,
				       MEMORY_RAM));
	assert_true(noted(&fixture, "at 0x2ffff000: it claims 0x100000003 bytes"));
	/* In memory of this type the length does not matter, so no note is made. */
	assert_int_equal(table(&fixture, 2)->state, EFI_TABLE_UNREADABLE);
	assert_int_equal(table(&fixture, 2)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
	assert_false(noted(&fixture, "0x30000000"));
}

/* RAM follows firmware memory at 0x100000: the table ends there at most. */
static void a_guess_stays_in_firmware_memory(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_table(&fixture, EFI_TABLE_TPM_FINAL_EVENTS, 0xfe000);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_UNREADABLE);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
	assert_int_equal(efi_table_size(table(&fixture, 0)), 0x2000);
	assert_true(memory_map_is_type(&fixture.machine.memory, 0x100000, 0x110000,
				       MEMORY_RAM));
}

/* These files hold bytes that would look like tables if they were read. */
static void registers_are_not_read(void **state)
{
	static const uint64_t addresses[] = { MMCONFIG, MMCONFIG + 0x8000, DEVICE,
					      0x90000000 };
	_cleanup_fixture_ struct fixture fixture;
	size_t i;

	(void)state;
	fixture_make(&fixture, iomem_text);
	for (i = 0; i < COUNT(addresses); i++)
		add_seed(&fixture, addresses[i], 64);
	add_seed(&fixture, DEVICE - 0x1000, 0x1008);
	add_seed(&fixture, DEVICE + 0x1000, 64);
	protect(&fixture);
	for (i = 0; i < COUNT(addresses); i++) {
		assert_int_equal(table(&fixture, i)->state, EFI_TABLE_OUTSIDE);
		assert_int_equal(table(&fixture, i)->part_count, 0);
	}
	/* A table may lie next to a device but not reach into it. */
	assert_int_equal(table(&fixture, 4)->state, EFI_TABLE_DAMAGED);
	assert_int_equal(table(&fixture, 5)->state, EFI_TABLE_INTACT);
}

/* Without /proc/iomem only RAM is known to be memory. */
static void nothing_is_known_of_registers(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, NULL);
	add_seed(&fixture, MMCONFIG, 64);
	add_seed(&fixture, IN_RAM, 64);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_OUTSIDE);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
	assert_int_equal(table(&fixture, 1)->state, EFI_TABLE_INTACT);
	assert_kept(&fixture, 0x10000000, 0x10001000);
}

/* Firmware that can still boot BIOS systems has SMBIOS there. */
static void roms_are_memory(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, ROM + 0x4c0, 64);
	add_seed(&fixture, ROM + 0xfff0, 64); /* beyond the ROM */
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
}

/* Every kernel reserves it and passes it on with the firmware's type. */
static void the_first_page_stays_what_it_is(void **state)
{
	_cleanup_fixture_ struct fixture fixture;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, FIRST_PAGE, 64);
	add_table(&fixture, EFI_TABLE_TPM_LOG, 0);
	protect(&fixture);
	assert_int_equal(table(&fixture, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_NONE);
	assert_int_equal(table(&fixture, 1)->state, EFI_TABLE_OUTSIDE);
	assert_true(memory_map_is_type(&fixture.machine.memory, 0, 0xa0000, MEMORY_RAM));
}

/* A CC blob with its two areas, in a guest with EFI or without. */
static void the_cc_blob_of_setup_data_is_kept(void **state)
{
	static const struct poke pokes[4] = { { 0, 4, 0x45444d41 },
					      { 8, 8, 0x17000000 },
					      { 16, 4, 0x1000 },
					      { 24, 8, 0x18000000 } };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		_cleanup_fixture_ struct fixture fixture;
		struct efi_config_table *blob = calloc(1, sizeof(*blob));

		fixture_make(&fixture, iomem_text);
		if (i)
			add_seed(&fixture, RESERVED, 64);
		assert_non_null(blob);
		*blob = (struct efi_config_table){ .kind = EFI_TABLE_CC_BLOB,
						   .address = IN_RAM,
						   .name = strdup("blob") };
		fixture.machine.cc_blob = (struct efi_config_tables){ blob, 1 };
		write_memory(&fixture, IN_RAM, pokes, 40);
		protect(&fixture);
		assert_int_equal(blob->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
		assert_kept(&fixture, 0x10000000, 0x10001000);
		assert_kept(&fixture, 0x17000000, 0x17001000);
		/* A CPUID page whose length is 0. */
		assert_int_equal(blob->state, EFI_TABLE_DAMAGED);
		assert_int_equal(fixture.machine.notes.count, 1);
	}
}

/* The firmware map of the next kernel is the e820 that it was given. */
static void nothing_adds_up(void **state)
{
	_cleanup_memory_map_ struct memory_map first = { 0 };
	_cleanup_fixture_ struct fixture fixture;
	size_t i;

	(void)state;
	fixture_make(&fixture, iomem_text);
	add_seed(&fixture, IN_RAM, 0x1000);
	add_table(&fixture, EFI_TABLE_TPM_LOG, NO_FILE);
	add_seed(&fixture, MMCONFIG, 64);
	protect(&fixture);
	assert_int_equal(memory_map_copy(&fixture.machine.memory, &first), 0);
	memory_map_clear(&fixture.firmware);
	assert_int_equal(memory_map_copy(&first, &fixture.firmware), 0);
	protect(&fixture);
	assert_int_equal(fixture.machine.memory.count, first.count);
	assert_memory_equal(fixture.machine.memory.ranges, first.ranges,
			    first.count * sizeof(*first.ranges));
	assert_int_equal(table(&fixture, 0)->reserved_by, EFI_TABLE_RESERVED_BY_FIRMWARE);
	assert_int_equal(table(&fixture, 0)->part_count, 1);
	for (i = 1; i < 3; i++)
		assert_int_equal(table(&fixture, i)->reserved_by,
				 EFI_TABLE_RESERVED_BY_FIRMWARE);
}

/* --check compares checksums, and nothing about the memory of the tables differs. */
static void checksums_change_nothing_that_is_kept(void **state)
{
	static const uint64_t addresses[] = { IN_RAM, IN_CRASH, RESERVED + 0x18 };
	_cleanup_fixture_ struct fixture fixture, checked;
	size_t i;

	(void)state;
	fixture_make(&fixture, iomem_text);
	fixture_make(&checked, iomem_text);
	for (i = 0; i < COUNT(addresses); i++) {
		add_seed(&fixture, addresses[i], 64);
		add_seed(&checked, addresses[i], 64);
	}
	protect(&fixture);
	protect_with(&checked, true);
	for (i = 0; i < COUNT(addresses); i++) {
		assert_int_equal(table(&checked, i)->state, EFI_TABLE_INTACT);
		assert_int_equal(table(&checked, i)->part_count, 1);
		assert_int_equal(table(&checked, i)->reserved_by,
				 table(&fixture, i)->reserved_by);
	}
	assert_int_equal(table(&checked, 1)->reserved_by, EFI_TABLE_RESERVED_BY_KEXEC);
	assert_int_equal(checked.machine.memory.count, fixture.machine.memory.count);
	/* Range by range: the bytes between their members have any value. */
	for (i = 0; i < checked.machine.memory.count; i++) {
		const struct memory_range *with = &checked.machine.memory.ranges[i];
		const struct memory_range *without = &fixture.machine.memory.ranges[i];

		assert_int_equal(with->start, without->start);
		assert_int_equal(with->end, without->end);
		assert_int_equal(with->type, without->type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_in_ram_are_reserved_by_the_page),
		cmocka_unit_test(everybody_who_keeps_a_table_is_named),
		cmocka_unit_test(a_table_that_is_kept_in_part),
		cmocka_unit_test(tables_that_share_a_page),
		cmocka_unit_test(the_array_is_kept),
		cmocka_unit_test(the_length_is_guessed),
		cmocka_unit_test(a_guess_stays_in_firmware_memory),
		cmocka_unit_test(registers_are_not_read),
		cmocka_unit_test(nothing_is_known_of_registers),
		cmocka_unit_test(roms_are_memory),
		cmocka_unit_test(the_first_page_stays_what_it_is),
		cmocka_unit_test(the_cc_blob_of_setup_data_is_kept),
		cmocka_unit_test(nothing_adds_up),
		cmocka_unit_test(checksums_change_nothing_that_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
