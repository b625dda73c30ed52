// SPDX-License-Identifier: GPL-2.0-only
/* Finds a profile of a Unified Kernel Image by its number or ID. */
#include "files/uki_profile.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "util/strings.h"

/* Bytes of a .profile section at most; a usual one has fewer than 100. */
#define PROFILE_TEXT_MAX 4096u

/* Profiles that a message lists; systemd-boot shows at most 256. */
#define LISTED_MAX 16u

#define BLANKS	   "\t\r "

static bool is_id(const char *text)
{
	const char *c;

	for (c = text; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return *text;
}

/*
 * Returns a copy of the value at *text and moves *text behind it. A value in quotes ends
 * at the closing one; another value ends at one of the characters of stop, or at its last
 * character that is not a blank. Returns NULL without memory.
 */
static char *take_value(const char **text, const char *stop)
{
	const char *start = *text, *quotes = "\"'";
	size_t length;

	if (*start && strchr(quotes, *start) && strchr(start + 1, *start)) {
		length = strcspn(start + 1, (char[]){ *start, '\0' });
		*text = start + length + 2;
		return strndup(start + 1, length);
	}
	length = strcspn(start, stop);
	*text = start + length;
	while (length && strchr(BLANKS, start[length - 1]))
		length--;
	return strndup(start, length);
}

/* Replaces *member by the value at *text; an empty value counts as missing. */
static int set_value(const char **text, const char *stop, char **member)
{
	char *value = take_value(text, stop);

	if (!value)
		return -ENOMEM;
	free(*member);
	*member = value;
	if (!*value) {
		free(value);
		*member = NULL;
	}
	return 0;
}

/*
 * Reads the pairs of one line. By the specification the text is like that of
 * os-release(5), but its example has two pairs on one line, and titles often lack quotes:
 * therefore an ID ends at a blank, and a title without quotes at the end of the line.
 */
static int parse_line(const char *line, struct uki_profile *profile)
{
	int rc = 0;

	while (!rc) {
		line += strspn(line, BLANKS);
		if (starts_with(line, "ID=")) {
			line += strlen("ID=");
			rc = set_value(&line, BLANKS, &profile->id);
		} else if (starts_with(line, "TITLE=")) {
			line += strlen("TITLE=");
			rc = set_value(&line, "", &profile->title);
		} else {
			break;
		}
	}
	return rc;
}

static int parse_text(char *text, struct uki_profile *profile)
{
	char *line;
	int rc = 0;

	while (!rc && (line = strsep(&text, "\n")))
		rc = parse_line(line, profile);
	return rc;
}

/* Sets id and title from a .profile section that lies within the file. */
static int read_text(const struct pe *pe, const struct pe_section *section,
		     struct uki_profile *profile, struct error *err)
{
	char text[PROFILE_TEXT_MAX + 1] = { 0 };
	int rc;

	if (section->virtual_size > PROFILE_TEXT_MAX)
		return error_set(err, EFBIG,
				 "%s: its %s section is too large: %u bytes, over %u",
				 pe->file->path, section->name, section->virtual_size,
				 PROFILE_TEXT_MAX);
	if (!section->virtual_size)
		return 0;
	rc = kernel_file_read(pe->file, section->raw_offset, text, section->virtual_size,
			      err);
	if (rc < 0)
		return rc;
	return parse_text(text, profile) < 0 ? error_no_memory(err) : 0;
}

/*
 * Moves *index to the .profile section at or behind it. Returns 1, 0 if there are no
 * more, or an error.
 */
static int find_next(const struct pe *pe, unsigned *index, struct pe_section *section,
		     struct error *err)
{
	for (; *index < pe->section_count; ++*index) {
		int rc = pe_read_section(pe, *index, section, err);

		if (rc < 0)
			return rc;
		if (!strcmp(section->name, ".profile"))
			return 1;
	}
	return 0;
}

/* Reads id and title of one that may be invalid; such an ID is left out. */
static int read_any_text(const struct pe *pe, const struct pe_section *section,
			 struct uki_profile *profile, struct error *err)
{
	int rc;

	if (pe_require_in_file(pe, section, NULL) < 0 ||
	    section->virtual_size > PROFILE_TEXT_MAX)
		return 0;
	rc = read_text(pe, section, profile, err);
	if (!rc && profile->id && !is_id(profile->id)) {
		free(profile->id);
		profile->id = NULL;
	}
	return rc;
}

/* Prints "@0 (ID), @1 (ID), …" to stream. Returns the number of profiles, or an error. */
static int print_profiles(const struct pe *pe, FILE *stream, struct error *err)
{
	struct pe_section section;
	unsigned index = 0, count = 0;
	int rc;

	while ((rc = find_next(pe, &index, &section, err)) > 0) {
		_cleanup_uki_profile_ struct uki_profile profile = { 0 };

		index++;
		if (count++ >= LISTED_MAX)
			continue;
		rc = read_any_text(pe, &section, &profile, err);
		if (rc < 0)
			return rc;
		fprintf(stream, "%s@%u", count > 1 ? ", " : "", count - 1);
		if (profile.id)
			fprintf(stream, " (%s)", profile.id);
	}
	if (count > LISTED_MAX)
		fprintf(stream, " and %u more", count - LISTED_MAX);
	return rc ? rc : (int)count;
}

/* Reports that wanted does not name a profile; problem says why. */
static int refuse(const struct pe *pe, const char *wanted, const char *problem,
		  struct error *err)
{
	_cleanup_free_ char *list = NULL;
	size_t size;
	FILE *stream = open_memstream(&list, &size);
	int count;

	if (!stream)
		return error_no_memory(err);
	count = print_profiles(pe, stream, err);
	if (fclose(stream))
		return error_no_memory(err);
	if (count < 0)
		return count;
	if (!count)
		return error_set(err, EINVAL, "--uki-profile=%s: %s has no profiles",
				 wanted, pe->file->path);
	return error_set(err, EINVAL, "--uki-profile=%s: %s; %s has the profiles %s",
			 wanted, problem, pe->file->path, list);
}

/* Returns whether wanted is "1" or "@1"; a number that is too large becomes UINT_MAX. */
static bool is_number(const char *wanted, unsigned *number)
{
	const char *digits = wanted + (*wanted == '@');
	uint64_t value = 0;

	if (!*digits || digits[strspn(digits, "0123456789")])
		return false;
	for (; *digits && value < UINT_MAX; digits++)
		value = value * 10 + (uint64_t)(*digits - '0');
	*number = value < UINT_MAX ? (unsigned)value : UINT_MAX;
	return true;
}

/* Sets *number to that of the profile with this ID. */
static int find_id(const struct pe *pe, const char *wanted, unsigned *number,
		   struct error *err)
{
	struct pe_section section;
	unsigned index = 0, current = 0, found = 0;
	int rc;

	while ((rc = find_next(pe, &index, &section, err)) > 0) {
		_cleanup_uki_profile_ struct uki_profile profile = { 0 };

		rc = read_any_text(pe, &section, &profile, err);
		if (rc < 0)
			return rc;
		if (profile.id && !strcmp(profile.id, wanted) && !found++)
			*number = current;
		current++;
		index++;
	}
	if (rc < 0 || found == 1)
		return rc;
	return refuse(pe, wanted,
		      found ? "several profiles have this ID, choose by number"
			    : "unknown profile",
		      err);
}

/* Counts the profiles, and finds the sections of number. Sets *header to its .profile. */
static int find_sections(const struct pe *pe, unsigned number,
			 struct uki_profile *profile, struct pe_section *header,
			 struct error *err)
{
	struct pe_section section;
	unsigned index = 0;
	int rc;

	profile->base_end = profile->start = profile->end = pe->section_count;
	profile->number = number;
	while ((rc = find_next(pe, &index, &section, err)) > 0) {
		if (!profile->count)
			profile->base_end = index;
		if (profile->count == number) {
			*header = section;
			profile->start = index + 1;
		} else if (profile->count == number + 1) {
			profile->end = index;
		}
		profile->count++;
		index++;
	}
	return rc;
}

int uki_profile_choose(const struct pe *pe, const char *wanted,
		       struct uki_profile *profile, struct error *err)
{
	struct pe_section header = { 0 };
	unsigned number = 0;
	int rc = 0;

	if (wanted && !is_number(wanted, &number))
		rc = find_id(pe, wanted, &number, err);
	if (!rc)
		rc = find_sections(pe, number, profile, &header, err);
	if (rc < 0)
		return rc;
	if (number >= profile->count)
		return number ? refuse(pe, wanted, "unknown profile", err) : 0;
	rc = pe_require_in_file(pe, &header, err);
	if (!rc)
		rc = read_text(pe, &header, profile, err);
	if (!rc && profile->id && !is_id(profile->id))
		return error_set(err, EBADMSG,
				 "%s: its profile @%u has an invalid ID=; it should be "
				 "printable ASCII without blanks",
				 pe->file->path, number);
	return rc;
}

void uki_profile_clear(struct uki_profile *profile)
{
	free(profile->id);
	free(profile->title);
	*profile = (struct uki_profile){ 0 };
}
