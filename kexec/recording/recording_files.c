// SPDX-License-Identifier: GPL-2.0-only
/* Puts the files that were read into a record. */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory/kcore.h"
#include "recording/recording_internal.h"
#include "util/bytes.h"

/* More than any file that a load reads, but for /proc/kallsyms. */
#define FILE_BYTES_MAX	   (16u << 20)
#define KALLSYMS_BYTES_MAX ((size_t)128 << 20)
#define KCORE_BYTES_MAX	   (4u << 20)

int recording_add(struct recording *recording, const char *path, const void *data,
		  size_t size, struct error *err)
{
	int rc = file_tree_add(&recording->tree, path, FILE_TREE_FILE, data, size, err);

	if (!rc)
		recording->bytes += size;
	return rc;
}

/* Notes why a file is not in the record, unless it does not exist. */
static int note_unread(struct recording *recording, const char *path, int rc)
{
	if (rc == -ENOENT || rc == -ENOTDIR)
		return 0;
	return string_list_add(&recording->unread, "/%s: %s", path, strerror(-rc));
}

/* The headers; the memory behind them is the kernel's, and the notes hold its state. */
static int take_kcore(struct recording *recording, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_close_ int fd = kcore_open(&recording->root, &why);
	uint8_t start[sizeof(Elf64_Ehdr)];
	struct bytes header = { start, sizeof(start) };
	_cleanup_free_ uint8_t *data = NULL;
	uint64_t offset = 0;
	uint16_t count = 0;
	size_t size;
	int rc = fd < 0 ? fd : read_exactly(fd, start, sizeof(start), 0);

	if (rc < 0)
		return note_unread(recording, KCORE_PATH, rc);
	bytes_u64(header, offsetof(Elf64_Ehdr, e_phoff), &offset);
	bytes_u16(header, offsetof(Elf64_Ehdr, e_phnum), &count);
	if (offset > KCORE_BYTES_MAX)
		return note_unread(recording, KCORE_PATH, -EFBIG);
	size = (size_t)offset + count * sizeof(Elf64_Phdr);
	data = malloc(size);
	if (!data)
		return error_no_memory(err);
	rc = read_exactly(fd, data, size, 0);
	if (rc < 0)
		return note_unread(recording, KCORE_PATH, rc);
	return recording_add(recording, KCORE_PATH, data, size, err);
}

static int take_link(struct recording *recording, const char *path, struct error *err)
{
	_cleanup_free_ char *target = NULL;
	int rc = root_read_link(&recording->root, path, &target);

	if (rc < 0)
		return note_unread(recording, path, rc);
	return file_tree_add(&recording->tree, path, FILE_TREE_LINK, target,
			     strlen(target), err);
}

static int take_data(struct recording *recording, const char *path,
		     const struct recording_rule *rule, struct error *err)
{
	_cleanup_free_ char *data = NULL;
	size_t size = 0;
	int rc = root_read_file(&recording->root, path,
				rule->kind == RECORDING_SYMBOLS ? KALLSYMS_BYTES_MAX
								: FILE_BYTES_MAX,
				&data, &size, NULL);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc == -EISDIR)
		return file_tree_add(&recording->tree, path, FILE_TREE_DIRECTORY, NULL, 0,
				     err);
	if (rc < 0)
		return note_unread(recording, path, rc);
	if (recording_filter(recording, path, rule->kind, data, &size) < 0)
		return error_no_memory(err);
	if (rule->spare && recording->bytes + size > RECORDING_BYTES_MAX)
		return string_list_add(&recording->too_large, "/%s, %zu bytes", path,
				       size);
	return recording_add(recording, path, data, size, err);
}

/* A directory is always recorded; another file without a rule never. */
static int take_unruled(struct recording *recording, const char *path, struct error *err)
{
	_cleanup_free_ char *data = NULL;
	int rc = root_read_file(&recording->root, path, 0, &data, NULL, NULL);

	if (rc == -EISDIR)
		return file_tree_add(&recording->tree, path, FILE_TREE_DIRECTORY, NULL, 0,
				     err);
	if (!root_exists(&recording->root, path))
		return 0;
	return string_list_add(&recording->unread,
			       "/%s: this version does not know whether it is private",
			       path);
}

static int take(struct recording *recording, const char *path, struct error *err)
{
	const struct recording_rule *rule = recording_rule_find(path);

	if (!rule)
		return take_unruled(recording, path, err);
	switch (rule->kind) {
	case RECORDING_NOTHING:
		return 0;
	case RECORDING_PRIVATE:
	case RECORDING_TOO_LARGE:
		if (!root_exists(&recording->root, path))
			return 0;
		return string_list_add(rule->kind == RECORDING_PRIVATE
					       ? &recording->left_out
					       : &recording->too_large,
				       "/%s", path);
	case RECORDING_LINK:
		return take_link(recording, path, err);
	case RECORDING_EXISTENCE:
		if (!root_exists(&recording->root, path))
			return 0;
		return recording_add(recording, path, "", 0, err);
	case RECORDING_KCORE:
		return take_kcore(recording, err);
	case RECORDING_XEN_FACTS:
		if (!recording->xen_facts)
			return take_data(recording, path, rule, err);
		return recording_add(recording, path, recording->xen_facts,
				     strlen(recording->xen_facts), err);
	default:
		return take_data(recording, path, rule, err);
	}
}

static bool is_spare(const char *path)
{
	const struct recording_rule *rule = recording_rule_find(path);

	return rule && rule->spare;
}

int recording_take_files(struct recording *recording, struct error *err)
{
	struct string_list *paths = &recording->paths;
	const char *const *extra;
	int rc = 0, spare;
	size_t i;

	for (extra = recording_extras; *extra && !rc; extra++)
		rc = string_list_add(paths, "%s", *extra);
	if (rc < 0)
		return error_no_memory(err);
	string_list_sort(paths);
	/* First what a load needs, then the rest as far as there is room for it. */
	for (spare = 0; spare < 2; spare++)
		for (i = 0; i < paths->count && !rc; i++)
			if (is_spare(paths->items[i]) == (bool)spare)
				rc = take(recording, paths->items[i], err);
	return rc == -ENOMEM ? error_no_memory(err) : rc;
}
