// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as a unified kernel image, with each way to choose a profile. Either
 * its parts are those of the profile, inside of the file, intact and without overlap, or
 * there is a message, or the file is left unchanged for other types.
 */
#include "files/uki.h"
#include "fuzz.h"

static uint32_t number_at(const uint8_t *data, unsigned width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | data[width];
	return value;
}

/*
 * The header of a section in the base profile or in the profile with this number, the
 * last one in the table. The image was opened, so the table lies within the file.
 */
static const uint8_t *find_header(const uint8_t *data, const char *name, unsigned number)
{
	const uint8_t *coff = data + number_at(data + 0x3c, 4), *found = NULL;
	const uint8_t *row = coff + 24 + number_at(coff + 20, 2);
	unsigned count = number_at(coff + 6, 2), profiles = 0;

	for (; count--; row += 40) {
		if (!strncmp((const char *)row, ".profile", 8))
			profiles++;
		else if (!strncmp((const char *)row, name, 8) &&
			 (!profiles || profiles == number + 1))
			found = row;
	}
	return found;
}

static void check_profile(const struct uki *uki, const uint8_t *data)
{
	static const char *const names[UKI_PART_COUNT] = { ".linux", ".ucode", ".initrd",
							   ".cmdline" };
	const struct uki_profile *profile = &uki->profile;
	const char *c;
	unsigned i;

	must(profile->base_end <= profile->start && profile->start <= profile->end);
	must(profile->count ? profile->number < profile->count : !profile->number);
	for (c = profile->id; c && *c; c++)
		must(*c > ' ' && *c <= '~');
	must(!profile->id || *profile->id);
	for (i = 0; i < UKI_PART_COUNT; i++) {
		const uint8_t *header = find_header(data, names[i], profile->number);

		must(uki->parts[i].virtual_size ==
		     (header ? number_at(header + 8, 4) : 0));
		must(uki->parts[i].raw_offset ==
		     (header ? number_at(header + 20, 4) : 0));
	}
}

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

static void open_one(const uint8_t *data, size_t size, const char *profile)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	_cleanup_uki_ struct uki uki = { 0 };
	_cleanup_error_ struct error err = { 0 };
	int rc;

	must(!fuzz_open(data, size, KERNEL_FILE_AS_IS, &kernel));
	rc = uki_open(&kernel, profile, &uki, &err);
	if (rc == -ENOEXEC) {
		must(!err.message && kernel.size == size && !uki.file.path);
	} else if (rc < 0) {
		must(err.message && err.number == -rc);
	} else {
		must(!err.message && uki.file.size == size);
		check_profile(&uki, data);
		check_image(&uki, &kernel, data, size);
		check_initrd(&uki, data);
		check_command_line(&uki);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const profiles[] = { "0", "@1", "2", "99999999999", "ID" };
	size_t i;

	if (!size)
		return 0;
	open_one(data, size, NULL);
	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (memmem(data, size, ".profile", 8))
			open_one(data, size, profiles[i]);
	return 0;
}
