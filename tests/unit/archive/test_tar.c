// SPDX-License-Identifier: GPL-2.0-only
/* Tar archives: what is written is read again; damaged and hostile ones are refused. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive/tar_format.h"
#include "archive/tar_read.h"
#include "archive/tar_write.h"
#include "files/uncompress.h"
#include "util/io.h"

#define ARCHIVE_MAX (64 * TAR_BLOCK)

struct archive {
	uint8_t data[ARCHIVE_MAX];
	size_t size;
};

/* Sets the checksum: six octal digits, a NUL, a blank (POSIX.1-2017, pax). */
static void sum(uint8_t *block)
{
	unsigned total = 0;
	size_t i;

	memset(block + TAR_SUM, ' ', TAR_SUM_SIZE);
	for (i = 0; i < TAR_BLOCK; i++)
		total += block[i];
	snprintf((char *)block + TAR_SUM, TAR_SUM_SIZE - 1, "%06o", total);
}

/* Appends an entry and returns its header. */
static uint8_t *append(struct archive *archive, char type, const char *name,
		       const char *link, const void *data, size_t size)
{
	uint8_t *block = archive->data + archive->size;

	memset(block, 0, TAR_BLOCK);
	strncpy((char *)block + TAR_NAME, name, TAR_NAME_SIZE);
	strncpy((char *)block + TAR_LINK, link, TAR_LINK_SIZE);
	snprintf((char *)block + TAR_SIZE, TAR_NUMBER_SIZE, "%011o", (uint16_t)size);
	block[TAR_TYPE] = (uint8_t)type;
	memcpy(block + TAR_MAGIC,
	       "ustar\0"
	       "00",
	       8);
	sum(block);
	memcpy(block + TAR_BLOCK, data, size);
	archive->size += TAR_BLOCK + (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	return block;
}

static int read_it(const struct archive *archive, struct file_tree *tree,
		   struct error *err)
{
	return tar_read((struct bytes){ archive->data, archive->size }, tree, err);
}

/* The archive must be refused with rc and a message that has the words. */
static void refused(const struct archive *archive, int rc, const char *words)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_error_ struct error err = { 0 };

	assert_int_equal(read_it(archive, &tree, &err), rc);
	if (!strstr(err.message, words))
		fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void check_file(const struct file_tree *tree, const char *path, const char *text)
{
	const struct file_tree_entry *entry = NULL;

	assert_int_equal(file_tree_find(tree, path, false, &entry), 0);
	assert_non_null(entry);
	assert_int_equal(entry->size, strlen(text));
	assert_memory_equal(entry->data, text, strlen(text));
}

static void test_entries(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	struct archive archive = { .size = 0 };
	const struct file_tree_entry *entry = NULL;
	uint8_t *block;

	(void)state;
	append(&archive, '5', "./", "", "", 0);
	append(&archive, '5', "./proc/", "", "", 0);
	append(&archive, '0', "./proc/iomem", "", "text", 4);
	append(&archive, '\0', "proc/old", "", "v7", 2);
	append(&archive, '2', "proc/link", "iomem", "", 0);
	block = append(&archive, '0', "name", "", "long", 4);
	memcpy(block + TAR_PREFIX, "a/pre", 5);
	sum(block);
	assert_int_equal(read_it(&archive, &tree, NULL), 0);
	assert_int_equal(tree.count, 5);
	check_file(&tree, "proc/iomem", "text");
	check_file(&tree, "proc/old", "v7");
	check_file(&tree, "proc/link", "iomem");
	check_file(&tree, "a/pre/name", "long");
	assert_int_equal(file_tree_find(&tree, "proc", false, &entry), 0);
	assert_int_equal(entry->kind, FILE_TREE_DIRECTORY);
}

/* A full block of zeros ends the archive, also if something follows. */
static void test_end(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	struct archive archive = { .size = 0 };

	(void)state;
	append(&archive, '0', "a", "", "1", 1);
	archive.size += 2 * TAR_BLOCK;
	append(&archive, '0', "b", "", "1", 1);
	assert_int_equal(read_it(&archive, &tree, NULL), 0);
	assert_int_equal(tree.count, 1);
}

/* Long names of pax and of GNU tar replace those of the next entry only. */
static void test_long_names(void **state)
{
	static const char records[] = "18 path=proc/long\n26 comment=whatever it is\n"
				      "22 SCHILY.dev=1234567\n20 linkpath=to/this\n";
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	struct archive archive = { .size = 0 };
	uint8_t *block;

	(void)state;
	append(&archive, 'g', "global", "", "16 path=ignored\n", 16);
	append(&archive, 'x', "header", "", records, strlen(records));
	append(&archive, '2', "short", "short", "", 0);
	append(&archive, '0', "short", "", "1", 1);
	append(&archive, 'L', "././@LongLink", "", "proc/gnu\0", 9);
	append(&archive, '0', "proc/g", "", "22", 2);
	append(&archive, 'x', "header", "", "9 size=3\n", 9);
	/* The size of the header is 0 then, and the right one is that of pax. */
	block = append(&archive, '0', "sized", "", "333", 3);
	memcpy(block + TAR_SIZE, "00000000000", 12);
	sum(block);
	assert_int_equal(read_it(&archive, &tree, NULL), 0);
	assert_int_equal(tree.count, 4);
	check_file(&tree, "proc/long", "to/this");
	check_file(&tree, "short", "1");
	check_file(&tree, "proc/gnu", "22");
	check_file(&tree, "sized", "333");
}

static void test_hostile_names(void **state)
{
	static const char *const bad[] = {
		"/etc/passwd", "../../etc/passwd", "a/../../b", "a/..", "", "a//b", ".."
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct archive archive = { .size = 0 }, pax = { .size = 0 };
		char record[64];
		int length = (int)strlen(bad[i]) + 9;

		append(&archive, '0', bad[i], "", "1", 1);
		refused(&archive, -EINVAL, "path is absolute, empty or has");
		/* Two digits, a blank, "path=", the newline. */
		if (length < 10)
			continue;
		snprintf(record, sizeof(record), "%d path=%s\n", length, bad[i]);
		append(&pax, 'x', "header", "", record, strlen(record));
		append(&pax, '0', "good", "", "1", 1);
		refused(&pax, -EINVAL, "path is absolute, empty or has");
	}
}

static void test_hostile_types(void **state)
{
	static const struct {
		char type;
		const char *words;
	} rows[] = { { '1', "x is a hard link" }, { '3', "not a file, a directory" },
		     { '4', "not a file" },	  { '6', "not a file" },
		     { 'S', "sparse file" },	  { 'M', "not a file" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct archive archive = { .size = 0 };

		append(&archive, rows[i].type, "x", "y", "", 0);
		refused(&archive, -ENOTSUP, rows[i].words);
	}
}

static void test_twice(void **state)
{
	struct archive files = { .size = 0 }, both = { .size = 0 };

	(void)state;
	append(&files, '0', "a/b", "", "1", 1);
	append(&files, '0', "./a/b", "", "2", 1);
	refused(&files, -EEXIST, "two entries of one name");
	/* A link that would lead the next entry elsewhere. */
	append(&both, '2', "a", "/etc", "", 0);
	append(&both, '0', "a/passwd", "", "2", 1);
	refused(&both, -EEXIST, "a file and a directory");
}

static void test_sizes(void **state)
{
	static const char *const bad[] = { "77777777777", "99999999999", "-0000000001",
					   "0000000000x", "00000001001" };
	static const uint8_t binary[12] = { 0x80, 0xff, 0xff, 0xff, 0xff, 0xff,
					    0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t top[12] = { 0x80, 0,    0,	   0,	 0xff, 0xff,
					 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const char *const records[] = { "99 path=x\n",
					       "5 path=x\n",
					       "0 path=x\n",
					       "path=x\n",
					       "10 path=xy",
					       "10 size=-\n",
					       "99999999999999999999 p=x\n",
					       "4 x\n",
					       "5 =xx\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]) + 2; i++) {
		struct archive archive = { .size = 0 };
		uint8_t *block = append(&archive, '0', "a", "", "1", 1);

		memcpy(block + TAR_SIZE,
		       i < 5	? (const void *)bad[i]
		       : i == 5 ? binary
				: top,
		       12);
		sum(block);
		refused(&archive, -EBADMSG, "the archive is damaged near byte");
	}
	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct archive archive = { .size = 0 };

		append(&archive, 'x', "header", "", records[i], strlen(records[i]));
		append(&archive, '0', "a", "", "1", 1);
		refused(&archive, -EBADMSG, "damaged");
	}
}

static void test_damage(void **state)
{
	struct archive archive = { .size = 0 }, cut, wrong, other;

	(void)state;
	append(&archive, '0', "a", "", "1", 1);
	append(&archive, '0', "b", "", "2", 1);
	cut = archive;
	cut.size -= 1;
	refused(&cut, -EBADMSG, "cut off behind a file");
	cut.size -= TAR_BLOCK;
	refused(&cut, -EBADMSG, "cut off");
	cut.size = 3 * TAR_BLOCK;
	refused(&cut, -EBADMSG, "ends within a file");
	wrong = archive;
	wrong.data[2 * TAR_BLOCK + TAR_MODE] ^= 1;
	refused(&wrong, -EBADMSG, "a header is wrong");
	/* Another format, although the sum is right. */
	wrong = archive;
	wrong.data[2 * TAR_BLOCK + TAR_MAGIC] ^= 1;
	sum(wrong.data + 2 * TAR_BLOCK);
	refused(&wrong, -EBADMSG, "a header is wrong");
	/* 2^64 + 1 bytes, which are not 1. */
	wrong = archive;
	memcpy(wrong.data + TAR_SIZE, "\x80\0\0\1\0\0\0\0\0\0\0\1", 12);
	sum(wrong.data);
	refused(&wrong, -EBADMSG, "a size is not a number");
	other = archive;
	other.data[TAR_MAGIC] ^= 1;
	refused(&other, -ENOEXEC, "not a tar archive");
	other.size = TAR_BLOCK - 1;
	refused(&other, -ENOEXEC, "not a tar archive");
}

/* Writes the tree, uncompresses it, and reads it into *again. */
static int write_and_read(const struct file_tree *tree, const char *top,
			  struct file_tree *again)
{
	_cleanup_close_ int fd = memory_file_create("test"), plain = -1;
	_cleanup_error_ struct error err = { 0 };
	const char *format = NULL;
	uint64_t size = 0;
	uint8_t *data;
	int rc = tar_write_gzip(fd, tree, top, 1234567890, &err);

	if (rc < 0)
		return rc;
	assert_int_equal(uncompress_file(fd, (uint64_t)lseek(fd, 0, SEEK_END), 1 << 24,
					 NULL, &plain, &size, &format, &err),
			 0);
	assert_string_equal(format, "gzip");
	assert_int_equal(size % TAR_BLOCK, 0);
	data = malloc((size_t)size);
	assert_int_equal(read_exactly(plain, data, (size_t)size, 0), 0);
	/* Two blocks of zeros end it. */
	assert_int_equal(data[size - 2 * TAR_BLOCK], 0);
	assert_int_equal(strtoull((char *)data + TAR_TIME, NULL, 8), 1234567890);
	rc = tar_read((struct bytes){ data, (size_t)size }, again, &err);
	free(data);
	return rc;
}

static void test_write(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 }, again = { 0 };
	_cleanup_free_ char *large = malloc(3000000);
	char name[260] = "d/";
	size_t i;

	(void)state;
	for (i = 0; i < 3000000; i++)
		large[i] = (char)(i * i >> 7);
	/* Only a slash in the right place divides this: 100 bytes are its name. */
	memset(name + 2, 'p', 150);
	name[152] = '/';
	memset(name + 153, 'n', 100);
	assert_int_equal(file_tree_add(&tree, name, FILE_TREE_FILE, "x", 1, NULL), 0);
	assert_int_equal(
		file_tree_add(&tree, "large", FILE_TREE_FILE, large, 3000000, NULL), 0);
	assert_int_equal(
		file_tree_add(&tree, "exact", FILE_TREE_FILE, large, TAR_BLOCK, NULL), 0);
	assert_int_equal(file_tree_add(&tree, "empty", FILE_TREE_FILE, "", 0, NULL), 0);
	assert_int_equal(file_tree_add(&tree, "link", FILE_TREE_LINK, "a/b", 3, NULL), 0);
	assert_int_equal(file_tree_add(&tree, "dir", FILE_TREE_DIRECTORY, "", 0, NULL),
			 0);
	assert_int_equal(file_tree_sort(&tree, NULL), 0);
	assert_int_equal(write_and_read(&tree, "t", &again), 0);
	file_tree_strip_top(&again);
	assert_int_equal(again.count, tree.count);
	for (i = 0; i < tree.count; i++) {
		assert_string_equal(again.entries[i].path, tree.entries[i].path);
		assert_int_equal(again.entries[i].kind, tree.entries[i].kind);
		assert_int_equal(again.entries[i].size, tree.entries[i].size);
		if (tree.entries[i].size)
			assert_memory_equal(again.entries[i].data, tree.entries[i].data,
					    tree.entries[i].size);
	}
}

static void test_write_too_long(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 }, again = { 0 }, link = { 0 };
	char name[102] = { 0 };

	(void)state;
	memset(name, 'n', 101);
	assert_int_equal(file_tree_add(&tree, name, FILE_TREE_FILE, "x", 1, NULL), 0);
	assert_int_equal(write_and_read(&tree, "t", &again), -ENAMETOOLONG);
	assert_int_equal(file_tree_add(&link, "l", FILE_TREE_LINK, name, 101, NULL), 0);
	assert_int_equal(write_and_read(&link, "t", &again), -ENAMETOOLONG);
}

/* A full disk. */
static void test_write_error(void **state)
{
	_cleanup_file_tree_ struct file_tree tree = { 0 };
	_cleanup_close_ int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(file_tree_add(&tree, "a", FILE_TREE_FILE, "x", 1, NULL), 0);
	assert_int_equal(tar_write_gzip(fd, &tree, "t", 0, NULL), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_hostile_types),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_too_long),
		cmocka_unit_test(test_write_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
