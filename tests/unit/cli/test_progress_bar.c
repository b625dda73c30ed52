// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/cli/progress_bar.c: when a bar is drawn, its text, its end. */
#include "cli/progress_bar.h"

#include "fixtures.h"

/* The time of the clock; only the tests move it. */
static uint64_t now;

static uint64_t test_clock(void)
{
	return now;
}

/* A terminal of one line; a carriage return goes back to its start. */
struct terminal {
	char *written;
	size_t size;
	FILE *stream;
	struct progress_bar bar;
};

static void begin(struct terminal *terminal, unsigned int columns)
{
	now = 77;
	*terminal = (struct terminal){ 0 };
	terminal->stream = open_memstream(&terminal->written, &terminal->size);
	assert_non_null(terminal->stream);
	progress_bar_begin(&terminal->bar, terminal->stream, columns, test_clock);
}

static void end(struct terminal *terminal)
{
	fclose(terminal->stream);
	free(terminal->written);
}

static void step(struct terminal *terminal, const char *what, uint64_t done,
		 uint64_t total)
{
	progress_step(&terminal->bar.progress, what, done, total);
}

/* Asserts what the terminal shows, without blanks at the end. */
static void shows(struct terminal *terminal, const char *expected)
{
	char line[256] = "";
	size_t at = 0, end = 0;

	fflush(terminal->stream);
	for (size_t i = 0; i < terminal->size; i++) {
		if (terminal->written[i] == '\r') {
			at = 0;
			continue;
		}
		assert_true(terminal->written[i] >= ' ' && terminal->written[i] <= '~');
		assert_true(at < sizeof(line) - 1);
		line[at++] = terminal->written[i];
		if (end < at)
			end = at;
	}
	while (end && line[end - 1] == ' ')
		end--;
	line[end] = '\0';
	assert_string_equal(line, expected);
}

static const char digests[] = "computing digests", uncompressing[] = "uncompressing";

static void nothing_within_the_delay(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 80);
	step(&terminal, digests, 0, 200);
	now += PROGRESS_DELAY_MS - 1;
	step(&terminal, digests, 100, 200);
	progress_bar_clear(&terminal.bar);
	fflush(terminal.stream);
	assert_int_equal(terminal.size, 0);
	end(&terminal);
}

static void a_bar_after_it(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 62);
	now += PROGRESS_DELAY_MS;
	step(&terminal, digests, 1, 200);
	shows(&terminal, "kexec: computing digests [..........................]   0 %");
	step(&terminal, digests, 100, 200);
	shows(&terminal, "kexec: computing digests [#############.............]  50 %");
	step(&terminal, digests, 200, 200);
	shows(&terminal, "kexec: computing digests [##########################] 100 %");
	progress_bar_clear(&terminal.bar);
	shows(&terminal, "");
	fprintf(terminal.stream, "kexec: no");
	shows(&terminal, "kexec: no");
	end(&terminal);
}

/* A text of another length leaves nothing of the one before. */
static void other_work(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 52);
	now += 10 * PROGRESS_DELAY_MS;
	step(&terminal, uncompressing, 3, 10);
	shows(&terminal, "kexec: uncompressing [######..............]  30 %");
	step(&terminal, digests, 0, 10);
	shows(&terminal, "kexec: computing digests [................]   0 %");
	step(&terminal, uncompressing, 10, 10);
	shows(&terminal, "kexec: uncompressing [####################] 100 %");
	end(&terminal);
}

/* A terminal may be slow, so the same percentage is not written again. */
static void only_what_has_changed(void **state)
{
	struct terminal terminal;
	size_t size;

	(void)state;
	begin(&terminal, 200);
	now += PROGRESS_DELAY_MS;
	step(&terminal, digests, 500000, 1000000);
	shows(&terminal, "kexec: computing digests [#########################........"
			 ".................]  50 %");
	size = terminal.size;
	step(&terminal, digests, 509999, 1000000);
	assert_int_equal(terminal.size, size);
	step(&terminal, digests, 510000, 1000000);
	assert_true(terminal.size > size);
	progress_bar_clear(&terminal.bar);
	size = terminal.size;
	progress_bar_clear(&terminal.bar);
	assert_int_equal(terminal.size, size);
	end(&terminal);
}

static void no_room(void **state)
{
	/*
	 * 45 is one less than the shortest bar needs with three free columns behind it:
	 * two for "^C" and one for the cursor.
	 */
	static const unsigned int columns[] = { 0, 1, 45 };
	struct terminal terminal;

	(void)state;
	for (size_t i = 0; i < COUNT(columns); i++) {
		begin(&terminal, columns[i]);
		now += PROGRESS_DELAY_MS;
		step(&terminal, digests, 1, 2);
		progress_bar_clear(&terminal.bar);
		fflush(terminal.stream);
		assert_int_equal(terminal.size, 0);
		end(&terminal);
	}
	begin(&terminal, 46);
	now += PROGRESS_DELAY_MS;
	step(&terminal, digests, 1, 2);
	shows(&terminal, "kexec: computing digests [#####.....]  50 %");
	end(&terminal);
}

static const char handing_over[] = "handing over";

static void work_without_measure(void **state)
{
	struct terminal terminal;
	size_t size;

	(void)state;
	begin(&terminal, 40);
	progress_bar_wait(&terminal.bar, handing_over);
	now += PROGRESS_DELAY_MS - 1;
	progress_bar_tick(&terminal.bar);
	shows(&terminal, "");
	now += 1;
	progress_bar_tick(&terminal.bar);
	shows(&terminal, "kexec: handing over ...");
	now += 1000;
	progress_bar_tick(&terminal.bar);
	shows(&terminal, "kexec: handing over ... 1 s");
	size = terminal.size;
	now += 499;
	progress_bar_tick(&terminal.bar);
	fflush(terminal.stream);
	assert_int_equal(terminal.size, size);
	now += 122501;
	progress_bar_tick(&terminal.bar);
	shows(&terminal, "kexec: handing over ... 124 s");
	progress_bar_clear(&terminal.bar);
	shows(&terminal, "");
	size = terminal.size;
	progress_bar_tick(&terminal.bar);
	fflush(terminal.stream);
	assert_int_equal(terminal.size, size);
	end(&terminal);
}

/* It begins when the load takes long already, behind a bar, and measures its own time. */
static void work_without_measure_later(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 80);
	now += 20 * PROGRESS_DELAY_MS;
	step(&terminal, digests, 200, 200);
	progress_bar_wait(&terminal.bar, handing_over);
	shows(&terminal, "kexec: handing over ...");
	end(&terminal);
}

/* "kexec: handing over ..." has 23 columns. Three behind it stay free, as for a bar. */
static void work_without_measure_or_room(void **state)
{
	struct terminal terminal;
	unsigned int columns;

	(void)state;
	for (columns = 25; columns <= 26; columns++) {
		begin(&terminal, columns);
		now += PROGRESS_DELAY_MS;
		progress_bar_wait(&terminal.bar, handing_over);
		shows(&terminal, columns < 26 ? "" : "kexec: handing over ...");
		end(&terminal);
	}
	begin(&terminal, 0);
	now += PROGRESS_DELAY_MS;
	progress_bar_wait(&terminal.bar, handing_over);
	progress_bar_tick(&terminal.bar);
	shows(&terminal, "");
	end(&terminal);
}

/* The terminal has written "^C" behind the bar. */
static void the_end_by_a_signal(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 80);
	now += PROGRESS_DELAY_MS;
	step(&terminal, digests, 1, 2);
	fputs("^C", terminal.stream);
	progress_bar_hold(&terminal.bar);
	shows(&terminal, "");
	progress_bar_release(&terminal.bar);
	step(&terminal, digests, 2, 2);
	assert_true(terminal.bar.drawn > 0);
	end(&terminal);
}

static void odd_numbers(void **state)
{
	struct terminal terminal;

	(void)state;
	begin(&terminal, 52);
	now += PROGRESS_DELAY_MS;
	step(&terminal, digests, 0, 0);
	fflush(terminal.stream);
	assert_int_equal(terminal.size, 0);
	step(&terminal, digests, 12, 10);
	shows(&terminal, "kexec: computing digests [################] 100 %");
	step(&terminal, digests, 1ull << 55, 1ull << 56);
	shows(&terminal, "kexec: computing digests [########........]  50 %");
	end(&terminal);
}

static void nobody_is_told(void **state)
{
	(void)state;
	progress_step(NULL, digests, 1, 2);
}

static void a_file_is_not_a_terminal(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_int_equal(progress_columns(fileno(file)), 0);
	assert_int_equal(progress_columns(-1), 0);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_within_the_delay),
		cmocka_unit_test(a_bar_after_it),
		cmocka_unit_test(other_work),
		cmocka_unit_test(only_what_has_changed),
		cmocka_unit_test(no_room),
		cmocka_unit_test(work_without_measure),
		cmocka_unit_test(work_without_measure_later),
		cmocka_unit_test(work_without_measure_or_room),
		cmocka_unit_test(the_end_by_a_signal),
		cmocka_unit_test(odd_numbers),
		cmocka_unit_test(nobody_is_told),
		cmocka_unit_test(a_file_is_not_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
