// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "purgatory/efi.h"
#include "simulated_paging.h"

#define OWN_CODE   MIB(256)
#define POOL_START MIB(32)

/* Where the firmware put things: all of it unmapped, each far from the others. */
#define SYSTEM_TABLE 0x0c3f5eb018ull
#define ARRAY	     0x0230200098ull
#define BLOB	     0x0340000ff0ull
#define SECRETS	     0x0480000000ull
#define CPUID	     0x05c0001000ull

/* As printed by efivar and written in memory: the first three fields little endian. */
static const uint8_t cc_guid[16] = { 0x5f, 0x1f, 0x7b, 0x06, 0x26, 0xcf, 0xc5, 0x44,
				     0x85, 0x54, 0x93, 0xd7, 0x77, 0x91, 0x2d, 0x42 };

struct machine {
	struct paging paging;
	struct handover_identity_map from;
	struct efi_map_result result;
};

static void put(struct machine *machine, uint64_t address, const void *data, size_t size)
{
	memcpy((void *)(machine->paging.memory.base + address), data, size);
}

static void put_u64(struct machine *machine, uint64_t address, uint64_t value)
{
	put(machine, address, &value, sizeof(value));
}

static void put_u32(struct machine *machine, uint64_t address, uint32_t value)
{
	put(machine, address, &value, sizeof(value));
}

/* count entries; the CC blob's is the last if there is one. */
static void put_tables(struct machine *machine, uint64_t array, uint64_t count,
		       uint64_t blob)
{
	put(machine, SYSTEM_TABLE, "IBI SYST", 8);
	put_u64(machine, SYSTEM_TABLE + 104, count);
	/* A virtual address that must not be followed. */
	put_u64(machine, SYSTEM_TABLE + 112, 0xffffffff12345678ull);
	if (blob) {
		put(machine, array + (count - 1) * 24, cc_guid, 16);
		put_u64(machine, array + (count - 1) * 24 + 16, blob);
	}
}

static void put_blob(struct machine *machine, uint64_t secrets, uint32_t secrets_length,
		     uint64_t cpuid, uint32_t cpuid_length)
{
	put_u32(machine, BLOB, 0x45444d41);
	put_u64(machine, BLOB + 8, secrets);
	put_u32(machine, BLOB + 16, secrets_length);
	put_u64(machine, BLOB + 24, cpuid);
	put_u32(machine, BLOB + 32, cpuid_length);
}

static void machine_create(struct machine *machine, unsigned int levels, uint64_t mask)
{
	paging_create(&machine->paging, levels, mask);
	paging_map(&machine->paging, OWN_CODE, MIB(2));
	machine->from = (struct handover_identity_map){
		.system_table = SYSTEM_TABLE,
		.config_table_array = ARRAY,
		.pool_start = POOL_START,
		.pool_end = POOL_START + IDENTITY_MAP_POOL_PAGES * 4096,
		.ram_end = GIB(32),
		.physical_limit = SIMULATED_BYTES,
	};
}

static void walk(struct machine *machine)
{
	struct identity_map map;

	assert_int_equal(
		identity_map_init(&map, machine->paging.memory, machine->paging.root,
				  machine->paging.levels == 5, OWN_CODE, &machine->from),
		IDENTITY_MAP_OK);
	efi_map_tables(&map, machine->from.system_table, machine->from.config_table_array,
		       &machine->result);
}

static void check_mapped(const struct machine *machine, enum efi_area_id id,
			 uint64_t start, uint64_t end, uint64_t pages)
{
	const struct efi_area *area = &machine->result.areas[id];

	assert_int_equal(area->status, EFI_AREA_MAPPED);
	assert_false(efi_area_was_skipped(area));
	assert_int_equal(area->start, start);
	assert_int_equal(area->end, end);
	assert_int_equal(area->pages_added, pages);
	assert_true(paging_is_identity(&machine->paging, start, end));
}

static void check_skipped(const struct machine *machine, enum efi_area_id id,
			  enum efi_area_status status, const char *reason)
{
	const struct efi_area *area = &machine->result.areas[id];

	assert_int_equal(area->status, status);
	assert_true(efi_area_was_skipped(area));
	assert_string_equal(efi_area_reason(area), reason);
}

/* id and all that only it could lead to. */
static void check_not_reached(const struct machine *machine, enum efi_area_id id)
{
	for (int i = id; i < EFI_AREAS; i++)
		assert_int_equal(machine->result.areas[i].status, EFI_AREA_NOT_REACHED);
}

static bool page_is_mapped(const struct machine *machine, uint64_t address)
{
	uint64_t physical, leaf, page_bytes;

	return paging_translate(&machine->paging, address, &physical, &leaf, &page_bytes);
}

static void test_array_without_blob(void **state)
{
	(void)state;
	for (unsigned int levels = 4; levels <= 5; levels++) {
		struct machine machine;

		machine_create(&machine, levels, levels == 4 ? 1ull << 51 : 0);
		put_tables(&machine, ARRAY, 14, 0);
		walk(&machine);
		assert_int_equal(machine.result.config_tables, 14);
		check_mapped(&machine, EFI_AREA_SYSTEM_TABLE, SYSTEM_TABLE,
			     SYSTEM_TABLE + 120, 1);
		check_mapped(&machine, EFI_AREA_CONFIG_TABLES, ARRAY, ARRAY + 14 * 24, 1);
		check_not_reached(&machine, EFI_AREA_CC_BLOB);
		assert_false(page_is_mapped(&machine, (ARRAY & ~4095ull) - 1));
		assert_false(page_is_mapped(&machine, (ARRAY & ~4095ull) + 4096));
		paging_destroy(&machine.paging);
	}
}

static void test_array_over_boundaries(void **state)
{
	static const uint64_t boundaries[] = { GIB(9) + 4096, GIB(9) + MIB(2), GIB(9) };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint64_t array = boundaries[i] - 36;
		struct machine machine;

		machine_create(&machine, 4, 0);
		machine.from.config_table_array = array;
		put_tables(&machine, array, 3, BLOB);
		walk(&machine);
		check_mapped(&machine, EFI_AREA_CONFIG_TABLES, array, array + 72, 2);
		/* The third entry, behind the boundary, has been read. */
		assert_int_equal(machine.result.areas[EFI_AREA_CC_BLOB].start, BLOB);
		paging_destroy(&machine.paging);
	}
}

static void test_largest_array(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, EFI_CONFIG_TABLES_MAX, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 4096);
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CONFIG_TABLES, ARRAY,
		     ARRAY + EFI_CONFIG_TABLES_MAX * 24, 385);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 4096, 1);
	paging_destroy(&machine.paging);
}

static void test_system_table_not_believed(void **state)
{
	static const uint64_t counts[] = { 0, EFI_CONFIG_TABLES_MAX + 1, 1ull << 32 | 3,
					   UINT64_MAX };
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 3, 0);
	put(&machine, SYSTEM_TABLE, "IBI SYSX", 8);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);
	assert_false(page_is_mapped(&machine, ARRAY));

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		put_tables(&machine, ARRAY, counts[i], 0);
		walk(&machine);
		check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_BAD_COUNT,
			      "has an impossible number of entries");
		check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);
		assert_int_equal(machine.result.config_tables, 0);
		assert_false(page_is_mapped(&machine, ARRAY));
	}
	paging_destroy(&machine.paging);
}

static void test_impossible_addresses(void **state)
{
	static const uint64_t addresses[] = { SIMULATED_BYTES, SIMULATED_BYTES - 100,
					      0xffffffff12345678ull, UINT64_MAX - 50 };
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 5, 0);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		bool wraps = addresses[i] == UINT64_MAX - 50;
		const char *reason = wraps ? "is empty or wraps around"
					   : "lies beyond the CPU's address space";

		machine.from.system_table = addresses[i];
		walk(&machine);
		check_skipped(&machine, EFI_AREA_SYSTEM_TABLE, EFI_AREA_NOT_MAPPED,
			      reason);
		check_not_reached(&machine, EFI_AREA_CONFIG_TABLES);

		machine.from.system_table = SYSTEM_TABLE;
		machine.from.config_table_array = addresses[i];
		walk(&machine);
		check_skipped(&machine, EFI_AREA_CONFIG_TABLES, EFI_AREA_NOT_MAPPED,
			      reason);
		check_not_reached(&machine, EFI_AREA_CC_BLOB);
		/* No end is printed that lies before the start. */
		assert_int_equal(machine.result.areas[EFI_AREA_CONFIG_TABLES].end,
				 wraps ? addresses[i] : addresses[i] + 5 * 24);
	}
	machine.from.config_table_array = 0;
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CONFIG_TABLES, EFI_AREA_NO_ADDRESS,
		      "has no address");
	paging_destroy(&machine.paging);
}

/* What could not be mapped is not read: reading it would end this program. */
static void test_nothing_unmapped_is_read(void **state)
{
	(void)state;
	for (uint64_t pages = 0; pages <= 9; pages++) {
		static const uint64_t areas[] = { SYSTEM_TABLE, ARRAY, BLOB };
		struct machine machine;

		machine_create(&machine, 4, 0);
		machine.from.pool_end = POOL_START + pages * 4096;
		put_tables(&machine, ARRAY, 4, BLOB);
		put_blob(&machine, SECRETS, 4096, CPUID, 4096);
		/* Two tables for each area in its own GiB (level 3 is there). */
		for (uint64_t i = pages / 2; i < 3; i++)
			mprotect((void *)(machine.paging.memory.base +
					  (areas[i] & ~4095ull)),
				 8192, PROT_NONE);
		walk(&machine);
		for (uint64_t i = 0; i < EFI_AREAS; i++) {
			enum efi_area_status status = machine.result.areas[i].status;

			if (i < pages / 2)
				assert_int_equal(status, EFI_AREA_MAPPED);
			else if (i == pages / 2)
				check_skipped(&machine, i, EFI_AREA_NOT_MAPPED,
					      "needs more page tables than there are");
			else
				assert_int_not_equal(status, EFI_AREA_MAPPED);
		}
		paging_destroy(&machine.paging);
	}
}

static void test_blob(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 5, 1ull << 51);
	put_tables(&machine, ARRAY, 4, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 8192);
	walk(&machine);
	/* It stands across a page boundary. */
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 2);
	check_mapped(&machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 8192, 2);
	assert_false(page_is_mapped(&machine, CPUID + 8192));

	/* The second walk, as the kexec after next makes it, finds all in place. */
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CC_BLOB, BLOB, BLOB + 40, 0);
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + 8192, 0);
	paging_destroy(&machine.paging);
}

static void test_first_blob_counts(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 6, 0x700000000ull);
	put(&machine, ARRAY + 2 * 24, cc_guid, 16);
	put_u64(&machine, ARRAY + 2 * 24 + 16, BLOB);
	/* One byte off is another table. */
	put(&machine, ARRAY + 24, cc_guid, 15);
	put_u64(&machine, ARRAY + 24 + 16, 0x600000000ull);
	walk(&machine);
	assert_int_equal(machine.result.areas[EFI_AREA_CC_BLOB].start, BLOB);
	assert_false(page_is_mapped(&machine, 0x600000000ull));
	assert_false(page_is_mapped(&machine, 0x700000000ull));
	paging_destroy(&machine.paging);
}

static void test_bad_blobs(void **state)
{
	struct machine machine;

	(void)state;
	machine_create(&machine, 4, 0);
	put_tables(&machine, ARRAY, 1, BLOB);
	put_blob(&machine, SECRETS, 4096, CPUID, 4096);
	put_u32(&machine, BLOB, 0x45444d42);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_BAD_SIGNATURE,
		      "has a wrong signature");
	check_not_reached(&machine, EFI_AREA_CC_SECRETS);
	assert_false(page_is_mapped(&machine, SECRETS));

	/* One bad area does not take the other with it. */
	put_blob(&machine, SECRETS, 0, CPUID, EFI_CC_BLOB_AREA_MAX);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");
	check_mapped(&machine, EFI_AREA_CC_CPUID, CPUID, CPUID + EFI_CC_BLOB_AREA_MAX,
		     256);
	assert_false(page_is_mapped(&machine, SECRETS));

	put_blob(&machine, SECRETS, 4096, CPUID, EFI_CC_BLOB_AREA_MAX + 1);
	walk(&machine);
	check_mapped(&machine, EFI_AREA_CC_SECRETS, SECRETS, SECRETS + 4096, 1);
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_BAD_LENGTH,
		      "has an impossible length");

	put_blob(&machine, UINT64_MAX - 100, 4096, SIMULATED_BYTES - 4096, 4097);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_SECRETS, EFI_AREA_NOT_MAPPED,
		      "is empty or wraps around");
	check_skipped(&machine, EFI_AREA_CC_CPUID, EFI_AREA_NOT_MAPPED,
		      "lies beyond the CPU's address space");

	put_tables(&machine, ARRAY, 1, SIMULATED_BYTES);
	walk(&machine);
	check_skipped(&machine, EFI_AREA_CC_BLOB, EFI_AREA_NOT_MAPPED,
		      "lies beyond the CPU's address space");
	paging_destroy(&machine.paging);
}

static void test_names(void **state)
{
	struct efi_area area = { .status = EFI_AREA_STATUSES };

	(void)state;
	for (int i = 0; i < EFI_AREAS; i++)
		assert_memory_equal(efi_area_name(i), "the ", 4);
	assert_string_equal(efi_area_name(EFI_AREAS), "an EFI table");
	assert_string_equal(efi_area_reason(&area), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array_without_blob),
		cmocka_unit_test(test_array_over_boundaries),
		cmocka_unit_test(test_largest_array),
		cmocka_unit_test(test_system_table_not_believed),
		cmocka_unit_test(test_impossible_addresses),
		cmocka_unit_test(test_nothing_unmapped_is_read),
		cmocka_unit_test(test_blob),
		cmocka_unit_test(test_first_blob_counts),
		cmocka_unit_test(test_bad_blobs),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
