// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the EFI config tables: who keeps it, what becomes of the memory map, and
 * what is never read.
 */
#include "fixtures.h"
#include "machine_internal.h"
#include "tree.h"

#define ARRAY	     0x28000800ull
#define SYSTEM_TABLE 0x30000018ull
#define RUNTIME	     0x21000000ull
#define KERNELS	     0x20000000ull /* the running kernel keeps a page of RAM here */
#define IN_RAM	     0x10000018ull
#define NO_FILE	     0x11000018ull
#define RESERVED     0x30000000ull
#define ROM	     0xf0000ull
#define MMCONFIG     0xb0000000ull
#define DEVICE	     0x32000000ull /* EFI memory-mapped I/O of the runtime map */
#define FIRST_PAGE   0x800ull

static const char iomem_text[] = "00000000-00000fff : Reserved\n"
				 "00001000-0009ffff : System RAM\n"
				 "000f0000-000fffff : Reserved\n"
				 "  000f0000-000fffff : System ROM\n"
				 "00100000-1fffffff : System RAM\n"
				 "  01000000-01ffffff : Kernel code\n"
				 "20000000-20000fff : Reserved\n"
				 "20001000-2fffffff : System RAM\n"
				 "30000000-33ffffff : Reserved\n"
				 "b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]\n"
				 "  b0000000-bfffffff : Reserved\n";

static const struct memory_range firmware_ranges[] = {
	{ 0, 0xa0000, MEMORY_RAM },
	{ 0xf0000, 0x100000, MEMORY_RESERVED },
	{ 0x100000, 0x30000000, MEMORY_RAM },
	{ 0x30000000, 0x34000000, MEMORY_RESERVED },
	{ 0xb0000000, 0xc0000000, MEMORY_RESERVED },
};

#define TABLES 16

struct scene {
	struct tree tree;
	struct physical_memory_reader reader;
	struct memory_map firmware;
	struct iomem iomem;
	struct machine machine;
};

static void scene_make(struct scene *scene, const char *iomem)
{
	struct machine *machine = &scene->machine;
	size_t i;

	memset(scene, 0, sizeof(*scene));
	tree_make(&scene->tree);
	physical_memory_open(&scene->tree.root, &scene->reader);
	for (i = 0; i < COUNT(firmware_ranges); i++)
		assert_int_equal(
			memory_map_set(&scene->firmware, firmware_ranges[i].start,
				       firmware_ranges[i].end, firmware_ranges[i].type),
			0);
	assert_int_equal(memory_map_copy(&scene->firmware, &machine->memory), 0);
	if (iomem)
		assert_int_equal(iomem_parse(strdup(iomem), &scene->iomem, NULL), 0);
	machine->efi.runtime_map = calloc(2, sizeof(*machine->efi.runtime_map));
	assert_non_null(machine->efi.runtime_map);
	machine->efi.runtime_map_count = 2;
	machine->efi.runtime_map[0] = (struct efi_memory_descriptor){
		.type = 4, .physical_start = RUNTIME, .page_count = 2
	};
	machine->efi.runtime_map[1] = (struct efi_memory_descriptor){
		.type = 11, .physical_start = DEVICE, .page_count = 1
	};
	machine->efi.tables.tables = calloc(TABLES, sizeof(struct efi_config_table));
	assert_non_null(machine->efi.tables.tables);
}

static void scene_clear(struct scene *scene)
{
	physical_memory_close(&scene->reader);
	memory_map_clear(&scene->firmware);
	iomem_clear(&scene->iomem);
	machine_clear(&scene->machine);
	tree_delete(&scene->tree);
}

static void add_table(struct scene *scene, enum efi_table_kind kind, uint64_t address)
{
	struct efi_config_tables *tables = &scene->machine.efi.tables;

	assert_true(tables->count < TABLES);
	tables->tables[tables->count++] = (struct efi_config_table){
		.kind = kind, .address = address, .name = strdup("the table")
	};
}

static void write_memory(struct scene *scene, uint64_t address, const struct poke *pokes,
			 size_t size)
{
	_cleanup_free_ uint8_t *bytes = calloc(1, size);
	char path[64];

	assert_non_null(bytes);
	apply_pokes(bytes, pokes, 4);
	snprintf(path, sizeof(path), "physical_memory/%016llx",
		 (unsigned long long)address);
	tree_write_bytes(&scene->tree, path, bytes, size);
}

/* A random seed of so many bytes: the layout does not matter here, the length does. */
static void add_seed(struct scene *scene, uint64_t address, uint32_t size)
{
	const struct poke pokes[4] = { { 0, 4, size - 4 } };

	write_memory(scene, address, pokes, 16);
	add_table(scene, EFI_TABLE_RANDOM_SEED, address);
}

/* As machine_correct_memory() does before and after. */
static void protect(struct scene *scene)
{
	struct memory_map *memory = &scene->machine.memory;

	assert_int_equal(memory_map_retype(memory, KERNELS, KERNELS + 0x1000, MEMORY_RAM,
					   MEMORY_RESERVED),
			 0);
	assert_int_equal(memory_map_retype(memory, RUNTIME, RUNTIME + 0x2000, MEMORY_RAM,
					   MEMORY_RESERVED),
			 0);
	assert_int_equal(machine_protect_tables(&scene->reader, &scene->firmware,
						&scene->iomem, &scene->machine, NULL),
			 0);
}

static const struct efi_config_table *table(const struct scene *scene, size_t i)
{
	return &scene->machine.efi.tables.tables[i];
}

static bool is_reserved(const struct scene *scene, uint64_t start, uint64_t end)
{
	return memory_map_is_type(&scene->machine.memory, start, end, MEMORY_RESERVED);
}

/* Exactly the range is reserved, and the bytes around it are RAM. */
static void assert_kept(const struct scene *scene, uint64_t start, uint64_t end)
{
	const struct memory_map *memory = &scene->machine.memory;

	assert_true(is_reserved(scene, start, end));
	assert_true(memory_map_is_type(memory, start - 1, start, MEMORY_RAM));
	assert_true(memory_map_is_type(memory, end, end + 1, MEMORY_RAM));
}

static bool noted(const struct scene *scene, const char *part)
{
	size_t i;

	for (i = 0; i < scene->machine.notes.count; i++) {
		if (strstr(scene->machine.notes.items[i], part))
			return true;
	}
	return false;
}

#define _cleanup_scene_ _cleanup_(scene_clear)

static void tables_in_ram_are_reserved_by_the_page(void **state)
{
	static const struct poke secrets[4] = { { 0, 8, 0x12000ff0 }, { 8, 8, 0x20 } };
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, IN_RAM, 0x1000);
	/* It leads to something on the border of two pages. */
	write_memory(&scene, 0x14000000, secrets, 16);
	add_table(&scene, EFI_TABLE_SECRETS, 0x14000000);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_kept(&scene, 0x10000000, 0x10002000);
	assert_int_equal(table(&scene, 1)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_kept(&scene, 0x14000000, 0x14001000);
	assert_kept(&scene, 0x12000000, 0x12002000);
	assert_int_equal(scene.machine.notes.count, 0);
}

static void everybody_who_keeps_a_table_is_named(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, RESERVED, 64);
	add_seed(&scene, RUNTIME + 0x100, 64);
	add_seed(&scene, KERNELS + 0x100, 64);
	add_seed(&scene, IN_RAM, 64);
	add_table(&scene, EFI_TABLE_OTHER, 0x15000000);
	add_table(&scene, EFI_TABLE_INITRD, 0x16000000);
	add_table(&scene, EFI_TABLE_OTHER, 0x50000000);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
	assert_int_equal(table(&scene, 0)->memory, MEMORY_RESERVED);
	assert_int_equal(table(&scene, 1)->keeper, EFI_TABLE_KEEPER_RUNTIME_MAP);
	assert_int_equal(table(&scene, 1)->memory, MEMORY_RAM);
	assert_int_equal(table(&scene, 2)->keeper, EFI_TABLE_KEEPER_KERNEL);
	assert_int_equal(table(&scene, 3)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_int_equal(table(&scene, 4)->keeper, EFI_TABLE_KEEPER_NONE);
	assert_true(table(&scene, 4)->memory_known);
	assert_int_equal(table(&scene, 5)->keeper, EFI_TABLE_KEEPER_NONE);
	assert_int_equal(table(&scene, 5)->state, EFI_TABLE_USED_UP);
	assert_int_equal(table(&scene, 6)->keeper, EFI_TABLE_KEEPER_NONE);
	assert_false(table(&scene, 6)->memory_known);
	assert_true(memory_map_is_type(&scene.machine.memory, 0x15000000, 0x17000000,
				       MEMORY_RAM));
}

/* In pages that the kernel keeps in part. */
static void a_table_that_is_kept_in_part(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, KERNELS + 0xff0, 0x20);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_kept(&scene, KERNELS, KERNELS + 0x2000);
}

static void tables_that_share_a_page(void **state)
{
	_cleanup_scene_ struct scene scene;
	size_t i;

	(void)state;
	scene_make(&scene, iomem_text);
	scene.machine.efi.config_table_array = ARRAY;
	scene.machine.efi.table_count = 4;
	scene.machine.efi.system_table = SYSTEM_TABLE;
	add_seed(&scene, IN_RAM, 64);
	add_seed(&scene, IN_RAM + 0x100, 64);
	add_seed(&scene, IN_RAM + 0x110, 64); /* overlaps the one before */
	add_seed(&scene, ARRAY + 0x100, 64);
	protect(&scene);
	for (i = 0; i < 4; i++)
		assert_int_equal(table(&scene, i)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_kept(&scene, 0x10000000, 0x10001000);
	assert_kept(&scene, 0x28000000, 0x28001000);
}

static void the_array_is_kept(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	scene.machine.efi.config_table_array = 0x28000ff0;
	scene.machine.efi.table_count = 2;
	scene.machine.efi.system_table = 0x27000018;
	protect(&scene);
	assert_kept(&scene, 0x28000000, 0x28002000);
	assert_kept(&scene, 0x27000000, 0x27001000);
}

static void the_length_is_guessed(void **state)
{
	static const struct poke seed[4] = { { 0, 4, UINT32_MAX } };
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_table(&scene, EFI_TABLE_TPM_LOG, NO_FILE);
	/* A guess takes RAM only, here the last page of it. */
	write_memory(&scene, 0x2ffff000, seed, 16);
	add_table(&scene, EFI_TABLE_RANDOM_SEED, 0x2ffff000);
	add_table(&scene, EFI_TABLE_ESRT, RESERVED);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->state, EFI_TABLE_UNREADABLE);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_KEXEC);
	assert_kept(&scene, 0x11000000, 0x11040000);
	assert_true(noted(&scene, "at 0x11000018: "));
	assert_int_equal(table(&scene, 1)->state, EFI_TABLE_DAMAGED);
	assert_true(is_reserved(&scene, 0x2ffff000, 0x34000000));
	assert_true(memory_map_is_type(&scene.machine.memory, 0x2fffe000, 0x2ffff000,
				       MEMORY_RAM));
	assert_true(noted(&scene, "at 0x2ffff000: it claims 0x100000003 bytes"));
	/* How long it is does not matter there, so that is no news. */
	assert_int_equal(table(&scene, 2)->state, EFI_TABLE_UNREADABLE);
	assert_int_equal(table(&scene, 2)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
	assert_false(noted(&scene, "0x30000000"));
}

/* What these files hold would be taken for tables if it were read. */
static void registers_are_not_read(void **state)
{
	static const uint64_t addresses[] = { MMCONFIG, MMCONFIG + 0x8000, DEVICE,
					      0x90000000 };
	_cleanup_scene_ struct scene scene;
	size_t i;

	(void)state;
	scene_make(&scene, iomem_text);
	for (i = 0; i < COUNT(addresses); i++)
		add_seed(&scene, addresses[i], 64);
	add_seed(&scene, DEVICE - 0x1000, 0x1008);
	add_seed(&scene, DEVICE + 0x1000, 64);
	protect(&scene);
	for (i = 0; i < COUNT(addresses); i++) {
		assert_int_equal(table(&scene, i)->state, EFI_TABLE_OUTSIDE);
		assert_int_equal(table(&scene, i)->part_count, 0);
	}
	/* Beside a device: fine, but not into it. */
	assert_int_equal(table(&scene, 4)->state, EFI_TABLE_DAMAGED);
	assert_int_equal(table(&scene, 5)->state, EFI_TABLE_INTACT);
}

/* Then only RAM is known to be memory. */
static void nothing_is_known_of_registers(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, NULL);
	add_seed(&scene, MMCONFIG, 64);
	add_seed(&scene, IN_RAM, 64);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->state, EFI_TABLE_OUTSIDE);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
	assert_int_equal(table(&scene, 1)->state, EFI_TABLE_INTACT);
	assert_kept(&scene, 0x10000000, 0x10001000);
}

/* Firmware that can still start a BIOS' systems has SMBIOS there. */
static void roms_are_memory(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, ROM + 0x4c0, 64);
	add_seed(&scene, ROM + 0xfff0, 64); /* beyond the ROM */
	protect(&scene);
	assert_int_equal(table(&scene, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
}

/* Every kernel keeps it for itself, and passes it on as the firmware calls it. */
static void the_first_page_stays_what_it_is(void **state)
{
	_cleanup_scene_ struct scene scene;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, FIRST_PAGE, 64);
	add_table(&scene, EFI_TABLE_TPM_LOG, 0);
	protect(&scene);
	assert_int_equal(table(&scene, 0)->state, EFI_TABLE_INTACT);
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_NONE);
	assert_int_equal(table(&scene, 1)->state, EFI_TABLE_OUTSIDE);
	assert_true(memory_map_is_type(&scene.machine.memory, 0, 0xa0000, MEMORY_RAM));
}

/* The kernel that is started finds in its firmware map what it was handed over. */
static void nothing_adds_up(void **state)
{
	_cleanup_memory_map_ struct memory_map first = { 0 };
	_cleanup_scene_ struct scene scene;
	size_t i;

	(void)state;
	scene_make(&scene, iomem_text);
	add_seed(&scene, IN_RAM, 0x1000);
	add_table(&scene, EFI_TABLE_TPM_LOG, NO_FILE);
	add_seed(&scene, MMCONFIG, 64);
	protect(&scene);
	assert_int_equal(memory_map_copy(&scene.machine.memory, &first), 0);
	memory_map_clear(&scene.firmware);
	assert_int_equal(memory_map_copy(&first, &scene.firmware), 0);
	protect(&scene);
	assert_int_equal(scene.machine.memory.count, first.count);
	assert_memory_equal(scene.machine.memory.ranges, first.ranges,
			    first.count * sizeof(*first.ranges));
	assert_int_equal(table(&scene, 0)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
	assert_int_equal(table(&scene, 0)->part_count, 1);
	for (i = 1; i < 3; i++)
		assert_int_equal(table(&scene, i)->keeper, EFI_TABLE_KEEPER_FIRMWARE);
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
		cmocka_unit_test(registers_are_not_read),
		cmocka_unit_test(nothing_is_known_of_registers),
		cmocka_unit_test(roms_are_memory),
		cmocka_unit_test(the_first_page_stays_what_it_is),
		cmocka_unit_test(nothing_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
