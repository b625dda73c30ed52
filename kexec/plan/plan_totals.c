// SPDX-License-Identifier: GPL-2.0-only
#include "plan/plan_totals.h"

#include "plan/plan_segments.h"
#include "util/strings.h"

void plan_print_totals(FILE *stream, const struct machine *machine,
		       const struct image *image)
{
	uint64_t segments = plan_segment_bytes(image);
	/* A crash kernel lies in RAM that is reserved for it, whatever else is free. */
	uint64_t room =
		image->purpose == IMAGE_CRASH
			? memory_map_total(&image->space.free, MEMORY_RAM) + segments
			: memory_map_total(&machine->placeable, MEMORY_RAM);

	fprintf(stream, "%zu segment%s ", image->segment_count,
		image->segment_count == 1 ? " has" : "s have");
	print_size(stream, segments, 0);
	fputs("; RAM has ", stream);
	print_size(stream, memory_map_total(&machine->memory, MEMORY_RAM), 0);
	fputs(", and segments may lie in ", stream);
	print_size(stream, room, 0);
	fputs(" of it\n", stream);
}

/* "EPERM, EACCES or ENOSYS" */
static void print_errors(FILE *stream, const char *const *errors)
{
	size_t i;

	for (i = 0; errors[i]; i++)
		fprintf(stream, "%s%s",
			!i		? ""
			: errors[i + 1] ? ", "
					: " or ",
			errors[i]);
}

void plan_print_calls(FILE *stream, const struct image_calls *calls)
{
	if (!calls->first)
		return;
	fprintf(stream, "This would be loaded by %s; if refused", calls->first);
	if (!calls->second) {
		fputs(", not at all\n", stream);
		return;
	}
	if (calls->second_after) {
		fputs(" with ", stream);
		print_errors(stream, calls->second_after);
	}
	fprintf(stream, ", by %s\n", calls->second);
}
