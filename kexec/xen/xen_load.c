// SPDX-License-Identifier: GPL-2.0-only
/* Loading an image into a Xen hypervisor. */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "util/bytes.h"
#include "util/sizes.h"
#include "xen/xen_calls.h"
#include "xen/xen_internal.h"

/* Page tables of Xen's for an image, beside those that grow with it. */
#define TABLES_BYTES (1ull << 20)

/* Copies the data of one segment to memory that the hypervisor can read at any time. */
static int fill_segment(xc_interface *xen, xc_hypercall_buffer_array_t *buffers,
			unsigned int index, const struct xen_segment *from,
			xen_kexec_segment_t *to)
{
	DECLARE_HYPERCALL_BUFFER(void, buffer);

	to->dest_maddr = from->start;
	to->dest_size = from->end - from->start;
	to->buf_size = from->data ? from->size : 0;
	set_xen_guest_handle_raw(to->buf.h, NULL);
	if (!from->data)
		return 0;
	/* The hypervisor clears the memory of a segment with a buffer only. */
	buffer = xc_hypercall_buffer_array_alloc(xen, buffers, index, buffer,
						 from->size ? from->size : 1);
	if (!buffer)
		return -ENOMEM;
	memcpy(buffer, from->data, from->size);
	set_xen_guest_handle(to->buf.h, buffer);
	return 0;
}

static int explain_load(struct error *err)
{
	if (errno == EADDRNOTAVAIL)
		return error_set(
			err, errno,
			"Xen's kexec_op: a segment does not lie where the "
			"hypervisor accepts it; crashkernel= of its command line "
			"reserves the region for crash kernels");
	return xen_explain("kexec_op", err);
}

/* Returns the width of addresses, in bits, that are all above so many bytes. */
static int width_above(uint64_t end)
{
	int width = 1;

	while (width < 64 && ((uint64_t)1 << (width - 1)) < end)
		width++;
	return width;
}

/*
 * Xen copies a normal image into memory of its own first, page by page. If it comes to
 * use a page that belongs to a segment which is copied already, it means to exchange the
 * two pages, but loses the address (kimage_alloc_page() in Xen's common/kimage.c, up to
 * 4.20 at least): the segment is damaged, and unloading the image is a panic. Xen takes
 * its memory from above, so that this does not happen if there is enough of it above all
 * segments. A hypervisor that does not answer the question is taken to have enough.
 */
static int require_memory_above(xc_interface *xen, const struct xen_segment *segments,
				size_t count, struct error *err)
{
	uint64_t end = 0, data = 0, free_bytes, needed;
	size_t i;

	for (i = 0; i < count; i++) {
		/* Nothing is copied for the others. */
		if (!segments[i].data)
			continue;
		if (segments[i].end > end)
			end = segments[i].end;
		data += align_up(segments[i].size, PAGE_BYTES);
	}
	/* Lists of pages and page tables take about a page for each 511 or 512. */
	needed = data + data / 128 + TABLES_BYTES;
	if (xc_availheap(xen, width_above(end), 64, -1, &free_bytes) < 0 ||
	    free_bytes >= needed)
		return 0;
	return error_set(
		err, ENOMEM,
		"the hypervisor has %" PRIu64 " KiB of free memory above 0x%" PRIx64
		", but needs %" PRIu64 " KiB there to load this image; leave it "
		"more with dom0_mem= on its command line, or by xl mem-set",
		free_bytes >> 10, (uint64_t)1 << (width_above(end) - 1), needed >> 10);
}

/* Loads, and once more if the hypervisor then says that nothing is loaded. */
static int load_segments(xc_interface *xen, bool crash, uint64_t entry,
			 xen_kexec_segment_t *segments, uint32_t count)
{
	int turn;

	for (turn = 0; turn < 2; turn++) {
		if (xc_kexec_load(xen, (uint8_t)xen_type_number(crash), EM_X86_64, entry,
				  count, segments) < 0)
			return -1;
		if (xen_status_of(xen, crash) != 0)
			break;
	}
	return 0;
}

int xen_load(bool crash, uint64_t entry, const struct xen_segment *segments, size_t count,
	     struct error *err)
{
	xen_kexec_segment_t filled[XEN_SEGMENTS_MAX] = { 0 };
	_cleanup_xen_ xc_interface *xen = NULL;
	xc_hypercall_buffer_array_t *buffers;
	unsigned int i;
	int rc;

	if (count > XEN_SEGMENTS_MAX)
		return error_set(err, E2BIG,
				 "the image has %zu segments, but Xen takes at most %u",
				 count, XEN_SEGMENTS_MAX);
	rc = xen_open(&xen, err);
	if (rc < 0)
		return rc;
	if (!crash)
		rc = require_memory_above(xen, segments, count, err);
	if (rc < 0)
		return rc;
	buffers = xc_hypercall_buffer_array_create(xen, (unsigned int)count);
	if (!buffers)
		return error_no_memory(err);
	for (i = 0; i < count && !rc; i++)
		rc = fill_segment(xen, buffers, i, &segments[i], &filled[i]);
	if (rc < 0)
		error_set(err, ENOMEM,
			  "dom0 has not got enough memory for a copy of the image");
	else if (load_segments(xen, crash, entry, filled, (uint32_t)count) < 0)
		rc = explain_load(err);
	xc_hypercall_buffer_array_destroy(xen, buffers);
	return rc;
}
