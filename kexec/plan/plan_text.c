// SPDX-License-Identifier: GPL-2.0-only
/* Prints an image as text: --dry-run and -d. */
#include <errno.h>
#include <inttypes.h>

#include "plan/plan.h"
#include "plan/plan_identity_map.h"
#include "plan/plan_picture.h"
#include "plan/plan_segments.h"
#include "plan/plan_text_efi.h"
#include "plan/plan_totals.h"
#include "util/strings.h"
#include "util/wrapped.h"

/* Lines are not longer: reports and mails show so much without breaking them. */
#define PLAN_COLUMNS 100u

#define RANGE_FORMAT "[" ADDRESS_FORMAT ", " ADDRESS_FORMAT ")"

/* An ID is printable ASCII. */
static void print_profile(FILE *stream, const struct uki_profile *profile)
{
	fprintf(stream, ", profile @%u", profile->number);
	if (profile->id)
		fprintf(stream, " (%s)", profile->id);
}

static void print_head(FILE *stream, const struct image *image)
{
	const struct kernel_file *kernel = image->kernel;

	fprintf(stream, "Kernel:        " WRAP_MARK "%s",
		image->type ? image->type : "unknown");
	if (kernel) {
		fputs(" from ", stream);
		print_escaped(stream, kernel->path);
		if (kernel->compression)
			fprintf(stream, ", uncompressed from %s", kernel->compression);
	}
	if (image->profile)
		print_profile(stream, image->profile);
	if (image->purpose == IMAGE_CRASH)
		fputs("\nStarts:        when the running kernel panics (crash kernel)",
		      stream);
	fputs("\nCommand line:  " WRAP_MARK, stream);
	print_escaped(stream, image->command_line ? image->command_line : "");
	fprintf(stream,
		"\nEntry:         %#" PRIx64 " (purgatory), then %#" PRIx64
		" (kernel, in %s mode)\n",
		image->entry, image_kernel_entry(image), image_entry_mode_name(image));
	if (image->boot_params)
		fprintf(stream, "Parameters:    boot_params at %#" PRIx64 "\n",
			image->boot_params);
}

/* The place of a kernel that a load puts at a random one. */
static void print_random_place(FILE *stream, const struct image_random_place *place)
{
	if (!place->count)
		return;
	if (place->drawn)
		fprintf(stream,
			"Kernel place:  " WRAP_MARK "one of %" PRIu64
			", drawn with --placement-seed=%#" PRIx64 "\n",
			place->count, place->seed);
	else
		fprintf(stream,
			"Kernel place:  the lowest of %" PRIu64
			"; a load draws one of them at random\n",
			place->count);
}

static void print_contents(FILE *stream, const struct segment *segment)
{
	if (!segment->data_size) {
		fputs("zeros", stream);
		return;
	}
	print_size(stream, segment->data_size, 0);
	if (segment->file) {
		fputs(" of ", stream);
		print_escaped(stream, segment->file->path);
		if (segment->file_offset)
			fprintf(stream, " from byte %" PRIu64, segment->file_offset);
	} else {
		fputs(" made by kexec", stream);
	}
	if (segment->data_size < segment->end - segment->start)
		fputs(", then zeros", stream);
}

static void print_segment(FILE *stream, const struct segment *segment)
{
	uint64_t size = segment->end - segment->start;

	fprintf(stream, "  %-15s  " RANGE_FORMAT "  ", segment->name, segment->start,
		segment->end);
	print_size(stream, size, 6);
	fprintf(stream, "  %s\n%19s" WRAP_MARK,
		segment->unverified ? "not verified" : "verified", "");
	print_contents(stream, segment);
	fputc('\n', stream);
}

static void print_segments(FILE *stream, const struct image *image)
{
	const struct segment *sorted[IMAGE_SEGMENTS_MAX];
	size_t i;

	plan_sort_segments(image, sorted);
	fputs("\nSegments (physical addresses, [start, end)):\n", stream);
	for (i = 0; i < image->segment_count; i++)
		print_segment(stream, sorted[i]);
}

static void print_record(FILE *stream, const struct image *image)
{
	if (image->record.place)
		fprintf(stream,
			"\nRecord: purgatory writes what it does to %#" PRIx64
			", for --check=after in the\n  new kernel.\n",
			image->record.place);
	else
		fputs("\nRecord: none, because the new kernel gets no setup_data\n",
		      stream);
}

static void print_rsdp(FILE *stream, const struct image_rsdp *rsdp)
{
	if (!rsdp->address)
		return;
	fprintf(stream, "\nACPI root pointer: purgatory copies it from %#" PRIx64 "\n",
		rsdp->address);
	if (rsdp->tags)
		fprintf(stream, "  to %#" PRIx64 ", in the multiboot2 information\n",
			rsdp->tags);
	if (rsdp->bios_memory)
		fprintf(stream, "  to %#" PRIx64 ", where kernels search BIOS memory\n",
			rsdp->bios_memory);
}

/* Without a console purgatory is silent, and nothing is printed here. */
static void print_console(FILE *stream, const struct image_console *console)
{
	const struct image_framebuffer *framebuffer = &console->framebuffer;

	if (!console->serial && !console->vga && !framebuffer->start)
		return;
	fputs("\nMessages of purgatory:\n", stream);
	if (console->serial)
		fprintf(stream, "  on the serial port at 0x%x\n", console->serial_port);
	if (console->vga)
		fputs("  on the VGA text screen\n", stream);
	if (framebuffer->start)
		fprintf(stream,
			"  in the framebuffer at %#" PRIx64 ", %" PRIu32 " x %" PRIu32
			" pixels\n",
			framebuffer->start, framebuffer->width, framebuffer->height);
	fprintf(stream,
		"  An error stays for %" PRIu32 " s before the machine is reset.\n",
		console->wait);
}

static void print_memory_map(FILE *stream, const struct image *image)
{
	size_t i;

	if (image->registers.mode == IMAGE_ENTRY_REAL) {
		fputs("\nMemory map: the new kernel asks the BIOS for it\n", stream);
		return;
	}
	fputs("\nMemory map that the new kernel gets (e820):\n", stream);
	for (i = 0; i < image->e820.count; i++) {
		const struct memory_range *range = &image->e820.ranges[i];

		fprintf(stream, "  " RANGE_FORMAT "  ", range->start, range->end);
		print_size(stream, range->end - range->start, 6);
		fprintf(stream, "  %s\n", memory_type_name(range->type));
	}
}

static void print_identity_map(FILE *stream, const struct machine *machine,
			       const struct image *image)
{
	struct plan_mapping mappings[PLAN_MAPPINGS_MAX];
	size_t count = plan_mappings(machine, image, mappings);
	size_t i;

	fprintf(stream, "\nIdentity map: %s.\n  " WRAP_MARK "%s.\n",
		count ? "purgatory makes sure that these pages are mapped"
		      : "nothing is added",
		plan_mapping_reason(machine, image));
	for (i = 0; i < count; i++) {
		const struct plan_mapping *mapping = &mappings[i];

		if (mapping->end)
			fprintf(stream, "  " RANGE_FORMAT, mapping->start, mapping->end);
		else
			fprintf(stream, "  [" ADDRESS_FORMAT ", %-19s", mapping->start,
				"...)");
		fprintf(stream, "  " WRAP_MARK "%s at %#" PRIx64, mapping->what,
			mapping->address);
		if (mapping->size)
			fprintf(stream, ", %" PRIu64 " bytes", mapping->size);
		fprintf(stream, "%s%s\n", mapping->remark ? ", " : "",
			mapping->remark ? mapping->remark : "");
	}
	if (image->map_pool.end)
		fprintf(stream, "  " RANGE_FORMAT "  pages for new page tables\n",
			image->map_pool.start, image->map_pool.end);
}

static void print_plan(FILE *stream, const struct machine *machine,
		       const struct image *image)
{
	print_head(stream, image);
	print_random_place(stream, &image->random_place);
	print_segments(stream, image);
	print_rsdp(stream, &image->rsdp);
	print_record(stream, image);
	print_console(stream, &image->console);
	print_memory_map(stream, image);
	plan_print_efi(stream, machine, image);
	print_identity_map(stream, machine, image);
}

/* The picture comes after the lists that it shows, and the conclusion last. */
static void print_end(FILE *stream, const struct machine *machine,
		      const struct image *image)
{
	fputs("\nTotals: ", stream);
	plan_print_totals(stream, machine, image);
	plan_print_calls(stream, &image->calls);
	if (image->summary) {
		fputc('\n', stream);
		print_escaped(stream, image->summary);
		fputc('\n', stream);
	}
}

/* Prints the lines of one of the two functions above. */
static int print_lines(FILE *stream, const struct machine *machine,
		       const struct image *image,
		       void print(FILE *, const struct machine *, const struct image *))
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);

	if (!lines)
		return -ENOMEM;
	print(lines, machine, image);
	if (fclose(lines))
		return -ENOMEM;
	print_wrapped(stream, text, PLAN_COLUMNS);
	return 0;
}

static int print_picture(FILE *stream, const struct terminal *terminal,
			 const struct machine *machine, const struct image *image,
			 struct error *err)
{
	_cleanup_picture_ struct picture picture = { 0 };

	if (plan_make_picture(machine, image, &picture) < 0)
		return error_no_memory(err);
	fputs("\nPicture of memory:\n", stream);
	return picture_print_text(stream, &picture, terminal, err);
}

/* Prints nothing to stream before all of it is made. */
int plan_print_text(FILE *stream, const struct terminal *terminal,
		    const struct machine *machine, const struct image *image,
		    struct error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *all = open_memstream(&text, &size);
	int rc;

	if (!all)
		return error_no_memory(err);
	rc = print_lines(all, machine, image, print_plan);
	if (!rc)
		rc = print_picture(all, terminal, machine, image, err);
	if (!rc)
		rc = print_lines(all, machine, image, print_end);
	if (fclose(all) || rc < 0)
		return error_no_memory(err);
	fputs(text, stream);
	return 0;
}
