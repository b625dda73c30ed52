// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as an entry of the Boot Loader Specification, as its name, as
 * loader.conf, as a Unified Kernel Image with an addon, and as two versions, whose order
 * must be the same both ways round.
 */
#include "entries/bls_fields.h"
#include "entries/bls_order.h"
#include "entries/boot_entries.h"
#include "fuzz.h"
#include "tree.h"

static void check_name(const char *name)
{
	_cleanup_free_ char *id = NULL;
	int left = -2, done = -2;

	if (bls_name_parse(name, ".conf", &id, &left, &done, NULL) < 0) {
		must(!id);
		return;
	}
	must(strlen(id) > strlen(".conf") && strlen(id) <= strlen(name));
	must(left >= -1 && done >= -1 && (left < 0) == (done < 0));
}

static void check_versions(char *text)
{
	char *second = strchr(text, '\n');
	int order;

	if (!second)
		return;
	*second++ = '\0';
	order = version_compare(text, second);
	must((order > 0) == (version_compare(second, text) < 0));
	must(!version_compare(text, text));
}

static void check_fields(const char *text)
{
	_cleanup_bls_fields_ struct bls_fields fields = { 0 };

	must(!bls_fields_parse(text, &fields, NULL));
	must(!fields.title || (*fields.title && !strchr(fields.title, '\n')));
	must(!fields.options || strlen(fields.options) <= strlen(text));
}

static void check_entries(const uint8_t *data, size_t size)
{
	static const char *const places[] = { "efi/loader/entries/a+3-1.conf",
					      "efi/loader/loader.conf",
					      "efi/EFI/Linux/b.efi",
					      "efi/EFI/Linux/b.efi.extra.d/c.addon.efi" };
	_cleanup_boot_entries_ struct boot_entries entries = { 0 };
	_cleanup_error_ struct error err = { 0 };
	static struct tree tree;
	static bool made;
	size_t i;

	if (!made)
		tree_make(&tree);
	made = true;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		tree_write_bytes(&tree, places[i], data, size);
	must(!boot_entries_read(&tree.root, &entries, &err));
	must(!err.message && entries.count >= 1);
	must(entries.default_index < entries.count || entries.default_reason);
	for (i = 0; i < entries.count; i++)
		must(entries.items[i].id && entries.items[i].title &&
		     (entries.items[i].refusal || entries.items[i].kernel));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);

	must(text);
	check_name(text);
	check_fields(text);
	check_entries(data, size);
	check_versions(text);
	return 0;
}
