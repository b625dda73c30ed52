// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any text as /proc/self/mountinfo, and as the value of an EFI variable. Mount
 * points are below the root, once each, and only those of boot files.
 */
#include "entries/boot_mounts.h"
#include "entries/loader_variables.h"
#include "fuzz.h"
#include "tree.h"

static void check_mounts(const struct root *root)
{
	_cleanup_boot_mounts_ struct boot_mounts mounts = { 0 };
	_cleanup_free_ char *found = NULL;
	size_t i, j;

	must(!boot_mounts_read(root, &mounts, NULL));
	for (i = 0; i < mounts.count; i++) {
		const struct boot_mount *mount = &mounts.items[i];

		must(mount->point[0] != '/' && mount->inside && mount->device);
		must(!*mount->point || !strncmp(mount->point, "boot", 4) ||
		     !strncmp(mount->point, "efi", 3));
		for (j = 0; j < i; j++)
			must(strcmp(mount->point, mounts.items[j].point));
	}
	must(!boot_mounts_find(root, &mounts, "u", "/boot/v", &found, NULL));
	must(found && root_exists(root, found));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *value = NULL;
	static struct tree tree;
	static bool made;

	if (!made) {
		tree_make(&tree);
		tree_write(&tree, "boot/v", "%s", "kernel");
		made = true;
	}
	tree_write_bytes(&tree, "proc/self/mountinfo", data, size);
	tree_write_bytes(&tree,
			 "sys/firmware/efi/efivars/"
			 "LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
			 data, size);
	check_mounts(&tree.root);
	must(!loader_variable_read(&tree.root, "LoaderInfo", &value, NULL));
	must(!value || *value);
	return 0;
}
