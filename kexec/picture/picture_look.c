// SPDX-License-Identifier: GPL-2.0-only
/* The colours differ in lightness, too, for those who do not tell red from green. */
#include "picture/picture_look.h"

#include <stdio.h>
#include <string.h>

#define MEMORY	 "Memory"
#define SEGMENTS "Segments"
#define TABLES	 "EFI tables"
#define MAPPED	 "Mapped by purgatory"

#define LIGHT	 "\xe2\x96\x91" /* U+2591 */
#define MEDIUM	 "\xe2\x96\x92" /* U+2592 */
#define DARK	 "\xe2\x96\x93" /* U+2593 */
#define FULL	 "\xe2\x96\x88" /* U+2588 */

static const struct picture_look looks[] = {
	[PICTURE_RAM] = { MEMORY, LIGHT, '.', 32, "#a9d8a4" },
	[PICTURE_RESERVED] = { MEMORY, MEDIUM, '=', 37, "#8a8f98" },
	[PICTURE_ACPI_TABLES] = { MEMORY, MEDIUM, '=', 33, "#f0c75e" },
	[PICTURE_ACPI_NVS] = { MEMORY, MEDIUM, '=', 33, "#d99a2b" },
	[PICTURE_UNUSABLE] = { MEMORY, MEDIUM, '=', 31, "#5b1f1f" },
	[PICTURE_PERSISTENT] = { MEMORY, MEDIUM, '=', 36, "#63c5c8" },
	[PICTURE_SOFT_RESERVED] = { MEMORY, MEDIUM, '=', 36, "#3a8f9e" },
	[PICTURE_CRASH_REGION] = { MEMORY, MEDIUM, '=', 31, "#e58a6f" },
	[PICTURE_SEGMENT] = { SEGMENTS, FULL, '#', 34, "#2f5fb3" },
	[PICTURE_TABLE] = { TABLES, DARK, '+', 35, "#8e4fa8" },
	[PICTURE_MAPPED] = { MAPPED, DARK, '+', 31, "#b3364a" },
};

const struct picture_look *picture_look(enum picture_kind kind)
{
	return &looks[kind];
}

bool picture_begins_group(const struct picture *picture, size_t row)
{
	return !row || strcmp(picture_look(picture->rows[row].kind)->group,
			      picture_look(picture->rows[row - 1].kind)->group) != 0;
}

char *picture_row_place(const struct picture_row *row)
{
	char *text;
	int rc;

	if (row->count == 1)
		rc = asprintf(&text, "%#llx", (unsigned long long)row->ranges[0].start);
	else
		rc = asprintf(&text, "%zu ranges", row->count);
	return rc < 0 ? NULL : text;
}
