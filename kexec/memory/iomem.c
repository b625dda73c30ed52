// SPDX-License-Identifier: GPL-2.0-only
/* /proc/iomem as a list of lines. */
#include "memory/iomem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/strings.h"

bool iomem_is_ram(const struct iomem_line *line)
{
	return starts_with(line->name, IOMEM_RAM_NAME);
}

bool iomem_is_ordinary_ram(const struct iomem_line *line)
{
	return !strcmp(line->name, IOMEM_RAM_NAME);
}

void iomem_clear(struct iomem *iomem)
{
	free(iomem->lines);
	free(iomem->text);
	*iomem = (struct iomem){ 0 };
}

/*
 * "  00100000-3e1fffff : System RAM": the kernel prints the last byte, not the end
 * (kernel/resource.c). Cuts line into its parts. A range up to the last byte of the
 * address space loses that byte, because its half-open end does not fit into 64 bits.
 */
static int parse_line(char *line, struct iomem_line *parsed)
{
	size_t blanks = strspn(line, " ");
	char *start = line + blanks, *end, *name;
	uint64_t first, last;

	end = strchr(start, '-');
	if (!end)
		return -EINVAL;
	*end++ = '\0';
	name = strstr(end, " : ");
	if (!name)
		return -EINVAL;
	*name = '\0';
	name += 3;
	if (parse_hex_u64(start, &first) < 0 || parse_hex_u64(end, &last) < 0 ||
	    last < first)
		return -EINVAL;
	name[strcspn(name, "\r")] = '\0';
	*parsed = (struct iomem_line){
		.start = first,
		.end = last == UINT64_MAX ? last : last + 1,
		.depth = (unsigned)(blanks / 2),
		.name = name,
	};
	return 0;
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		count++;
	}
	return count;
}

int iomem_parse(char *text, struct iomem *iomem, struct error *err)
{
	_cleanup_iomem_ struct iomem made = { .text = text, .hidden = true };
	char *rest = text, *line;

	made.lines = calloc(count_lines(text), sizeof(*made.lines));
	if (!made.lines)
		return error_no_memory(err);
	while ((line = strsep(&rest, "\n"))) {
		struct iomem_line *parsed = &made.lines[made.count];

		if (!line[0])
			continue;
		if (parse_line(line, parsed) < 0) {
			made.skipped++;
			continue;
		}
		if (parsed->start || parsed->end > 1)
			made.hidden = false;
		made.count++;
	}
	if (!made.count)
		return error_set(err, ENODATA,
				 "/%s has no line of the form "
				 "\"start-end : name\"",
				 IOMEM_PATH);
	*iomem = made;
	made = (struct iomem){ 0 };
	return 0;
}

int iomem_read(const struct root *root, struct iomem *iomem, struct error *err)
{
	char *text;
	int rc;

	rc = root_read_file(root, IOMEM_PATH, IOMEM_LIMIT, &text, NULL, err);
	if (!rc)
		rc = iomem_parse(text, iomem, err);
	if (rc < 0 || !iomem->hidden)
		return rc;
	iomem_clear(iomem);
	return error_set(err, EPERM,
			 "/%s shows only zeros to a user without privileges; run as root",
			 IOMEM_PATH);
}
