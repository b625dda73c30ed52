// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzer: any bytes as a configuration of EXTLINUX, which includes itself. */
#include <errno.h>

#include "entries/boot_entries.h"
#include "entries/extlinux_config.h"
#include "fuzz.h"
#include "tree.h"

static void check_path(const char *name)
{
	_cleanup_free_ char *path = NULL;

	must(!extlinux_path("boot/extlinux/extlinux.conf", name, &path, NULL));
	if (!path)
		return;
	must(path[0] != '/' && strcmp(path, "..") && strncmp(path, "../", 3));
	must(!strstr(path, "/../") && !strstr(path, "//"));
	must(strlen(path) <= strlen("boot/extlinux/") + strlen(name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_boot_entries_ struct boot_entries entries = { 0 };
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = strndup((const char *)data, size);
	static struct tree tree;
	static bool made;
	size_t i;
	int rc;

	must(text);
	check_path(text);
	if (!made) {
		tree_make(&tree);
		tree_write(&tree, "boot/v", "%s", "kernel");
		made = true;
	}
	tree_write_bytes(&tree, "boot/extlinux/extlinux.conf", data, size);
	rc = boot_entries_read(&tree.root, &entries, &err);
	if (rc < 0) {
		must(err.message && err.number == -rc);
		return 0;
	}
	must(!err.message && entries.loader_name && entries.default_reason);
	must(entries.default_index <= entries.count);
	for (i = 0; i < entries.count && i < 100; i++) {
		const struct boot_entry *entry = &entries.items[i];

		must(entry->id && entry->title && entry->source);
		must(entry->refusal || (entry->kernel && entry->options &&
					root_exists(&tree.root, entry->kernel)));
	}
	return 0;
}
