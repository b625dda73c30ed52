/* SPDX-License-Identifier: GPL-2.0-only */
/* A directory with files that can be loaded and files that cannot. */
#ifndef TESTS_UNIT_KERNEL_FILE_TREE_H
#define TESTS_UNIT_KERNEL_FILE_TREE_H

#include <errno.h>
#include <sys/stat.h>

#include "fixtures.h"

static char directory[] = "/tmp/kernel-file-XXXXXX";

/* Path of a name in the directory; valid until the next call. */
static inline const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static inline void write_file(const char *name, const void *data, size_t size)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write_all(fd, data, size), 0);
	close(fd);
}

static inline int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	write_file("empty", "", 0);
	write_file("plain", "0123456789", 10);
	write_file("broken.gz", "\x1f\x8b\x08 and no more of it", 21);
	return mkfifo(path_of("fifo"), 0600) || mkdir(path_of("directory"), 0700) ||
	       symlink("loop", path_of("loop"));
}

static inline int tear_down(void **state)
{
	static const char *const names[] = { "empty", "plain", "broken.gz", "fifo",
					     "loop",  "gzip",  "new",	    "a",
					     "b",     "c" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		unlink(path_of(names[i]));
	rmdir(path_of("directory"));
	return rmdir(directory);
}

static inline void lengthen_it(const char *path)
{
	assert_int_equal(truncate(path, 11), 0);
}

#endif
