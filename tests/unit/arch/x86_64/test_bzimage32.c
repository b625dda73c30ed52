// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/bzimage32.c: defaults for headers of old protocols, and
 * the places of the parts.
 */
#include "arch/x86_64/bzimage32.h"

#include <errno.h>

#include "bzimage_fixture.h"
#include "load/image_type.h"

/* clang-format off */
static const struct probe_case probe_cases[] = {
	{ "one with a 64-bit entry", { { 0 } }, 0, 0, NULL },
	{ "32-bit kernel", { XLOADFLAGS(0x7e) }, 0, 0, NULL },
	{ "no HdrS", { { 0x202, 4, 0x53726449 } }, 0, -ENOEXEC, NULL },
	{ "zImage", { { 0x211, 1, 0x80 } }, 0, -ENOTSUP, "zImage" },
	{ "zImage of protocol 2.00", { { 0x211, 1, 0 }, PROTOCOL(0x200) }, 0, -ENOTSUP,
	  "zImage" },
	{ "protocol 1.99", { PROTOCOL(0x163) }, 0, -ENOTSUP, "protocol 1.99;" },
	{ "protocol 2.00", { PROTOCOL(0x200) }, 0, -ENOTSUP, "protocol 2.00;" },
	{ "protocol 2.01", { PROTOCOL(0x201) }, 0, -ENOTSUP, "protocol 2.01;" },
	{ "protocol 2.02", { PROTOCOL(0x202), CODE32(0x100000) }, 0, 0, NULL },
	{ "2.03, syssize nothing", { PROTOCOL(0x203), SYSSIZE(0), CODE32(0x100000) }, 0, 0,
	  NULL },
	{ "2.03, syssize anything", { PROTOCOL(0x203), SYSSIZE(-1u), CODE32(0x100000) }, 0,
	  0, NULL },
	{ "2.03, no code behind the setup", { PROTOCOL(0x203), CODE32(0x100000) },
	  SMALL_KERNEL_SETUP, -EBADMSG, "no code" },
	{ "2.03, setup beyond the end", { PROTOCOL(0x203), CODE32(0x100000),
	  { 0x1f1, 1, 255 } }, 0, -EBADMSG, "no code" },
	{ "2.04, syssize anything", { PROTOCOL(0x204), SYSSIZE(-1u), CODE32(0x100000) }, 0,
	  -EBADMSG, "cut off" },
	{ "2.04, before the alignment field", { PROTOCOL(0x204), ALIGNMENT(3),
	  CODE32(0x100000) }, 0, 0, NULL },
	{ "2.05, no alignment", { PROTOCOL(0x205), ALIGNMENT(3) }, 0, -EBADMSG,
	  "kernel_alignment: 0x3" },
	{ "2.09, before the init_size field", { PROTOCOL(0x209), INIT_SIZE(1), PREF(7) }, 0,
	  0, NULL },
	{ "2.10, init_size too small", { PROTOCOL(0x20a), INIT_SIZE(1) }, 0, -EBADMSG,
	  "it runs in 1 bytes (init_size)" },
	{ "2.10, pref_address within a page", { PROTOCOL(0x20a), PREF(7) }, 0, -EBADMSG,
	  "pref_address: 0x7" },
	{ "fixed, code32_start within a page", { FIXED, PREF(0), CODE32(0x100010) }, 0,
	  -EBADMSG, "code32_start: 0x100010" },
	{ "fixed by pref_address", { FIXED, CODE32(0x100010) }, 0, 0, NULL },
	{ "movable, code32_start within a page", { CODE32(0x100010) }, 0, 0, NULL },
};
/* clang-format on */

static void probe_case(void **state)
{
	check_probe(*state, bzimage32_probe);
}

static void entry_32bit(void **state)
{
	const struct load_case *row = *state;
	_cleanup_fixture_ struct fixture fixture = { 0 };
	const struct image_registers *registers = &fixture.image.registers;
	const struct segment *parameters;

	if (!fixture_is_loaded(row, &fixture))
		return;
	parameters = image_find_segment(&fixture.image, "parameters");
	assert_true(parameters->end <= 4 * GIB);
	assert_int_equal(registers->mode, IMAGE_ENTRY_32BIT);
	assert_int_equal(registers->ip, row->kernel);
	assert_int_equal(registers->si, parameters->start);
	/* boot.rst, "32-bit Boot Protocol": all other registers are zero. */
	assert_int_equal(registers->ax | registers->bx | registers->sp, 0);
}

/* boot.rst counts the code in units of 16 bytes. A file need not fill the last unit. */
static void last_unit_is_incomplete(void **state)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_fixture_ struct fixture fixture = { 0 };
	const struct segment *kernel;

	(void)state;
	set_fixture(&row, &fixture);
	kernel_file_close(&fixture.kernel);
	open_kernel(row.pokes, 0, SMALL_KERNEL_SIZE - 15, &fixture.kernel);
	assert_int_equal(bzimage32_probe(&fixture.kernel, NULL), 0);
	assert_int_equal(load_fixture(&row, &fixture), 0);
	kernel = image_find_segment(&fixture.image, "kernel");
	assert_int_equal(kernel->data_size, SMALL_KERNEL_CODE - 15);
	assert_int_equal(kernel->end - kernel->start, 8 * MIB);
}

static void load_named(const char *type_name, enum kernel_entry entry,
		       enum image_entry_mode mode, const char *found)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_fixture_ struct fixture fixture = { 0 };
	struct load_request request = { .options = &fixture.options,
					.machine = &fixture.machine,
					.kernel = &fixture.kernel };
	const struct image_type *type;

	set_fixture(&row, &fixture);
	fixture.machine.cpu.five_level_paging = false;
	fixture.options.kernel_entry = entry;
	assert_int_equal(image_type_find(&fixture.kernel, type_name, &type, NULL), 0);
	assert_string_equal(type->name, found);
	assert_int_equal(image_init(&fixture.image, IMAGE_NORMAL,
				    image_type_entry_mode(type, &fixture.options),
				    &fixture.machine.memory, 0, 0, NULL),
			 0);
	assert_int_equal(type->load(&request, &fixture.image, NULL), 0);
	assert_int_equal(fixture.image.registers.mode, mode);
}

/* The same file, entered in each possible way. */
static void entry_is_chosen(void **state)
{
	(void)state;
	load_named(NULL, KERNEL_ENTRY_DEFAULT, IMAGE_ENTRY_64BIT, "bzImage64");
	load_named("bzImage64", KERNEL_ENTRY_DEFAULT, IMAGE_ENTRY_64BIT, "bzImage64");
	load_named(NULL, KERNEL_ENTRY_32BIT, IMAGE_ENTRY_32BIT, "bzImage64");
	load_named(NULL, KERNEL_ENTRY_REAL_MODE, IMAGE_ENTRY_REAL, "bzImage64");
	load_named("bzImage", KERNEL_ENTRY_DEFAULT, IMAGE_ENTRY_32BIT, "bzImage");
	load_named("bzImage", KERNEL_ENTRY_32BIT, IMAGE_ENTRY_32BIT, "bzImage");
	load_named("bzImage", KERNEL_ENTRY_REAL_MODE, IMAGE_ENTRY_REAL, "bzImage");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_unit_is_incomplete),
		cmocka_unit_test(entry_is_chosen),
	};

	return RUN_TABLE(probe_case, probe_cases) + RUN_TABLE(entry_32bit, load_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
