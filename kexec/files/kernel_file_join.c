// SPDX-License-Identifier: GPL-2.0-only
/* Joins several files, or pieces of one, to a file to be loaded. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/sysinfo.h>

#include "files/kernel_file_internal.h"
#include "util/io.h"

/* The kernel expects each archive of an initrd at a multiple of this. */
#define JOIN_ALIGNMENT 4u

/* Bytes that are copied between two reports of progress. */
#define COPY_BYTES (4u << 20)

/* Sets *size to the sum of all pieces with the padding between them. */
static int joined_size(const struct file_piece *pieces, size_t count, const char *role,
		       uint64_t *size, struct error *err)
{
	uint64_t total = 0, limit = UINT64_MAX;
	struct sysinfo info;
	size_t i;

	if (!sysinfo(&info))
		limit = (uint64_t)info.totalram * info.mem_unit / 2;
	for (i = 0; i < count; i++)
		if (!add_u64(align_up(total, JOIN_ALIGNMENT), pieces[i].size, &total) ||
		    total > limit)
			return error_set(err, EFBIG,
					 "%s %s and those before it are too large "
					 "together: over %llu MiB, half of this "
					 "machine's memory",
					 role, pieces[i].file->path,
					 (unsigned long long)(limit >> 20));
	*size = total;
	return 0;
}

/* Copies a piece to the current position of file->fd. at: its place in the file. */
static int append_piece(const struct kernel_file *file, const struct file_piece *piece,
			uint64_t at, const char *what, struct error *err)
{
	off_t offset = (off_t)piece->offset;
	uint64_t left = piece->size;

	while (left) {
		size_t most = left < COPY_BYTES ? (size_t)left : COPY_BYTES;
		ssize_t copied = sendfile(file->fd, piece->file->fd, &offset, most);

		if (copied < 0 && errno == EINTR)
			continue;
		if (copied < 0)
			return error_set(err, errno, "cannot copy %s to memory: %s",
					 piece->file->path, strerror(errno));
		if (!copied)
			return error_set(
				err, EIO,
				"%s has become shorter while it was being loaded",
				piece->file->path);
		left -= (uint64_t)copied;
		progress_step(file->progress, what, at + piece->size - left, file->size);
	}
	return 0;
}

/* Names the work for the progress bar. Only initrds are joined. */
static const char *work_name(size_t count, const char *role)
{
	if (count > 1)
		return "joining initrds";
	return strcmp(role, "kernel") ? "copying the initrd" : "copying the kernel";
}

/* lseek makes the padding: bytes that it skips are zeros. */
static int append_pieces(const struct file_piece *pieces, size_t count, const char *what,
			 struct kernel_file *file, struct error *err)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t start = align_up(end, JOIN_ALIGNMENT);
		int rc;

		if (lseek(file->fd, (off_t)start, SEEK_SET) < 0)
			return error_set(err, errno, "%s: %s", file->path,
					 strerror(errno));
		rc = append_piece(file, &pieces[i], start, what, err);
		if (rc < 0)
			return rc;
		end = start + pieces[i].size;
	}
	return 0;
}

int kernel_file_copy(const struct file_piece *pieces, size_t count, const char *role,
		     char *path, struct kernel_file *file, struct error *err)
{
	int rc;

	file->fd = -1;
	file->original_fd = -1;
	file->path = path;
	if (!path)
		return error_no_memory(err);
	rc = joined_size(pieces, count, role, &file->size, err);
	if (rc < 0)
		return rc;
	file->fd = memory_file_create("kexec-joined");
	if (file->fd < 0)
		return error_set(err, -file->fd, "cannot copy %s to memory: %s",
				 file->path, strerror(-file->fd));
	rc = append_pieces(pieces, count, work_name(count, role), file, err);
	if (rc < 0)
		return rc;
	return kernel_file_map(file, role, err);
}

/* Returns "A + B", for messages and the plan; NULL without memory. */
static char *joined_path(const char *const *paths, size_t count)
{
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (i = 0; i < count; i++)
		fprintf(stream, "%s%s", i ? " + " : "", paths[i]);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Sets *pieces to one piece for each file; the caller frees it, also after an error. */
static int open_parts(const char *const *paths, size_t count, const char *role,
		      struct kernel_file *file, struct file_piece **pieces,
		      struct error *err)
{
	file->parts = calloc(count, sizeof(*file->parts));
	*pieces = calloc(count, sizeof(**pieces));
	if (!file->parts || !*pieces)
		return error_no_memory(err);
	while (file->part_count < count) {
		size_t i = file->part_count++;
		struct kernel_file *part = &file->parts[i];
		int rc = kernel_file_open(paths[i], role, KERNEL_FILE_AS_IS, part, err);

		if (rc < 0)
			return rc;
		(*pieces)[i] = (struct file_piece){ part, 0, part->size };
	}
	return 0;
}

int kernel_file_open_joined(const char *const *paths, size_t count, const char *role,
			    struct kernel_file *file, struct error *err)
{
	_cleanup_free_ struct file_piece *pieces = NULL;
	int rc;

	if (count == 1)
		return kernel_file_open(paths[0], role, KERNEL_FILE_AS_IS, file, err);
	file->fd = -1;
	file->original_fd = -1;
	file->path = joined_path(paths, count);
	if (!file->path)
		return error_no_memory(err);
	rc = open_parts(paths, count, role, file, &pieces, err);
	if (rc < 0)
		return rc;
	return kernel_file_copy(pieces, count, role, file->path, file, err);
}
