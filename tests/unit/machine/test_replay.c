// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded machines, read by machine_read and by the simple second reader in
 * raw_machine.h. Both must find the same machine. MACHINES names the directory of the
 * archives; without it they are in tests/machines of the source tree.
 */
#include <glob.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "in_range.h"
#include "raw_machine.h"

extern char **environ;

/*
 * Facts about a machine from its description (tests/machines/README.md), not its files.
 */
static const struct known {
	const char *name;
	bool efi, five_levels;
	uint64_t ram_end_min, ram_end_max;
} known_machines[] = {
	{ "ovmf", true, false, 0x3fe00000, 0x40000000 },
	{ "ovmf-6g", true, false, 0x200000000, 0x200000000 },
	{ "ovmf-ia32", true, false, 0x3ef00000, 0x40000000 },
	{ "ovmf-la57", true, true, 0x3fe00000, 0x40000000 },
	{ "ovmf-moved-array", true, false, 0x3fe00000, 0x40000000 },
	{ "ovmf-moved-array-6g", true, false, 0x200000000, 0x200000000 },
	{ "ovmf-tables", true, false, 0x3fe00000, 0x40000000 },
	{ "seabios", false, false, 0x3ff00000, 0x40000000 },
};

static void compare_address(const struct machine *machine, const struct raw *raw,
			    uint64_t address)
{
	const struct memory_range *range = memory_map_find(&machine->memory, address);

	assert_int_equal(range ? range->type : 0, raw_type(raw, address));
}

/* Types change only at the ends of ranges, so these addresses are sufficient. */
static void compare_edges(const struct machine *machine, const struct raw *raw,
			  const struct raw_range *ranges, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		compare_address(machine, raw, ranges[i].first - 1);
		compare_address(machine, raw, ranges[i].first);
		compare_address(machine, raw, ranges[i].last);
		compare_address(machine, raw, ranges[i].last + 1);
	}
}

static void compare_memory(const struct machine *machine, const struct raw *raw)
{
	uint64_t end = 0;
	size_t i;

	compare_edges(machine, raw, raw->memmap, raw->memmap_count);
	compare_edges(machine, raw, raw->runtime, raw->runtime_count);
	compare_edges(machine, raw, raw->iomem, raw->iomem_count);
	compare_edges(machine, raw, raw->tables, raw->tables_count);
	for (i = 0; i < raw->iomem_count; i++) {
		if (!strcmp(raw->iomem[i].name, "System RAM") &&
		    raw->iomem[i].last >= end)
			end = raw->iomem[i].last + 1;
	}
	assert_int_equal(machine->ram_end, end);
	assert_true(memory_map_is_type(&machine->memory, 0, 0x1000, MEMORY_RAM));
}

static uint64_t number_at(const uint8_t *bytes, unsigned offset, unsigned size)
{
	uint64_t value = 0;

	memcpy(&value, bytes + offset, size);
	return value;
}

/* Bytes of an entry of the EFI memory map. */
#define OVMF_DESCRIPTOR_SIZE   48
#define U_BOOT_DESCRIPTOR_SIZE 40

static const struct efi_config_table *table_named(const struct efi_facts *efi,
						  const char *name)
{
	size_t i;

	for (i = 0; i < efi->tables.count; i++) {
		if (!strcmp(efi->tables.tables[i].name, name))
			return &efi->tables.tables[i];
	}
	return NULL;
}

/*
 * The number of tables in the EFI system table. Its memory is recorded as a page, or as
 * the bytes that a load reads.
 */
static unsigned long long count_in_system_table(const struct tree *tree,
						unsigned long long address)
{
	const unsigned long long starts[] = { address & ~0xfffull, address };
	uint8_t bytes[8];
	size_t i;

	for (i = 0; i < 2; i++) {
		_cleanup_fclose_ FILE *memory =
			raw_open(tree, "physical_memory/%016llx", starts[i]);

		if (!memory)
			continue;
		assert_int_equal(
			fseek(memory, (long)(address - starts[i] + 104), SEEK_SET), 0);
		assert_int_equal(fread(bytes, 1, sizeof(bytes), memory), 8);
		return number_at(bytes, 0, 8);
	}
	fail_msg("the EFI system table at 0x%llx is not recorded", address);
	return 0;
}

/* Compares the tables, which are read with 64-bit firmware only. */
static void compare_tables(const struct machine *machine, const struct tree *tree)
{
	const struct efi_facts *efi = &machine->efi;

	assert_null(efi->tables_unread);
	assert_int_equal(efi->table_count,
			 count_in_system_table(tree, efi->system_table));
	assert_int_equal(efi->tables.count, efi->table_count);
	/* The array and the kernel's systab file must agree. */
	assert_int_equal(table_named(efi, "ACPI 2.0")->address, efi->acpi_rsdp);
	/* U-Boot has neither of the tables that follow. */
	if (efi->descriptor_size == U_BOOT_DESCRIPTOR_SIZE) {
		assert_null(table_named(efi, "SMBIOS"));
		return;
	}
	assert_int_equal(table_named(efi, "SMBIOS")->address, efi->smbios);
	assert_non_null(table_named(efi, "memory attributes"));
	/* The memory of the memory attributes table must not be used for loading. */
	assert_true(memory_map_is_type(
		&machine->memory, table_named(efi, "memory attributes")->address,
		table_named(efi, "memory attributes")->address + 16, MEMORY_RESERVED));
}

static void compare_efi(const struct machine *machine, const struct raw *raw,
			const struct tree *tree)
{
	const struct efi_facts *efi = &machine->efi;
	_cleanup_fclose_ FILE *config_table =
		raw_open(tree, "sys/firmware/efi/config_table");
	_cleanup_fclose_ FILE *word_size =
		raw_open(tree, "sys/firmware/efi/fw_platform_size");
	_cleanup_fclose_ FILE *params = raw_open(tree, "sys/kernel/boot_params/data");
	unsigned long long array = 0;
	uint8_t boot_params[4096];
	unsigned bits = 0;
	size_t i;

	assert_int_equal(fread(boot_params, 1, sizeof(boot_params), params), 4096);
	assert_int_equal(efi->system_table, number_at(boot_params, 0x1c4, 4) |
						    number_at(boot_params, 0x1d8, 4)
							    << 32);
	assert_int_equal(fscanf(config_table, "0x%llx", &array), 1);
	assert_int_equal(efi->config_table_array, array);
	assert_int_equal(fscanf(word_size, "%u", &bits), 1);
	assert_int_equal(efi->word_bits, bits);
	assert_int_equal(efi->descriptor_size, number_at(boot_params, 0x1c8, 4));
	assert_true(efi->descriptor_size == OVMF_DESCRIPTOR_SIZE ||
		    efi->descriptor_size == U_BOOT_DESCRIPTOR_SIZE);
	assert_int_equal(efi->descriptor_version, 1);
	assert_int_equal(efi->runtime_map_count, raw->runtime_count);
	for (i = 1; i < efi->runtime_map_count; i++)
		assert_true(efi->runtime_map[i - 1].physical_start <
			    efi->runtime_map[i].physical_start);
	assert_null(efi->incomplete);
	assert_int_not_equal(efi->acpi_rsdp, 0);
	if (bits == 64)
		compare_tables(machine, tree);
	else
		assert_int_equal(efi->tables.count, 0);
}

static void compare_rest(const struct machine *machine, const struct tree *tree)
{
	_cleanup_fclose_ FILE *cmdline = raw_open(tree, "proc/cmdline");
	_cleanup_fclose_ FILE *cpuinfo = raw_open(tree, "proc/cpuinfo");
	char line[8192] = "";
	unsigned bits = 0;

	assert_non_null(fgets(line, sizeof(line), cmdline));
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(machine->command_line, line);
	while (fgets(line, sizeof(line), cpuinfo) &&
	       sscanf(line, "address sizes : %u bits", &bits) != 1)
		;
	assert_int_equal(machine->cpu.physical_bits, bits);
	assert_true(machine->has_boot_params);
}

static void compare_known(const struct machine *machine, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(known_machines) / sizeof(known_machines[0]); i++) {
		const struct known *known = &known_machines[i];

		if (strcmp(known->name, name) != 0)
			continue;
		assert_int_equal(machine->efi.booted, known->efi);
		assert_int_equal(machine->cpu.five_level_paging, known->five_levels);
		assert_uint_in_range(machine->ram_end, known->ram_end_min,
				     known->ram_end_max);
		return;
	}
	print_message("  nothing else is known of %s\n", name);
}

static void replay(const char *archive, const char *name)
{
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ struct raw *raw = calloc(1, sizeof(*raw));
	_cleanup_tree_ struct tree tree;
	char *arguments[] = { "tar", "-C", NULL, "-xJf", (char *)archive, NULL };
	int status = -1;
	pid_t child;

	print_message("  %s\n", name);
	tree_make(&tree);
	arguments[2] = tree.path;
	assert_int_equal(posix_spawnp(&child, "tar", NULL, NULL, arguments, environ), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(machine_read(&tree.root, &machine, &err), 0);
	raw_read_ranges(&tree, raw);
	raw_read_tables(&tree, raw);
	compare_memory(&machine, raw);
	compare_rest(&machine, &tree);
	compare_known(&machine, name);
	if (machine.efi.booted)
		compare_efi(&machine, raw, &tree);
}

/* Finds all archives. The caller frees them with globfree. */
static void find_archives(glob_t *archives)
{
	const char *directory = getenv("MACHINES"), *srcdir = getenv("srcdir");
	_cleanup_free_ char *pattern = NULL;

	if (asprintf(&pattern, "%s%s/*.tar.xz", directory || !srcdir ? "" : srcdir,
		     directory ? directory
		     : srcdir  ? "/tests/machines"
			       : "tests/machines") < 0)
		abort();
	if (glob(pattern, 0, NULL, archives) != 0)
		print_message("%s: not found\n", pattern);
}

static void test_recorded_machines(void **state)
{
	const glob_t *archives = *state;
	size_t i;

	for (i = 0; i < archives->gl_pathc; i++) {
		const char *path = archives->gl_pathv[i];
		const char *slash = strrchr(path, '/');
		_cleanup_free_ char *name = strdup(slash + 1);

		name[strlen(name) - strlen(".tar.xz")] = '\0';
		/* The second reader knows Linux' files, which say little of a dom0. */
		if (strncmp(name, "xen-", 4) != 0)
			replay(path, name);
	}
}

int main(void)
{
	glob_t archives = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_recorded_machines, &archives),
	};
	int failed;

	find_archives(&archives);
	if (!archives.gl_pathc)
		return 77; /* automake's SKIP */
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	globfree(&archives);
	return failed;
}
