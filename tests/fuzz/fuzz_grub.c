// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any text as GRUB's configuration and as its environment block. Each entry can
 * be loaded or has a reason, files are those of the tree, and the default is an entry or
 * has a reason.
 */
#include <errno.h>

#include "entries/boot_entries.h"
#include "fuzz.h"
#include "tree.h"

static void check_entry(const struct root *root, const struct boot_entries *entries,
			size_t index)
{
	const struct boot_entry *entry = &entries->items[index];
	size_t found = entries->count, i;

	must(entry->id && entry->title && entry->source);
	must(entry->numbers.count && entry->numbers.count == entry->titles.count &&
	     entry->numbers.count == entry->ids.count);
	must(entry->refusal || (entry->kernel && root_exists(root, entry->kernel)));
	must(!entry->kernel || entry->kernel[0] != '/');
	for (i = 0; i < entry->initrds.count; i++)
		must(root_exists(root, entry->initrds.items[i]));
	must(!boot_entries_find(entries, entry->id, &found, NULL) && found <= index &&
	     !strcmp(entries->items[found].id, entry->id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_boot_entries_ struct boot_entries entries = { 0 };
	_cleanup_error_ struct error err = { 0 };
	static struct tree tree;
	static bool made;
	size_t i;
	int rc;

	if (!made) {
		tree_make(&tree);
		tree_write(&tree, "boot/v", "%s", "kernel");
		tree_write(&tree, "boot/i", "%s", "initrd");
		tree_write(&tree, "boot/loader/entries/e.conf", "%s",
			   "title E\nlinux /v\ninitrd /i\noptions $kernelopts $x\n");
		made = true;
	}
	tree_write_bytes(&tree, "boot/grub/grub.cfg", data, size);
	tree_write_bytes(&tree, "boot/grub/grubenv", data, size);
	rc = boot_entries_read(&tree.root, &entries, &err);
	if (rc < 0) {
		must(err.message && err.number == -rc);
		return 0;
	}
	must(!err.message && entries.loader_name && entries.default_reason);
	must(entries.default_index <= entries.count);
	for (i = 0; i < entries.count && i < 100; i++)
		check_entry(&tree.root, &entries, i);
	return 0;
}
