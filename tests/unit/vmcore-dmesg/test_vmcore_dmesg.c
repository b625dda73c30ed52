// SPDX-License-Identifier: GPL-2.0-only
/* vmcore-dmesg: the three formats of the log, written by models of the kernel's code. */
#include "vmcore_image.h"

#define SECOND 1000000000ull

static void assert_prints(const struct dump *dump, const char *expected)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *output = NULL;
	uint64_t damaged;

	assert_int_equal(
		dump_print(dump->data, sizeof(dump->data), &output, &damaged, &err), 0);
	assert_null(err.message);
	assert_int_equal(damaged, 0);
	assert_string_equal(output, expected);
}

static void test_ring_empty(void **state)
{
	struct ring_writer writer;
	struct dump dump;

	(void)state;
	ring_start(&writer, &dump);
	assert_prints(&dump, "");
}

static void test_ring_lines(void **state)
{
	static const char text[] = "one\ntwo\n\nfour";
	static const char controls[] = "tab\t bell\a \x1b[31m \xc3\xbc \\ \x7f \r end";
	struct ring_writer writer;
	struct dump dump;

	(void)state;
	ring_start(&writer, &dump);
	ring_add(&writer, 0, "Linux", 5);
	ring_add(&writer, 12345678901234ull, text, strlen(text));
	ring_add(&writer, SECOND, "", 0);
	ring_add(&writer, SECOND - 1, controls, strlen(controls));
	assert_prints(&dump, "[    0.000000] Linux\n"
			     "[12345.678901] one\n"
			     "[12345.678901] two\n"
			     "[12345.678901] \n"
			     "[12345.678901] four\n"
			     "[    1.000000] \n"
			     "[    0.999999] tab\t bell\\x07 \\x1b[31m \\xc3\\xbc \\ "
			     "\\x7f \\x0d end\n");
}

/* A record being written, one that may still grow, and one whose text is lost. */
static void test_ring_states(void **state)
{
	struct ring_writer writer;
	struct dump dump;
	uint64_t id;

	(void)state;
	ring_start(&writer, &dump);
	ring_add(&writer, 0, "reserved", 8);
	put_le(ring_desc(&dump, writer.head_id), 8, writer.head_id);
	ring_add(&writer, 0, "lost", 4);
	put_le(ring_desc(&dump, writer.head_id) + 8, 8, 1);
	put_le(ring_desc(&dump, writer.head_id) + 16, 8, 1);
	ring_add(&writer, 0, "still open", 10);
	id = writer.head_id;
	put_le(ring_desc(&dump, id), 8, 1ull << 62 | id);
	assert_prints(&dump, "[    0.000000] still open\n");
}

/* Text up to the last byte of the ring, as kernels since 6.18 place it. */
static void test_ring_exact_end(void **state)
{
	static const char text[] = "up to the very end of the ring.."
				   "up to the very end of the ring..";
	struct ring_writer writer;
	struct dump dump;
	uint8_t *desc;
	size_t i;

	(void)state;
	ring_start(&writer, &dump);
	for (i = 0; i < 2; i++)
		ring_add(&writer, i, text, 64);
	ring_add(&writer, 2, text, 40);
	desc = ring_desc(&dump, writer.head_id);
	assert_int_equal(get_le(desc + 8, 8) % RING_BYTES, 144);
	/* 144 + 8 + 104 = 256 */
	put_le(desc + 16, 8, get_le(desc + 8, 8) + 112);
	assert_prints(&dump, "[    0.000000] up to the very end of the ring.."
			     "up to the very end of the ring..\n"
			     "[    0.000000] up to the very end of the ring.."
			     "up to the very end of the ring..\n"
			     "[    0.000000] up to the very end of the ring..up to th\n");
}

/* A block that wraps begins at the start of the ring, and text ends with its block. */
static void test_ring_wrapped_block(void **state)
{
	static const char text[] = "123456789012345678901234567890123456789012345678";
	struct ring_writer writer;
	struct dump dump;
	uint8_t *info;
	size_t i;

	(void)state;
	ring_start(&writer, &dump);
	for (i = 0; i < 5; i++)
		ring_add(&writer, 0, text, 48);
	info = dump_memory(&dump,
			   RING_INFOS + writer.head_id % RING_COUNT * RECORD_BYTES);
	put_le(info + 16, 2, UINT16_MAX);
	assert_prints(
		&dump,
		"[    0.000000] 123456789012345678901234567890123456789012345678\n"
		"[    0.000000] 123456789012345678901234567890123456789012345678\n"
		"[    0.000000] 123456789012345678901234567890123456789012345678\n"
		"[    0.000000] 123456789012345678901234567890123456789012345678\n");
}

/* Formats the records that the model still has. */
static char *model_text(const struct ring_writer *writer, char texts[][128],
			uint64_t first_id)
{
	uint64_t id;
	char *expected;
	size_t size;
	FILE *stream = open_memstream(&expected, &size);

	assert_non_null(stream);
	for (id = writer->tail_id;; id = (id + 1) & RING_ID_MASK) {
		uint64_t number = (id - first_id) & RING_ID_MASK;

		if (get_le(ring_desc(writer->dump, id), 8) >> 62 == RING_FINAL)
			fprintf(stream, "[%5u.000000] %s\n", (unsigned)number,
				texts[number]);
		if (id == writer->head_id)
			break;
	}
	fclose(stream);
	return expected;
}

/* Records of all lengths, until the ring, the numbers and the positions wrap. */
static void test_ring_rounds(void **state)
{
	static char texts[600][128];
	struct ring_writer writer;
	struct dump dump;
	uint64_t first_id, i;
	uint32_t random = 1;

	(void)state;
	ring_start(&writer, &dump);
	first_id = (writer.head_id + 1) & RING_ID_MASK;
	for (i = 0; i < COUNT(texts); i++) {
		_cleanup_free_ char *expected = NULL;
		size_t length;

		random = random * 1103515245 + 12345;
		length = (random >> 16) % (i % 50 < 25 ? 20 : 110);
		memset(texts[i], 'a' + (int)(i % 26), length);
		ring_add(&writer, i * SECOND, texts[i], length);
		expected = model_text(&writer, texts, first_id);
		assert_prints(&dump, expected);
	}
}

static void test_records(void **state)
{
	struct dump dump;
	size_t end;

	(void)state;
	buffer_start(&dump, RECORDS_INFO);
	assert_prints(&dump, "");
	end = records_put(&dump, 0, 5 * SECOND, "first\nline");
	end = records_put(&dump, end, 6 * SECOND, "");
	put_le(dump_variable(&dump, 16), 4, end);
	assert_prints(&dump, "[    5.000000] first\n[    5.000000] line\n"
			     "[    6.000000] \n");
}

/* The oldest record is at 200; after it a header says that the log continues at 0. */
static void test_records_wrapped(void **state)
{
	struct dump dump;
	size_t end;

	(void)state;
	buffer_start(&dump, RECORDS_INFO);
	records_put(&dump, 200, 1 * SECOND, "before");
	end = records_put(&dump, 0, 2 * SECOND, "behind");
	put_le(dump_variable(&dump, 12), 4, 200);
	put_le(dump_variable(&dump, 16), 4, end);
	assert_prints(&dump, "[    1.000000] before\n[    2.000000] behind\n");
}

/* In Linux 3.5 to 3.10 the structure is called log. */
static void test_records_old_name(void **state)
{
	static const char info[] =
		"SYMBOL(log_buf)=ffffffff81000000\nSYMBOL(log_buf_len)=ffffffff81000008\n"
		"SYMBOL(log_first_idx)=ffffffff8100000c\n"
		"SYMBOL(log_next_idx)=ffffffff81000010\nSIZE(log)=16\n"
		"OFFSET(log.ts_nsec)=0\nOFFSET(log.len)=8\nOFFSET(log.text_len)=10\n";
	struct dump dump;

	(void)state;
	buffer_start(&dump, info);
	put_le(dump_variable(&dump, 16), 4, records_put(&dump, 0, 0, "old"));
	assert_prints(&dump, "[    0.000000] old\n");
}

static void test_plain(void **state)
{
	static const char text[] = "<6>[    0.000000] Linux\n<4>\x1b!\n";
	struct dump dump;

	(void)state;
	buffer_start(&dump, PLAIN_INFO);
	assert_prints(&dump, "");
	memcpy(dump_memory(&dump, BUFFER_AT), text, strlen(text));
	put_le(dump_variable(&dump, 20), 4, strlen(text));
	assert_prints(&dump, "<6>[    0.000000] Linux\n<4>\\x1b!\n");
}

static void test_plain_wrapped(void **state)
{
	char expected[BUFFER_BYTES + 1] = "";
	struct dump dump;
	size_t i;

	(void)state;
	buffer_start(&dump, PLAIN_INFO);
	for (i = 0; i < BUFFER_BYTES; i++) {
		uint8_t c = (uint8_t)(i % 32 == 31 ? '\n' : 'a' + i % 26);

		*dump_memory(&dump, BUFFER_AT + i) = c;
		expected[(i + BUFFER_BYTES - 100) % BUFFER_BYTES] = (char)c;
	}
	put_le(dump_variable(&dump, 20), 4, 0xffffff00u + 100);
	assert_prints(&dump, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_empty),
		cmocka_unit_test(test_ring_lines),
		cmocka_unit_test(test_ring_states),
		cmocka_unit_test(test_ring_exact_end),
		cmocka_unit_test(test_ring_wrapped_block),
		cmocka_unit_test(test_ring_rounds),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_records_wrapped),
		cmocka_unit_test(test_records_old_name),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_plain_wrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
