/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entries of the machine's boot loader: what it could start, and which one it would
 * start by default. Paths are below the root, without a leading slash.
 */
#ifndef KEXEC_BOOT_ENTRY_H
#define KEXEC_BOOT_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"
#include "util/strings.h"

/* More must be a mistake or an attack. */
#define BOOT_ENTRIES_MAX 4096u

/* Bytes of a configuration file at most; usual ones have less than 64 KiB. */
#define BOOT_CONFIG_MAX (4u << 20)

enum boot_loader {
	BOOT_LOADER_NONE,
	BOOT_LOADER_BLS, /* systemd-boot, and others that implement the specification */
	BOOT_LOADER_GRUB,
	BOOT_LOADER_EXTLINUX, /* or another one that reads its configuration */
};

enum boot_entry_type {
	BOOT_ENTRY_TYPE1, /* Boot Loader Specification, loader/entries/ *.conf */
	BOOT_ENTRY_TYPE2, /* the same, EFI/Linux/ *.efi */
	BOOT_ENTRY_GRUB,
	BOOT_ENTRY_EXTLINUX,
};

/* All texts are owned; NULL or empty if the entry lacks them. */
struct boot_entry {
	enum boot_entry_type type;
	char *id; /* as the boot loader names it; in GRUB the path with > */
	char *title;
	char *source; /* the file that the entry is in */
	char *kernel;
	struct string_list initrds;
	char *options; /* the command line; NULL: a UKI's own */
	char *profile; /* of a UKI, as for --uki-profile */
	char *refusal; /* why kexec cannot load the entry; NULL if it can */
	bool hidden;   /* the boot loader does not show it, because a file is missing */
	char *sort_key, *machine_id, *version; /* order of the specification */
	int tries_left, tries_done;	       /* boot counting; -1 without */
	/* In GRUB's menus, from the outer one to the inner one, with the same count. */
	struct string_list numbers, titles, ids;
};

struct boot_entries {
	enum boot_loader loader;
	char *loader_name;	  /* for output */
	struct boot_entry *items; /* in the order of the boot loader's menu */
	size_t count;
	size_t default_index;	  /* count without a default */
	char *default_reason;	  /* what chose the default, or why nothing did */
	char *selected;		  /* the ID that this machine was booted with; or NULL */
	struct string_list notes; /* for -d */
	struct string_list warnings; /* about what the list may lack */
};

/* Frees an entry's texts and sets it to { 0 }. */
void boot_entry_clear(struct boot_entry *entry);

/* Frees everything and sets *entries to { 0 }. */
void boot_entries_clear(struct boot_entries *entries);

#define _cleanup_boot_entries_ _cleanup_(boot_entries_clear)

/*
 * Appends an entry. Takes over its texts, also after an error. -EFBIG beyond
 * BOOT_ENTRIES_MAX, -ENOMEM.
 */
__must_check int boot_entries_add(struct boot_entries *entries, struct boot_entry *entry,
				  struct error *err);

/*
 * Sets *text to a formatted text and frees the old one. Returns 0 or -ENOMEM, then with a
 * message.
 */
__must_check int boot_text_set(char **text, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets entry->refusal unless there is one already: the first reason stays. */
__must_check int boot_entry_refuse(struct boot_entry *entry, struct error *err,
				   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Makes the entry with this index the default, and says by what. */
__must_check int boot_entries_set_default(struct boot_entries *entries, size_t index,
					  struct error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Finds the entry that a user means by id: an ID, a title, or in GRUB a path of numbers,
 * titles and IDs; NULL means the default. Returns -ENOENT if it is unknown, -EINVAL if a
 * title belongs to several entries, -ENODATA without a default; the messages list the
 * IDs.
 */
__must_check int boot_entries_find(const struct boot_entries *entries, const char *id,
				   size_t *index, struct error *err);

#endif
