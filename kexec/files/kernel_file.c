// SPDX-License-Identifier: GPL-2.0-only
/* Opens, maps and reads a file to be loaded, and notices when it changes. */
#include "files/kernel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "files/kernel_file_internal.h"
#include "files/uncompress.h"
#include "util/io.h"

/* Enough for a usual kernel or initrd. More would fill the disk's queue. */
#define READ_AHEAD_BYTES (32 << 20)

/*
 * For a file that is not in the page cache: the disk starts to read it now, while other
 * files are opened, uncompressed and hashed. POSIX_FADV_SEQUENTIAL also makes later reads
 * larger, which halves the requests with -i, where only kexec_load reads the file. Both
 * calls are advice, so their errors do not matter.
 */
static void read_ahead(int fd)
{
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	posix_fadvise(fd, 0, READ_AHEAD_BYTES, POSIX_FADV_WILLNEED);
}

/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
static int open_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

void kernel_file_read_ahead(const char *path)
{
	_cleanup_close_ int fd = open_file(path);

	if (fd >= 0)
		read_ahead(fd);
}

static int size_of(int fd, const char *path, const char *role, struct kernel_file *file,
		   struct error *err)
{
	uint64_t size;

	if (fstat(fd, &file->opened) < 0)
		return error_set(err, errno, "%s %s: %s", role, path, strerror(errno));
	switch (file->opened.st_mode & S_IFMT) {
	case S_IFREG:
		size = (uint64_t)file->opened.st_size;
		break;
	case S_IFBLK:
		if (ioctl(fd, BLKGETSIZE64, &size) < 0)
			return error_set(err, errno, "%s %s: cannot read its size: %s",
					 role, path, strerror(errno));
		break;
	case S_IFDIR:
		return error_set(err, EISDIR, "%s %s is a directory", role, path);
	default:
		return error_set(
			err, EINVAL,
			"%s %s is neither a regular file nor a block device; copy "
			"it to a file first",
			role, path);
	}
	if (!size)
		return error_set(err, ENODATA, "%s %s is empty", role, path);
	if (size > SIZE_MAX / 2)
		return error_set(err, EFBIG, "%s %s is too large: %llu bytes", role, path,
				 (unsigned long long)size);
	file->size = size;
	return 0;
}

int kernel_file_map(struct kernel_file *file, const char *role, struct error *err)
{
	void *mapping = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);

	if (mapping == MAP_FAILED)
		return error_set(err, errno, "%s %s: cannot map %llu bytes: %s", role,
				 file->path, (unsigned long long)file->size,
				 strerror(errno));
	file->mapping = mapping;
	return 0;
}

int kernel_file_open(const char *path, const char *role, enum kernel_file_mode mode,
		     struct kernel_file *file, struct error *err)
{
	int rc;

	file->fd = -1;
	file->original_fd = -1;
	file->path = strdup(path);
	if (!file->path)
		return error_no_memory(err);
	file->original_fd = open_file(path);
	if (file->original_fd < 0)
		return error_set(err, errno, "cannot open the %s %s: %s", role, path,
				 strerror(errno));
	rc = size_of(file->original_fd, path, role, file, err);
	if (rc < 0)
		return rc;
	read_ahead(file->original_fd);
	file->fd = file->original_fd;
	if (mode == KERNEL_FILE_UNCOMPRESS) {
		int memory_fd = -1;

		rc = uncompress_file(file->original_fd, file->size,
				     KERNEL_UNCOMPRESSED_MAX, file->progress, &memory_fd,
				     &file->size, &file->compression, err);
		if (rc < 0)
			return error_wrap(err, "%s %s", role, path);
		if (file->compression)
			file->fd = memory_fd;
	}
	return kernel_file_map(file, role, err);
}

void kernel_file_close(struct kernel_file *file)
{
	size_t i;

	if (!file->path)
		return;
	for (i = 0; i < file->part_count; i++)
		kernel_file_close(&file->parts[i]);
	free(file->parts);
	if (file->mapping)
		munmap((void *)file->mapping, file->size);
	if (file->fd >= 0 && file->fd != file->original_fd)
		close(file->fd);
	if (file->original_fd >= 0)
		close(file->original_fd);
	free(file->path);
	*file = (struct kernel_file){ .fd = -1, .original_fd = -1 };
}

int kernel_file_read(const struct kernel_file *file, uint64_t offset, void *buffer,
		     size_t size, struct error *err)
{
	int rc;

	if (offset > file->size || size > file->size - offset)
		return error_set(err, ERANGE,
				 "%s ends at byte %llu, but %zu bytes at %llu are needed",
				 file->path, (unsigned long long)file->size, size,
				 (unsigned long long)offset);
	rc = read_exactly(file->fd, buffer, size, offset);
	if (rc == -EIO)
		return error_set(err, EIO,
				 "%s cannot be read at byte %llu: it has become shorter "
				 "while it was being loaded, or its disk fails",
				 file->path, (unsigned long long)offset);
	if (rc < 0)
		return error_set(err, -rc, "%s cannot be read at byte %llu: %s",
				 file->path, (unsigned long long)offset, strerror(-rc));
	return 0;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

int kernel_file_require_unchanged(const struct kernel_file *file, struct error *err)
{
	struct stat now;
	size_t i;

	for (i = 0; i < file->part_count; i++) {
		int rc = kernel_file_require_unchanged(&file->parts[i], err);

		if (rc < 0)
			return rc;
	}
	if (file->original_fd < 0)
		return 0;
	if (fstat(file->original_fd, &now) < 0)
		return error_set(err, errno, "%s: %s", file->path, strerror(errno));
	if (now.st_size == file->opened.st_size &&
	    same_time(now.st_mtim, file->opened.st_mtim))
		return 0;
	return error_set(
		err, ESTALE,
		"%s has changed while it was being loaded; try again when it is no "
		"longer written to",
		file->path);
}
