// SPDX-License-Identifier: GPL-2.0-only
/* Makes entries of a SYSLINUX configuration. */
#include "entries/extlinux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/extlinux_config.h"
#include "util/cleanup.h"

int extlinux_find_config(const struct root *root, char **path, struct error *err)
{
	/* Alpine and extlinux-install; Debian's u-boot-menu and NixOS; Arch; the ESP. */
	static const char *const places[] = {
		"boot/extlinux.conf",
		"boot/extlinux/extlinux.conf",
		"boot/syslinux/extlinux.conf",
		"boot/syslinux/syslinux.cfg",
		"extlinux.conf",
		"extlinux/extlinux.conf",
		"boot/efi/EFI/syslinux/syslinux.cfg",
		"efi/EFI/syslinux/syslinux.cfg",
		"boot/EFI/syslinux/syslinux.cfg",
	};
	size_t i;

	*path = NULL;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (root_exists(root, places[i]))
			return boot_text_set(path, err, "%s", places[i]);
	return 0;
}

/* Sets *found to a file of a label, or refuses the entry. */
static int find_file(const struct root *root, const struct boot_mounts *mounts,
		     const struct extlinux_label *label, const char *name, char **found,
		     struct boot_entry *entry, struct error *err)
{
	int rc;

	if (*name == '/')
		rc = boot_mounts_find(root, mounts, NULL, name, found, err);
	else
		rc = extlinux_path(label->source, name, found, err);
	if (rc < 0)
		return rc;
	if (*found && root_exists(root, *found))
		return 0;
	return boot_entry_refuse(entry, err,
				 "%s, which /%s names, is not in a file system that is "
				 "mounted at /, /boot or /efi",
				 name, label->source);
}

static int add_initrd(const struct root *root, const struct boot_mounts *mounts,
		      const struct extlinux_label *label, const char *name,
		      struct boot_entry *entry, struct error *err)
{
	_cleanup_free_ char *path = NULL;
	int rc = find_file(root, mounts, label, name, &path, entry, err);

	if (!rc && path && string_list_add(&entry->initrds, "%s", path) < 0)
		rc = error_no_memory(err);
	return rc;
}

/*
 * Sets the command line. initrd=FILE,… in it is an instruction for the boot loader, and
 * the kernel does not use it.
 */
static int set_options(const struct root *root, const struct boot_mounts *mounts,
		       const struct extlinux_label *label, const char *append,
		       struct boot_entry *entry, struct error *err)
{
	_cleanup_free_ char *copy = strdup(append);
	char *rest = copy, *word, *file;
	int rc = copy ? boot_text_set(&entry->options, err, "%s", "")
		      : error_no_memory(err);

	while (!rc && (word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (!starts_with(word, "initrd=")) {
			rc = boot_text_set(&entry->options, err, "%s%s%s", entry->options,
					   *entry->options ? " " : "", word);
			continue;
		}
		word += strlen("initrd=");
		while (!rc && (file = strsep(&word, ",")))
			if (*file)
				rc = add_initrd(root, mounts, label, file, entry, err);
	}
	return rc;
}

/* KERNEL may also name a program for SYSLINUX, which its extension shows. */
static bool is_program(const char *name)
{
	static const char *const extensions[] = { ".c32", ".com", ".cbt", ".0",
						  ".bin", ".bs",  ".bss", ".img" };
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot && i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (!strcasecmp(dot, extensions[i]))
			return true;
	return false;
}

static int set_files(const struct root *root, const struct boot_mounts *mounts,
		     const struct extlinux_config *config,
		     const struct extlinux_label *label, struct boot_entry *entry,
		     struct error *err)
{
	const char *append = label->append ? label->append : config->append;
	size_t i;
	int rc;

	if (label->other)
		return boot_entry_refuse(entry, err,
					 "it starts something other than Linux (%s)",
					 label->other);
	if (!label->kernel || !*label->kernel)
		return boot_entry_refuse(entry, err, "it lacks a LINUX or KERNEL line");
	if (label->by_name && is_program(label->kernel))
		return boot_entry_refuse(entry, err,
					 "%s is a program for SYSLINUX, not a kernel",
					 label->kernel);
	rc = find_file(root, mounts, label, label->kernel, &entry->kernel, entry, err);
	for (i = 0; !rc && i < label->initrds.count; i++)
		rc = add_initrd(root, mounts, label, label->initrds.items[i], entry, err);
	return rc ? rc
		  : set_options(root, mounts, label, append ? append : "", entry, err);
}

static int add_entry(const struct root *root, const struct boot_mounts *mounts,
		     const struct extlinux_config *config,
		     const struct extlinux_label *label, struct boot_entries *entries,
		     struct error *err)
{
	struct boot_entry entry = { .type = BOOT_ENTRY_EXTLINUX,
				    .tries_left = -1,
				    .tries_done = -1 };
	int rc = boot_text_set(&entry.id, err, "%s", label->name);

	if (!rc)
		rc = boot_text_set(&entry.title, err, "%s",
				   label->title ? label->title : label->name);
	if (!rc)
		rc = boot_text_set(&entry.source, err, "%s", label->source);
	if (!rc)
		rc = set_files(root, mounts, config, label, &entry, err);
	if (label->device_tree)
		string_list_add(&entries->notes,
				"%s: its device tree is not used; --dtb passes one",
				label->name);
	if (rc < 0) {
		boot_entry_clear(&entry);
		return rc;
	}
	return boot_entries_add(entries, &entry, err);
}

/* Returns the first label with this name, as SYSLINUX compares them; or count. */
static size_t find_label(const struct extlinux_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->count; i++)
		if (!strcasecmp(config->labels[i].name, name))
			break;
	return i;
}

/*
 * The label that is started when nobody presses a key: that of ONTIMEOUT, else the one
 * with MENU DEFAULT, else that of DEFAULT, which may name the menu's program instead,
 * else the first one.
 */
static int choose_default(const struct extlinux_config *config,
			  struct boot_entries *entries, struct error *err)
{
	const char *timeout = config->timeout_label, *usual = config->default_label;
	size_t i;

	if (!config->count)
		return boot_text_set(&entries->default_reason, err,
				     "the configuration has no labels");
	if (timeout) {
		i = find_label(config, timeout);
		if (i < config->count)
			return boot_entries_set_default(entries, i, err,
							"ONTIMEOUT names it");
		return boot_text_set(&entries->default_reason, err,
				     "ONTIMEOUT, %s, is not a label", timeout);
	}
	for (i = 0; i < config->count; i++)
		if (config->labels[i].is_menu_default)
			return boot_entries_set_default(entries, i, err,
							"MENU DEFAULT marks it");
	i = usual ? find_label(config, usual) : config->count;
	if (i < config->count)
		return boot_entries_set_default(entries, i, err, "DEFAULT names it");
	if (usual && *usual && !is_program(usual))
		return boot_text_set(&entries->default_reason, err,
				     "DEFAULT, %s, is not a label", usual);
	return boot_entries_set_default(entries, 0, err, "it is the first entry");
}

int extlinux_read(const struct root *root, const struct boot_mounts *mounts,
		  const char *path, struct boot_entries *entries, struct error *err)
{
	_cleanup_extlinux_config_ struct extlinux_config config = { 0 };
	int rc = extlinux_config_read(root, path, &config, err);
	size_t i;

	for (i = 0; !rc && i < config.missing.count; i++)
		if (string_list_add(&entries->warnings,
				    "entries may be missing: %s, cannot be read",
				    config.missing.items[i]) < 0)
			rc = error_no_memory(err);
	for (i = 0; !rc && i < config.count; i++)
		rc = add_entry(root, mounts, &config, &config.labels[i], entries, err);
	return rc ? rc : choose_default(&config, entries, err);
}
