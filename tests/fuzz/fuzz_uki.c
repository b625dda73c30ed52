// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as a unified kernel image. Either its parts are inside of the
 * file, intact and without overlap, or there is a message, or the file is left unchanged for
 * other types.
 */
#include "files/uki.h"
#include "fuzz.h"

static void check_part(const struct pe_section *part, size_t size)
{
	must(part->raw_offset < size && part->virtual_size <= size - part->raw_offset);
}

static void check_image(const struct uki *uki, const struct kernel_file *kernel,
			const uint8_t *data, size_t size)
{
	const struct pe_section *parts = uki->parts;
	unsigned a, b;

	must(kernel->size == parts[UKI_LINUX].virtual_size && kernel->size);
	for (a = 0; a < UKI_PART_COUNT; a++) {
		if (!parts[a].virtual_size)
			continue;
		check_part(&parts[a], size);
		for (b = 0; b < a; b++)
			must(!parts[b].virtual_size ||
			     parts[a].raw_offset >=
				     parts[b].raw_offset + parts[b].virtual_size ||
			     parts[b].raw_offset >=
				     parts[a].raw_offset + parts[a].virtual_size);
	}
	must(!memcmp(kernel->mapping, data + parts[UKI_LINUX].raw_offset, kernel->size));
}

static void check_initrd(const struct uki *uki, const uint8_t *data)
{
	_cleanup_kernel_file_ struct kernel_file initrd = { 0 };
	const struct pe_section *ucode = &uki->parts[UKI_UCODE];
	const struct pe_section *archive = &uki->parts[UKI_INITRD];
	uint64_t behind = 0;

	must(!uki_open_initrd(uki, &initrd, NULL));
	must(!initrd.path == !(ucode->virtual_size || archive->virtual_size));
	if (ucode->virtual_size) {
		must(!memcmp(initrd.mapping, data + ucode->raw_offset,
			     ucode->virtual_size));
		behind = ucode->virtual_size;
	}
	if (!archive->virtual_size) {
		must(initrd.size == behind);
		return;
	}
	behind = (behind + 3) / 4 * 4;
	must(initrd.size == behind + archive->virtual_size);
	must(!memcmp(initrd.mapping + behind, data + archive->raw_offset,
		     archive->virtual_size));
}

static void check_command_line(const struct uki *uki)
{
	_cleanup_free_ char *copy = NULL, *kept = NULL;
	const char *c;

	for (c = uki->command_line; c && *c; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7f);
	must(!uki_copy_command_line(uki, false, &copy, NULL));
	must(!uki_copy_command_line(uki, true, &kept, NULL));
	must(!copy == !uki->command_line && !kept == !copy);
	must(!copy || (!strcmp(copy, uki->command_line) && strlen(kept) <= strlen(copy)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc;

	if (!size)
		return 0;
	must(!fuzz_open(data, size, KERNEL_FILE_AS_IS, &kernel));
	rc = uki_open(&kernel, &uki, &err);
	if (rc == -ENOEXEC) {
		must(!err.message && kernel.size == size && !uki.file.path);
	} else if (rc < 0) {
		must(err.message && err.number == -rc);
	} else {
		must(!err.message && uki.file.size == size);
		check_image(&uki, &kernel, data, size);
		check_initrd(&uki, data);
		check_command_line(&uki);
	}
	return 0;
}
