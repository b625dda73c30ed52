// SPDX-License-Identifier: GPL-2.0-only
/* The beginnings of initrds: each format that Linux unpacks, and other files. */
#include "files/initrd_format.h"

#include <string.h>

#include "fixtures.h"

#define ROW(text, known)                      \
	{                                     \
		text, sizeof(text) - 1, known \
	}

static void test_beginnings(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		bool known;
	} rows[] = {
		ROW("", true),
		ROW("\0\0\0\0", true),
		ROW("070701000000", true),
		ROW("070702", true),
		ROW("\0\0\0\0"
		    "070701",
		    true),
		ROW("\x1f\x8b\x08", true),
		ROW("\x1f\x9e", true),
		ROW("\xfd"
		    "7zXZ\0",
		    true),
		ROW("\x28\xb5\x2f\xfd", true),
		ROW("\x02\x21\x4c\x18", true),
		ROW("BZh9", true),
		ROW("\x5d\0\0\x80", true),
		ROW("\x89LZO\0\r\n\x1a\n", true),
		ROW("070707", false),
		ROW("07070", false),
		ROW("\x1f", false),
		ROW("\x04\x22\x4d\x18", false),
		ROW("\x7f"
		    "ELF",
		    false),
		ROW("MZ", false),
		ROW("hello", false),
		ROW("\0\0hello", false),
		ROW("\xfd"
		    "7zXZ",
		    false),
		ROW("BZ", false),
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (initrd_format_is_known((const uint8_t *)rows[i].data, rows[i].size) !=
		    rows[i].known)
			fail_msg("row %zu: not %d", i, rows[i].known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beginnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
