// SPDX-License-Identifier: GPL-2.0-only
/* Compares the default that GRUB's configuration names with the entries. */
#include "entries/grub_default.h"

#include <string.h>

/*
 * Returns how many levels of the entry the path names, or 0 if it names another one. A
 * title may have > in it, so each level is compared with all of the rest first.
 */
static size_t match(const struct boot_entry *entry, const char *path)
{
	size_t level;

	for (level = 0; level < entry->numbers.count; level++) {
		const char *names[] = { entry->numbers.items[level],
					entry->titles.items[level],
					entry->ids.items[level] };
		size_t length, i;
		bool found = false;

		for (i = 0; i < 3; i++)
			if (*names[i] && !strcmp(path, names[i]))
				return level + 1;
		for (i = 0; i < 3 && !found; i++) {
			length = strlen(names[i]);
			found = length && !strncmp(path, names[i], length) &&
				path[length] == '>';
			if (found)
				path += length + 1;
		}
		if (!found)
			return 0;
	}
	return 0;
}

enum grub_path_result grub_path_find(const struct boot_entries *entries, const char *path,
				     size_t *index)
{
	size_t i;

	for (i = 0; i < entries->count; i++) {
		const struct boot_entry *entry = &entries->items[i];
		size_t levels = match(entry, path);

		if (!levels)
			continue;
		*index = i;
		return levels == entry->numbers.count ? GRUB_PATH_ENTRY : GRUB_PATH_MENU;
	}
	return GRUB_PATH_NOTHING;
}
