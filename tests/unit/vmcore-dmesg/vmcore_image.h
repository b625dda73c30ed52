/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small dumps for the tests, made from the documents: System V ABI (ELF-64),
 * vmcoreinfo.rst and the comments of the kernel's printk. One PT_LOAD holds the kernel's
 * variables, another one the memory they point to.
 */
#ifndef TESTS_UNIT_VMCORE_IMAGE_H
#define TESTS_UNIT_VMCORE_IMAGE_H

#include "fixtures.h"
#include "vmcore-dmesg/log_print.h"

#define VARIABLES	0xffffffff81000000ull
#define VARIABLES_BYTES 64u
#define MEMORY		0xffff888000001000ull
#define MEMORY_BYTES	2048u

/* Offsets into the file. */
#define NOTE_OFFSET	 256u
#define INFO_BYTES	 2048u
#define INFO_OFFSET	 (NOTE_OFFSET + 24u)
#define VARIABLES_OFFSET (INFO_OFFSET + INFO_BYTES)
#define MEMORY_OFFSET	 (VARIABLES_OFFSET + VARIABLES_BYTES)
#define DUMP_BYTES	 (MEMORY_OFFSET + MEMORY_BYTES)

/* Program headers: number 0 is the note, 1 the variables, 2 the memory. */
#define HEADER_OFFSET(number, field) (64u + (number)*56u + (field))

struct dump {
	uint8_t data[DUMP_BYTES];
};

static inline uint8_t *dump_variable(struct dump *dump, size_t offset)
{
	assert_true(offset < VARIABLES_BYTES);
	return dump->data + VARIABLES_OFFSET + offset;
}

static inline uint8_t *dump_memory(struct dump *dump, size_t offset)
{
	assert_true(offset < MEMORY_BYTES);
	return dump->data + MEMORY_OFFSET + offset;
}

static inline void dump_put_header(struct dump *dump, unsigned number, unsigned type,
				   uint64_t address, uint64_t offset, uint64_t size)
{
	uint8_t *header = dump->data + HEADER_OFFSET(number, 0);

	put_le(header, 4, type);
	put_le(header + 8, 8, offset);
	put_le(header + 16, 8, address);
	put_le(header + 32, 8, size);
	put_le(header + 40, 8, size);
}

/* Makes a dump without a log. info is the text of VMCOREINFO. */
static inline void dump_make(struct dump *dump, const char *info)
{
	static const struct poke header[] = {
		{ 0, 4, 0x464c457f }, { 4, 1, 2 },   { 5, 1, 1 },  { 6, 1, 1 },
		{ 16, 2, 4 },	      { 18, 2, 62 }, { 20, 4, 1 }, { 32, 8, 64 },
		{ 52, 2, 64 },	      { 54, 2, 56 }, { 56, 2, 3 },
	};
	uint8_t *note = dump->data + NOTE_OFFSET;

	memset(dump, 0, sizeof(*dump));
	apply_pokes(dump->data, header, COUNT(header));
	dump_put_header(dump, 0, 4, 0, NOTE_OFFSET, 24 + INFO_BYTES);
	dump_put_header(dump, 1, 1, VARIABLES, VARIABLES_OFFSET, VARIABLES_BYTES);
	dump_put_header(dump, 2, 1, MEMORY, MEMORY_OFFSET, MEMORY_BYTES);
	put_le(note, 4, 11); /* name size, text size, type, name */
	put_le(note + 4, 4, INFO_BYTES);
	memcpy(note + 12, "VMCOREINFO", 11);
	assert_true(strlen(info) < INFO_BYTES);
	memcpy(dump->data + INFO_OFFSET, info, strlen(info));
}

/* Prints the log as vmcore-dmesg does. The caller frees *output. */
static inline int dump_print(const void *data, size_t size, char **output,
			     uint64_t *damaged, struct error *err)
{
	_cleanup_vmcore_ struct vmcore core = { .fd = -1 };
	_cleanup_free_ char *info = NULL;
	struct log log = { .core = &core };
	size_t length;
	char path[64];
	int fd, rc;

	make_file(data, size, &fd, path);
	log.stream = open_memstream(output, &length);
	assert_non_null(log.stream);
	rc = vmcore_open_fd(fd, "core", &core, err);
	if (!rc)
		rc = vmcore_read_note(&core, "VMCOREINFO", &info, err);
	log.info = info;
	if (!rc)
		rc = log_print(&log, err);
	fclose(log.stream);
	*damaged = log.damaged;
	return rc;
}

/* The ring of descriptors: 8 of them, and 256 bytes of text. Offsets into the memory. */
#define RING_AT	      16u
#define RING_DESCS    128u
#define RING_INFOS    384u
#define RING_TEXT     1152u
#define RING_COUNT    8u
#define RING_BYTES    256u
#define DESC_BYTES    24u
#define RECORD_BYTES  88u
#define RING_ID_MASK  0x3fffffffffffffffull
#define RING_REUSABLE 3ull
#define RING_FINAL    2ull

#define RING_INFO                                                               \
	"OSRELEASE=6.1.0\nSYMBOL(prb)=ffffffff81000008\n"                       \
	"OFFSET(printk_ringbuffer.desc_ring)=0\n"                               \
	"OFFSET(printk_ringbuffer.text_data_ring)=48\n"                         \
	"OFFSET(prb_desc_ring.count_bits)=0\nOFFSET(prb_desc_ring.descs)=8\n"   \
	"OFFSET(prb_desc_ring.infos)=16\nOFFSET(prb_desc_ring.head_id)=24\n"    \
	"OFFSET(prb_desc_ring.tail_id)=32\nSIZE(prb_desc)=24\n"                 \
	"OFFSET(prb_desc.state_var)=0\nOFFSET(prb_desc.text_blk_lpos)=8\n"      \
	"OFFSET(prb_data_blk_lpos.begin)=0\nOFFSET(prb_data_blk_lpos.next)=8\n" \
	"SIZE(printk_info)=88\nOFFSET(printk_info.ts_nsec)=8\n"                 \
	"OFFSET(printk_info.text_len)=16\nOFFSET(prb_data_ring.size_bits)=0\n"  \
	"OFFSET(prb_data_ring.data)=8\nOFFSET(atomic_long_t.counter)=0\n"

/* Writes records like a kernel; positions and numbers start shortly before they wrap. */
struct ring_writer {
	struct dump *dump;
	uint64_t head_id, tail_id, head, tail;
};

static inline uint8_t *ring_desc(struct dump *dump, uint64_t id)
{
	return dump_memory(dump, RING_DESCS + id % RING_COUNT * DESC_BYTES);
}

static inline void ring_start(struct ring_writer *writer, struct dump *dump)
{
	uint8_t *ring;

	dump_make(dump, RING_INFO);
	*writer = (struct ring_writer){ .dump = dump };
	writer->head_id = writer->tail_id = -(RING_COUNT + 1ull) & RING_ID_MASK;
	writer->head = writer->tail = -(uint64_t)RING_BYTES;
	put_le(dump_variable(dump, 8), 8, MEMORY + RING_AT);
	ring = dump_memory(dump, RING_AT);
	put_le(ring, 4, 3);
	put_le(ring + 8, 8, MEMORY + RING_DESCS);
	put_le(ring + 16, 8, MEMORY + RING_INFOS);
	put_le(ring + 24, 8, writer->head_id);
	put_le(ring + 32, 8, writer->tail_id);
	put_le(ring + 48, 4, 8);
	put_le(ring + 56, 8, MEMORY + RING_TEXT);
	put_le(ring_desc(dump, writer->head_id), 8,
	       RING_REUSABLE << 62 | writer->head_id);
	put_le(ring_desc(dump, writer->head_id) + 8, 8, 1);
	put_le(ring_desc(dump, writer->head_id) + 16, 8, 1);
}

/* Drops the oldest texts until there is room up to next. */
static inline void ring_make_room(struct ring_writer *writer, uint64_t next)
{
	while (next - writer->tail > RING_BYTES) {
		uint8_t *block =
			dump_memory(writer->dump, RING_TEXT + writer->tail % RING_BYTES);
		uint64_t id = get_le(block, 8);

		/* The rest of the ring, left over by a block that wrapped. */
		if (get_le(ring_desc(writer->dump, id) + 8, 8) != writer->tail)
			fail_msg("the model lost its tail");
		put_le(ring_desc(writer->dump, id), 8, RING_REUSABLE << 62 | id);
		writer->tail = get_le(ring_desc(writer->dump, id) + 16, 8);
	}
}

static inline void ring_drop_desc(struct ring_writer *writer)
{
	uint8_t *desc = ring_desc(writer->dump, writer->tail_id);

	if (get_le(desc, 8) >> 62 == RING_FINAL && get_le(desc + 8, 8) % 2 == 0)
		ring_make_room(writer, get_le(desc + 16, 8) + RING_BYTES);
	writer->tail_id = (writer->tail_id + 1) & RING_ID_MASK;
}

/* Adds a record. Length 0 has no block. */
static inline void ring_add(struct ring_writer *writer, uint64_t time, const char *text,
			    size_t length)
{
	uint64_t id = (writer->head_id + 1) & RING_ID_MASK, begin = 3, next = 3;
	uint64_t size = (8 + length + 7) / 8 * 8;
	uint8_t *info, *desc, *block;

	if (((id - writer->tail_id) & RING_ID_MASK) >= RING_COUNT)
		ring_drop_desc(writer);
	if (length) {
		begin = writer->head;
		next = begin + size;
		if (begin / RING_BYTES != next / RING_BYTES)
			next = (begin / RING_BYTES + 1) * RING_BYTES + size;
		ring_make_room(writer, next);
		block = dump_memory(writer->dump, RING_TEXT + (next - size) % RING_BYTES);
		/* A block that wraps also has its number at the end of the ring. */
		put_le(dump_memory(writer->dump, RING_TEXT + begin % RING_BYTES), 8, id);
		put_le(block, 8, id);
		memcpy(block + 8, text, length);
		writer->head = next;
	}
	desc = ring_desc(writer->dump, id);
	info = dump_memory(writer->dump, RING_INFOS + id % RING_COUNT * RECORD_BYTES);
	put_le(desc, 8, RING_FINAL << 62 | id);
	put_le(desc + 8, 8, begin);
	put_le(desc + 16, 8, next);
	put_le(info + 8, 8, time);
	put_le(info + 16, 2, length);
	writer->head_id = id;
	put_le(dump_memory(writer->dump, RING_AT + 24), 8, id);
	put_le(dump_memory(writer->dump, RING_AT + 32), 8, writer->tail_id);
}

/* A buffer of 256 bytes for records with headers. Offsets into the memory. */
#define BUFFER_AT    1024u
#define BUFFER_BYTES 256u
#define LOG_HEADER   16u

#define RECORDS_INFO                                                   \
	"OSRELEASE=4.19.0\nSYMBOL(log_buf)=ffffffff81000000\n"         \
	"SYMBOL(log_buf_len)=ffffffff81000008\n"                       \
	"SYMBOL(log_first_idx)=ffffffff8100000c\n"                     \
	"SYMBOL(log_next_idx)=ffffffff81000010\nSIZE(printk_log)=16\n" \
	"OFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\n"     \
	"OFFSET(printk_log.text_len)=10\n"

#define PLAIN_INFO                                            \
	"OSRELEASE=3.2.0\nSYMBOL(log_buf)=ffffffff81000000\n" \
	"SYMBOL(log_buf_len)=ffffffff81000008\n"              \
	"SYMBOL(log_end)=ffffffff81000014\nSYMBOL(logged_chars)=ffffffff81000018\n"

/* Makes a dump with an empty buffer. info is RECORDS_INFO or PLAIN_INFO. */
static inline void buffer_start(struct dump *dump, const char *info)
{
	dump_make(dump, info);
	put_le(dump_variable(dump, 0), 8, MEMORY + BUFFER_AT);
	put_le(dump_variable(dump, 8), 4, BUFFER_BYTES);
}

/* Puts a record at index of the buffer. Returns the index after it. */
static inline size_t records_put(struct dump *dump, size_t index, uint64_t time,
				 const char *text)
{
	size_t length = (LOG_HEADER + strlen(text) + 7) / 8 * 8;
	uint8_t *record = dump_memory(dump, BUFFER_AT + index);

	assert_true(index + length <= BUFFER_BYTES);
	put_le(record, 8, time);
	put_le(record + 8, 2, length);
	put_le(record + 10, 2, strlen(text));
	memcpy(record + LOG_HEADER, text, strlen(text));
	return index + length;
}

/* The contents of a good dump, which the broken ones are derived from. */
enum format { RING, RECORDS, PLAIN };

static inline void make_good(struct dump *dump, enum format format)
{
	struct ring_writer writer;
	size_t end;

	switch (format) {
	case RING:
		ring_start(&writer, dump);
		ring_add(&writer, 0, "first", 5);
		ring_add(&writer, 0, "second", 6);
		ring_add(&writer, 0, "third", 5);
		break;
	case RECORDS:
		buffer_start(dump, RECORDS_INFO);
		end = records_put(dump, 0, 0, "first");
		end = records_put(dump, end, 0, "second");
		end = records_put(dump, end, 0, "third");
		put_le(dump_variable(dump, 16), 4, end);
		break;
	case PLAIN:
		buffer_start(dump, PLAIN_INFO);
		memcpy(dump_memory(dump, BUFFER_AT), "first\n", 6);
		put_le(dump_variable(dump, 20), 4, 6);
		break;
	}
}

/* Prints a dump and checks the result; message NULL: no error. */
static inline void assert_outcome(const struct dump *dump, size_t size, int expected,
				  const char *message, const char *printed,
				  uint64_t expected_damaged)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *output = NULL;
	uint64_t damaged;

	assert_int_equal(dump_print(dump->data, size, &output, &damaged, &err), expected);
	if (message)
		assert_message(&err, message);
	else
		assert_null(err.message);
	if (printed)
		assert_string_equal(output, printed);
	assert_int_equal(damaged, expected_damaged);
}

#endif
