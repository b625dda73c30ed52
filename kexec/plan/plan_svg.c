// SPDX-License-Identifier: GPL-2.0-only
/* Prints the picture of a load as SVG: --dry-run=svg. */
#include "plan/plan.h"
#include "plan/plan_picture.h"
#include "plan/plan_totals.h"
#include "util/strings.h"

/* "bzImage64, started when the running kernel panics" */
static void print_title(FILE *stream, const struct image *image)
{
	fprintf(stream, "Memory of a load: %s", image->type ? image->type : "unknown");
	if (image->purpose == IMAGE_CRASH)
		fputs(" as crash kernel", stream);
}

/* Each line is short, whatever the names of files are: the picture cannot break it. */
static void print_head(FILE *stream, const struct machine *machine,
		       const struct image *image)
{
	plan_print_totals(stream, machine, image);
	plan_print_calls(stream, &image->calls);
}

int plan_print_svg(FILE *stream, const struct machine *machine, const struct image *image,
		   struct error *err)
{
	_cleanup_picture_ struct picture picture = { 0 };
	_cleanup_free_ char *title = NULL, *head = NULL;
	size_t size;
	FILE *text = open_memstream(&title, &size);

	if (!text)
		return error_no_memory(err);
	print_title(text, image);
	if (fclose(text))
		return error_no_memory(err);
	text = open_memstream(&head, &size);
	if (!text)
		return error_no_memory(err);
	print_head(text, machine, image);
	if (fclose(text) || plan_make_picture(machine, image, &picture) < 0)
		return error_no_memory(err);
	return picture_print_svg(stream, &picture, title, head, err);
}
