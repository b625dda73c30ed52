// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/arch/x86_64/bzimage64.c: headers with one wrong value each, and the
 * places of the parts on machines with little room.
 */
#include "arch/x86_64/bzimage64.h"

#include <errno.h>

#include "bzimage_file.h"

/* clang-format off */
static const struct probe_case probe_cases[] = {
	{ "a good one", { { 0 } }, 0, 0, NULL },
	{ "shorter than the header", { { 0 } }, 0x26b, -ENOEXEC, NULL },
	{ "one byte", { { 0 } }, 1, -ENOEXEC, NULL },
	{ "no boot flag", { { 0x1fe, 2, 0x55aa } }, 0, -ENOEXEC, NULL },
	{ "no HdrS", { { 0x202, 4, 0x53726449 } }, 0, -ENOEXEC, NULL },
	{ "header that ends before HdrS", { { 0x201, 1, 0 } }, 0, -ENOEXEC, NULL },
	{ "protocol 2.11", { { 0x206, 2, 0x20b } }, 0, -ENOEXEC, NULL },
	{ "protocol 2.04", { { 0x206, 2, 0x204 } }, 0, -ENOEXEC, NULL },
	{ "protocol 2.12", { { 0x206, 2, 0x20c } }, 0, 0, NULL },
	{ "a later protocol", { { 0x206, 2, 0x2ff } }, 0, 0, NULL },
	{ "zImage", { { 0x211, 1, 0x80 } }, 0, -ENOEXEC, NULL },
	{ "32-bit kernel", { { 0x236, 2, 0x7e } }, 0, -ENOEXEC, NULL },
	{ "only the 64-bit flag", { { 0x236, 2, 1 } }, 0, 0, NULL },
	{ "header that ends before xloadflags", { { 0x201, 1, 0x34 } }, 0, -ENOEXEC, NULL },
	{ "no code", { { 0x1f4, 4, 0 } }, 0, -EBADMSG, "syssize" },
	{ "last 16 bytes incomplete", { { 0 } }, SMALL_KERNEL_SIZE - 15, 0, NULL },
	{ "16 bytes short", { { 0 } }, SMALL_KERNEL_SIZE - 16, -EBADMSG,
	  "its header says 5120 bytes, it has 5104" },
	{ "cut behind the header", { { 0 } }, 0x26c, -EBADMSG, "it has 620" },
	{ "16 bytes more than there are", { { 0x1f4, 4, 257 } }, 0, -EBADMSG,
	  "its header says 5136 bytes" },
	{ "as large as a header can say", { { 0x1f4, 4, 0xffffffff } }, 0, -EBADMSG,
	  "its header says 68719477744 bytes" },
	{ "setup_sects 0 means 4", { { 0x1f1, 1, 0 } }, 0, -EBADMSG,
	  "its header says 6656 bytes" },
	{ "setup_sects 0, code that fits", { { 0x1f1, 1, 0 }, { 0x1f4, 4, 160 } }, 0, 0,
	  NULL },
	{ "setup_sects 255", { { 0x1f1, 1, 255 } }, 0, -EBADMSG,
	  "its header says 135168 bytes" },
	{ "init_size 0", { { 0x260, 4, 0 } }, 0, -EBADMSG, "init_size" },
	{ "header that ends before init_size", { { 0x201, 1, 0x5e } }, 0, -EBADMSG,
	  "init_size" },
	{ "init_size one byte short", { { 0x260, 4, 4095 } }, 0, -EBADMSG,
	  "it runs in 4095 bytes (init_size), but its code alone has 4096" },
	{ "init_size as large as the code", { { 0x260, 4, 4096 } }, 0, 0, NULL },
	{ "kernel_alignment 0", { { 0x230, 4, 0 } }, 0, -EBADMSG, "kernel_alignment: 0" },
	{ "kernel_alignment no power of two", { { 0x230, 4, 0x300000 } }, 0, -EBADMSG,
	  "kernel_alignment: 0x300000" },
	{ "kernel_alignment 2 GiB", { { 0x230, 4, 0x80000000 } }, 0, -EBADMSG,
	  "kernel_alignment: 0x80000000" },
	{ "kernel_alignment 1 GiB", { { 0x230, 4, 0x40000000 } }, 0, 0, NULL },
	{ "kernel_alignment 1", { { 0x230, 4, 1 } }, 0, 0, NULL },
	{ "no alignment needed", { { 0x230, 4, 0 }, { 0x234, 1, 0 } }, 0, 0, NULL },
	{ "pref_address within a page", { { 0x258, 8, 0x1000010 } }, 0, -EBADMSG,
	  "pref_address: 0x1000010" },
	{ "pref_address beyond all memory", { { 0x258, 8, 1ull << 52 } }, 0, -EBADMSG,
	  "pref_address: 0x10000000000000" },
	{ "pref_address at the end of 64 bits", { { 0x258, 8, -4096ull } }, 0, -EBADMSG,
	  "pref_address: 0xfffffffffffff000" },
};
/* clang-format on */

static void probe_case(void **state)
{
	check_probe(*state, bzimage64_probe);
}

/* clang-format off */
#define ONLY_LOW { { 0, 640 * KIB }, { MIB, GIB } }
#define TINY	 { { 0, 640 * KIB }, { MIB, 20 * MIB } }

/* xloadflags (boot.rst) without "may be above 4 GiB", or without the 5-level bits. */
#define BELOW_4G { 0x236, 2, 0x7d }
#define NO_LA57	 { 0x236, 2, 0x1f }

/* A row is one case. */
static const struct load_case {
	const char *name;
	struct poke pokes[3];
	uint64_t ram[3][2];
	uint64_t initrd_size; /* 0: none */
	bool five_level;
	uint64_t mem_min, mem_max;
	int rc;
	const char *message;
	uint64_t kernel, initrd; /* expected starts */
} load_cases[] = {
	{ "usual machine", { { 0 } }, USUAL, 0, false, 0, 0, 0, NULL, 16 * MIB, 0 },
	{ "initrd below its limit", { { 0 } }, USUAL, 8192, false, 0, 0, 0, NULL,
	  16 * MIB, 2 * GIB - 8192 },
	{ "lower limit for the initrd", { { 0x22c, 4, 0x37ffffff } }, USUAL, 8192,
	  false, 0, 0, 0, NULL, 16 * MIB, 0x38000000 - 8192 },
	{ "initrd limit within a page", { { 0x22c, 4, 0x37fffffe } }, USUAL, 8192,
	  false, 0, 0, 0, NULL, 16 * MIB, 0x37fff000 - 8192 },
	{ "initrd limit of 4 GiB", { { 0x22c, 4, 0xffffffff } }, USUAL, 8192, false, 0,
	  0, 0, NULL, 16 * MIB, 2 * GIB - 8192 },
	{ "initrd too large for low memory", { { 0 } }, HIGH_ROOM, 16 * MIB, false, 0,
	  0, 0, NULL, 16 * MIB, 6 * GIB - 16 * MIB },
	{ "the same, but it has to be low", { BELOW_4G }, HIGH_ROOM, 16 * MIB, false, 0,
	  0, -ENOSPC, "no free memory for the initrd: 0x1000000 bytes", 0, 0 },
	{ "memory above 4 GiB only", { { 0 } }, ONLY_HIGH, 8192, false, 0, 0, 0, NULL,
	  4 * GIB, 6 * GIB - 8192 },
	{ "the same, but it cannot be there", { BELOW_4G }, ONLY_HIGH, 0, false, 0, 0,
	  -ENOSPC, "no free memory for the kernel: 0x800000 bytes, aligned to 0x200000",
	  0, 0 },
	{ "everything below 4 GiB", { BELOW_4G }, USUAL, 8192, false, 0, 0, 0, NULL,
	  16 * MIB, 2 * GIB - 8192 },
	{ "aligned to 64 MiB", { { 0x230, 4, 64 * MIB } }, USUAL, 0, false, 0, 0, 0,
	  NULL, 64 * MIB, 0 },
	{ "room behind a gap", { { 0 } }, WITH_A_GAP, 0, false, 0, 0, 0, NULL, 18 * MIB,
	  0 },
	{ "not relocatable", { { 0x234, 1, 0 } }, USUAL, 0, false, 0, 0, 0, NULL,
	  16 * MIB, 0 },
	{ "not relocatable, place taken", { { 0x234, 1, 0 } }, WITH_A_GAP, 0, false, 0,
	  0, -ENOSPC, "between 0x1000000 and 0x1800000", 0, 0 },
	{ "not relocatable, --mem-min above", { { 0x234, 1, 0 } }, USUAL, 0, false,
	  32 * MIB, 0, -ENOSPC, "--mem-min", 0, 0 },
	{ "not relocatable, at a page", { { 0x234, 1, 0 }, { 0x258, 8, 0x1003000 } },
	  USUAL, 0, false, 0, 0, 0, NULL, 0x1003000, 0 },
	{ "init_size within a page", { { 0x260, 4, 0x800001 } }, ONLY_LOW, 0, false, 0,
	  0, 0, NULL, 16 * MIB, 0 },
	{ "too large for the machine", { { 0x260, 4, 0x40000000 } }, ONLY_LOW, 0, false,
	  0, 0, -ENOSPC, "more memory, is needed", 0, 0 },
	{ "machine too small", { { 0 } }, TINY, 0, false, 0, 0, -ENOSPC,
	  "0x800000 bytes, aligned to 0x200000, between 0x1000000 and 0x1400000", 0, 0 },
	{ "--mem-max below it", { { 0 } }, USUAL, 0, false, 0, 20 * MIB, -ENOSPC,
	  "--mem-max", 0, 0 },
	{ "--mem-min", { { 0 } }, USUAL, 0, false, GIB + 1, 0, 0, NULL, GIB + 2 * MIB,
	  0 },
	{ "5 levels, kernel that knows them", { { 0 } }, USUAL, 0, true, 0, 0, 0, NULL,
	  16 * MIB, 0 },
	{ "5 levels, kernel that does not", { NO_LA57 }, USUAL, 0, true, 0, 0, -ENOTSUP,
	  "5-level", 0, 0 },
	{ "4 levels, kernel that knows no others", { NO_LA57 }, USUAL, 0, false, 0, 0,
	  0, NULL, 16 * MIB, 0 },
	{ "prefers an address above 4 GiB", { { 0x258, 8, 5 * GIB } }, USUAL, 0, false,
	  0, 0, 0, NULL, 5 * GIB, 0 },
	{ "prefers it, but cannot be there", { { 0x258, 8, 5 * GIB }, BELOW_4G }, USUAL,
	  0, false, 0, 0, -ENOSPC, "no free memory for the kernel", 0, 0 },
	{ "prefers address 0", { { 0x258, 8, 0 } }, USUAL, 0, false, 0, 0, 0, NULL,
	  2 * MIB, 0 },
	{ "at 0 only", { { 0x258, 8, 0 }, { 0x234, 1, 0 } }, USUAL, 0, false, 0, 0,
	  -ENOSPC, "no free memory for the kernel", 0, 0 },
};
/* clang-format on */

static void check_segment(const struct image *image, const char *name, uint64_t start,
			  uint64_t size, uint64_t data_size, uint64_t file_offset)
{
	const struct segment *segment = image_find_segment(image, name);

	assert_non_null(segment);
	assert_int_equal(segment->start, start);
	assert_int_equal(segment->end, start + (size + 4095) / 4096 * 4096);
	assert_int_equal(segment->data_size, data_size);
	assert_int_equal(segment->file_offset, file_offset);
}

static void check_loaded(const struct load_case *row, const uint8_t *data,
			 const struct image *image)
{
	const struct segment *parameters = image_find_segment(image, "parameters");
	uint8_t sectors = data[0x1f1];

	check_segment(image, "kernel", row->kernel, get_le(data + 0x260, 4),
		      SMALL_KERNEL_CODE, (sectors + 1u) * 512);
	assert_int_equal(image->registers.ip, row->kernel + 0x200);
	if (row->initrd_size)
		check_segment(image, "initrd", row->initrd, row->initrd_size,
			      row->initrd_size, 0);
	else
		assert_null(image_find_segment(image, "initrd"));
	assert_non_null(parameters);
	assert_int_equal(image->boot_params, parameters->start);
	if (!(get_le(data + 0x236, 2) & 2))
		assert_true(parameters->end <= 4 * GIB);
}

static void load_case(void **state)
{
	const struct load_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 }, initrd = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	_cleanup_error_ struct error err = { 0 };
	struct options options = { 0 };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = &kernel };
	uint8_t data[SMALL_KERNEL_SIZE];

	make_small_kernel(data);
	apply_pokes(data, row->pokes, COUNT(row->pokes));
	assert_int_equal(
		open_bytes(data, sizeof(data), KERNEL_FILE_UNCOMPRESS, &kernel, NULL), 0);
	if (row->initrd_size) {
		open_initrd(row->initrd_size, &initrd);
		request.initrd = &initrd;
	}
	set_ram(row->ram, &machine);
	machine.cpu.five_level_paging = row->five_level;
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT,
				    &machine.memory, row->mem_min, row->mem_max, NULL),
			 0);
	assert_int_equal(bzimage64_probe(&kernel, &err), 0);
	assert_int_equal(bzimage64_load(&request, &image, &err), row->rc);
	if (row->rc) {
		assert_message(&err, row->message);
		return;
	}
	assert_null(err.message);
	check_loaded(row, data, &image);
}

/* 2^46: what 4 levels of page tables map, and what they do not. */
#define FOUR_LEVELS (1ull << 46)
#define HUGE_END    (FOUR_LEVELS + GIB)

/*
 * Where the initrd goes on a machine with RAM around 2^46, if it has to be above 4 GiB.
 */
static const struct paging_case {
	const char *name;
	uint16_t xloadflags;
	const char *append, *running; /* the given and the reused command line */
	uint64_t initrd_end;
} paging_cases[] = {
	{ "5 levels", 0x7f, NULL, NULL, HUGE_END },
	{ "no5lvl", 0x7f, "quiet no5lvl", NULL, FOUR_LEVELS },
	{ "no5lvl, reused", 0x7f, "quiet", "no5lvl quiet", FOUR_LEVELS },
	{ "no5lvl for init", 0x7f, "quiet -- no5lvl", NULL, HUGE_END },
	{ "kernel that may use 4", 0x3f, NULL, NULL, FOUR_LEVELS },
};

static void paging_case(void **state)
{
	static const uint64_t ram[3][2] = { { MIB, 25 * MIB },
					    { FOUR_LEVELS - GIB, HUGE_END } };
	const struct paging_case *row = *state;
	const struct poke poke = { 0x236, 2, row->xloadflags };
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 }, initrd = { 0 };
	_cleanup_machine_ struct machine machine = { 0 };
	_cleanup_image_ struct image image = { 0 };
	struct options options = { .append = row->append,
				   .reuse_cmdline = row->running != NULL };
	struct load_request request = { .options = &options,
					.machine = &machine,
					.kernel = &kernel,
					.initrd = &initrd };

	open_kernel(&poke, 1, 0, &kernel);
	open_initrd(16 * MIB, &initrd);
	set_ram(ram, &machine);
	machine.cpu.five_level_paging = true;
	machine.command_line = row->running ? strdup(row->running) : NULL;
	assert_int_equal(image_init(&image, IMAGE_NORMAL, IMAGE_ENTRY_64BIT,
				    &machine.memory, 0, 0, NULL),
			 0);
	assert_int_equal(bzimage64_load(&request, &image, NULL), 0);
	assert_int_equal(image_find_segment(&image, "initrd")->end, row->initrd_end);
	assert_true(image_find_segment(&image, "parameters")->end < row->initrd_end);
}

int main(void)
{
	return RUN_TABLE(probe_case, probe_cases) + RUN_TABLE(load_case, load_cases) +
	       RUN_TABLE(paging_case, paging_cases);
}
