// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of the entries of a bzImage that are not 64-bit (bzimage32.c and bzimage_real.c
 * in kexec/arch/x86_64): what headers of old protocols are taken for, and where the parts go.
 */
#include "arch/x86_64/bzimage32.h"

#include <errno.h>

#include "arch/x86_64/bzimage64.h"
#include "arch/x86_64/bzimage_real.h"
#include "fixtures.h"

/* boot.rst, "The Real-Mode Kernel Header": version, and the fields that are set here. */
#define PROTOCOL(version)         \
	{                         \
		0x206, 2, version \
	}
#define SYSSIZE(value)          \
	{                       \
		0x1f4, 4, value \
	}
#define ALIGNMENT(value)        \
	{                       \
		0x230, 4, value \
	}
#define PREF(value)             \
	{                       \
		0x258, 8, value \
	}
#define INIT_SIZE(value)        \
	{                       \
		0x260, 4, value \
	}
#define FIXED               \
	{                   \
		0x234, 1, 0 \
	}
#define CODE32(value)           \
	{                       \
		0x214, 4, value \
	}
#define XLOADFLAGS(value)       \
	{                       \
		0x236, 2, value \
	}

/* clang-format off */
static const struct probe_case {
	const char *name;
	struct poke pokes[4];
	size_t size; /* of the file; 0: as it is */
	int rc;
	const char *message; /* NULL: no message */
} probe_cases[] = {
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
	{ "2.04, what is no alignment yet", { PROTOCOL(0x204), ALIGNMENT(3),
	  CODE32(0x100000) }, 0, 0, NULL },
	{ "2.05, no alignment", { PROTOCOL(0x205), ALIGNMENT(3) }, 0, -EBADMSG,
	  "kernel_alignment: 0x3" },
	{ "2.09, what is no init_size yet", { PROTOCOL(0x209), INIT_SIZE(1), PREF(7) }, 0,
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

static void open_kernel(const struct poke *pokes, size_t count, size_t size,
			struct kernel_file *kernel)
{
	uint8_t data[SMALL_KERNEL_SIZE];

	make_small_kernel(data);
	apply_pokes(data, pokes, count);
	assert_int_equal(open_bytes(data, size ? size : sizeof(data),
				    KERNEL_FILE_UNCOMPRESS, kernel, NULL),
			 0);
}

static void probe_case(void **state)
{
	const struct probe_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_error_ struct error err = { 0 };

	open_kernel(row->pokes, COUNT(row->pokes), row->size, &kernel);
	assert_int_equal(bzimage32_probe(&kernel, &err), row->rc);
	if (row->message) {
		assert_message(&err, row->message);
		assert_message(&err, kernel.path);
	} else {
		assert_null(err.message);
	}
}

/* clang-format off */
/* What memory a machine has, as pairs of start and end. */
#define USUAL	   { { 0, 640 * KIB }, { MIB, 2 * GIB }, { 4 * GIB, 6 * GIB } }
#define ALL	   { { 0, 640 * KIB }, { MIB, 6 * GIB } }
#define ONLY_HIGH  { { 0, 640 * KIB }, { 4 * GIB, 6 * GIB } }
#define HIGH_ROOM  { { 0, 640 * KIB }, { MIB, 25 * MIB }, { 4 * GIB, 6 * GIB } }
#define WITH_A_GAP { { 0, 640 * KIB }, { MIB, 17 * MIB }, { 18 * MIB, GIB } }
#define LOW_AT_128 { { 128 * KIB, 640 * KIB }, { MIB, GIB } }
#define LOW_SMALL  { { 0, 112 * KIB }, { MIB, GIB } }

/* What a kernel without the younger fields is given: eight times its code. */
#define OLD_ROOM (8ull * SMALL_KERNEL_CODE)

/* A row is loaded by both entries, which place all but the parameters alike. */
static const struct load_case {
	const char *name;
	struct poke pokes[4];
	uint64_t ram[3][2];
	uint64_t initrd_size;  /* 0: none */
	size_t command_line;   /* characters */
	int rc;
	const char *message;
	uint64_t kernel, room; /* expected start and size */
	uint64_t initrd;       /* expected start */
} load_cases[] = {
	{ "usual machine", { { 0 } }, USUAL, 8192, 2047, 0, NULL, 16 * MIB, 8 * MIB,
	  2 * GIB - 8192 },
	{ "command line too long", { { 0 } }, USUAL, 0, 2048, -E2BIG, "2048 characters", 0,
	  0, 0 },
	{ "RAM all the way", { { 0x22c, 4, 0xffffffff } }, ALL, 8192, 9, 0, NULL, 16 * MIB,
	  8 * MIB, 4 * GIB - 8192 },
	{ "RAM above 4 GiB only", { { 0 } }, ONLY_HIGH, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "no room for the initrd below", { { 0 } }, HIGH_ROOM, 16 * MIB, 9, -ENOSPC,
	  "no free memory for the initrd", 0, 0, 0 },
	{ "prefers to be above", { PREF(5 * GIB) }, USUAL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "prefers nothing", { PREF(0) }, USUAL, 0, 9, 0, NULL, 2 * MIB, 8 * MIB, 0 },
	{ "room behind a gap", { { 0 } }, WITH_A_GAP, 0, 9, 0, NULL, 18 * MIB, 8 * MIB,
	  0 },
	{ "fixed", { FIXED }, USUAL, 0, 9, 0, NULL, 16 * MIB, 8 * MIB, 0 },
	{ "fixed, place taken", { FIXED }, WITH_A_GAP, 0, 9, -ENOSPC,
	  "between 0x1000000 and 0x1800000", 0, 0, 0 },
	{ "fixed at 1 MiB", { FIXED, PREF(0), CODE32(MIB) }, USUAL, 0, 9, 0, NULL, MIB,
	  8 * MIB, 0 },
	{ "fixed elsewhere", { FIXED, PREF(0), CODE32(0x140000) }, USUAL, 0, 9, 0, NULL,
	  0x140000, 8 * MIB, 0 },
	{ "fixed at 0", { FIXED, PREF(0), CODE32(0) }, USUAL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "fixed across 4 GiB", { FIXED, PREF(4 * GIB - 4096) }, ALL, 0, 9, -ENOSPC,
	  "no free memory for the kernel", 0, 0, 0 },
	{ "fixed at the end of all addresses", { FIXED, PREF((1ull << 52) - 4096) }, ALL,
	  0, 9, -ENOSPC, "no free memory for the kernel", 0, 0, 0 },
	{ "fixed, largest init_size", { FIXED, INIT_SIZE(-1u) }, ALL, 0, 9, -ENOSPC,
	  "0x100000000 bytes", 0, 0, 0 },
	{ "protocol 2.10", { PROTOCOL(0x20a) }, USUAL, 8192, 2047, 0, NULL, 16 * MIB,
	  8 * MIB, 2 * GIB - 8192 },
	{ "protocol 2.09", { PROTOCOL(0x209) }, USUAL, 8192, 2047, 0, NULL, 2 * MIB,
	  OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.06", { PROTOCOL(0x206) }, USUAL, 0, 2047, 0, NULL, 2 * MIB, OLD_ROOM,
	  0 },
	{ "protocol 2.05", { PROTOCOL(0x205) }, USUAL, 0, 255, 0, NULL, 2 * MIB, OLD_ROOM,
	  0 },
	{ "protocol 2.05, command line too long", { PROTOCOL(0x205) }, USUAL, 0, 256,
	  -E2BIG, "takes 255", 0, 0, 0 },
	{ "protocol 2.04", { PROTOCOL(0x204), CODE32(MIB) }, USUAL, 8192, 255, 0, NULL,
	  MIB, OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.03", { PROTOCOL(0x203), CODE32(MIB), SYSSIZE(-1u) }, USUAL, 8192,
	  255, 0, NULL, MIB, OLD_ROOM, 2 * GIB - 8192 },
	{ "protocol 2.02", { PROTOCOL(0x202), CODE32(MIB), SYSSIZE(0) }, USUAL, 8192, 255,
	  0, NULL, MIB, OLD_ROOM, 0x38000000 - 8192 },
};
/* clang-format on */

/* A machine with a kernel to load, and what comes of it. */
struct scene {
	struct kernel_file kernel, initrd;
	struct machine machine;
	struct options options;
	struct image image;
	struct error err;
};

static void scene_clear(struct scene *scene)
{
	kernel_file_close(&scene->kernel);
	kernel_file_close(&scene->initrd);
	machine_clear(&scene->machine);
	image_clear(&scene->image);
	error_clear(&scene->err);
}

#define _cleanup_scene_ _cleanup_(scene_clear)

static void set_scene(const struct load_case *row, struct scene *scene)
{
	_cleanup_free_ uint8_t *initrd = calloc(1, row->initrd_size + 1);
	size_t i;

	open_kernel(row->pokes, COUNT(row->pokes), 0, &scene->kernel);
	if (row->initrd_size)
		assert_int_equal(open_bytes(initrd, row->initrd_size, KERNEL_FILE_AS_IS,
					    &scene->initrd, NULL),
				 0);
	for (i = 0; i < COUNT(row->ram) && row->ram[i][1]; i++)
		assert_int_equal(memory_map_set(&scene->machine.memory, row->ram[i][0],
						row->ram[i][1], MEMORY_RAM),
				 0);
	/* Matters to the 64-bit entry only. */
	scene->machine.cpu.five_level_paging = true;
}

static int load_scene(const struct load_case *row, struct scene *scene)
{
	_cleanup_free_ char *text = calloc(1, row->command_line + 1);
	struct load_request request = {
		.options = &scene->options,
		.machine = &scene->machine,
		.kernel = &scene->kernel,
		.initrd = row->initrd_size ? &scene->initrd : NULL,
	};
	int rc;

	memset(text, 'x', row->command_line);
	scene->options.append = text;
	assert_int_equal(image_init(&scene->image, &scene->machine.memory, 0, 0, NULL),
			 0);
	rc = bzimage32_load(&request, &scene->image, &scene->err);
	scene->options.append = NULL;
	assert_int_equal(!rc, !scene->err.message);
	return rc;
}

static void check_placed(const struct load_case *row, const struct image *image)
{
	const struct segment *kernel = image_find_segment(image, "kernel");
	const struct segment *initrd = image_find_segment(image, "initrd");

	assert_int_equal(kernel->start, row->kernel);
	assert_int_equal(kernel->end, row->kernel + row->room);
	assert_int_equal(kernel->data_size, SMALL_KERNEL_CODE);
	assert_int_equal(kernel->file_offset, SMALL_KERNEL_SETUP);
	assert_int_equal(!initrd, !row->initrd_size);
	if (initrd)
		assert_int_equal(initrd->start, row->initrd);
	assert_int_equal(strlen(image->command_line), row->command_line);
}

static void entry_32bit(void **state)
{
	const struct load_case *row = *state;
	_cleanup_scene_ struct scene scene = { 0 };
	const struct image_registers *registers = &scene.image.registers;
	const struct segment *parameters;

	set_scene(row, &scene);
	assert_int_equal(load_scene(row, &scene), row->rc);
	if (row->rc) {
		assert_message(&scene.err, row->message);
		return;
	}
	check_placed(row, &scene.image);
	parameters = image_find_segment(&scene.image, "parameters");
	assert_true(parameters->end <= 4 * GIB);
	assert_int_equal(registers->mode, IMAGE_ENTRY_32BIT);
	assert_int_equal(registers->ip, row->kernel);
	assert_int_equal(registers->si, parameters->start);
	/* boot.rst, "32-bit Boot Protocol": all others are zero. */
	assert_int_equal(registers->ax | registers->bx | registers->sp, 0);
}

static void check_real_mode_part(const struct load_case *row, const struct segment *part,
				 const struct image *image)
{
	const uint8_t *data = part->owned;
	uint64_t i, size = row->initrd_size;

	/* boot.rst, "Sample Boot Configuration" and the fields that it names. */
	assert_int_equal(data[0x210], 0xd0);
	assert_int_equal(data[0x211], 0x81);
	assert_int_equal(get_le(data + 0x214, 4), row->kernel);
	assert_int_equal(get_le(data + 0x218, 4), size ? row->initrd : 0);
	assert_int_equal(get_le(data + 0x21c, 4), size);
	assert_int_equal(get_le(data + 0x224, 2), 0xe000 - 0x200);
	assert_int_equal(get_le(data + 0x226, 2), 0);
	assert_int_equal(get_le(data + 0x228, 4), part->start + 0xe000);
	assert_string_equal(data + 0xe000, image->command_line);
	for (i = SMALL_KERNEL_SETUP; i < 0xe000; i++)
		assert_int_equal(data[i], 0);
}

static void check_untouched(const struct load_case *row, const uint8_t *data)
{
	uint8_t file[SMALL_KERNEL_SIZE];

	make_small_kernel(file);
	apply_pokes(file, row->pokes, COUNT(row->pokes));
	assert_memory_equal(data, file, 0x210);
	assert_memory_equal(data + 0x212, file + 0x212, 2);
	assert_memory_equal(data + 0x220, file + 0x220, 4);
	assert_memory_equal(data + 0x22c, file + 0x22c, SMALL_KERNEL_SETUP - 0x22c);
}

static void real_mode(void **state)
{
	const struct load_case *row = *state;
	_cleanup_scene_ struct scene scene = { 0 };
	const struct image_registers *registers = &scene.image.registers;
	const struct segment *part;

	scene.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	set_scene(row, &scene);
	assert_int_equal(load_scene(row, &scene), row->rc);
	if (row->rc) {
		assert_message(&scene.err, row->message);
		return;
	}
	check_placed(row, &scene.image);
	assert_null(image_find_segment(&scene.image, "parameters"));
	assert_int_equal(scene.image.boot_params, 0);
	part = image_find_segment(&scene.image, "real-mode part");
	assert_int_equal(part->start, 0x10000);
	assert_true(part->end >= part->start + 0xe000 + row->command_line + 1);
	check_real_mode_part(row, part, &scene.image);
	check_untouched(row, part->owned);
	assert_int_equal(registers->mode, IMAGE_ENTRY_REAL);
	assert_int_equal(registers->ip, 0);
	assert_int_equal(registers->sp, 0xe000);
	assert_int_equal(registers->code_segment, 0x1020);
	assert_int_equal(registers->data_segment, 0x1000);
}

/* clang-format off */
static const struct low_case {
	const char *name;
	struct load_case load;
	uint64_t start; /* of the real-mode part; 0: refused, with the message */
} low_cases[] = {
	{ "low memory begins at 128 KiB", { "", { { 0 } }, LOW_AT_128, 0, 9, 0, NULL, 0,
	  0, 0 }, 0x20000 },
	{ "low memory is small", { "", { { 0 } }, LOW_SMALL, 0, 9, -ENOSPC,
	  "no free memory below 1 MiB for the real-mode part", 0, 0, 0 }, 0 },
	{ "command line behind the 64 KiB", { "", { { 0x238, 4, 99999 } }, USUAL, 0, 99999,
	  0, NULL, 0, 0, 0 }, 0x10000 },
	{ "command line as long as low memory", { "", { { 0x238, 4, -1u } }, USUAL, 0,
	  600000, -ENOSPC, "below 1 MiB", 0, 0, 0 }, 0 },
	{ "real-mode part of 32 KiB and a half", { "", { { 0x1f1, 1, 64 } }, USUAL, 0, 9,
	  -EBADMSG, "its real-mode part has 33280 bytes", 0, 0, 0 }, 0 },
};
/* clang-format on */

static void low_case(void **state)
{
	const struct low_case *row = *state;
	_cleanup_scene_ struct scene scene = { 0 };
	const struct segment *part;

	scene.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	set_scene(&row->load, &scene);
	assert_int_equal(load_scene(&row->load, &scene), row->load.rc);
	if (!row->start) {
		assert_message(&scene.err, row->load.message);
		return;
	}
	part = image_find_segment(&scene.image, "real-mode part");
	assert_int_equal(part->start, row->start);
	assert_int_equal(strlen((const char *)part->owned + 0xe000),
			 row->load.command_line);
	assert_int_equal(scene.image.registers.data_segment, row->start >> 4);
	assert_int_equal(scene.image.registers.code_segment, (row->start >> 4) + 0x20);
}

/* boot.rst counts the code in units of 16 bytes; a file need not fill the last one. */
static void last_unit_is_incomplete(void **state)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_scene_ struct scene scene = { 0 };
	const struct segment *kernel;

	(void)state;
	set_scene(&row, &scene);
	kernel_file_close(&scene.kernel);
	open_kernel(row.pokes, 0, SMALL_KERNEL_SIZE - 15, &scene.kernel);
	assert_int_equal(bzimage32_probe(&scene.kernel, NULL), 0);
	assert_int_equal(load_scene(&row, &scene), 0);
	kernel = image_find_segment(&scene.image, "kernel");
	assert_int_equal(kernel->data_size, SMALL_KERNEL_CODE - 15);
	assert_int_equal(kernel->end - kernel->start, 8 * MIB);
}

/* Where real mode cannot be. */
static void refused_in_real_mode(void **state)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_scene_ struct scene efi = { 0 }, crash = { 0 };

	(void)state;
	efi.options.kernel_entry = crash.options.kernel_entry = KERNEL_ENTRY_REAL_MODE;
	efi.options.noefi = true;
	set_scene(&row, &efi);
	efi.machine.efi.booted = true;
	assert_int_equal(load_scene(&row, &efi), -ENOTSUP);
	assert_message(&efi.err, "no BIOS services");
	set_scene(&row, &crash);
	crash.options.crash = true;
	assert_int_equal(load_scene(&row, &crash), -ENOTSUP);
	assert_message(&crash.err, "--real-mode: a crash kernel");
}

static void load_named(const char *type_name, enum kernel_entry entry,
		       enum image_entry_mode mode, const char *found)
{
	static const struct load_case row = { .ram = USUAL };
	_cleanup_scene_ struct scene scene = { 0 };
	struct load_request request = { .options = &scene.options,
					.machine = &scene.machine,
					.kernel = &scene.kernel };
	const struct image_type *type;

	set_scene(&row, &scene);
	scene.machine.cpu.five_level_paging = false;
	scene.options.kernel_entry = entry;
	assert_int_equal(image_type_find(&scene.kernel, type_name, &type, NULL), 0);
	assert_string_equal(type->name, found);
	assert_int_equal(image_init(&scene.image, &scene.machine.memory, 0, 0, NULL), 0);
	assert_int_equal(type->load(&request, &scene.image, NULL), 0);
	assert_int_equal(scene.image.registers.mode, mode);
}

/* The same file in all ways that it can be entered. */
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
		cmocka_unit_test(refused_in_real_mode),
		cmocka_unit_test(entry_is_chosen),
	};

	return RUN_TABLE(probe_case, probe_cases) + RUN_TABLE(entry_32bit, load_cases) +
	       RUN_TABLE(real_mode, load_cases) + RUN_TABLE(low_case, low_cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
