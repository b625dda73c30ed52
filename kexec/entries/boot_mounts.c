// SPDX-License-Identifier: GPL-2.0-only
/* Maps paths of a boot loader to paths of the running system. */
#include "entries/boot_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"

#define MOUNTINFO_MAX (8u << 20)
#define MOUNTS_MAX    256u

void boot_mounts_clear(struct boot_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		free(mounts->items[i].point);
		free(mounts->items[i].inside);
		free(mounts->items[i].device);
	}
	free(mounts->items);
	*mounts = (struct boot_mounts){ 0 };
}

/* Undoes the octal escapes of mountinfo (\040) in place. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
		    text[2] >= '0' && text[2] <= '7' && text[3] >= '0' &&
		    text[3] <= '7') {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 +
				       text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static bool is_boot_place(const char *point)
{
	return !strcmp(point, "/") || !strcmp(point, "/boot") || !strcmp(point, "/efi") ||
	       starts_with(point, "/boot/") || starts_with(point, "/efi/");
}

/* A later mount on the same point hides the earlier one. */
static struct boot_mount *find_slot(struct boot_mounts *mounts, const char *point)
{
	struct boot_mount *items;
	size_t i;

	for (i = 0; i < mounts->count; i++)
		if (!strcmp(mounts->items[i].point, point + 1))
			return &mounts->items[i];
	items = reallocarray(mounts->items, mounts->count + 1, sizeof(*items));
	if (!items)
		return NULL;
	mounts->items = items;
	items[mounts->count] = (struct boot_mount){ 0 };
	return &items[mounts->count++];
}

static int replace(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
	return *text ? 0 : -ENOMEM;
}

/*
 * A line has the fields id, parent, major:minor, root, mount point, options, any number
 * of optional fields, "-", type, source and super options.
 */
static int read_line(char *line, struct boot_mounts *mounts)
{
	char *fields[6] = { 0 }, *source = NULL, *type = "", *field;
	struct boot_mount *mount;
	size_t count = 0, behind = 0;

	while ((field = strsep(&line, " "))) {
		if (count < 6)
			fields[count++] = field;
		else if (!behind)
			behind = !strcmp(field, "-");
		else if (behind++ == 1)
			type = field;
		else if (behind == 3)
			source = field;
	}
	if (!source || fields[4][0] != '/')
		return 0;
	unescape(fields[3]);
	unescape(fields[4]);
	unescape(source);
	if (!is_boot_place(fields[4]) || mounts->count >= MOUNTS_MAX)
		return 0;
	mount = find_slot(mounts, fields[4]);
	if (!mount || replace(&mount->point, fields[4] + 1) < 0 ||
	    replace(&mount->inside, fields[3]) < 0 || replace(&mount->device, source) < 0)
		return -ENOMEM;
	mount->is_btrfs = !strcmp(type, "btrfs");
	return 0;
}

int boot_mounts_read(const struct root *root, struct boot_mounts *mounts,
		     struct error *err)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	int rc = root_read_file(root, "proc/self/mountinfo", MOUNTINFO_MAX, &text, NULL,
				NULL);

	if (rc < 0)
		return rc == -ENOMEM ? error_no_memory(err) : 0;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (read_line(line, mounts) < 0)
			return error_no_memory(err);
	return 0;
}

/* Joins point and path with one slash; frees the result if it does not exist. */
static int try_file(const struct root *root, const char *point, const char *path,
		    char **found)
{
	char *made;

	path += strspn(path, "/");
	if (asprintf(&made, "%s%s%s", point, *point ? "/" : "", path) < 0)
		return -ENOMEM;
	if (*path && root_exists(root, made))
		*found = made;
	else
		free(made);
	return 0;
}

/* Tries path as one from the file system's root, then as one from the mounted part. */
static int try_mount(const struct root *root, const struct boot_mount *mount,
		     const char *path, char **found)
{
	size_t length = strlen(mount->inside);

	if (length > 1 && !strncmp(path, mount->inside, length) && path[length] == '/' &&
	    try_file(root, mount->point, path + length, found) < 0)
		return -ENOMEM;
	return *found ? 0 : try_file(root, mount->point, path, found);
}

/* Returns the last part of a link's target, NULL without a link; owned by the caller. */
static char *read_link_name(const struct root *root, const char *path)
{
	_cleanup_free_ char *target = NULL;
	const char *slash;

	if (root_read_link(root, path, &target) < 0)
		return NULL;
	slash = strrchr(target, '/');
	return strdup(slash ? slash + 1 : target);
}

/* Returns the name of the device, as in "sda2", by udev's links, or NULL. */
static char *find_device(const struct root *root, const char *uuid)
{
	_cleanup_free_ char *path = NULL;

	if (!uuid || !*uuid || strchr(uuid, '/'))
		return NULL;
	if (asprintf(&path, "dev/disk/by-uuid/%s", uuid) < 0) {
		path = NULL;
		return NULL;
	}
	return read_link_name(root, path);
}

/* The device of a mount may be a link, too: /dev/mapper/NAME. */
static bool has_device(const struct root *root, const struct boot_mount *mount,
		       const char *device)
{
	const char *slash = strrchr(mount->device, '/');
	_cleanup_free_ char *name = NULL;

	if (!slash)
		return false;
	if (!strcmp(slash + 1, device))
		return true;
	name = mount->device[0] == '/' ? read_link_name(root, mount->device + 1) : NULL;
	return name && !strcmp(name, device);
}

/* True if a device is not mounted where boot files are looked for. */
static bool is_elsewhere(const struct root *root, const struct boot_mounts *mounts,
			 const char *device)
{
	size_t i;

	for (i = 0; i < mounts->count; i++)
		if (mounts->items[i].is_btrfs ||
		    has_device(root, &mounts->items[i], device))
			return false;
	return mounts->count;
}

/* Without mountinfo: /boot may be a file system of its own. */
static int find_without_mounts(const struct root *root, const char *path, char **found)
{
	if (try_file(root, "", path, found) < 0)
		return -ENOMEM;
	return *found ? 0 : try_file(root, "boot", path, found);
}

/* pass 0: the device, if it is known; 1: /boot; 2: all others. */
static bool is_in_pass(const struct root *root, const struct boot_mount *mount,
		       const char *device, int pass)
{
	if (!pass)
		return device && has_device(root, mount, device);
	return pass == 2 || !strcmp(mount->point, "boot");
}

int boot_mounts_find(const struct root *root, const struct boot_mounts *mounts,
		     const char *uuid, const char *path, char **found, struct error *err)
{
	_cleanup_free_ char *device = find_device(root, uuid);
	int rc = 0, pass;
	size_t i;

	*found = NULL;
	/* A file of the same name in another system's place would be the wrong one. */
	if (device && is_elsewhere(root, mounts, device))
		return 0;
	for (pass = 0; pass < 3; pass++)
		for (i = 0; !rc && !*found && i < mounts->count; i++)
			if (is_in_pass(root, &mounts->items[i], device, pass))
				rc = try_mount(root, &mounts->items[i], path, found);
	if (!rc && !*found)
		rc = find_without_mounts(root, path, found);
	return rc < 0 ? error_no_memory(err) : 0;
}

/* Partition types of the Discoverable Partitions Specification. */
static bool is_boot_partition(const char *text)
{
	return strstr(text, "ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b") ||
	       strstr(text, "ID_PART_ENTRY_TYPE=bc13c2ff-59e6-4262-a352-b275fd6f7172");
}

int boot_mounts_find_unmounted(const struct root *root, char **device, struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_free_ char *mounted = NULL;
	size_t i;

	*device = NULL;
	if (root_read_file(root, "proc/self/mountinfo", MOUNTINFO_MAX, &mounted, NULL,
			   NULL) < 0 ||
	    root_list(root, "run/udev/data", &names, NULL) < 0)
		return 0;
	for (i = 0; i < names.count; i++) {
		_cleanup_free_ char *text = NULL, *field = NULL;

		if (names.items[i][0] != 'b' ||
		    root_readf_file(root, 65536, &text, NULL, NULL, "run/udev/data/%s",
				    names.items[i]) < 0 ||
		    !is_boot_partition(text))
			continue;
		if (asprintf(&field, " %s ", names.items[i] + 1) < 0) {
			field = NULL;
			return error_no_memory(err);
		}
		if (strstr(mounted, field))
			continue;
		*device = strdup(names.items[i] + 1);
		return *device ? 0 : error_no_memory(err);
	}
	return 0;
}
