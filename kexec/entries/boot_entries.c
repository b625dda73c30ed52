// SPDX-License-Identifier: GPL-2.0-only
/* Finds the machine's boot loader and reads its entries. */
#include "entries/boot_entries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls.h"
#include "entries/boot_mounts.h"
#include "entries/extlinux.h"
#include "entries/grub.h"
#include "entries/loader_variables.h"

/* Facts that choose the boot loader. */
struct sources {
	struct boot_mounts mounts;
	struct string_list places; /* of the Boot Loader Specification */
	char *grub;		   /* its configuration; NULL without one */
	char *extlinux;		   /* the same */
	char *loader;		   /* LoaderInfo; NULL without it */
};

static void clear_sources(struct sources *sources)
{
	boot_mounts_clear(&sources->mounts);
	string_list_clear(&sources->places);
	free(sources->grub);
	free(sources->extlinux);
	free(sources->loader);
}

static int find_sources(const struct root *root, struct sources *sources,
			struct error *err)
{
	int rc = boot_mounts_read(root, &sources->mounts, err);

	if (!rc)
		rc = bls_places(root, &sources->places, err);
	if (!rc)
		rc = grub_find_config(root, &sources->grub, err);
	if (!rc)
		rc = extlinux_find_config(root, &sources->extlinux, err);
	return rc ? rc : loader_variable_read(root, "LoaderInfo", &sources->loader, err);
}

/* A machine whose firmware starts a Unified Kernel Image without a boot loader. */
static int choose_by_firmware(const struct root *root, struct boot_entries *entries,
			      struct error *err)
{
	_cleanup_free_ char *image = NULL;
	const char *name;
	size_t i;
	int rc = loader_variable_read(root, "LoaderImageIdentifier", &image, err);

	if (rc < 0 || !image)
		return rc;
	name = strrchr(image, '\\');
	name = name ? name + 1 : image;
	for (i = 0; i < entries->count; i++) {
		const struct boot_entry *entry = &entries->items[i];
		const char *slash = entry->kernel ? strrchr(entry->kernel, '/') : NULL;

		if (!slash || entry->profile || strcasecmp(slash + 1, name))
			continue;
		return boot_entries_set_default(entries, i, err,
						"the firmware started %s", image);
	}
	return 0;
}

static int read_bls(const struct root *root, const struct sources *sources,
		    struct boot_entries *entries, struct error *err)
{
	const char *loader = sources->loader;
	int rc = bls_read(root, &sources->places, entries, err);

	if (rc < 0 || !entries->count)
		return rc;
	entries->loader = BOOT_LOADER_BLS;
	rc = boot_text_set(&entries->loader_name, err, "%s",
			   loader ? loader : "Boot Loader Specification");
	if (!rc)
		rc = bls_choose_default(root, &sources->places, entries, err);
	if (!rc && (!loader || starts_with(loader, "systemd-stub")))
		rc = choose_by_firmware(root, entries, err);
	return rc ? rc
		  : loader_variable_read(root, "LoaderEntrySelected", &entries->selected,
					 err);
}

static int read_grub(const struct root *root, const struct sources *sources,
		     struct boot_entries *entries, struct error *err)
{
	entries->loader = BOOT_LOADER_GRUB;
	if (boot_text_set(&entries->loader_name, err, "GRUB (/%s)", sources->grub) < 0)
		return -ENOMEM;
	return grub_read(root, &sources->mounts, sources->grub, entries, err);
}

static int read_extlinux(const struct root *root, const struct sources *sources,
			 struct boot_entries *entries, struct error *err)
{
	entries->loader = BOOT_LOADER_EXTLINUX;
	if (boot_text_set(&entries->loader_name, err, "EXTLINUX (/%s)",
			  sources->extlinux) < 0)
		return -ENOMEM;
	return extlinux_read(root, &sources->mounts, sources->extlinux, entries, err);
}

static int nothing_found(const struct root *root, struct error *err)
{
	_cleanup_free_ char *device = NULL;
	int rc = boot_mounts_find_unmounted(root, &device, err);

	if (rc < 0)
		return rc;
	if (device)
		return error_set(err, ENOENT,
				 "boot entries were not found below /boot, /efi and "
				 "/boot/efi; the boot partition %s is not mounted: mount "
				 "it at one of them",
				 device);
	return error_set(
		err, ENOENT,
		"boot entries were not found: neither a configuration of GRUB in "
		"/boot/grub or /boot/grub2, nor loader/entries or EFI/Linux in "
		"/boot, /efi or /boot/efi, nor extlinux.conf in /boot; if they are "
		"on a partition that is not mounted, mount it");
}

int boot_entries_read(const struct root *root, struct boot_entries *entries,
		      struct error *err)
{
	_cleanup_(clear_sources) struct sources sources = { 0 };
	bool bls_first;
	int rc = find_sources(root, &sources, err);

	if (rc < 0)
		return rc;
	bls_first = !sources.grub ||
		    (sources.loader && starts_with(sources.loader, "systemd-boot"));
	if (!bls_first)
		return read_grub(root, &sources, entries, err);
	rc = read_bls(root, &sources, entries, err);
	if (rc < 0 || entries->count)
		return rc;
	if (sources.extlinux)
		return read_extlinux(root, &sources, entries, err);
	return nothing_found(root, err);
}
