// SPDX-License-Identifier: GPL-2.0-only
/* The plan: the ranges it lists as to be mapped, and its three forms. */
#include <dirent.h>
#include <errno.h>
#include <json-c/json.h>
#include <sys/stat.h>

#include "fixtures.h"
#include "plan/plan.h"
#include "plan/plan_identity_map.h"

static const struct terminal plain = { .columns = 80 };

/* An image of two segments on a machine with EFI. Clear both when done. */
static void make(struct machine *machine, struct image *image)
{
	struct segment *segment;

	*machine = (struct machine){
		.efi = {
			.booted = true,
			.word_bits = 64,
			.system_table = 0x3f5eb018,
			.config_table_array = 0x3ff6df98,
			.table_count = 13,
			.runtime_map_count = 7,
		},
	};
	*image = (struct image){
		.type = "bzImage64",
		.entry = 0x3000,
		.registers.ip = 0x1000200,
		.boot_params = 0x5000,
		.command_line = strdup("root=/dev/vda1"),
		.efi.handed_over = true,
		.efi.mapping = IMAGE_EFI_MAPPING_IN_PLACE,
		.efi.system_table = 0x3f5eb018,
		.efi.config_table_array = 0x3ff6df98,
		.segment_count = 2,
	};
	segment = &image->segments[0];
	*segment =
		(struct segment){ .name = "parameters", .start = 0x5000, .end = 0x7000 };
	assert_non_null(segment_allocate(segment, 5000));
	memset(segment->owned, 0xa5, 5000);
	image->segments[1] = (struct segment){
		.name = "identity map", .start = 0x8000, .end = 0x9000, .unverified = true
	};
	assert_int_equal(memory_map_set(&image->e820, 0, 0xa0000, MEMORY_RAM), 0);
	assert_int_equal(memory_map_set(&image->e820, 0xa0000, 0x100000, MEMORY_RESERVED),
			 0);
	image_note(image, "a \"note\"");
	image_warn(image, "a warning");
}

static void test_mappings_are_whole_pages(void **state)
{
	struct machine machine;
	struct image image;
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];

	(void)state;
	make(&machine, &image);
	assert_int_equal(plan_mappings(&machine, &image, mappings), 2);
	assert_int_equal(mappings[0].start, 0x3f5eb000);
	assert_int_equal(mappings[0].end, 0x3f5ec000);
	/* 13 * 24 bytes from 0xf98 on reach into the next page. */
	assert_int_equal(mappings[1].start, 0x3ff6d000);
	assert_int_equal(mappings[1].end, 0x3ff6f000);
	assert_null(mappings[1].remark);
	image_clear(&image);
}

static void test_mapping_of_unknown_length_has_no_end(void **state)
{
	struct machine machine;
	struct image image;
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];

	(void)state;
	make(&machine, &image);
	machine.efi.table_count = 0;
	assert_int_equal(plan_mappings(&machine, &image, mappings), 2);
	assert_int_equal(mappings[1].start, 0x3ff6d000);
	assert_int_equal(mappings[1].end, 0);
	assert_non_null(mappings[1].remark);
	/* Impossible values from the firmware must not cause an overflow. */
	machine.efi.table_count = 13;
	image.efi.config_table_array = UINT64_MAX - 10;
	plan_mappings(&machine, &image, mappings);
	assert_int_equal(mappings[1].end, 0);
	image_clear(&image);
}

static void test_mapping_of_cc_blob(void **state)
{
	struct efi_config_table table = { .address = 0x12345ff0,
					  .kind = EFI_TABLE_CC_BLOB };
	struct machine machine;
	struct image image;
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];

	(void)state;
	make(&machine, &image);
	machine.efi.tables = (struct efi_config_tables){ .tables = &table, .count = 1 };
	assert_int_equal(plan_mappings(&machine, &image, mappings), 3);
	assert_int_equal(mappings[2].start, 0x12345000);
	assert_int_equal(mappings[2].end, 0x12347000);
	image_clear(&image);
}

/* A CC blob is listed without EFI, too; one named by the array takes precedence. */
static void test_mapping_of_cc_blob_of_setup_data(void **state)
{
	struct efi_config_table table = { .address = 0x12345ff0,
					  .kind = EFI_TABLE_CC_BLOB };
	struct machine machine;
	struct image image;
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];

	(void)state;
	make(&machine, &image);
	image.efi.cc_blob = 0x30000010;
	assert_int_equal(plan_mappings(&machine, &image, mappings), 3);
	assert_int_equal(mappings[2].address, 0x30000010);
	machine.efi.tables = (struct efi_config_tables){ .tables = &table, .count = 1 };
	assert_int_equal(plan_mappings(&machine, &image, mappings), 3);
	assert_int_equal(mappings[2].address, 0x12345ff0);
	table.address = 0;
	assert_int_equal(plan_mappings(&machine, &image, mappings), 3);
	assert_int_equal(mappings[2].address, 0x30000010);
	image.efi.mapping = IMAGE_EFI_MAPPING_NONE;
	assert_int_equal(plan_mappings(&machine, &image, mappings), 1);
	assert_int_equal(mappings[0].address, 0x30000010);
	assert_string_equal(plan_mapping_mode(&image), "in-place");
	assert_non_null(strstr(plan_mapping_reason(&machine, &image), "setup_data"));
	image_clear(&image);
}

static void test_reason_for_no_mapping(void **state)
{
	static const struct {
		bool booted;
		enum image_efi_mapping mapping;
		const char *mode, *reason;
	} cases[] = {
		{ true, IMAGE_EFI_MAPPING_OFF, "off", "--no-efi-map-config" },
		{ true, IMAGE_EFI_MAPPING_NONE, "none", "told nothing" },
		{ false, IMAGE_EFI_MAPPING_NONE, "none", "not booted through EFI" },
	};
	struct machine machine;
	struct image image;
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];
	size_t i;

	(void)state;
	make(&machine, &image);
	for (i = 0; i < COUNT(cases); i++) {
		machine.efi.booted = cases[i].booted;
		image.efi.mapping = cases[i].mapping;
		assert_int_equal(plan_mappings(&machine, &image, mappings), 0);
		assert_string_equal(plan_mapping_mode(&image), cases[i].mode);
		assert_non_null(
			strstr(plan_mapping_reason(&machine, &image), cases[i].reason));
	}
	image_clear(&image);
}

/* Prints a plan in both forms. The caller frees *text and *plan. */
static void print_both(const struct machine *machine, const struct image *image,
		       char **text, struct json_object **plan)
{
	_cleanup_error_ struct error err = { 0 };
	char *json = NULL;
	size_t size;
	FILE *stream = open_memstream(text, &size);

	assert_int_equal(plan_print_text(stream, &plain, machine, image, NULL), 0);
	fclose(stream);
	stream = open_memstream(&json, &size);
	assert_int_equal(plan_print_json(stream, machine, image, &err), 0);
	fclose(stream);
	*plan = json_tokener_parse(json);
	assert_non_null(*plan);
	free(json);
}

static void test_text(void **state)
{
	static const char *const lines[] = {
		"Command line:  root=/dev/vda1\n",
		"8.0 KiB  verified\n                   4.9 KiB made by kexec, then zeros\n",
		"[0x0000000000008000, 0x0000000000009000)     4.0 KiB  not verified\n",
		"[0x00000000000a0000, 0x0000000000100000)   384.0 KiB  Reserved\n",
		"7 ranges kept for the firmware\n",
		"13 entries\n",
		"[0x000000003f5eb000, 0x000000003f5ec000)  EFI system table at 0x3f5eb018",
	};
	struct machine machine;
	struct image image;
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make(&machine, &image);
	assert_int_equal(plan_print_text(stream, &plain, &machine, &image, NULL), 0);
	fclose(stream);
	for (i = 0; i < COUNT(lines); i++)
		if (!strstr(text, lines[i]))
			fail_msg("\"%s\" is not in:\n%s", lines[i], text);
	free(text);
	image_clear(&image);
}

/* Addresses of 64 bits leave the columns where they are. */
static void test_columns(void **state)
{
	struct machine machine;
	struct image image;
	char *text = NULL, *line, *next;
	size_t size, lines = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	make(&machine, &image);
	assert_int_equal(memory_map_set(&image.e820, 1ull << 56, UINT64_MAX - 4095,
					MEMORY_RESERVED),
			 0);
	image.efi.config_table_array = 0xfffffffffffe0000;
	machine.efi.table_count = 0;
	assert_int_equal(plan_print_text(stream, &plain, &machine, &image, NULL), 0);
	fclose(stream);
	for (line = text; line; line = next ? next + 1 : NULL) {
		next = strchr(line, '\n');
		if (strncmp(line, "  [0x", 5) != 0)
			continue;
		/* The text after the range; the sizes of the e820 are right-aligned. */
		if (line[42] != ' ' || line[43] != ' ' || line[2 + 19] != ',')
			fail_msg("not in its columns: %.80s", line);
		lines++;
	}
	assert_int_equal(lines, 5);
	free(text);
	image_clear(&image);
}

/* Returns the value at a path of keys as text. */
static const char *json_at(struct json_object *object, const char *first,
			   const char *second)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, first, &value))
		return "missing";
	if (second && !json_object_object_get_ex(value, second, &value))
		return "missing";
	return value ? json_object_get_string(value) : "null";
}

static void check_json(struct json_object *plan)
{
	struct json_object *segments, *segment;

	assert_string_equal(json_at(plan, "command_line", NULL), "root=/dev/vda1");
	assert_string_equal(json_at(plan, "entry", NULL), "0x3000");
	assert_string_equal(json_at(plan, "kernel", "type"), "bzImage64");
	assert_string_equal(json_at(plan, "kernel", "file"), "null");
	assert_string_equal(json_at(plan, "efi", "system_table"), "0x3f5eb018");
	assert_string_equal(json_at(plan, "efi", "config_table_count"), "13");
	assert_string_equal(json_at(plan, "identity_map", "mode"), "in-place");
	assert_string_equal(json_at(plan, "identity_map", "pool_start"), "null");
	assert_string_equal(json_at(plan, "warnings", NULL), "[ \"a warning\" ]");
	assert_string_equal(json_at(plan, "notes", NULL), "[ \"a \\\"note\\\"\" ]");
	assert_true(json_object_object_get_ex(plan, "segments", &segments));
	assert_int_equal(json_object_array_length(segments), 2);
	segment = json_object_array_get_idx(segments, 0);
	assert_string_equal(json_at(segment, "end", NULL), "0x7000");
	assert_string_equal(json_at(segment, "size", NULL), "8192");
	assert_string_equal(json_at(segment, "data_size", NULL), "5000");
	assert_string_equal(json_at(segment, "verified", NULL), "true");
}

static void test_json(void **state)
{
	struct machine machine;
	struct image image;
	struct json_object *plan;
	char *text;

	(void)state;
	make(&machine, &image);
	print_both(&machine, &image, &text, &plan);
	check_json(plan);
	json_object_put(plan);
	free(text);
	image_clear(&image);
}

static void test_console(void **state)
{
	static const struct image_console console = {
		.serial = true,
		.serial_port = 0x2f8,
		.framebuffer = { .start = 0x80000000, .width = 1280, .height = 800 },
		.wait = 7,
	};
	static const char expected[] =
		"{ \"serial_port\": \"0x2f8\", \"vga\": false, \"framebuffer\": { "
		"\"address\": \"0x80000000\", \"width\": 1280, \"height\": 800 }, "
		"\"panic_wait\": 7 }";
	struct json_object *plan;
	struct machine machine;
	struct image image;
	char *text;

	(void)state;
	make(&machine, &image);
	print_both(&machine, &image, &text, &plan);
	assert_null(strstr(text, "Messages of purgatory"));
	json_object_put(plan);
	free(text);
	image.console = console;
	print_both(&machine, &image, &text, &plan);
	assert_non_null(strstr(text, "\nMessages of purgatory:\n"
				     "  on the serial port at 0x2f8\n"
				     "  in the framebuffer at 0x80000000, 1280 x 800 "
				     "pixels\n"
				     "  An error stays for 7 s before the machine is "
				     "reset.\n"));
	assert_string_equal(
		json_object_to_json_string(json_object_object_get(plan, "console")),
		expected);
	json_object_put(plan);
	free(text);
	image_clear(&image);
}

static void assert_file(const char *directory, const char *name, long size)
{
	struct stat status;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(stat(path, &status), 0);
	if (size >= 0)
		assert_int_equal(status.st_size, size);
	assert_int_equal(status.st_mode & 0777, 0600);
	unlink(path);
}

static void test_dump(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	char top[] = "/tmp/test_plan.XXXXXX", directory[64], victim[64], link[96];
	struct machine machine;
	struct image image;
	struct stat status;

	(void)state;
	make(&machine, &image);
	assert_non_null(mkdtemp(top));
	snprintf(directory, sizeof(directory), "%s/new", top);
	snprintf(victim, sizeof(victim), "%s/victim", top);
	snprintf(link, sizeof(link), "%s/00-parameters.bin", directory);
	assert_int_equal(plan_dump(directory, &machine, &image, &err), 0);
	/* An existing link is replaced, not followed. */
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(victim, link), 0);
	assert_int_equal(plan_dump(directory, &machine, &image, &err), 0);
	assert_int_equal(stat(victim, &status), -1);
	assert_file(directory, "plan.json", -1);
	assert_file(directory, "00-parameters.bin", 5000);
	assert_file(directory, "01-identity-map.bin", 0);
	assert_int_equal(rmdir(directory), 0);
	snprintf(directory, sizeof(directory), "%s/not/here", top);
	assert_int_equal(plan_dump(directory, &machine, &image, &err), -ENOENT);
	assert_message(&err, directory);
	rmdir(top);
	image_clear(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mappings_are_whole_pages),
		cmocka_unit_test(test_mapping_of_unknown_length_has_no_end),
		cmocka_unit_test(test_mapping_of_cc_blob),
		cmocka_unit_test(test_mapping_of_cc_blob_of_setup_data),
		cmocka_unit_test(test_reason_for_no_mapping),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
