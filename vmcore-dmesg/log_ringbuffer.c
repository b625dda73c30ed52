// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of Linux 5.10 and later (kernel/printk/printk_ringbuffer.c, "Data Structure"),
 * which the variable prb points to. It has three parts: a ring of descriptors, each with
 * a number that only grows; an array of struct printk_info, indexed like the descriptors;
 * and a ring of text blocks.
 *
 * Records are read one by one, because a capture kernel has little memory.
 */
#include <errno.h>
#include <inttypes.h>

#include "log_formats.h"
#include "vmcoreinfo.h"

/* printk.c reserves 32 bytes of text for each record (PRB_AVGBITS): 2^31 / 32 records. */
#define COUNT_BITS_MAX 26u
#define SIZE_BITS_MAX  31u

/* The two highest bits of state_var are the state, the others the descriptor's number. */
#define STATE_SHIFT 62
#define ID_MASK	    ((1ull << STATE_SHIFT) - 1)

enum state { STATE_RESERVED, STATE_COMMITTED, STATE_FINALIZED, STATE_REUSABLE };

/* A position in the text ring is 3 for an empty record and odd for lost text. */
#define EMPTY_LINE   3u
#define POSITION_ODD 1u

/* A text block begins with the number of its descriptor. */
#define BLOCK_HEADER_BYTES 8u
#define TEXT_MAX	   UINT16_MAX

/* The address of prb, and offsets and sizes in bytes, all from VMCOREINFO. */
struct layout {
	uint64_t prb_symbol;
	uint64_t desc_ring, text_ring;
	uint64_t count_bits, descs, infos, head_id, tail_id, counter;
	uint64_t size_bits, data;
	uint64_t desc_size, state_var, text_position, position_begin, position_next;
	uint64_t info_size, info_time, info_text_length;
};

struct ring {
	struct log *log;
	struct layout layout;
	uint64_t descs, infos, data; /* virtual addresses */
	uint64_t head_id, tail_id;
	uint64_t desc_count, text_size; /* powers of two */
};

/* One record; its text is read into a buffer that all records share. */
struct record {
	uint64_t time;
	uint64_t text_address; /* of the block */
	uint64_t text_length;
	bool has_block;
};

static int read_layout(const char *info, struct layout *layout, struct error *err)
{
	const struct vmcoreinfo_field fields[] = {
		{ "SYMBOL(prb)", &layout->prb_symbol },
		{ "OFFSET(printk_ringbuffer.desc_ring)", &layout->desc_ring },
		{ "OFFSET(printk_ringbuffer.text_data_ring)", &layout->text_ring },
		{ "OFFSET(prb_desc_ring.count_bits)", &layout->count_bits },
		{ "OFFSET(prb_desc_ring.descs)", &layout->descs },
		{ "OFFSET(prb_desc_ring.infos)", &layout->infos },
		{ "OFFSET(prb_desc_ring.head_id)", &layout->head_id },
		{ "OFFSET(prb_desc_ring.tail_id)", &layout->tail_id },
		{ "OFFSET(atomic_long_t.counter)", &layout->counter },
		{ "OFFSET(prb_data_ring.size_bits)", &layout->size_bits },
		{ "OFFSET(prb_data_ring.data)", &layout->data },
		{ "SIZE(prb_desc)", &layout->desc_size },
		{ "OFFSET(prb_desc.state_var)", &layout->state_var },
		{ "OFFSET(prb_desc.text_blk_lpos)", &layout->text_position },
		{ "OFFSET(prb_data_blk_lpos.begin)", &layout->position_begin },
		{ "OFFSET(prb_data_blk_lpos.next)", &layout->position_next },
		{ "SIZE(printk_info)", &layout->info_size },
		{ "OFFSET(printk_info.ts_nsec)", &layout->info_time },
		{ "OFFSET(printk_info.text_len)", &layout->info_text_length },
	};

	return vmcoreinfo_get(info, fields, sizeof(fields) / sizeof(fields[0]), err);
}

static int read_desc_ring(struct ring *ring, uint64_t address, struct error *err)
{
	struct vmcore *core = ring->log->core;
	const struct layout *layout = &ring->layout;
	uint32_t bits = 0;
	int rc;

	rc = vmcore_read_u32(core, address + layout->count_bits, &bits, err);
	if (!rc)
		rc = vmcore_read_u64(core, address + layout->descs, &ring->descs, err);
	if (!rc)
		rc = vmcore_read_u64(core, address + layout->infos, &ring->infos, err);
	if (!rc)
		rc = vmcore_read_u64(core, address + layout->head_id + layout->counter,
				     &ring->head_id, err);
	if (!rc)
		rc = vmcore_read_u64(core, address + layout->tail_id + layout->counter,
				     &ring->tail_id, err);
	if (rc < 0)
		return rc;
	if (bits > COUNT_BITS_MAX)
		return error_set(err, EINVAL,
				 "%s: no log at 0x%" PRIx64 ": it would have 2^%" PRIu32
				 " records",
				 core->name, address, bits);
	ring->desc_count = 1ull << bits;
	return 0;
}

static int read_text_ring(struct ring *ring, uint64_t address, struct error *err)
{
	struct vmcore *core = ring->log->core;
	uint32_t bits = 0;
	int rc;

	rc = vmcore_read_u32(core, address + ring->layout.size_bits, &bits, err);
	if (!rc)
		rc = vmcore_read_u64(core, address + ring->layout.data, &ring->data, err);
	if (rc < 0)
		return rc;
	if (bits > SIZE_BITS_MAX)
		return error_set(err, EINVAL,
				 "%s: no log at 0x%" PRIx64 ": it would have 2^%" PRIu32
				 " bytes of text",
				 core->name, address, bits);
	ring->text_size = 1ull << bits;
	return 0;
}

/*
 * Sums of addresses are not checked for overflow: a wrapped address is as harmless as any
 * other wrong one, because vmcore_read checks that the dump holds it.
 */
static int read_ring(struct ring *ring, struct error *err)
{
	uint64_t address;
	int rc = read_layout(ring->log->info, &ring->layout, err);

	if (rc < 0)
		return error_wrap(err, "%s", ring->log->core->name);
	rc = vmcore_read_u64(ring->log->core, ring->layout.prb_symbol, &address, err);
	if (!rc)
		rc = read_desc_ring(ring, address + ring->layout.desc_ring, err);
	if (!rc)
		rc = read_text_ring(ring, address + ring->layout.text_ring, err);
	return rc;
}

/*
 * Finds the text block between two positions. A block that would cross the end of the
 * ring begins at the start of the ring instead ("Data Rings"). Returns 0, or -EINVAL if
 * the positions cannot be those of a block.
 */
static int locate_text(const struct ring *ring, uint64_t begin, uint64_t next,
		       struct record *record)
{
	uint64_t mask = ring->text_size - 1, size = next - begin;
	uint64_t start = begin & mask;

	if (begin % BLOCK_HEADER_BYTES || next % BLOCK_HEADER_BYTES ||
	    size > 2 * ring->text_size)
		return -EINVAL;
	if (start + size > ring->text_size) {
		start = 0;
		size = next & mask;
	}
	if (size < BLOCK_HEADER_BYTES || size > ring->text_size)
		return -EINVAL;
	record->has_block = true;
	record->text_address = ring->data + start;
	size -= BLOCK_HEADER_BYTES;
	if (record->text_length > size)
		record->text_length = size;
	return 0;
}

static int read_info(const struct ring *ring, uint64_t index, struct record *record)
{
	uint8_t raw[VMCOREINFO_SIZE_MAX];
	struct bytes info = { raw, ring->layout.info_size };
	uint16_t length = 0;
	int rc;

	rc = vmcore_read(ring->log->core, ring->infos + index * info.size, raw, info.size,
			 NULL);
	if (!rc)
		rc = bytes_u64(info, ring->layout.info_time, &record->time);
	if (!rc)
		rc = bytes_u16(info, ring->layout.info_text_length, &length);
	record->text_length = length;
	return rc;
}

/* Returns 1 for a record with text, 0 without text, -errno for a damaged record. */
static int read_desc(const struct ring *ring, uint64_t id, struct record *record)
{
	const struct layout *layout = &ring->layout;
	uint64_t index = id & (ring->desc_count - 1), state = 0, begin = 0, next = 0;
	uint8_t raw[VMCOREINFO_SIZE_MAX];
	struct bytes desc = { raw, layout->desc_size };
	int rc;

	rc = vmcore_read(ring->log->core, ring->descs + index * desc.size, raw, desc.size,
			 NULL);
	if (!rc)
		rc = bytes_u64(desc, layout->state_var + layout->counter, &state);
	if (!rc)
		rc = bytes_u64(desc, layout->text_position + layout->position_begin,
			       &begin);
	if (!rc)
		rc = bytes_u64(desc, layout->text_position + layout->position_next,
			       &next);
	if (rc < 0)
		return rc;
	if ((state & ID_MASK) != id)
		return -EINVAL;
	if (state >> STATE_SHIFT != STATE_COMMITTED &&
	    state >> STATE_SHIFT != STATE_FINALIZED)
		return 0;
	rc = read_info(ring, index, record);
	if (rc < 0)
		return rc;
	if (begin == EMPTY_LINE && next == EMPTY_LINE)
		record->text_length = 0;
	else if (begin & next & POSITION_ODD)
		return 0;
	else
		rc = locate_text(ring, begin, next, record);
	return rc < 0 ? rc : 1;
}

/* Returns 0, or -errno if the block belongs to another record or cannot be read. */
static int read_text(const struct ring *ring, uint64_t id, const struct record *record,
		     uint8_t *buffer)
{
	uint64_t owner = 0;
	int rc;

	if (!record->has_block)
		return 0;
	rc = vmcore_read_u64(ring->log->core, record->text_address, &owner, NULL);
	if (rc < 0)
		return rc;
	if (owner != id)
		return -EINVAL;
	return vmcore_read(ring->log->core, record->text_address + BLOCK_HEADER_BYTES,
			   buffer, record->text_length, NULL);
}

int log_print_ringbuffer(struct log *log, struct error *err)
{
	_cleanup_free_ uint8_t *text = malloc(TEXT_MAX);
	struct ring ring = { .log = log };
	uint64_t count, i;
	int rc;

	if (!text)
		return error_no_memory(err);
	rc = read_ring(&ring, err);
	if (rc < 0)
		return rc;
	/*
	 * With a damaged tail, print all records before the head that the ring can hold.
	 */
	count = ((ring.head_id - ring.tail_id) & ID_MASK) + 1;
	if (count > ring.desc_count)
		count = ring.desc_count;
	for (i = 0; i < count && !ferror(log->stream); i++) {
		uint64_t id = (ring.head_id - (count - 1) + i) & ID_MASK;
		struct record record = { 0 };
		int found = read_desc(&ring, id, &record);

		if (found > 0)
			rc = read_text(&ring, id, &record, text);
		if (found > 0 && !rc)
			log_put_record(log, record.time,
				       (struct bytes){ text, record.text_length });
		else if (found && log_skip_damaged(log, err) < 0)
			return -EINVAL;
	}
	return 0;
}
