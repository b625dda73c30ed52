// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of kexec/image/jump.c: the command line of a kernel that may jump back, the
 * way back, and requests that are refused. test_jump_memory.c tests its memory.
 */
#include "image/jump.h"
#include "load/jump_back.h"

#include <errno.h>

#include "jump_fixture.h"
#include "load/image_type.h"
#include "purgatory/purgatory_params.h"

static const struct map_row plain_map = PLAIN_MAP;

/* The text replaces the command line's NUL, and the room after it is free. */
static void test_room(void **state)
{
	struct fixture fixture;
	const struct segment *parameters;
	const uint8_t *text;
	uint64_t i;

	(void)state;
	fixture_make(&fixture, &plain_map);
	assert_int_equal(load(&fixture, NULL), 0);
	parameters = image_find_segment(&fixture.image, "parameters");
	assert_true(fixture.image.jump.text_room >=
		    sizeof(" kexec_jump_back_entry=0x0123456789abcdef"));
	assert_true(fixture.image.jump.text + fixture.image.jump.text_room <=
		    parameters->start + parameters->data_size);
	text = parameters->owned + (fixture.image.jump.text - parameters->start);
	assert_memory_equal(text - 5, "quiet", 5);
	for (i = 0; i < fixture.image.jump.text_room; i++)
		assert_int_equal(text[i], 0);
	fixture_clear(&fixture);
}

/* The kernel accepts 2047 characters; the address takes 41 of them. */
static void test_command_line_limit(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	char append[2100];
	size_t length;

	(void)state;
	for (length = 2005; length <= 2007; length++) {
		struct fixture fixture;

		memset(append, 'x', length);
		append[length] = 0;
		fixture_make(&fixture, &plain_map);
		fixture.options.append = append;
		assert_int_equal(load(&fixture, &err), length <= 2006 ? 0 : -E2BIG);
		fixture_clear(&fixture);
	}
	assert_message(&err, "command line");
}

struct refusal_row {
	const char *name;
	uint64_t min, max;
	bool crash;
	int rc;
	const char *message;
};

static const struct refusal_row refusals[] = {
	{ "no end", 0, 0, false, -EINVAL, "--mem-max" },
	{ "crash", 0, WINDOW_END, true, -EINVAL, "-p" },
	{ "no RAM there", 2 * GIB, 3 * GIB, false, -ENOSPC, "no RAM" },
	{ "over half", 0, 513 * MIB, false, -ENOSPC, "half" },
	{ "too small for a kernel", WINDOW_START, WINDOW_START + 64 * KIB, false, -ENOSPC,
	  "kernel" },
};

static void test_refusal(void **state)
{
	const struct refusal_row *row = *state;
	_cleanup_error_ struct error err = { 0 };
	struct fixture fixture;

	fixture_make(&fixture, &plain_map);
	fixture.options.mem_min = row->min;
	fixture.options.mem_max = row->max;
	fixture.options.crash = row->crash;
	assert_int_equal(load(&fixture, &err), row->rc);
	assert_message(&err, row->message);
	fixture_clear(&fixture);
}

/* Without boot_params the other kernel would not learn which memory it may use. */
static void test_no_linux(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct fixture fixture;

	(void)state;
	fixture_make(&fixture, &plain_map);
	assert_int_equal(jump_init_image(&fixture.options, &fixture.machine,
					 IMAGE_ENTRY_64BIT, &fixture.image, NULL),
			 0);
	fixture.image.type = "elf-x86_64";
	assert_int_equal(jump_cover_memory(&fixture.image, &err), -ENOTSUP);
	assert_message(&err, "elf-x86_64");
	fixture_clear(&fixture);
}

struct back_row {
	const char *name;
	uint64_t entry;
	bool accepted;
};

static const struct back_row backs[] = {
	{ "beside our RAM", 2 * GIB + 0x10fb, true },
	{ "in our RAM", 16 * MIB + 1, false },
	{ "low", 0x7c00, false },
	{ "highest", (1ull << 40) - 1, true },
	{ "beyond the address bus", 1ull << 40, false },
};

static void test_back(void **state)
{
	const struct back_row *row = *state;
	_cleanup_error_ struct error err = { 0 };
	const struct segment *purgatory, *pool;
	struct purgatory_params params;
	struct fixture fixture;

	fixture_make(&fixture, &plain_map);
	fixture.options = (struct options){ .entry = row->entry };
	assert_int_equal(
		jump_back_build(&fixture.options, &fixture.machine, &fixture.image, &err),
		row->accepted ? 0 : -EINVAL);
	if (!row->accepted) {
		assert_message(&err, "kexec_jump_back_entry=");
		fixture_clear(&fixture);
		return;
	}
	assert_true(fixture.image.purpose == IMAGE_JUMP);
	assert_int_equal(fixture.image.segment_count, 2);
	purgatory = image_find_segment(&fixture.image, "purgatory");
	pool = image_find_segment(&fixture.image, "identity map");
	assert_int_equal(fixture.image.entry, purgatory->start + PURGATORY_ENTRY_OFFSET);
	memcpy(&params, purgatory->owned, sizeof(params));
	assert_int_equal(params.flags & (PURGATORY_JUMP_BACK | PURGATORY_MAP_EFI),
			 PURGATORY_JUMP_BACK);
	assert_int_equal(params.entry.rip, row->entry);
	assert_int_equal(params.identity_map.pool_start, pool->start);
	assert_int_equal(params.identity_map.pool_end, pool->end);
	assert_int_equal(params.identity_map.ram_end, MACHINE_END);
	assert_int_equal(params.jump_back.command_line_end, 0);
	fixture_clear(&fixture);
}

static void test_entry(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	struct image image = { .segment_count = 2, .entry = 0x3001 };

	(void)state;
	image.segments[0] =
		(struct segment){ .name = "one", .start = 0x1000, .end = 0x2000 };
	image.segments[1] =
		(struct segment){ .name = "two", .start = 0x3000, .end = 0x4000 };
	assert_int_equal(jump_override_entry(0x3001, &image, &err), 0);
	assert_int_equal(image.warnings.count, 0);
	assert_int_equal(jump_override_entry(0x1000, &image, &err), 0);
	assert_int_equal(image.entry, 0x1000);
	assert_int_equal(image.warnings.count, 1);
	assert_int_equal(jump_override_entry(0x3fff, &image, &err), 0);
	assert_int_equal(jump_override_entry(0x2000, &image, &err), -EINVAL);
	assert_int_equal(image.entry, 0x3fff);
	assert_non_null(strstr(err.message, "[0x3000, 0x4000) two"));
	error_clear(&err);
	assert_int_equal(jump_override_entry(0xfff, &image, &err), -EINVAL);
	assert_int_equal(jump_override_entry(0x4000, &image, NULL), -EINVAL);
	image.segment_count = 0;
	image_clear(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_command_line_limit),
		cmocka_unit_test(test_no_linux),
		cmocka_unit_test(test_entry),
	};

	return RUN_TABLE(test_refusal, refusals) + RUN_TABLE(test_back, backs) +
	       cmocka_run_group_tests_name("jump", tests, NULL, NULL);
}
