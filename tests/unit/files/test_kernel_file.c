// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/files/kernel_file.c: files that cannot be loaded or that change. */
#include "files/kernel_file.h"

#include <time.h>
#include <zlib.h>

#include "kernel_file_tree.h"

static const struct refused_case {
	const char *name;
	const char *path; /* absolute, or relative to the directory */
	enum kernel_file_mode mode;
	int rc;
	const char *message;
} refused_cases[] = {
	{ "missing", "missing", KERNEL_FILE_AS_IS, -ENOENT, "No such file or directory" },
	{ "below a file", "plain/x", KERNEL_FILE_AS_IS, -ENOTDIR, "Not a directory" },
	{ "link to itself", "loop", KERNEL_FILE_AS_IS, -ELOOP, "symbolic links" },
	{ "directory", "directory", KERNEL_FILE_AS_IS, -EISDIR, "is a directory" },
	{ "empty file", "empty", KERNEL_FILE_UNCOMPRESS, -ENODATA, "is empty" },
	{ "FIFO without a writer", "fifo", KERNEL_FILE_UNCOMPRESS, -EINVAL,
	  "copy it to a file first" },
	{ "character device", "/dev/null", KERNEL_FILE_UNCOMPRESS, -EINVAL,
	  "copy it to a file first" },
	{ "endless device", "/dev/zero", KERNEL_FILE_AS_IS, -EINVAL,
	  "copy it to a file first" },
	{ "file of /proc that says it is empty", "/proc/version", KERNEL_FILE_AS_IS,
	  -ENODATA, "is empty" },
	{ "broken gzip", "broken.gz", KERNEL_FILE_UNCOMPRESS, -EBADMSG, "gzip data" },
};

static void refused_case(void **state)
{
	const struct refused_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	const char *path = row->path[0] == '/' ? row->path : path_of(row->path);

	/* Read-ahead reports no errors and does not wait for a FIFO. */
	kernel_file_read_ahead(path);
	assert_int_equal(kernel_file_open(path, "kernel", row->mode, &file, &err),
			 row->rc);
	assert_int_equal(err.number, -row->rc);
	assert_message(&err, row->message);
	assert_message(&err, path);
	assert_message(&err, "kernel");
}

static void open_plain(struct kernel_file *file, enum kernel_file_mode mode)
{
	write_file("new", "0123456789", 10);
	assert_int_equal(kernel_file_open(path_of("new"), "kernel", mode, file, NULL), 0);
}

static void plain_file_is_mapped_as_it_is(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };

	(void)state;
	open_plain(&file, KERNEL_FILE_UNCOMPRESS);
	assert_int_equal(file.size, 10);
	assert_null(file.compression);
	assert_memory_equal(file.mapping, "0123456789", 10);
	assert_string_equal(file.path, path_of("new"));
	assert_int_equal(kernel_file_require_unchanged(&file, NULL), 0);
}

static const struct read_case {
	const char *name;
	uint64_t offset;
	size_t size;
	int rc;
	const char *expected;
} read_cases[] = {
	{ "all", 0, 10, 0, "0123456789" },
	{ "the last byte", 9, 1, 0, "9" },
	{ "nothing at the end", 10, 0, 0, "" },
	{ "one byte too many", 0, 11, -ERANGE, NULL },
	{ "behind the end", 11, 0, -ERANGE, NULL },
	{ "an offset that wraps", UINT64_MAX, 2, -ERANGE, NULL },
	{ "a size that wraps", 2, SIZE_MAX, -ERANGE, NULL },
};

static void read_case(void **state)
{
	const struct read_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char buffer[16] = "";

	open_plain(&file, KERNEL_FILE_AS_IS);
	assert_int_equal(kernel_file_read(&file, row->offset, buffer, row->size, &err),
			 row->rc);
	if (row->rc)
		assert_message(&err, "ends at byte 10");
	else
		assert_string_equal(buffer, row->expected);
}

static void gzip_file_is_opened_through(void **state)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 }, initrd = { 0 };
	gzFile gzip = gzopen(path_of("gzip"), "wb");
	char buffer[5] = "";

	(void)state;
	assert_int_equal(gzwrite(gzip, "a kernel", 8), 8);
	assert_int_equal(gzclose(gzip), Z_OK);
	assert_int_equal(kernel_file_open(path_of("gzip"), "kernel",
					  KERNEL_FILE_UNCOMPRESS, &kernel, NULL),
			 0);
	assert_string_equal(kernel.compression, "gzip");
	assert_int_equal(kernel.size, 8);
	assert_memory_equal(kernel.mapping, "a kernel", 8);
	assert_int_equal(kernel_file_read(&kernel, 2, buffer, 4, NULL), 0);
	assert_string_equal(buffer, "kern");
	assert_int_equal(kernel_file_require_unchanged(&kernel, NULL), 0);

	assert_int_equal(kernel_file_open(path_of("gzip"), "initrd", KERNEL_FILE_AS_IS,
					  &initrd, NULL),
			 0);
	assert_null(initrd.compression);
	assert_memory_equal(initrd.mapping, "\x1f\x8b", 2);
}

/* Changes that another program makes between opening and loading. */
static void truncate_it(const char *path)
{
	assert_int_equal(truncate(path, 4), 0);
}

static void empty_it(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

/* Same size, other content: only the modification time differs. */
static void overwrite_it(const char *path)
{
	int fd = open(path, O_WRONLY);

	assert_int_equal(pwrite(fd, "X", 1, 3), 1);
	close(fd);
}

static void touch_it(const char *path)
{
	const struct timespec times[2] = { { 1, 0 }, { 1, 5 } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void touch_it_by_a_nanosecond(const char *path)
{
	struct timespec times[2];
	struct stat now;

	assert_int_equal(stat(path, &now), 0);
	times[0] = now.st_atim;
	times[1] = now.st_mtim;
	times[1].tv_nsec += times[1].tv_nsec ? -1 : 1;
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* As rsync --times does: only the size differs. */
static void lengthen_it_and_set_its_time_back(const char *path)
{
	struct timespec times[2];
	struct stat now;

	assert_int_equal(stat(path, &now), 0);
	times[0] = now.st_atim;
	times[1] = now.st_mtim;
	lengthen_it(path);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void read_it(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY);

	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
}

/* As package managers do: the open file is still the old one. */
static void replace_it(const char *path)
{
	char other[128];

	snprintf(other, sizeof(other), "%s.new", path);
	assert_int_equal(link(path_of("plain"), other), 0);
	assert_int_equal(rename(other, path), 0);
}

static const struct change_case {
	const char *name;
	void (*change)(const char *path);
	int unchanged_rc;
	int read_rc; /* of the last byte */
} change_cases[] = {
	{ "shorter", truncate_it, -ESTALE, -EIO },
	{ "emptied", empty_it, -ESTALE, -EIO },
	{ "longer", lengthen_it, -ESTALE, 0 },
	{ "overwritten", overwrite_it, -ESTALE, 0 },
	{ "touched", touch_it, -ESTALE, 0 },
	{ "touched by a nanosecond", touch_it_by_a_nanosecond, -ESTALE, 0 },
	{ "longer, of the same time", lengthen_it_and_set_its_time_back, -ESTALE, 0 },
	{ "only read", read_it, 0, 0 },
	{ "another file in its place", replace_it, 0, 0 },
};

static void change_case(void **state)
{
	static const struct timespec tick = { 0, 20 * 1000 * 1000 };
	const struct change_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char byte;

	open_plain(&file, KERNEL_FILE_UNCOMPRESS);
	/* File times have the resolution of the timer tick. */
	nanosleep(&tick, NULL);
	row->change(file.path);
	assert_int_equal(kernel_file_require_unchanged(&file, &err), row->unchanged_rc);
	if (row->unchanged_rc)
		assert_message(&err, "has changed while it was being loaded");
	assert_int_equal(kernel_file_read(&file, 9, &byte, 1, &err), row->read_rc);
	if (row->read_rc)
		assert_message(&err, "has become shorter");
	unlink(path_of("new"));
}

/* The copy in memory does not change, but its source did. */
static void compressed_file_is_watched_too(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };

	(void)state;
	assert_int_equal(kernel_file_open(path_of("gzip"), "kernel",
					  KERNEL_FILE_UNCOMPRESS, &file, NULL),
			 0);
	empty_it(path_of("gzip"));
	assert_int_equal(kernel_file_require_unchanged(&file, NULL), -ESTALE);
	assert_memory_equal(file.mapping, "a kernel", 8);
}

static void close_of_what_was_never_opened(void **state)
{
	struct kernel_file file = { 0 };

	(void)state;
	/* Closing must leave fd 0 open. */
	kernel_file_close(&file);
	assert_true(fcntl(0, F_GETFD) >= 0 || errno == EBADF);
	open_plain(&file, KERNEL_FILE_AS_IS);
	kernel_file_close(&file);
	kernel_file_close(&file);
	assert_int_equal(file.fd, -1);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(plain_file_is_mapped_as_it_is),
		cmocka_unit_test(gzip_file_is_opened_through),
		cmocka_unit_test(compressed_file_is_watched_too),
		cmocka_unit_test(close_of_what_was_never_opened),
	};
	int failed;

	if (set_up(NULL))
		return 1;
	failed = RUN_TABLE(refused_case, refused_cases) +
		 RUN_TABLE(read_case, read_cases) + RUN_TABLE(change_case, change_cases) +
		 cmocka_run_group_tests_name("others", others, NULL, NULL);
	return failed + (tear_down(NULL) ? 1 : 0);
}
