// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/util/error.c: ownership of the message, and its replacement. */
#include <errno.h>

#include "fixtures.h"

static void set_gives_number_and_text(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	assert_int_equal(error_set(&err, ENOENT, "%s %d", "file", 7), -ENOENT);
	assert_int_equal(err.number, ENOENT);
	assert_string_equal(err.message, "file 7");
}

static void set_replaces_an_earlier_message(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	error_set(&err, ENOENT, "first");
	assert_int_equal(error_set(&err, EIO, "second"), -EIO);
	assert_int_equal(err.number, EIO);
	assert_string_equal(err.message, "second");
}

static void set_takes_its_own_old_message_as_argument(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	error_set(&err, ENOENT, "inner");
	error_set(&err, EIO, "outer; %s", err.message);
	assert_string_equal(err.message, "outer; inner");
}

static void set_without_an_object_gives_the_number(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, EPERM, "%s", "nobody reads this"), -EPERM);
	assert_int_equal(error_no_memory(NULL), -ENOMEM);
}

static void wrap_puts_context_before(void **state)
{
	_cleanup_error_ struct error err = { 0 };

	(void)state;
	error_set(&err, EBADMSG, "broken");
	assert_int_equal(error_wrap(&err, "%s %s", "kernel", "/x"), -EBADMSG);
	assert_string_equal(err.message, "kernel /x: broken");
	assert_int_equal(error_wrap(&err, "load"), -EBADMSG);
	assert_string_equal(err.message, "load: kernel /x: broken");
}

/* As after error_set without memory for the text. */
static void wrap_without_a_message_names_the_number(void **state)
{
	_cleanup_error_ struct error err = { .number = ENOSPC };

	(void)state;
	assert_int_equal(error_wrap(&err, "here"), -ENOSPC);
	assert_string_equal(err.message, "here: No space left on device");
}

static void clear_makes_it_usable_again(void **state)
{
	struct error err = { 0 };

	(void)state;
	error_no_memory(&err);
	error_clear(&err);
	assert_int_equal(err.number, 0);
	assert_null(err.message);
	error_clear(&err);
	assert_int_equal(error_set(&err, EIO, "again"), -EIO);
	error_clear(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_gives_number_and_text),
		cmocka_unit_test(set_replaces_an_earlier_message),
		cmocka_unit_test(set_takes_its_own_old_message_as_argument),
		cmocka_unit_test(set_without_an_object_gives_the_number),
		cmocka_unit_test(wrap_puts_context_before),
		cmocka_unit_test(wrap_without_a_message_names_the_number),
		cmocka_unit_test(clear_makes_it_usable_again),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
