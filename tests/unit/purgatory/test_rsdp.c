// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of purgatory/rsdp.c, on a root pointer that no page table maps at first. The
 * offsets are those of ACPI 6.5, 5.2.5.3, and of the Multiboot specification 2.0, 3.6.
 */
#include "identity_machine.h"
#include "purgatory/rsdp.h"

#define ROOT	 0x023f77d014ull
#define TAGS	 MIB(300)
#define BIOS	 0x9f010ull
#define REVISION 15
#define OLD_SUM	 8
#define NEW_SUM	 32

/* The room is full of tags that end the information: type 0, 8 bytes. */
#define ROOM	  80u
#define END_TAG	  8ull << 32
#define UNTOUCHED 0xa5

static const struct purgatory_rsdp all = { ROOT, TAGS, BIOS };

static uint8_t *at(const struct machine *machine, uint64_t address)
{
	return (uint8_t *)(machine->paging.memory.base + address);
}

static void fix_sum(uint8_t *data, size_t place, size_t size)
{
	uint8_t sum = 0;
	size_t i;

	data[place] = 0;
	for (i = 0; i < size; i++)
		sum = (uint8_t)(sum + data[i]);
	data[place] = (uint8_t)-sum;
}

/* With right sums; all other bytes differ from each other. */
static void put_root(uint8_t *data, uint8_t revision)
{
	size_t i;

	for (i = 0; i < 36; i++)
		data[i] = (uint8_t)(0x40 + i);
	memcpy(data, "RSD PTR ", 8);
	data[REVISION] = revision;
	fix_sum(data, OLD_SUM, 20);
	fix_sum(data, NEW_SUM, 36);
}

static void make(struct machine *machine, uint8_t revision)
{
	size_t i;

	machine_create(machine, 4, 0);
	put_root(at(machine, ROOT), revision);
	for (i = 0; i < ROOM; i += 8)
		*paging_word(&machine->paging, TAGS + i) = END_TAG;
	memset(at(machine, TAGS + ROOM), UNTOUCHED, 8);
	memset(at(machine, BIOS - 16), UNTOUCHED, 16);
	memset(at(machine, BIOS + 36), UNTOUCHED, 12);
}

static struct rsdp_result copy(struct machine *machine, const struct purgatory_rsdp *rsdp)
{
	assert_int_equal(init(machine), IDENTITY_MAP_OK);
	return rsdp_copy(&machine->map, rsdp);
}

static void check_bytes(const struct machine *machine, uint64_t address,
			const void *expected, size_t size)
{
	assert_memory_equal(at(machine, address), expected, size);
}

/* Each tag is padded to a multiple of 8. */
static void check_tag(const struct machine *machine, uint64_t address, uint32_t type,
		      uint32_t body)
{
	const uint32_t head[2] = { type, 8 + body };
	static const uint8_t padding[4];

	check_bytes(machine, address, head, sizeof(head));
	check_bytes(machine, address + 8, at(machine, ROOT), body);
	check_bytes(machine, address + 8 + body, padding, sizeof(padding));
}

static void check_ends(const struct machine *machine, uint64_t from)
{
	for (; from < TAGS + ROOM; from += 8)
		assert_int_equal(*paging_word(&machine->paging, from), END_TAG);
}

static void check_zeros(const struct machine *machine, uint64_t address, size_t size)
{
	while (size--)
		assert_int_equal(*at(machine, address + size), 0);
}

static void check_around(const struct machine *machine)
{
	uint8_t untouched[16];

	memset(untouched, UNTOUCHED, sizeof(untouched));
	check_bytes(machine, TAGS + ROOM, untouched, 8);
	check_bytes(machine, BIOS - 16, untouched, 16);
	check_bytes(machine, BIOS + 36, untouched, 12);
}

static void check_nothing_copied(const struct machine *machine)
{
	check_ends(machine, TAGS);
	check_zeros(machine, BIOS, 36);
	check_around(machine);
}

static void test_copies(void **state)
{
	/* Revision 1 was never defined; consumers treat all below 2 alike. */
	static const struct {
		uint8_t revision;
		uint32_t bytes;
	} cases[] = { { 0, 20 }, { 1, 20 }, { 2, 36 }, { 3, 36 }, { 255, 36 } };
	struct machine machine;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rsdp_result result;
		uint32_t bytes = cases[i].bytes;

		make(&machine, cases[i].revision);
		result = copy(&machine, &all);
		assert_int_equal(result.status, RSDP_COPIED);
		assert_int_equal(result.bytes, bytes);
		assert_true(paging_is_identity(&machine.paging, ROOT, ROOT + bytes));
		check_bytes(&machine, BIOS, at(&machine, ROOT), bytes);
		check_zeros(&machine, BIOS + bytes, 36 - bytes);
		check_tag(&machine, TAGS, 14, 20);
		if (bytes == 36)
			check_tag(&machine, TAGS + 32, 15, 36);
		else
			check_ends(&machine, TAGS + 32);
		check_around(&machine);
		machine_destroy(&machine);
	}
}

/* One of the places may be missing: address 0 is not written to. */
static void test_one_place(void **state)
{
	static const struct purgatory_rsdp tags = { ROOT, TAGS, 0 };
	static const struct purgatory_rsdp bios = { ROOT, 0, BIOS };
	struct machine machine;

	(void)state;
	make(&machine, 2);
	assert_int_equal(copy(&machine, &tags).status, RSDP_COPIED);
	check_tag(&machine, TAGS, 14, 20);
	check_tag(&machine, TAGS + 32, 15, 36);
	check_zeros(&machine, BIOS, 36);
	check_zeros(&machine, 0, 80);
	machine_destroy(&machine);

	make(&machine, 2);
	assert_int_equal(copy(&machine, &bios).status, RSDP_COPIED);
	check_bytes(&machine, BIOS, at(&machine, ROOT), 36);
	check_ends(&machine, TAGS);
	check_zeros(&machine, 0, 80);
	machine_destroy(&machine);
}

/* A root pointer of 20 bytes at the end of a page does not touch the next page. */
static void test_pages(void **state)
{
	struct purgatory_rsdp rsdp = all;
	struct machine machine;

	(void)state;
	make(&machine, 0);
	rsdp.address = MIB(400) - 20;
	put_root(at(&machine, rsdp.address), 0);
	assert_int_equal(copy(&machine, &rsdp).status, RSDP_COPIED);
	assert_int_equal(machine.map.pages_added, 1);
	assert_false(paging_is_identity(&machine.paging, MIB(400), MIB(400) + 1));
	machine_destroy(&machine);

	make(&machine, 2);
	rsdp.address = MIB(400) - 30;
	put_root(at(&machine, rsdp.address), 2);
	assert_int_equal(copy(&machine, &rsdp).status, RSDP_COPIED);
	assert_int_equal(machine.map.pages_added, 2);
	check_bytes(&machine, BIOS, at(&machine, rsdp.address), 36);
	machine_destroy(&machine);
}

static void check_skips(struct machine *machine, const struct purgatory_rsdp *rsdp,
			enum rsdp_status status, const char *reason)
{
	struct rsdp_result result = copy(machine, rsdp);

	assert_int_equal(result.status, status);
	assert_int_equal(result.bytes, 0);
	assert_string_equal(rsdp_reason(&result), reason);
	check_nothing_copied(machine);
}

/* Each byte is covered by the signature or by a sum. */
static void test_damaged(void **state)
{
	struct machine machine;
	size_t i;

	(void)state;
	for (i = 0; i < 36; i++) {
		make(&machine, 2);
		*at(&machine, ROOT + i) ^= 1;
		check_skips(&machine, &all,
			    i < 8 ? RSDP_BAD_SIGNATURE : RSDP_BAD_CHECKSUM,
			    i < 8 ? "has a wrong signature" : "has a wrong checksum");
		machine_destroy(&machine);
	}
	/* In ACPI 1.0 what lies behind does not belong to it. */
	make(&machine, 0);
	*at(&machine, ROOT + 20) ^= 1;
	assert_int_equal(copy(&machine, &all).status, RSDP_COPIED);
	machine_destroy(&machine);
}

static void test_skips(void **state)
{
	struct purgatory_rsdp rsdp = all;
	struct machine machine;

	(void)state;
	make(&machine, 2);
	rsdp.address = MIB(500);
	check_skips(&machine, &rsdp, RSDP_BAD_SIGNATURE, "has a wrong signature");
	rsdp.address = UINT64_MAX - 10;
	check_skips(&machine, &rsdp, RSDP_NOT_MAPPED, "is empty or wraps around");
	rsdp.address = 1ull << 52;
	check_skips(&machine, &rsdp, RSDP_NOT_MAPPED,
		    "lies beyond the CPU's address space");
	rsdp.address = SIMULATED_BYTES - 19;
	check_skips(&machine, &rsdp, RSDP_NOT_MAPPED,
		    "lies beyond the CPU's address space");
	/* All or nothing: the other place stays empty. */
	rsdp = (struct purgatory_rsdp){ ROOT, SIMULATED_BYTES - 79, BIOS };
	check_skips(&machine, &rsdp, RSDP_OUTSIDE,
		    "is to be copied to a place outside memory");
	rsdp = (struct purgatory_rsdp){ ROOT, TAGS, SIMULATED_BYTES - 35 };
	check_skips(&machine, &rsdp, RSDP_OUTSIDE,
		    "is to be copied to a place outside memory");
	machine_destroy(&machine);

	make(&machine, 2);
	machine.from.pool_end = machine.from.pool_start;
	check_skips(&machine, &all, RSDP_NOT_MAPPED,
		    "needs more page tables than there are");
	machine_destroy(&machine);
}

/*
 * With a map whose tables cannot be read, as that of Xen, nothing is mapped and no table
 * is read or changed; limits count as always.
 */
static void test_complete_map(void **state)
{
	struct purgatory_rsdp rsdp = all;
	struct rsdp_result result;
	struct machine machine;
	uint64_t word;

	(void)state;
	make(&machine, 2);
	assert_int_equal(init(&machine), IDENTITY_MAP_OK);
	word = *paging_word(&machine.paging, machine.from.pool_start);
	identity_map_init_complete(&machine.map, machine.map.memory, &machine.from);
	result = rsdp_copy(&machine.map, &all);
	assert_int_equal(result.status, RSDP_COPIED);
	assert_int_equal(result.bytes, 36);
	check_bytes(&machine, BIOS, at(&machine, ROOT), 36);
	assert_int_equal(machine.map.pages_added, 0);
	assert_int_equal(*paging_word(&machine.paging, machine.from.pool_start), word);
	rsdp.address = UINT64_MAX - 10;
	assert_int_equal(rsdp_copy(&machine.map, &rsdp).map_status,
			 IDENTITY_MAP_BAD_RANGE);
	rsdp.address = 1ull << 52;
	assert_int_equal(rsdp_copy(&machine.map, &rsdp).map_status,
			 IDENTITY_MAP_BEYOND_LIMIT);
	machine_destroy(&machine);
}

static void test_every_status_has_a_reason(void **state)
{
	struct rsdp_result result = { 0 };
	int status;

	(void)state;
	for (status = 0; status < RSDP_STATUSES; status++) {
		result.status = (enum rsdp_status)status;
		assert_string_not_equal(rsdp_reason(&result), "");
	}
	result.status = RSDP_STATUSES;
	assert_string_equal(rsdp_reason(&result), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_one_place),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_skips),
		cmocka_unit_test(test_complete_map),
		cmocka_unit_test(test_every_status_has_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
