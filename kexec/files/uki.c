// SPDX-License-Identifier: GPL-2.0-only
/* Opens Unified Kernel Images: validates their sections and takes them apart. */
#include "files/uki.h"

#include <errno.h>

#include "util/command_line.h"

/* The limit for a command line, in bytes; kernels take fewer. */
#define CMDLINE_MAX 65536u

/* boot.rst, "The Real-Mode Kernel Header": a bzImage has this magic, a UKI does not. */
#define SETUP_MAGIC_OFFSET 0x202u

static const char *const part_names[UKI_PART_COUNT] = {
	[UKI_LINUX] = ".linux",
	[UKI_UCODE] = ".ucode",
	[UKI_INITRD] = ".initrd",
	[UKI_CMDLINE] = ".cmdline",
};

/* Sections that a kernel gets only if it is started through EFI. */
static const char *const ignored_names[] = { ".dtb", ".dtbauto", ".efifw", ".fwauto" };

/* A section that is used, by its name in one range of the table. */
struct found {
	struct pe_section section;
	unsigned index;
	unsigned count; /* of sections with this name in the range */
};

struct contents {
	struct found base[UKI_PART_COUNT]; /* of the base profile, or without profiles */
	struct found own[UKI_PART_COUNT];  /* of the chosen profile */
};

/* The profile's own section, even an empty one, takes the place of the base profile's. */
static const struct found *find_part(const struct contents *contents, unsigned part)
{
	return contents->own[part].count ? &contents->own[part] : &contents->base[part];
}

static bool is_bzimage(const struct kernel_file *file)
{
	char magic[4];

	return file->size >= SETUP_MAGIC_OFFSET + sizeof(magic) &&
	       !kernel_file_read(file, SETUP_MAGIC_OFFSET, magic, sizeof(magic), NULL) &&
	       !memcmp(magic, "HdrS", sizeof(magic));
}

static void note_ignored(const char *name, struct uki *uki)
{
	size_t i;

	for (i = 0; i < sizeof(ignored_names) / sizeof(ignored_names[0]); i++)
		if (!strcmp(name, ignored_names[i]))
			string_list_add(
				&uki->notes,
				"Unified Kernel Image: its section %s is not used", name);
}

/* Finds the sections of the range [start, end) of the table. */
static int read_range(const struct pe *pe, unsigned start, unsigned end,
		      struct found *parts, struct uki *uki, struct error *err)
{
	unsigned i, part;

	for (i = start; i < end; i++) {
		struct pe_section section;
		int rc = pe_read_section(pe, i, &section, err);

		if (rc < 0)
			return rc;
		note_ignored(section.name, uki);
		for (part = 0; part < UKI_PART_COUNT; part++)
			if (!strcmp(section.name, part_names[part]))
				parts[part] = (struct found){ section, i,
							      parts[part].count + 1 };
	}
	return 0;
}

static int read_contents(const struct pe *pe, struct contents *contents, struct uki *uki,
			 struct error *err)
{
	const struct uki_profile *profile = &uki->profile;
	int rc = read_range(pe, 0, profile->base_end, contents->base, uki, err);

	return rc ? rc
		  : read_range(pe, profile->start, profile->end, contents->own, uki, err);
}

static int require_linux(const struct pe *pe, const struct contents *contents,
			 const struct uki_profile *profile, struct error *err)
{
	const char *path = pe->file->path;

	if (!find_part(contents, UKI_LINUX)->count && profile->count)
		return error_set(err, ENOTSUP,
				 "%s: its profile @%u is without a kernel: neither this "
				 "profile nor the base profile has a .linux section",
				 path, profile->number);
	if (!find_part(contents, UKI_LINUX)->count)
		return error_set(err, ENOTSUP,
				 "%s is an EFI program without a .linux section, so it "
				 "is not a Unified Kernel Image",
				 path);
	/* I386: a 64-bit kernel may come with a stub for 32-bit firmware. */
	if (pe->machine != PE_MACHINE_AMD64 && pe->machine != PE_MACHINE_I386)
		return error_set(err, ENOTSUP,
				 "%s is a Unified Kernel Image for another CPU (PE "
				 "machine type %#x)",
				 path, pe->machine);
	return 0;
}

/* Each profile may have a section once, and so may the base profile. */
static int require_single(const struct pe *pe, const struct contents *contents,
			  const struct uki_profile *profile, struct error *err)
{
	const char *path = pe->file->path;
	unsigned part;

	for (part = 0; part < UKI_PART_COUNT; part++) {
		if (contents->base[part].count > 1)
			return error_set(err, EBADMSG, "%s has %u %s sections%s", path,
					 contents->base[part].count, part_names[part],
					 profile->count ? " in its base profile" : "");
		if (contents->own[part].count > 1)
			return error_set(err, EBADMSG,
					 "%s has %u %s sections in its profile @%u", path,
					 contents->own[part].count, part_names[part],
					 profile->number);
	}
	return 0;
}

/* Compares it with all sections but those of other profiles, which are not used. */
static int require_no_overlap(const struct pe *pe, const struct uki_profile *profile,
			      const struct found *found, struct error *err)
{
	const struct pe_section *section = &found->section;
	struct pe_section other;
	unsigned i;

	for (i = 0; i < profile->end; i++) {
		int rc;

		if (i == profile->base_end)
			i = profile->start - 1;
		rc = pe_read_section(pe, i, &other, err);
		if (rc < 0)
			return rc;
		if (i == found->index || section->raw_offset >= pe_section_end(&other) ||
		    other.raw_offset >= pe_section_end(section))
			continue;
		return error_set(err, EBADMSG,
				 "%s: its sections %s (bytes %u to %llu) and %s (bytes "
				 "%u to %llu) overlap",
				 pe->file->path, section->name, section->raw_offset,
				 (unsigned long long)pe_section_end(section), other.name,
				 other.raw_offset,
				 (unsigned long long)pe_section_end(&other));
	}
	return 0;
}

static int require_sound_parts(const struct pe *pe, const struct contents *contents,
			       const struct uki_profile *profile, struct error *err)
{
	unsigned part;

	if (!find_part(contents, UKI_LINUX)->section.virtual_size)
		return error_set(err, EBADMSG, "%s: its .linux section is empty",
				 pe->file->path);
	for (part = 0; part < UKI_PART_COUNT; part++) {
		const struct found *found = find_part(contents, part);
		int rc;

		if (!found->section.virtual_size)
			continue;
		rc = pe_require_in_file(pe, &found->section, err);
		if (!rc)
			rc = require_no_overlap(pe, profile, found, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/*
 * Like systemd-stub, turns control characters, such as the usual newline at the end, into
 * blanks. Zeros at the end are padding. Text behind a zero would be lost, so it is an
 * error.
 */
static int read_command_line(struct uki *uki, struct error *err)
{
	const struct pe_section *section = &uki->parts[UKI_CMDLINE];
	size_t size = section->virtual_size, length, i;
	_cleanup_free_ char *text = NULL;
	int rc;

	if (size > CMDLINE_MAX)
		return error_set(err, EFBIG,
				 "%s: its .cmdline section is too large: %zu bytes, over "
				 "%u",
				 uki->file.path, size, CMDLINE_MAX);
	text = calloc(1, size + 1);
	if (!text)
		return error_no_memory(err);
	rc = kernel_file_read(&uki->file, section->raw_offset, text, size, err);
	if (rc < 0)
		return rc;
	length = strlen(text);
	for (i = length; i < size; i++)
		if (text[i])
			return error_set(
				err, EBADMSG,
				"%s: its .cmdline section has text behind a zero "
				"at byte %zu",
				uki->file.path, length);
	for (i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = ' ';
	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
	uki->command_line = take_pointer(text);
	return 0;
}

/* Returns "section .linux of FILE"; NULL without memory. */
static char *path_of(const struct uki *uki, const char *sections)
{
	char *path;

	return asprintf(&path, "%s of %s", sections, uki->file.path) < 0 ? NULL : path;
}

static struct file_piece piece_of(const struct uki *uki, enum uki_part part)
{
	return (struct file_piece){ &uki->file, uki->parts[part].raw_offset,
				    uki->parts[part].virtual_size };
}

static void note_profile(struct uki *uki)
{
	const struct uki_profile *profile = &uki->profile;

	if (profile->count)
		string_list_add(
			&uki->notes, "Unified Kernel Image: profile @%u of %u%s%s%s%s%s",
			profile->number, profile->count, profile->id ? ", ID " : "",
			profile->id ? profile->id : "", profile->title ? ", \"" : "",
			profile->title ? profile->title : "", profile->title ? "\"" : "");
}

/* Moves the file from *kernel to uki, which owns it afterwards. */
static void take_file(struct kernel_file *kernel, const struct contents *contents,
		      struct uki *uki)
{
	unsigned part;

	uki->file = *kernel;
	*kernel = (struct kernel_file){ .fd = -1,
					.original_fd = -1,
					.progress = uki->file.progress };
	note_profile(uki);
	for (part = 0; part < UKI_PART_COUNT; part++) {
		const struct found *found = find_part(contents, part);

		uki->parts[part] = found->section;
		if (found->count)
			string_list_add(
				&uki->notes, "Unified Kernel Image: %s has %u bytes%s",
				part_names[part], uki->parts[part].virtual_size,
				contents->own[part].count ? ", from the profile" : "");
	}
}

/* Finds the sections that are used and validates them. */
static int examine(const struct pe *pe, const char *profile, struct contents *contents,
		   struct uki *uki, struct error *err)
{
	int rc = uki_profile_choose(pe, profile, &uki->profile, err);

	if (!rc)
		rc = read_contents(pe, contents, uki, err);
	if (!rc)
		rc = require_linux(pe, contents, &uki->profile, err);
	if (!rc)
		rc = require_single(pe, contents, &uki->profile, err);
	return rc ? rc : require_sound_parts(pe, contents, &uki->profile, err);
}

int uki_open(struct kernel_file *kernel, const char *profile, struct uki *uki,
	     struct error *err)
{
	struct contents contents = { 0 };
	struct file_piece piece;
	struct pe pe;
	int rc;

	if (is_bzimage(kernel))
		return -ENOEXEC;
	rc = pe_open(kernel, &pe, err);
	if (!rc)
		rc = examine(&pe, profile, &contents, uki, err);
	if (rc < 0)
		return rc;
	take_file(kernel, &contents, uki);
	if (find_part(&contents, UKI_CMDLINE)->count)
		rc = read_command_line(uki, err);
	if (rc < 0)
		return rc;
	piece = piece_of(uki, UKI_LINUX);
	return kernel_file_copy(&piece, 1, "kernel", path_of(uki, "section .linux"),
				kernel, err);
}

int uki_open_initrd(const struct uki *uki, struct kernel_file *initrd, struct error *err)
{
	struct file_piece pieces[2];
	const char *sections = "";
	size_t count = 0;

	if (uki->parts[UKI_UCODE].virtual_size) {
		pieces[count++] = piece_of(uki, UKI_UCODE);
		sections = "section .ucode";
	}
	if (uki->parts[UKI_INITRD].virtual_size) {
		pieces[count++] = piece_of(uki, UKI_INITRD);
		sections = "section .initrd";
	}
	if (!count)
		return 0;
	if (count == 2)
		sections = "sections .ucode and .initrd";
	return kernel_file_copy(pieces, count, "initrd", path_of(uki, sections), initrd,
				err);
}

int uki_copy_command_line(const struct uki *uki, bool crash, char **command_line,
			  struct error *err)
{
	if (!uki->command_line)
		return 0;
	if (crash)
		return command_line_reuse(uki->command_line, true, command_line, err);
	*command_line = strdup(uki->command_line);
	return *command_line ? 0 : error_no_memory(err);
}

int uki_require_unchanged(const struct uki *uki, struct error *err)
{
	return uki->file.path ? kernel_file_require_unchanged(&uki->file, err) : 0;
}

void uki_close(struct uki *uki)
{
	kernel_file_close(&uki->file);
	uki_profile_clear(&uki->profile);
	free(uki->command_line);
	string_list_clear(&uki->notes);
	*uki = (struct uki){ 0 };
}
