// SPDX-License-Identifier: GPL-2.0-only
/* Strings that grow, and numbers read from text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "util/strings.h"

static const struct {
	const char *text;
	int rc;
	uint64_t value;
} any_base[] = {
	{ "0", 0, 0 },
	{ "42", 0, 42 },
	{ "0x2a", 0, 42 },
	{ "0X2A", 0, 42 },
	{ "052", 0, 42 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "0xffffffffffffffff", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "0x10000000000000000", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "1\n", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "0x-1", -EINVAL, 0 },
	{ "0xg", -EINVAL, 0 },
	{ "08", -EINVAL, 0 },
	{ "abc", -EINVAL, 0 },
	{ "1k", -EINVAL, 0 },
}, hexadecimal[] = {
	{ "0", 0, 0 },
	{ "00100000", 0, 0x100000 },
	{ "fEdC", 0, 0xfedc },
	{ "ffffffffffffffff", 0, UINT64_MAX },
	{ "10000000000000000", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
	{ "0X10", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "xyz", -EINVAL, 0 },
};

static void test_parse_u64(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(any_base) / sizeof(any_base[0]); i++) {
		uint64_t value = 0;

		print_message("  \"%s\"\n", any_base[i].text);
		assert_int_equal(parse_u64(any_base[i].text, &value), any_base[i].rc);
		assert_int_equal(value, any_base[i].value);
	}
}

static void test_parse_hex_u64(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hexadecimal) / sizeof(hexadecimal[0]); i++) {
		uint64_t value = 0;

		print_message("  \"%s\"\n", hexadecimal[i].text);
		assert_int_equal(parse_hex_u64(hexadecimal[i].text, &value),
				 hexadecimal[i].rc);
		assert_int_equal(value, hexadecimal[i].value);
	}
}

static void test_value_is_left_alone_on_error(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_int_equal(parse_u64("0x10000000000000000", &value), -ERANGE);
	assert_int_equal(parse_hex_u64("1 ", &value), -EINVAL);
	assert_int_equal(value, 7);
}

static void test_string_list(void **state)
{
	_cleanup_string_list_ struct string_list list = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(string_list_add(&list, "%d-%s", i, "x"), 0);
	assert_int_equal(list.count, 100);
	assert_string_equal(list.items[0], "0-x");
	assert_string_equal(list.items[99], "99-x");
	string_list_clear(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
	string_list_clear(&list);
}

static void test_string_list_sort(void **state)
{
	static const char *const given[] = { "b", "a", "", "b", "ab", "a", "B", "b", "" };
	static const char *const wanted[] = { "", "B", "a", "ab", "b" };
	_cleanup_string_list_ struct string_list list = { 0 };
	size_t i;

	(void)state;
	string_list_sort(&list);
	assert_int_equal(list.count, 0);
	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		assert_int_equal(string_list_add(&list, "%s", given[i]), 0);
	string_list_sort(&list);
	assert_int_equal(list.count, sizeof(wanted) / sizeof(wanted[0]));
	for (i = 0; i < list.count; i++)
		assert_string_equal(list.items[i], wanted[i]);
}

static void test_starts_with(void **state)
{
	(void)state;
	assert_true(starts_with("System RAM (kmem)", "System RAM"));
	assert_true(starts_with("x", ""));
	assert_true(starts_with("", ""));
	assert_false(starts_with("Sys", "System"));
	assert_false(starts_with("", "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_u64),
		cmocka_unit_test(test_parse_hex_u64),
		cmocka_unit_test(test_value_is_left_alone_on_error),
		cmocka_unit_test(test_string_list),
		cmocka_unit_test(test_string_list_sort),
		cmocka_unit_test(test_starts_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
