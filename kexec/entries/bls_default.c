// SPDX-License-Identifier: GPL-2.0-only
/* Chooses the default entry as systemd-boot does. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls.h"
#include "entries/loader_variables.h"

/* A way to choose: a glob pattern for IDs, and where it is from. */
struct choice {
	const char *pattern;
	const char *where;
	bool only_good; /* not an entry whose boot counter has run out */
};

/* "@saved" stands for the entry that was booted last. */
static int find_match(const struct root *root, const struct choice *choice,
		      const struct boot_entries *entries, size_t *index,
		      struct error *err)
{
	_cleanup_free_ char *saved = NULL;
	const char *pattern = choice->pattern;
	size_t i;

	if (pattern && !strcmp(pattern, "@saved")) {
		int rc = loader_variable_read(root, "LoaderEntryLastBooted", &saved, err);

		if (rc < 0)
			return rc;
		pattern = saved;
	}
	*index = entries->count;
	for (i = 0; pattern && i < entries->count; i++) {
		const struct boot_entry *entry = &entries->items[i];

		if (entry->hidden || (choice->only_good && !entry->tries_left) ||
		    fnmatch(pattern, entry->id, FNM_CASEFOLD))
			continue;
		*index = i;
		break;
	}
	return 0;
}

/*
 * systemd-boot has entries that are not in files, such as auto-windows. If one of them is
 * chosen, this machine would not start Linux.
 */
static int add_automatic(const char *id, struct boot_entries *entries, struct error *err)
{
	struct boot_entry entry = { .type = BOOT_ENTRY_TYPE1,
				    .tries_left = -1,
				    .tries_done = -1 };
	int rc = boot_text_set(&entry.id, err, "%s", id);

	if (!rc)
		rc = boot_text_set(&entry.title, err, "%s", id);
	if (!rc)
		rc = boot_entry_refuse(&entry, err,
				       "the boot loader makes it itself, and it is not "
				       "Linux");
	if (rc < 0) {
		boot_entry_clear(&entry);
		return rc;
	}
	return boot_entries_add(entries, &entry, err);
}

/* Sets the default and returns 1 if the choice matches an entry. */
static int apply(const struct root *root, const struct choice *choice,
		 struct boot_entries *entries, struct error *err)
{
	size_t index;
	int rc = find_match(root, choice, entries, &index, err);

	if (rc < 0 || !choice->pattern)
		return rc;
	if (index == entries->count && starts_with(choice->pattern, "auto-") &&
	    !strpbrk(choice->pattern, "*?[")) {
		rc = add_automatic(choice->pattern, entries, err);
		if (rc < 0)
			return rc;
	}
	if (index == entries->count) {
		string_list_add(&entries->notes, "%s is %s, which is not an entry",
				choice->where, choice->pattern);
		return 0;
	}
	rc = boot_entries_set_default(entries, index, err, "%s is %s", choice->where,
				      choice->pattern);
	return rc < 0 ? rc : 1;
}

static int apply_variable(const struct root *root, const char *name, bool only_good,
			  struct boot_entries *entries, struct error *err)
{
	_cleanup_free_ char *value = NULL, *where = NULL;
	int rc = loader_variable_read(root, name, &value, err);

	if (!rc)
		rc = boot_text_set(&where, err, "the EFI variable %s", name);
	if (rc < 0)
		return rc;
	return apply(root, &(const struct choice){ value, where, only_good }, entries,
		     err);
}

/* Finds the value of a key in loader.conf; the last one wins. */
static char *find_setting(const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *found = NULL;

	while (text) {
		text += strspn(text, " \t\n\r");
		if (!strncmp(text, key, length) && strchr(" \t", text[length]) &&
		    text[length])
			found = text + length + strspn(text + length, " \t");
		text = strchr(text, '\n');
	}
	if (!found)
		return NULL;
	length = strcspn(found, "\n\r");
	while (length && strchr(" \t", found[length - 1]))
		length--;
	return strndup(found, length);
}

static int apply_setting(const struct root *root, const struct string_list *places,
			 const char *key, bool only_good, struct boot_entries *entries,
			 struct error *err)
{
	int rc = 0;
	size_t i;

	for (i = 0; !rc && i < places->count; i++) {
		_cleanup_free_ char *text = NULL, *value = NULL, *where = NULL;

		rc = root_readf_file(root, BOOT_CONFIG_MAX, &text, NULL, NULL,
				     "%s/loader/loader.conf", places->items[i]);
		if (rc == -ENOMEM)
			return error_no_memory(err);
		value = rc < 0 ? NULL : find_setting(text, key);
		rc = boot_text_set(&where, err, "%s in /%s/loader/loader.conf", key,
				   places->items[i]);
		if (!rc)
			rc = apply(root,
				   &(const struct choice){ value, where, only_good },
				   entries, err);
	}
	return rc;
}

/* Without a choice the first entry that may be started by itself is the default. */
static int apply_first(struct boot_entries *entries, struct error *err)
{
	size_t i;

	for (i = 0; i < entries->count; i++)
		if (!entries->items[i].hidden)
			return boot_entries_set_default(entries, i, err,
							"it is the first entry");
	return boot_text_set(&entries->default_reason, err,
			     "the boot loader has nothing to start");
}

int bls_choose_default(const struct root *root, const struct string_list *places,
		       struct boot_entries *entries, struct error *err)
{
	int rc = apply_variable(root, "LoaderEntryOneShot", false, entries, err);

	if (rc > 0)
		string_list_add(&entries->notes,
				"LoaderEntryOneShot is for one boot; kexec uses it and "
				"leaves it for the next boot of the firmware");
	if (!rc)
		rc = apply_variable(root, "LoaderEntryPreferred", true, entries, err);
	if (!rc)
		rc = apply_setting(root, places, "preferred", true, entries, err);
	if (!rc)
		rc = apply_variable(root, "LoaderEntryDefault", false, entries, err);
	if (!rc)
		rc = apply_setting(root, places, "default", false, entries, err);
	if (!rc)
		rc = apply_first(entries, err);
	return rc < 0 ? rc : 0;
}
