// SPDX-License-Identifier: GPL-2.0-only
/* The root that --sysroot names: a directory, or a tar archive of one. */
#include "archive/sysroot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/tar_read.h"
#include "files/uncompress.h"
#include "util/file_tree.h"

/* Many times a record's size: more must be a decompression bomb, or another archive. */
#define ARCHIVE_BYTES_MAX (64u << 20)

/* Reads a whole file of size bytes; *data belongs to the caller. */
static int read_whole(int fd, uint64_t size, uint8_t **data, struct error *err)
{
	_cleanup_free_ uint8_t *buffer = NULL;
	int rc;

	if (size > ARCHIVE_BYTES_MAX)
		return error_set(err, EFBIG,
				 "it has more than %u MiB, too much for a "
				 "record of a machine",
				 ARCHIVE_BYTES_MAX >> 20);
	buffer = malloc((size_t)size + 1);
	if (!buffer)
		return error_no_memory(err);
	rc = read_exactly(fd, buffer, (size_t)size, 0);
	if (rc < 0)
		return error_set(err, -rc, "%s", strerror(-rc));
	*data = take_pointer(buffer);
	return 0;
}

static int read_archive(int fd, uint64_t size, struct file_tree *tree, struct error *err)
{
	_cleanup_close_ int plain = -1;
	_cleanup_free_ uint8_t *data = NULL;
	const char *format = NULL;
	struct bytes archive;
	int rc = uncompress_file(fd, size, ARCHIVE_BYTES_MAX, NULL, &plain, &size,
				 &format, err);

	if (!rc)
		rc = read_whole(plain < 0 ? fd : plain, size, &data, err);
	if (rc < 0)
		return rc;
	archive = (struct bytes){ data, (size_t)size };
	rc = tar_read(archive, tree, err);
	if (rc == -ENOEXEC)
		return error_set(err, EINVAL,
				 "it is neither a directory nor a tar archive, which are "
				 "what kexec --record writes");
	return rc;
}

int sysroot_open(const char *path, struct root *root, struct error *err)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_close_ int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
				      : -1;
	struct stat status;
	int rc;

	/* A directory that cannot be listed can still be a root. */
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return root_open(path, root, err);
	rc = read_archive(fd, (uint64_t)status.st_size, &tree, err);
	if (rc < 0)
		return error_wrap(err, "--sysroot=%s", path);
	file_tree_strip_top(&tree);
	return root_open_tree(path, &tree, root, err);
}
