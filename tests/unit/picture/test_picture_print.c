// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/picture/picture_text.c and picture_svg.c: names of any bytes. */
#include "fixtures.h"
#include "picture/picture.h"

/* A picture of one row with that name; two pages. Clear it when done. */
static void make(const char *name, struct picture *picture)
{
	*picture = (struct picture){ 0 };
	assert_int_equal(picture_add_row(picture, PICTURE_TABLE, name), 0);
	assert_int_equal(picture_add_range(picture, 0x1000, 0x3000), 0);
}

static char *print_text(const struct picture *picture, unsigned int columns, bool utf8)
{
	const struct terminal terminal = { .columns = columns, .utf8 = utf8 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(picture_print_text(stream, picture, &terminal, NULL), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static char *print_svg(const struct picture *picture, const char *title)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(picture_print_svg(stream, picture, title, "line <1>\n", NULL),
			 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void text_is_as_wide_as_the_terminal(void **state)
{
	struct picture picture;
	char *text;

	(void)state;
	make("table", &picture);
	text = print_text(&picture, 40, false);
	assert_string_equal(text, "                   a--------------------\n"
				  "EFI tables\n"
				  "  table            +++++++++++++++++++++\n"
				  "  a  [0x1000, 0x3000)  8.0 KiB, 390 B a\n"
				  "     column\n");
	free(text);
	picture_clear(&picture);
}

/* A long name is cut between characters, not within one. */
static void long_names_are_cut(void **state)
{
	struct picture picture;
	char *text;

	(void)state;
	make("äöüäöüäöüäöüäöüäöü", &picture);
	text = print_text(&picture, 40, true);
	assert_has(text, "\n  äöüäöüäöüäöüäö…  ▓");
	free(text);
	text = print_text(&picture, 40, false);
	assert_has(text, "\n  äöüäöüäöüäöüäö.  +");
	free(text);
	picture_clear(&picture);
}

static void a_picture_of_nothing(void **state)
{
	struct picture picture = { 0 };
	char *text;

	(void)state;
	text = print_text(&picture, 80, true);
	assert_string_equal(text, "");
	free(text);
	text = print_svg(&picture, "nothing");
	assert_has(text, "</svg>\n");
	free(text);
	/* All that there is lies above the addresses that are drawn. */
	make("table", &picture);
	assert_int_equal(picture_add_row(&picture, PICTURE_TABLE, "far"), 0);
	assert_int_equal(picture_add_range(&picture, UINT64_MAX - 8, UINT64_MAX), 0);
	text = print_text(&picture, 80, true);
	assert_has(text, "above 4 PiB\n");
	free(text);
	picture_clear(&picture);
}

/* XML has no control characters, and bytes that are not UTF-8 end a reader. */
static void names_are_escaped(void **state)
{
	struct picture picture;
	char *text, *at;

	(void)state;
	make("a<b> & \"c\" \x01\xff d", &picture);
	text = print_svg(&picture, "<title>");
	assert_has(text, ">a&lt;b&gt; &amp; &quot;c&quot; ?\xef\xbf\xbd d<");
	assert_has(text, ">&lt;title&gt;<");
	assert_has(text, ">line &lt;1&gt;<");
	for (at = text; *at; at++)
		assert_true((unsigned char)*at >= ' ' || *at == '\n');
	assert_null(strstr(text, "<b>"));
	free(text);
	picture_clear(&picture);
}

static void bytes_of_a_row(void **state)
{
	struct picture picture;

	(void)state;
	make("table", &picture);
	assert_int_equal(picture_row_bytes(&picture.rows[0]), 0x2000);
	assert_int_equal(picture_add_range(&picture, 0x5000, 0x5000), 0);
	assert_int_equal(picture_row_bytes(&picture.rows[0]), 0x2000);
	assert_int_equal(picture_add_range(&picture, 0, UINT64_MAX), 0);
	assert_int_equal(picture_row_bytes(&picture.rows[0]), 0);
	picture_clear(&picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_as_wide_as_the_terminal),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(a_picture_of_nothing),
		cmocka_unit_test(names_are_escaped),
		cmocka_unit_test(bytes_of_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
