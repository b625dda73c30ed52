// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of kexec/kernel_file.c: what is no file to load, and files that change. */
#include "kernel_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>

#include "fixtures.h"

static char directory[] = "/tmp/kernel-file-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void write_file(const char *name, const void *data, size_t size)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write_all(fd, data, size), 0);
	close(fd);
}

static int set_up(void **state)
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

static int tear_down(void **state)
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

static const struct refused_case {
	const char *name;
	const char *path; /* absolute, or below the directory */
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
	assert_int_equal(kernel_file_check_unchanged(&file, NULL), 0);
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
	assert_int_equal(kernel_file_check_unchanged(&kernel, NULL), 0);

	assert_int_equal(kernel_file_open(path_of("gzip"), "initrd", KERNEL_FILE_AS_IS,
					  &initrd, NULL),
			 0);
	assert_null(initrd.compression);
	assert_memory_equal(initrd.mapping, "\x1f\x8b", 2);
}

/* What somebody does to the file between its opening and its loading. */
static void truncate_it(const char *path)
{
	assert_int_equal(truncate(path, 4), 0);
}

static void empty_it(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void lengthen_it(const char *path)
{
	assert_int_equal(truncate(path, 11), 0);
}

/* Same size, other content: only the time of modification tells. */
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

/* As rsync --times does: only the size tells. */
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

/* A package manager's way: the opened file is still the old one. */
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
	/* File times are those of the last timer tick. */
	nanosleep(&tick, NULL);
	row->change(file.path);
	assert_int_equal(kernel_file_check_unchanged(&file, &err), row->unchanged_rc);
	if (row->unchanged_rc)
		assert_message(&err, "has changed while it was being loaded");
	assert_int_equal(kernel_file_read(&file, 9, &byte, 1, &err), row->read_rc);
	if (row->read_rc)
		assert_message(&err, "has become shorter");
	unlink(path_of("new"));
}

/* The copy in memory does not change with the file, but what was loaded is stale. */
static void compressed_file_is_watched_too(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };

	(void)state;
	assert_int_equal(kernel_file_open(path_of("gzip"), "kernel",
					  KERNEL_FILE_UNCOMPRESS, &file, NULL),
			 0);
	empty_it(path_of("gzip"));
	assert_int_equal(kernel_file_check_unchanged(&file, NULL), -ESTALE);
	assert_memory_equal(file.mapping, "a kernel", 8);
}

/* Sizes of up to three files to be joined, and what comes of it. */
static const struct joined_case {
	const char *name;
	size_t sizes[3]; /* up to a 0 */
	uint64_t size;
} joined_cases[] = {
	{ "one, odd", { 7 }, 7 },
	{ "two, no padding", { 4, 8 }, 12 },
	{ "padding of three, last one odd", { 5, 3 }, 11 },
	{ "padding of two and one", { 6, 7, 1 }, 17 },
	{ "one byte each", { 1, 1, 1 }, 9 },
	{ "pages", { 8192, 4096, 4097 }, 16385 },
	{ "over the end of a page", { 4095, 4098, 2 }, 8198 },
};

static size_t open_joined(const size_t sizes[3], struct kernel_file *file)
{
	static const char *const names[] = { "a", "b", "c" };
	char paths[3][128];
	const char *list[3];
	static uint8_t data[8192];
	size_t i;

	for (i = 0; i < 3 && sizes[i]; i++) {
		memset(data, 'a' + (int)i, sizes[i]);
		write_file(names[i], data, sizes[i]);
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", directory, names[i]);
		list[i] = paths[i];
	}
	assert_int_equal(kernel_file_open_joined(list, i, "initrd", file, NULL), 0);
	return i;
}

static void joined_case(void **state)
{
	const struct joined_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	size_t count = open_joined(row->sizes, &file), at = 0, i, j;
	uint8_t byte;

	assert_int_equal(file.size, row->size);
	for (i = 0; i < count; i++) {
		for (; at % 4; at++)
			assert_int_equal(file.mapping[at], 0);
		for (j = 0; j < row->sizes[i]; j++, at++)
			assert_int_equal(file.mapping[at], 'a' + i);
	}
	assert_int_equal(at, row->size);
	assert_int_equal(kernel_file_read(&file, at - 1, &byte, 1, NULL), 0);
	assert_int_equal(byte, 'a' + count - 1);
	assert_int_equal(kernel_file_read(&file, at, &byte, 1, NULL), -ERANGE);
	assert_int_equal(kernel_file_check_unchanged(&file, NULL), 0);
}

/* It is the part that is named. */
static void every_joined_file_is_watched(void **state)
{
	static const char *const names[] = { "a", "b", "c" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		_cleanup_kernel_file_ struct kernel_file file = { 0 };
		_cleanup_error_ struct error err = { 0 };

		open_joined((const size_t[]){ 5, 6, 7 }, &file);
		lengthen_it(path_of(names[i]));
		assert_int_equal(kernel_file_check_unchanged(&file, &err), -ESTALE);
		assert_message(&err, path_of(names[i]));
		assert_memory_equal(file.mapping, "aaaaa\0\0\0bbbbbb\0\0ccccccc", 23);
	}
}

static void joined_path_names_all(void **state)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	char expected[256];

	(void)state;
	open_joined((const size_t[]){ 5, 6, 0 }, &file);
	snprintf(expected, sizeof(expected), "%s/a + %s/b", directory, directory);
	assert_string_equal(file.path, expected);
}

static const struct joined_refused_case {
	const char *name;
	const char *second;
	uint64_t size; /* of the second file; 0: as it is */
	int rc;
	const char *message;
} joined_refused_cases[] = {
	{ "missing", "missing", 0, -ENOENT, "No such file or directory" },
	{ "no name", "", 0, -EISDIR, "is a directory" },
	{ "empty file", "empty", 0, -ENODATA, "is empty" },
	{ "directory", "directory", 0, -EISDIR, "is a directory" },
	{ "FIFO", "fifo", 0, -EINVAL, "copy it to a file first" },
	/* Sparse. No machine of the day has twice as much memory. */
	{ "four TiB", "new", 1ull << 42, -EFBIG, "half of this machine's memory" },
};

static void joined_refused_case(void **state)
{
	const struct joined_refused_case *row = *state;
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char plain[128];

	snprintf(plain, sizeof(plain), "%s/plain", directory);
	if (row->size) {
		write_file(row->second, "x", 1);
		assert_int_equal(truncate(path_of(row->second), (off_t)row->size), 0);
	}
	assert_int_equal(
		kernel_file_open_joined((const char *[]){ plain, path_of(row->second) },
					2, "initrd", &file, &err),
		row->rc);
	assert_message(&err, row->message);
	assert_message(&err, path_of(row->second));
	if (row->size)
		unlink(path_of(row->second));
}

static void close_of_what_was_never_opened(void **state)
{
	struct kernel_file file = { 0 };

	(void)state;
	/* fd 0 is not its own. */
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
		cmocka_unit_test(every_joined_file_is_watched),
		cmocka_unit_test(joined_path_names_all),
		cmocka_unit_test(close_of_what_was_never_opened),
	};
	int failed;

	if (set_up(NULL))
		return 1;
	failed = RUN_TABLE(refused_case, refused_cases) +
		 RUN_TABLE(read_case, read_cases) + RUN_TABLE(change_case, change_cases) +
		 RUN_TABLE(joined_case, joined_cases) +
		 RUN_TABLE(joined_refused_case, joined_refused_cases) +
		 cmocka_run_group_tests_name("others", others, NULL, NULL);
	return failed + (tear_down(NULL) ? 1 : 0);
}
