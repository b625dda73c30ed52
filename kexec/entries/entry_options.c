// SPDX-License-Identifier: GPL-2.0-only
/* Turns a boot entry into the options of a load. */
#include "entries/entry_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/boot_file.h"
#include "util/command_line.h"

void entry_options_clear(struct entry_options *texts)
{
	free(texts->kernel);
	free(texts->profile);
	free(texts->append);
	string_list_clear(&texts->initrds);
	string_list_clear(&texts->notes);
	*texts = (struct entry_options){ 0 };
}

static int set_initrds(const struct root *root, const struct boot_entry *entry,
		       struct options *options, struct entry_options *texts,
		       struct error *err)
{
	size_t i;

	if (options->initrd_count)
		return 0;
	if (entry->initrds.count > INITRDS_MAX)
		return error_set(err, E2BIG, "--boot-entry: %s has %zu initrds, over %u",
				 entry->id, entry->initrds.count, INITRDS_MAX);
	for (i = 0; i < entry->initrds.count; i++) {
		_cleanup_free_ char *path = NULL;
		int rc = boot_file_path(root, entry->initrds.items[i], &path, err);

		if (rc < 0)
			return rc;
		if (string_list_add(&texts->initrds, "%s", path) < 0)
			return error_no_memory(err);
		options->initrds[options->initrd_count++] = texts->initrds.items[i];
	}
	return 0;
}

static int set_command_line(const struct boot_entry *entry, struct options *options,
			    struct entry_options *texts, struct error *err)
{
	int rc;

	if (options->append || options->reuse_cmdline || !entry->options)
		return 0;
	if (options->crash)
		rc = command_line_reuse(entry->options, true, &texts->append, err);
	else
		rc = boot_text_set(&texts->append, err, "%s", entry->options);
	options->append = texts->append;
	return rc;
}

int entry_options_apply(const struct root *root, const struct boot_entry *entry,
			struct options *options, struct entry_options *texts,
			struct error *err)
{
	int rc;

	if (entry->refusal)
		return error_set(err, ENOTSUP, "the boot entry %s cannot be loaded: %s",
				 entry->id, entry->refusal);
	rc = boot_file_path(root, entry->kernel, &texts->kernel, err);
	if (rc < 0)
		return rc;
	options->kernel = texts->kernel;
	if (entry->profile && !options->uki_profile) {
		rc = boot_text_set(&texts->profile, err, "%s", entry->profile);
		options->uki_profile = texts->profile;
	}
	if (!rc)
		rc = set_initrds(root, entry, options, texts, err);
	if (!rc)
		rc = set_command_line(entry, options, texts, err);
	if (!rc && string_list_add(&texts->notes, "boot entry: %s", entry->id) < 0)
		rc = error_no_memory(err);
	return rc;
}
