// SPDX-License-Identifier: GPL-2.0-only
/* Unit test of kexec/cli/options_usage.c: the text of --help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixtures.h"
#include "option_line.h"

static const char *test_type_name(size_t index)
{
	static const char *const names[] = {
		"first-type",
		"a-type-of-just-about-forty-four-characters",
		"second-type",
		"last-type",
	};

	return index < COUNT(names) ? names[index] : NULL;
}

static void test_usage_fits_a_terminal(void **state)
{
	char line[256];
	FILE *stream = tmpfile();
	bool noefi = false, types = false, refused = false;
	size_t lines = 0;

	(void)state;
	assert_non_null(stream);
	options_print_usage(stream, test_type_name);
	rewind(stream);
	while (fgets(line, sizeof(line), stream)) {
		if (strlen(line) > 81)
			fail_msg("%s", line);
		lines++;
		if (strstr(line, "--reuseinitrd")) {
			assert_memory_equal(line, "  refused:", 10);
			refused = true;
		}
		assert_null(strstr(line, "(null)"));
		noefi = noefi || strstr(line, "noefi");
		types = types ||
			!strcmp(line, "                second-type, last-type\n");
	}
	fclose(stream);
	assert_uint_in_range(lines, 40, 60);
	assert_true(refused);
	assert_true(noefi);
	assert_true(types);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usage_fits_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
