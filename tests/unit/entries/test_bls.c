// SPDX-License-Identifier: GPL-2.0-only
/* Versions, file names and texts of the UAPI Boot Loader Specification. */
#include <errno.h>

#include "entries/bls_fields.h"
#include "entries/bls_order.h"
#include "fixtures.h"

/* Each version is older than the next one (UAPI Version Format Specification). */
static const char *const ascending[] = {
	"~1",	      "",	 "ab",	    "abb",	"abc",	     "0001",
	"002",	      "12",	 "122",	    "122.9",	"123~rc1-1", "123",
	"123-a",      "123-a.1", "123-a1",  "123-a1.1", "123-3",     "123-3.1",
	"123^patch1", "123^1",	 "123.a-1", "123.1-1",	"123a-1",    "124",
};

static void test_version_order(void **state)
{
	size_t a, b;

	(void)state;
	for (a = 0; a < COUNT(ascending); a++)
		for (b = 0; b < COUNT(ascending); b++) {
			int order = version_compare(ascending[a], ascending[b]);

			if ((order > 0) - (order < 0) != (a > b) - (a < b))
				fail_msg("\"%s\" and \"%s\": %d", ascending[a],
					 ascending[b], order);
		}
	assert_int_equal(version_compare("1_2", "1+2"), 0);
	assert_true(version_compare("6.10.0", "6.9.0") > 0);
	assert_int_equal(version_compare("007", "7"), 0);
}

static const struct name_case {
	const char *name;
	const char *id; /* NULL: not an entry */
	int left, done;
} name_cases[] = {
	{ "a.conf", "a.conf", -1, -1 },
	{ "a+3.conf", "a.conf", 3, 0 },
	{ "a+3-1.conf", "a.conf", 3, 1 },
	{ "a+0-3.CONF", "a.CONF", 0, 3 },
	{ "a+b+2.conf", "a+b.conf", 2, 0 },
	{ "6.12.57+deb13-amd64.conf", "6.12.57+deb13-amd64.conf", -1, -1 },
	{ "a+3-.conf", "a+3-.conf", -1, -1 },
	{ "a+-1.conf", "a+-1.conf", -1, -1 },
	{ "+3.conf", "+3.conf", -1, -1 },
	{ "a+99999999999.conf", "a.conf", 999999999, 0 },
	{ ".conf", NULL, 0, 0 },
	{ "a.conf~", NULL, 0, 0 },
	{ "", NULL, 0, 0 },
};

static void test_name(void **state)
{
	const struct name_case *row = *state;
	_cleanup_free_ char *id = NULL;
	int left, done;
	int rc = bls_name_parse(row->name, ".conf", &id, &left, &done, NULL);

	assert_int_equal(rc, row->id ? 0 : -EINVAL);
	if (!row->id)
		return;
	assert_string_equal(id, row->id);
	assert_int_equal(done, row->done);
	if (left != row->left && left < 100000000)
		fail_msg("%d tries left", left);
}

static void test_fields(void **state)
{
	_cleanup_bls_fields_ struct bls_fields fields = { 0 };

	(void)state;
	assert_int_equal(bls_fields_parse("# title none\r\n\ttitle \t A  B \r\n"
					  "linux /a\nlinux /b\ninitrd /1\ninitrd /2\n"
					  "options x=\"1  2\"\noptions  y\nversion\n"
					  "sort-key k\nunknown v\nmachine-id",
					  &fields, NULL),
			 0);
	assert_string_equal(fields.title, "A  B");
	assert_string_equal(fields.kernel, "/b");
	assert_int_equal(fields.initrds.count, 2);
	assert_string_equal(fields.initrds.items[1], "/2");
	assert_string_equal(fields.options, "x=\"1  2\" y");
	assert_string_equal(fields.sort_key, "k");
	assert_null(fields.version);
	assert_null(fields.machine_id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_order),
		cmocka_unit_test(test_fields),
	};

	return RUN_TABLE(test_name, name_cases) +
	       cmocka_run_group_tests_name("bls", tests, NULL, NULL);
}
