/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding an entry in GRUB's menus (GRUB manual, "default"): by number, title or ID, and
 * through submenus by several of these that are joined with >.
 */
#ifndef KEXEC_GRUB_DEFAULT_H
#define KEXEC_GRUB_DEFAULT_H

#include "entries/boot_entry.h"

enum grub_path_result {
	GRUB_PATH_NOTHING, /* not in the menu */
	GRUB_PATH_ENTRY,
	GRUB_PATH_MENU, /* a submenu: *index is its first entry */
};

/* Sets *index unless the result is GRUB_PATH_NOTHING. */
enum grub_path_result grub_path_find(const struct boot_entries *entries, const char *path,
				     size_t *index);

#endif
