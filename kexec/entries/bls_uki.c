// SPDX-License-Identifier: GPL-2.0-only
/* Makes entries of Unified Kernel Images. */
#include "entries/bls_uki.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls_fields.h"
#include "entries/bls_uki_text.h"
#include "entries/boot_file.h"
#include "entries/loader_variables.h"
#include "util/command_line.h"
#include "util/directory.h"

/* systemd-boot shows at most this many profiles of an image. */
#define PROFILES_MAX 256u

/* An image, or an addon, that is open. */
struct open_image {
	struct kernel_file file;
	struct pe pe;
	struct uki_profile profile;
};

static void close_image(struct open_image *image)
{
	uki_profile_clear(&image->profile);
	kernel_file_close(&image->file);
}

#define _cleanup_image_ _cleanup_(close_image)

/* image->file must be { 0 }, with closed descriptors. */
static int open_image(const struct root *root, const char *path, const char *profile,
		      struct open_image *image, struct error *err)
{
	int rc = boot_file_open(root, path, &image->file, err);

	if (!rc)
		rc = pe_open(&image->file, &image->pe, err);
	if (rc == -ENOEXEC)
		return error_set(err, ENOEXEC, "/%s is not an EFI program", path);
	return rc ? rc : uki_profile_choose(&image->pe, profile, &image->profile, err);
}

/* Appends the command line of one addon to *line. A broken addon is a warning. */
static int add_addon(const struct root *root, const char *path, char **line,
		     struct boot_entries *entries, struct error *err)
{
	_cleanup_image_ struct open_image image = { .file = { .fd = -1,
							      .original_fd = -1 } };
	_cleanup_free_ char *text = NULL, *joined = NULL;
	_cleanup_error_ struct error why = { 0 };
	bool is_signed = false;
	int rc = open_image(root, path, NULL, &image, &why);

	if (!rc)
		rc = uki_text_read(&image.pe, &image.profile, ".cmdline", &text, &why);
	if (!rc && loader_secure_boot(root))
		rc = pe_has_signature(&image.pe, &is_signed, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		return string_list_add(&entries->warnings,
				       "the addon /%s is left out: %s", path,
				       why.message ? why.message : strerror(-rc)) < 0
			       ? error_no_memory(err)
			       : 0;
	if (loader_secure_boot(root) && !is_signed) {
		string_list_add(&entries->notes,
				"/%s: not signed, so not used under Secure Boot", path);
		return 0;
	}
	if (!text)
		return 0;
	uki_text_to_line(text);
	if (asprintf(&joined, "%s%s%s", *line ? *line : "", *line && **line ? " " : "",
		     text) < 0) {
		joined = NULL;
		return error_no_memory(err);
	}
	free(*line);
	*line = take_pointer(joined);
	return 0;
}

/* The addons in a directory, in the order of their names. */
static int add_addons(const struct root *root, const char *directory, char **line,
		      struct boot_entries *entries, struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	size_t i;
	int rc = root_list(root, directory, &names, NULL);

	if (rc < 0)
		return rc == -ENOMEM ? error_no_memory(err) : 0;
	for (i = 0; !rc && i < names.count; i++) {
		_cleanup_free_ char *path = NULL, *id = NULL;
		int left, done;

		rc = bls_name_parse(names.items[i], ".addon.efi", &id, &left, &done, err);
		if (rc == -EINVAL) {
			rc = 0;
			continue;
		}
		if (!rc)
			rc = boot_text_set(&path, err, "%s/%s", directory,
					   names.items[i]);
		if (!rc)
			rc = add_addon(root, path, line, entries, err);
	}
	return rc;
}

/* Addons of the place come first, then those of the image and of the entry. */
static int add_all_addons(const struct root *root, const char *place,
			  const struct string_list *extras,
			  const struct boot_entry *entry, char **line,
			  struct boot_entries *entries, struct error *err)
{
	_cleanup_free_ char *global = NULL, *local = NULL;
	int rc = boot_text_set(&global, err, "%s/loader/addons", place);
	size_t i;

	if (!rc)
		rc = boot_text_set(&local, err, "%s.extra.d", entry->kernel);
	if (!rc)
		rc = add_addons(root, global, line, entries, err);
	if (!rc)
		rc = add_addons(root, local, line, entries, err);
	for (i = 0; !rc && extras && i < extras->count; i++) {
		_cleanup_free_ char *path = NULL;
		const char *extra = extras->items[i];

		rc = boot_text_set(&path, err, "%s/%s", place,
				   extra + strspn(extra, "/"));
		if (!rc)
			rc = add_addon(root, path, line, entries, err);
	}
	return rc;
}

int bls_uki_complete(const struct root *root, const char *place,
		     const struct string_list *extras, struct boot_entry *entry,
		     struct boot_entries *entries, struct error *err)
{
	_cleanup_image_ struct open_image image = { .file = { .fd = -1,
							      .original_fd = -1 } };
	_cleanup_free_ char *own = NULL, *added = NULL;
	_cleanup_error_ struct error why = { 0 };
	int rc = open_image(root, entry->kernel, entry->profile, &image, &why);

	if (!rc)
		rc = uki_text_read(&image.pe, &image.profile, ".cmdline", &own, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		return boot_entry_refuse(entry, err, "%s",
					 why.message ? why.message : strerror(-rc));
	/* Under Secure Boot systemd-stub ignores options if the image has its own. */
	if (entry->options && own && loader_secure_boot(root)) {
		string_list_add(&entries->notes,
				"%s: its options are not used under Secure Boot",
				entry->id);
		free(entry->options);
		entry->options = NULL;
	}
	rc = add_all_addons(root, place, extras, entry, &added, entries, err);
	if (rc < 0 || !added)
		return rc;
	if (own)
		uki_text_to_line(own);
	if (entry->options)
		return boot_text_set(&entry->options, err, "%s %s", entry->options,
				     added);
	return boot_text_set(&entry->options, err, "%s%s%s", own ? own : "",
			     own && *own ? " " : "", added);
}

/* Sets a text from the first key that os-release has. */
static void set_from_release(const char *release, const char *const keys[], char **text)
{
	for (; *keys && !*text; keys++)
		*text = os_release_value(release, *keys);
}

/* The keys that the specification derives title, version and sort key from. */
static int set_names(const struct open_image *image, struct boot_entry *entry,
		     struct error *err)
{
	static const char *const titles[] = { "PRETTY_NAME", "NAME", "ID", NULL };
	static const char *const versions[] = { "IMAGE_VERSION", "VERSION", "VERSION_ID",
						"BUILD_ID", NULL };
	static const char *const sort_keys[] = { "IMAGE_ID", "ID", NULL };
	const struct uki_profile *profile = &image->profile;
	_cleanup_free_ char *release = NULL;
	int rc = uki_text_read(&image->pe, profile, ".osrel", &release, err);

	if (rc < 0)
		return rc;
	set_from_release(release, titles, &entry->title);
	set_from_release(release, versions, &entry->version);
	set_from_release(release, sort_keys, &entry->sort_key);
	if (!entry->title)
		rc = boot_text_set(&entry->title, err, "%s", entry->id);
	if (!rc && (profile->title || profile->id))
		return boot_text_set(&entry->title, err, "%s (%s)", entry->title,
				     profile->title ? profile->title : profile->id);
	if (!rc && profile->number)
		return boot_text_set(&entry->title, err, "%s (@%u)", entry->title,
				     profile->number);
	return rc;
}

/* A profile has @ID behind the file's ID, or @number if it lacks an ID. */
static int set_profile(const struct open_image *image, struct boot_entry *entry,
		       struct error *err)
{
	const struct uki_profile *profile = &image->profile;
	int rc = 0;

	if (profile->number)
		rc = boot_text_set(&entry->profile, err, "@%u", profile->number);
	if (!rc && profile->id)
		return boot_text_set(&entry->id, err, "%s@%s", entry->id, profile->id);
	if (!rc && profile->number)
		return boot_text_set(&entry->id, err, "%s@%u", entry->id,
				     profile->number);
	return rc;
}

/* Adds the entry of profile number; *count is the number of profiles in the image. */
static int add_profile(const struct root *root, const char *place, const char *name,
		       unsigned number, unsigned *count, struct boot_entries *entries,
		       struct error *err)
{
	_cleanup_image_ struct open_image image = { .file = { .fd = -1,
							      .original_fd = -1 } };
	struct boot_entry entry = { .type = BOOT_ENTRY_TYPE2 };
	_cleanup_error_ struct error why = { 0 };
	char wanted[16];
	int rc = bls_name_parse(name, ".efi", &entry.id, &entry.tries_left,
				&entry.tries_done, err);

	if (rc < 0)
		return rc;
	snprintf(wanted, sizeof(wanted), "@%u", number);
	rc = boot_text_set(&entry.kernel, err, "%s/EFI/Linux/%s", place, name);
	if (!rc)
		rc = boot_text_set(&entry.source, err, "%s", entry.kernel);
	if (!rc) {
		rc = open_image(root, entry.kernel, wanted, &image, &why);
		if (!rc)
			rc = set_names(&image, &entry, &why);
		if (rc < 0 && rc != -ENOMEM)
			rc = boot_entry_refuse(&entry, err, "%s",
					       why.message ? why.message : strerror(-rc));
	}
	*count = image.profile.count;
	if (!rc && !entry.title)
		rc = boot_text_set(&entry.title, err, "%s", entry.id);
	if (!rc)
		rc = set_profile(&image, &entry, err);
	if (!rc && !entry.refusal && boot_program_find(&image.file) != BOOT_PROGRAM_UKI)
		rc = boot_entry_refuse(&entry, err,
				       "it is an EFI program without a .linux section");
	if (!rc && !entry.refusal)
		rc = bls_uki_complete(root, place, NULL, &entry, entries, err);
	if (rc < 0) {
		boot_entry_clear(&entry);
		return rc == -ENOMEM ? error_no_memory(err) : rc;
	}
	return boot_entries_add(entries, &entry, err);
}

int bls_uki_add(const struct root *root, const char *place, const char *name,
		struct boot_entries *entries, struct error *err)
{
	unsigned number = 0, count = 0;
	int rc;

	do {
		rc = add_profile(root, place, name, number, &count, entries, err);
	} while (!rc && ++number < count && number < PROFILES_MAX);
	return rc;
}
