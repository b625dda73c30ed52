// SPDX-License-Identifier: GPL-2.0-only
/* Reads the entries of the Boot Loader Specification. */
#include "entries/bls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls_fields.h"
#include "entries/bls_order.h"
#include "entries/bls_uki.h"
#include "entries/boot_file.h"
#include "util/directory.h"

int bls_places(const struct root *root, struct string_list *places, struct error *err)
{
	static const char *const directories[] = { "efi", "boot", "boot/efi" };
	size_t i;

	for (i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		if (!root_existsf(root, "%s/loader", directories[i]) &&
		    !root_existsf(root, "%s/EFI/Linux", directories[i]))
			continue;
		if (string_list_add(places, "%s", directories[i]) < 0)
			return error_no_memory(err);
	}
	return 0;
}

/* Moves a field of the file to the entry. */
static void move(char **from, char **to)
{
	free(*to);
	*to = *from;
	*from = NULL;
}

/* Sets *path to a file of the place; the entry is hidden if it does not exist. */
static int set_path(const struct root *root, const char *place, const char *value,
		    char **path, struct boot_entry *entry, struct error *err)
{
	char *c;
	int rc = boot_text_set(path, err, "%s/%s", place, value + strspn(value, "/\\"));

	if (rc < 0)
		return rc;
	for (c = *path; *c; c++)
		if (*c == '\\')
			*c = '/';
	if (root_exists(root, *path))
		return 0;
	entry->hidden = true;
	return boot_entry_refuse(entry, err, "/%s does not exist", *path);
}

static int set_initrds(const struct root *root, const char *place,
		       const struct bls_fields *fields, struct boot_entry *entry,
		       struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < fields->initrds.count; i++) {
		_cleanup_free_ char *path = NULL;

		rc = set_path(root, place, fields->initrds.items[i], &path, entry, err);
		if (!rc && string_list_add(&entry->initrds, "%s", path) < 0)
			rc = error_no_memory(err);
	}
	/* The boot loader shows an entry whose initrd is missing. */
	entry->hidden = false;
	return rc;
}

/* efi: a program that may be a Unified Kernel Image or a kernel with an EFI stub. */
static int set_program(const struct root *root, const char *place,
		       const struct bls_fields *fields, struct boot_entry *entry,
		       struct boot_entries *entries, struct error *err)
{
	_cleanup_kernel_file_ struct kernel_file file = { .fd = -1, .original_fd = -1 };
	_cleanup_error_ struct error why = { 0 };
	int rc = boot_file_open(root, entry->kernel, &file, &why);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		return boot_entry_refuse(entry, err, "%s",
					 why.message ? why.message : strerror(-rc));
	switch (boot_program_find(&file)) {
	case BOOT_PROGRAM_OTHER:
		return boot_entry_refuse(entry, err,
					 "/%s is an EFI program that is not Linux, and "
					 "only the firmware can start it",
					 entry->kernel);
	case BOOT_PROGRAM_UKI:
		return bls_uki_complete(root, place, &fields->extras, entry, entries,
					err);
	case BOOT_PROGRAM_LINUX:
		break;
	}
	return 0;
}

/* Sets kernel, initrds and command line. */
static int set_files(const struct root *root, const char *place,
		     struct bls_fields *fields, struct boot_entry *entry,
		     struct boot_entries *entries, struct error *err)
{
	const char *program = fields->kernel ? fields->kernel
			      : fields->uki  ? fields->uki
					     : fields->efi;
	int rc;

	if (!program && fields->uki_url)
		return boot_entry_refuse(entry, err,
					 "its kernel is downloaded from %s, which kexec "
					 "does not do",
					 fields->uki_url);
	if (!program) {
		entry->hidden = true;
		return boot_entry_refuse(entry, err, "it lacks a linux, efi or uki line");
	}
	move(&fields->options, &entry->options);
	rc = set_path(root, place, program, &entry->kernel, entry, err);
	if (rc < 0 || entry->hidden)
		return rc;
	rc = set_initrds(root, place, fields, entry, err);
	if (!rc && !entry->refusal)
		rc = set_program(root, place, fields, entry, entries, err);
	/* A kernel without an options line gets an empty command line. */
	if (!rc && fields->kernel && !entry->options)
		rc = boot_text_set(&entry->options, err, "%s", "");
	return rc;
}

static int fill_entry(const struct root *root, const char *place,
		      struct bls_fields *fields, struct boot_entry *entry,
		      struct boot_entries *entries, struct error *err)
{
	int rc;

	move(&fields->title, &entry->title);
	move(&fields->version, &entry->version);
	move(&fields->machine_id, &entry->machine_id);
	move(&fields->sort_key, &entry->sort_key);
	move(&fields->profile, &entry->profile);
	rc = set_files(root, place, fields, entry, entries, err);
	if (!rc && !entry->title)
		rc = boot_text_set(&entry->title, err, "%s", entry->id);
	if (fields->devicetree)
		string_list_add(&entries->notes,
				"%s: its device tree is not used; --dtb passes one",
				entry->id);
	return rc;
}

static int add_type1(const struct root *root, const char *place, const char *name,
		     struct boot_entries *entries, struct error *err)
{
	struct boot_entry entry = { .type = BOOT_ENTRY_TYPE1 };
	_cleanup_bls_fields_ struct bls_fields fields = { 0 };
	_cleanup_free_ char *text = NULL;
	_cleanup_error_ struct error why = { 0 };
	int rc = bls_name_parse(name, ".conf", &entry.id, &entry.tries_left,
				&entry.tries_done, err);

	if (rc < 0)
		return rc == -EINVAL ? 0 : rc;
	rc = boot_text_set(&entry.source, err, "%s/loader/entries/%s", place, name);
	if (!rc) {
		rc = root_read_file(root, entry.source, BOOT_CONFIG_MAX, &text, NULL,
				    &why);
		if (rc < 0 && rc != -ENOMEM) {
			string_list_add(&entries->warnings, "an entry is left out: %s",
					why.message);
			boot_entry_clear(&entry);
			return 0;
		}
	}
	if (!rc)
		rc = bls_fields_parse(text, &fields, err);
	if (!rc && fields.architecture && strcasecmp(fields.architecture, "x64")) {
		string_list_add(&entries->notes, "%s: for the architecture %s", entry.id,
				fields.architecture);
		boot_entry_clear(&entry);
		return 0;
	}
	if (!rc)
		rc = fill_entry(root, place, &fields, &entry, entries, err);
	if (rc < 0) {
		boot_entry_clear(&entry);
		return rc == -ENOMEM ? error_no_memory(err) : rc;
	}
	return boot_entries_add(entries, &entry, err);
}

/* Reads one directory of a place with add, which handles one name. */
static int
read_directory(const struct root *root, const char *place, const char *directory,
	       int (*add)(const struct root *root, const char *place, const char *name,
			  struct boot_entries *entries, struct error *err),
	       struct boot_entries *entries, struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_free_ char *path = NULL;
	_cleanup_error_ struct error why = { 0 };
	size_t i;
	int rc = boot_text_set(&path, err, "%s/%s", place, directory);

	if (rc < 0)
		return rc;
	rc = root_list(root, path, &names, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0 && rc != -ENOENT && rc != -ENOTDIR)
		string_list_add(&entries->warnings, "entries may be missing: %s",
				why.message);
	for (i = 0, rc = 0; !rc && i < names.count; i++) {
		rc = add(root, place, names.items[i], entries, err);
		if (rc == -EINVAL)
			rc = 0;
	}
	return rc;
}

int bls_read(const struct root *root, const struct string_list *places,
	     struct boot_entries *entries, struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < places->count; i++) {
		rc = read_directory(root, places->items[i], "loader/entries", add_type1,
				    entries, err);
		if (!rc)
			rc = read_directory(root, places->items[i], "EFI/Linux",
					    bls_uki_add, entries, err);
	}
	if (!rc)
		bls_sort(entries);
	return rc;
}
