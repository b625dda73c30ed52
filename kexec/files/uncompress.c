// SPDX-License-Identifier: GPL-2.0-only
/* Uncompresses kernels: finds the format, and reads and writes for the decoders. */
#include "files/uncompress.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "files/uncompress_internal.h"
#include "util/io.h"
#include "util/library.h"

/* Enough bytes of a file to recognise each format, and a bzImage. */
#define HEAD_SIZE	   0x206u
#define SETUP_MAGIC_OFFSET 0x202u

/* Bytes of the longest magic number of a member. */
#define MAGIC_MAX 6u

struct format {
	const char *name;
	uncompress_begins *begins;
	uncompress_decode *decode; /* NULL in a build without the library */
	enum library library;
	const char *library_name;
};

/* For each library: its number for library_need, and its decoders or NULL. */
#define NUMBER_OF_zlib	  LIBRARY_ZLIB
#define NUMBER_OF_liblzma LIBRARY_LZMA
#define NUMBER_OF_libzstd LIBRARY_ZSTD
#define WITH_zlib(decode) decode
#ifdef HAVE_LIBLZMA
#define WITH_liblzma(decode) decode
#else
#define WITH_liblzma(decode) NULL
#endif
#ifdef HAVE_LIBZSTD
#define WITH_libzstd(decode) decode
#else
#define WITH_libzstd(decode) NULL
#endif

/* A decoder's name ends with its library: rows with a wrong library do not compile. */
#define FORMAT(format, library)                                                      \
	{                                                                            \
#format, format##_begins, WITH_##library(format##_decode_##library), \
			NUMBER_OF_##library, #library                                \
	}

/* lzma is last: it has no magic number, and other data could look like its header. */
static const struct format formats[] = {
	FORMAT(gzip, zlib),
	FORMAT(xz, liblzma),
	FORMAT(zstd, libzstd),
	FORMAT(lzma, liblzma),
};

int uncompress_fill(struct uncompress_stream *stream, struct error *err)
{
	uint64_t left = stream->source_size - stream->source_offset;
	size_t kept = stream->in_end - stream->in_start;
	size_t want = UNCOMPRESS_CHUNK - kept;
	int rc;

	if (want > left)
		want = (size_t)left;
	memmove(stream->in, stream->in + stream->in_start, kept);
	stream->in_start = 0;
	stream->in_end = kept;
	rc = read_exactly(stream->fd, stream->in + kept, want, stream->source_offset);
	if (rc < 0)
		return error_set(err, -rc, "cannot read at byte %llu: %s",
				 (unsigned long long)stream->source_offset,
				 strerror(-rc));
	stream->source_offset += want;
	stream->in_end += want;
	progress_step(stream->progress, "uncompressing", stream->source_offset,
		      stream->source_size);
	return 0;
}

int uncompress_flush(struct uncompress_stream *stream, size_t size, struct error *err)
{
	int rc;

	if (size > stream->limit - stream->written)
		return error_set(err, EFBIG,
				 "it decompresses to over %llu MiB, too much for a file "
				 "of its kind; is it the right one?",
				 (unsigned long long)(stream->limit >> 20));
	rc = write_all(stream->memory_fd, stream->out, size);
	if (rc < 0)
		return error_set(err, -rc, "cannot uncompress it to memory: %s",
				 strerror(-rc));
	stream->written += size;
	return 0;
}

int uncompress_next(struct uncompress_stream *stream, const char *format,
		    struct error *err)
{
	int rc = uncompress_fill(stream, err);

	if (rc < 0 || stream->in_end > stream->in_start)
		return rc;
	return error_set(err, EBADMSG, "its %s data is cut off; copy the file again",
			 format);
}

int uncompress_goes_on(struct uncompress_stream *stream, uncompress_begins *begins,
		       bool *more, struct error *err)
{
	struct bytes head;
	int rc = 0;

	if (stream->in_end - stream->in_start < MAGIC_MAX)
		rc = uncompress_fill(stream, err);
	if (rc < 0)
		return rc;
	head = (struct bytes){ stream->in + stream->in_start,
			       stream->in_end - stream->in_start };
	*more = begins(head);
	return 0;
}

int uncompress_broken(const char *format, const char *reason, struct error *err)
{
	return error_set(err, EBADMSG, "its %s data is broken: %s", format, reason);
}

int uncompress_window_too_large(const char *format, struct error *err)
{
	return error_set(err, EFBIG,
			 "its %s data needs over %llu MiB of memory to uncompress; "
			 "compress it with a smaller window or dictionary",
			 format, UNCOMPRESS_WINDOW_MAX >> 20);
}

/* A bzImage is not compressed as a whole, whatever its first bytes look like. */
static bool is_setup_header(struct bytes head)
{
	return bytes_in_range(head, SETUP_MAGIC_OFFSET, 4) &&
	       !memcmp(head.data + SETUP_MAGIC_OFFSET, "HdrS", 4);
}

static const struct format *find_format(struct bytes head)
{
	size_t i;

	if (is_setup_header(head))
		return NULL;
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].begins(head))
			return &formats[i];
	return NULL;
}

static int read_format(int fd, uint64_t source_size, const struct format **format,
		       struct error *err)
{
	uint8_t data[HEAD_SIZE];
	struct bytes head = { data, sizeof(data) };
	int rc;

	if (source_size < sizeof(data))
		head.size = (size_t)source_size;
	rc = read_exactly(fd, data, head.size, 0);
	if (rc < 0)
		return error_set(err, -rc, "cannot be read: %s", strerror(-rc));
	*format = find_format(head);
	if (*format && !(*format)->decode)
		return error_set(err, ENOTSUP,
				 "compressed with %s, which this kexec cannot uncompress "
				 "(built without %s)",
				 (*format)->name, (*format)->library_name);
	return *format ? library_need((*format)->library, err) : 0;
}

int uncompress_file(int fd, uint64_t source_size, uint64_t limit,
		    const struct progress *progress, int *memory_fd, uint64_t *size,
		    const char **format, struct error *err)
{
	_cleanup_free_ struct uncompress_stream *stream = NULL;
	_cleanup_close_ int out = -1;
	const struct format *found;
	int rc;

	rc = read_format(fd, source_size, &found, err);
	if (rc < 0 || !found)
		return rc;
	out = memory_file_create("kexec-kernel");
	if (out < 0)
		return error_set(err, -out, "cannot uncompress it to memory: %s",
				 strerror(-out));
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return error_no_memory(err);
	stream->fd = fd;
	stream->source_size = source_size;
	stream->memory_fd = out;
	stream->limit = limit;
	stream->progress = progress;
	rc = found->decode(stream, err);
	if (rc < 0)
		return rc;
	if (!stream->written)
		return error_set(err, ENODATA, "its %s data decompresses to nothing",
				 found->name);
	*memory_fd = take_fd(out);
	*size = stream->written;
	*format = found->name;
	return 0;
}
