// SPDX-License-Identifier: GPL-2.0-only
/* Reads tar archives. All their bytes are foreign. */
#include "archive/tar_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/tar_format.h"

/* Fields that precede the header of an entry and replace its own. */
struct long_fields {
	char *path; /* owned; NULL if it is that of the header */
	char *link;
	bool has_size;
	uint64_t size;
};

struct reader {
	struct bytes archive;
	uint64_t offset; /* of the block that is read next */
	struct long_fields next;
	struct file_tree *tree;
};

struct header {
	const uint8_t *block;
	char type;
	uint64_t size; /* bytes of data behind the block */
	const uint8_t *data;
};

static void forget_long_fields(struct long_fields *fields)
{
	free(fields->path);
	free(fields->link);
	*fields = (struct long_fields){ 0 };
}

static int damaged(const struct reader *reader, struct error *err, const char *defect)
{
	return error_set(err, EBADMSG, "the archive is damaged near byte %" PRIu64 ": %s",
			 reader->offset, defect);
}

/*
 * A field of octal digits, which ends with a NUL or a blank; or, of GNU tar, a binary
 * number of big-endian bytes, if the first bit is set.
 */
static int parse_number(const uint8_t *field, size_t size, uint64_t *value)
{
	uint64_t number = 0;
	size_t i = 0;

	if (field[0] == 0x80) {
		for (i = 1; i < size; i++) {
			if (number >> 56)
				return -ERANGE;
			number = number << 8 | field[i];
		}
		*value = number;
		return 0;
	}
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] && field[i] != ' '; i++) {
		if (field[i] < '0' || field[i] > '7' || number >> 61)
			return -EINVAL;
		number = number << 3 | (uint64_t)(field[i] - '0');
	}
	*value = number;
	return 0;
}

/* The sum of all bytes, with the field of the sum counted as blanks. */
static bool has_right_sum(const uint8_t *block)
{
	uint64_t expected, sum = 0;
	size_t i;

	for (i = 0; i < TAR_BLOCK; i++)
		sum += i >= TAR_SUM && i < TAR_SUM + TAR_SUM_SIZE ? ' ' : block[i];
	return !parse_number(block + TAR_SUM, TAR_SUM_SIZE, &expected) && sum == expected;
}

/* Reads the header at the offset; *end if the archive ends there. */
static int read_header(struct reader *reader, struct header *header, bool *end,
		       struct error *err)
{
	static const uint8_t zeros[TAR_BLOCK];
	const uint8_t *block = reader->archive.data + reader->offset;
	uint64_t padded;

	header->block = block;
	*end = reader->offset == reader->archive.size;
	if (*end)
		return 0;
	if (!bytes_in_range(reader->archive, reader->offset, TAR_BLOCK))
		return damaged(reader, err, "it is cut off");
	*end = !memcmp(block, zeros, TAR_BLOCK);
	if (*end)
		return 0;
	if (memcmp(block + TAR_MAGIC, "ustar", 5) != 0 || !has_right_sum(block))
		return damaged(reader, err, "a header is wrong");
	header->type = (char)block[TAR_TYPE];
	if (parse_number(block + TAR_SIZE, TAR_NUMBER_SIZE, &header->size) < 0)
		return damaged(reader, err, "a size is not a number");
	if (reader->next.has_size && !strchr("xgLK", header->type))
		header->size = reader->next.size;
	reader->offset += TAR_BLOCK;
	if (!bytes_in_range(reader->archive, reader->offset, header->size))
		return damaged(reader, err, "it ends within a file");
	header->data = reader->archive.data + reader->offset;
	/* Cannot overflow: the size is within the archive. */
	padded = align_up(header->size, TAR_BLOCK);
	if (!bytes_in_range(reader->archive, reader->offset, padded))
		return damaged(reader, err, "it is cut off behind a file");
	reader->offset += padded;
	return 0;
}

/* A text in a field that a NUL ends, unless it fills the field. NULL without memory. */
static char *text_of(const uint8_t *field, size_t size)
{
	return strndup((const char *)field, size);
}

/* The path of a header: its prefix, a slash, and its name. NULL without memory. */
static char *path_of(const struct header *header)
{
	const uint8_t *block = header->block;
	_cleanup_free_ char *name = text_of(block + TAR_NAME, TAR_NAME_SIZE);
	_cleanup_free_ char *prefix = text_of(block + TAR_PREFIX, TAR_PREFIX_SIZE);
	char *path;

	if (!name || !prefix)
		return NULL;
	/* GNU tar has other fields in the place of the prefix. */
	if (block[TAR_MAGIC + 5] || !*prefix)
		return take_pointer(name);
	return asprintf(&path, "%s/%s", prefix, name) < 0 ? NULL : path;
}

/* Sets *text to a copy of a path in the data of an entry. */
static int take_long_text(struct reader *reader, const uint8_t *data, uint64_t size,
			  char **text, struct error *err)
{
	if (size > TAR_PATH_MAX)
		return damaged(reader, err, "a path is too long");
	free(*text);
	*text = strndup((const char *)data, (size_t)size);
	return *text ? 0 : error_no_memory(err);
}

/* One record of a pax header, "LENGTH KEYWORD=VALUE\n", without the length. */
static int take_pax_record(struct reader *reader, const uint8_t *record, size_t size,
			   struct error *err)
{
	const uint8_t *equals = memchr(record, '=', size);
	size_t key = equals ? (size_t)(equals - record) : 0;
	_cleanup_free_ char *number = NULL;
	const uint8_t *value = record + key + 1;
	size_t length = size - key - 1;

	if (!key)
		return damaged(reader, err, "a pax record lacks its keyword");
	if (key == 4 && !memcmp(record, "path", key))
		return take_long_text(reader, value, length, &reader->next.path, err);
	if (key == 8 && !memcmp(record, "linkpath", key))
		return take_long_text(reader, value, length, &reader->next.link, err);
	if (key > 11 && !memcmp(record, "GNU.sparse.", 11))
		return error_set(err, ENOTSUP,
				 "the archive has a sparse file; make it without "
				 "--sparse");
	if (key != 4 || memcmp(record, "size", key) != 0)
		return 0;
	number = strndup((const char *)value, length);
	if (!number)
		return error_no_memory(err);
	if (parse_u64(number, &reader->next.size) < 0)
		return damaged(reader, err, "a size is not a number");
	reader->next.has_size = true;
	return 0;
}

static int take_pax_header(struct reader *reader, const struct header *header,
			   struct error *err)
{
	const uint8_t *at = header->data, *end = at + header->size;
	int rc = 0;

	while (!rc && at < end) {
		const uint8_t *digit = at;
		size_t length = 0;

		for (; digit < end && *digit >= '0' && *digit <= '9'; digit++)
			if (length <= header->size)
				length = length * 10 + (size_t)(*digit - '0');
		digit++; /* the blank */
		if (length > (size_t)(end - at) || at + length <= digit ||
		    at[length - 1] != '\n')
			return damaged(reader, err, "a pax record has a wrong length");
		rc = take_pax_record(reader, digit, (size_t)(at + length - 1 - digit),
				     err);
		at += length;
	}
	return rc;
}

static int refuse_type(const struct header *header, const char *path, struct error *err)
{
	if (header->type == '1')
		return error_set(err, ENOTSUP,
				 "%s is a hard link, which a record never has", path);
	if (header->type == 'S')
		return error_set(err, ENOTSUP,
				 "%s is a sparse file; make the archive without --sparse",
				 path);
	return error_set(err, ENOTSUP,
			 "%s is not a file, a directory or a symbolic link, and a record "
			 "has only these",
			 path);
}

static int add_entry(struct reader *reader, const struct header *header,
		     struct error *err)
{
	_cleanup_free_ char *path = take_pointer(reader->next.path);
	_cleanup_free_ char *link = take_pointer(reader->next.link);

	if (!path)
		path = path_of(header);
	if (!link)
		link = text_of(header->block + TAR_LINK, TAR_LINK_SIZE);
	if (!path || !link)
		return error_no_memory(err);
	/* "./" is the top itself. */
	if (header->type == TAR_TYPE_DIRECTORY &&
	    (!strcmp(path, "./") || !strcmp(path, ".")))
		return 0;
	switch (header->type) {
	case TAR_TYPE_FILE:
	case '\0':
	case '7': /* contiguous: the same as a file */
		return file_tree_add(reader->tree, path, FILE_TREE_FILE, header->data,
				     (size_t)header->size, err);
	case TAR_TYPE_DIRECTORY:
		return file_tree_add(reader->tree, path, FILE_TREE_DIRECTORY, NULL, 0,
				     err);
	case TAR_TYPE_LINK:
		return file_tree_add(reader->tree, path, FILE_TREE_LINK, link,
				     strlen(link), err);
	}
	return refuse_type(header, path, err);
}

static int read_entry(struct reader *reader, const struct header *header,
		      struct error *err)
{
	int rc;

	switch (header->type) {
	case 'x':
		return take_pax_header(reader, header, err);
	case 'g': /* for all entries: never paths or sizes of one */
		return 0;
	case 'L':
		return take_long_text(reader, header->data, header->size,
				      &reader->next.path, err);
	case 'K':
		return take_long_text(reader, header->data, header->size,
				      &reader->next.link, err);
	}
	rc = add_entry(reader, header, err);
	forget_long_fields(&reader->next);
	return rc;
}

int tar_read(struct bytes archive, struct file_tree *tree, struct error *err)
{
	struct reader reader = { .archive = archive, .tree = tree };
	bool end = false;
	int rc = 0;

	if (archive.size < TAR_BLOCK || memcmp(archive.data + TAR_MAGIC, "ustar", 5) != 0)
		return error_set(err, ENOEXEC, "it is not a tar archive");
	while (!rc && !end) {
		struct header header = { 0 };

		rc = read_header(&reader, &header, &end, err);
		if (!rc && !end)
			rc = read_entry(&reader, &header, err);
	}
	forget_long_fields(&reader.next);
	return rc ? rc : file_tree_sort(tree, err);
}
