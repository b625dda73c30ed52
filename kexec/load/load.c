// SPDX-License-Identifier: GPL-2.0-only
/* A load by kexec_load: from its inputs to an image with purgatory attached. */
#include "load/load.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "arch/x86_64/purgatory_attach.h"
#include "crash/crash.h"
#include "image/jump.h"
#include "load/image_type.h"
#include "load/xen_image.h"

/* The size of a region in which every crash kernel fits, to measure one. */
#define ROOMY_BYTES (1ull << 40)

void load_clear(struct load *load)
{
	image_clear(&load->image);
	modules_close(&load->modules);
	kernel_file_close(&load->dtb);
	*load = (struct load){ 0 };
}

/* Returns NULL instead of waiting for random bytes: the next kernel can start without. */
static const uint8_t *random_seed(uint8_t seed[RANDOM_SEED_SIZE], struct image *image)
{
	if (getrandom(seed, RANDOM_SEED_SIZE, GRND_NONBLOCK) == RANDOM_SEED_SIZE)
		return seed;
	image_note(image, "no random seed for the next kernel: getrandom: %s",
		   strerror(errno));
	return NULL;
}

/*
 * The seed for the place of the kernel, or NULL for the lowest place. A load that is only
 * shown gets the lowest one without --placement-seed, so that its plan is the same each
 * time. A kernel without random bytes must not hold up the load either. With a Xen
 * hypervisor the lowest place is the safe one (image.h).
 */
static const uint64_t *placement_seed(const struct options *options, uint64_t *seed,
				      struct image *image)
{
	*seed = options->placement_seed;
	if (image->space.low_only)
		return NULL;
	if (options->has_placement_seed)
		return seed;
	if (load_only_shown(options) || options->check || options->no_random_placement)
		return NULL;
	if (getrandom(seed, sizeof(*seed), GRND_NONBLOCK) == sizeof(*seed))
		return seed;
	image_note(image, "the kernel is not placed at random: getrandom: %s",
		   strerror(errno));
	return NULL;
}

/* If the kernel has no random bytes yet, the time makes the seeds of two loads differ. */
static uint64_t digest_seed(void)
{
	struct timespec now = { 0 };
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return seed;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Segments may lie in all RAM that is placeable, or with -p in the reserved region. */
static int init_image(const struct load_inputs *inputs, struct image *image,
		      struct error *err)
{
	const struct options *options = &inputs->options;
	const struct machine *machine = &inputs->machine;
	enum image_entry_mode mode = image_type_entry_mode(inputs->type, options);
	_cleanup_memory_map_ struct memory_map region = { 0 };
	int rc = options->crash ? 0 : machine_require_placeable(machine, err);

	if (rc < 0)
		return rc;
	if (options->preserve_context)
		return jump_init_image(options, machine, mode, image, err);
	if (!options->crash) {
		rc = image_init(image, IMAGE_NORMAL, mode, &machine->placeable,
				options->mem_min, options->mem_max, err);
		image->space.low_only = machine->xen_role == XEN_ROLE_DOM0;
		return rc;
	}
	rc = crash_place_region(&inputs->crash, &machine->memory, &region, err);
	if (rc < 0)
		return rc;
	if (machine_remove_overwritten(machine, &region) < 0)
		return error_no_memory(err);
	return image_init(image, IMAGE_CRASH, mode, &region, options->mem_min,
			  options->mem_max, err);
}

static int open_modules(const struct load_inputs *inputs, struct load *load,
			struct error *err)
{
	const struct options *options = &inputs->options;

	if (inputs->type->takes_modules)
		return modules_open(options, &load->modules, err);
	if (options->module_count)
		image_warn(&load->image,
			   "--module is for multiboot kernels; for %s it is ignored",
			   inputs->type->name);
	return 0;
}

/* Lets the loader of the kernel's type fill the image. */
static int load_type(const struct load_inputs *inputs, bool may_draw, struct load *load,
		     struct error *err)
{
	uint64_t place_seed;
	const struct boot_files *files = &inputs->files;
	uint8_t seed[RANDOM_SEED_SIZE];
	struct load_request request = {
		.options = &inputs->options,
		.machine = &inputs->machine,
		.kernel = &files->kernel,
		.initrd = files->initrd.path ? &files->initrd : NULL,
		.dtb = load->dtb.path ? &load->dtb : NULL,
		.command_line = files->command_line,
		.modules = &load->modules,
		.crash = inputs->options.crash ? &inputs->crash : NULL,
	};
	int rc;

	load->image.type = inputs->type->name;
	load->image.kernel = &files->kernel;
	load->image.profile = files->uki.profile.count ? &files->uki.profile : NULL;
	load->image.progress = files->progress;
	load->image.digest.seed = digest_seed();
	request.random_seed = random_seed(seed, &load->image);
	if (may_draw)
		request.placement_seed =
			placement_seed(&inputs->options, &place_seed, &load->image);
	rc = inputs->type->load(&request, &load->image, err);
	explicit_bzero(seed, sizeof(seed));
	return rc;
}

/*
 * The rate of the time stamp counter is measured from the start of this action on, which
 * takes no time of its own.
 */
static void note_time(const struct load_inputs *inputs, struct image_record *record)
{
	struct tsc_sample now = tsc_sample_take(CLOCK_MONOTONIC_RAW);
	struct timespec utc = { 0 };

	clock_gettime(CLOCK_REALTIME, &utc);
	record->time = (uint64_t)utc.tv_sec;
	record->tsc = now.ticks;
	record->tsc_hertz = tsc_rate(&inputs->began, &now);
}

/* may_draw: the kernel's place may be drawn; else it is the lowest one. */
static int build_image(const struct load_inputs *inputs, bool may_draw, struct load *load,
		       struct error *err)
{
	const struct options *options = &inputs->options;
	int rc = init_image(inputs, &load->image, err);

	if (!rc && !inputs->machine.cpu.five_level_paging)
		rc = image_limit_to_four_levels(&load->image, err);
	if (!rc)
		rc = open_modules(inputs, load, err);
	if (!rc)
		rc = load_type(inputs, may_draw, load, err);
	note_time(inputs, &load->image.record);
	if (!rc)
		rc = purgatory_attach(options, &inputs->machine, &load->image, err);
	if (!rc && options->preserve_context)
		rc = jump_cover_memory(&load->image, err);
	if (!rc && options->entry)
		rc = jump_override_entry(options->entry, &load->image, err);
	return rc;
}

/*
 * A random place may split the only memory that is large enough for another part. Then
 * the image is built again, with the kernel at the lowest place.
 */
static int build_image_anywhere(const struct load_inputs *inputs, struct load *load,
				struct error *err)
{
	int rc = build_image(inputs, true, load, err);

	if (rc != -ENOSPC || !load->image.random_place.drawn)
		return rc;
	if (err)
		error_clear(err);
	modules_close(&load->modules);
	image_clear(&load->image);
	image_note(&load->image, "the kernel is not placed at random: the place that was "
				 "drawn leaves no room for another part");
	return build_image(inputs, false, load, err);
}

/*
 * Returns the bytes that a crash kernel needs in the region, from the region's start. To
 * find out, its segments are placed in a region that is large enough, without digests.
 * Returns 0 if that fails as well.
 */
static uint64_t crash_image_size(const struct load_inputs *inputs,
				 const struct load *load,
				 const struct memory_range *region)
{
	_cleanup_memory_map_ struct memory_map roomy = { 0 };
	struct load_inputs larger = *inputs; /* shares all other members with inputs */
	struct load trial = { .dtb = load->dtb };
	uint64_t size = 0, end, lowest = UINT64_MAX;
	size_t i;

	if (!add_u64(region->end, ROOMY_BYTES, &end) ||
	    memory_map_set(&roomy, region->start, end, MEMORY_RAM) < 0)
		return 0;
	larger.options.no_checks = true;
	larger.crash.reserved = roomy;
	if (!build_image(&larger, false, &trial, NULL)) {
		for (i = 0; i < trial.image.segment_count; i++) {
			const struct segment *segment = &trial.image.segments[i];

			size += segment->end - segment->start;
			if (segment->start < lowest)
				lowest = segment->start;
		}
		/* The start of the region up to the kernel's alignment is not used. */
		size += lowest - region->start;
	}
	image_clear(&trial.image);
	modules_close(&trial.modules);
	return size;
}

/* Reports by how much the region is too small for the whole image. */
static int explain_crash_region(const struct load_inputs *inputs, const struct load *load,
				struct error *err)
{
	const struct memory_map *reserved = &inputs->crash.reserved;
	const struct memory_range *region = &reserved->ranges[reserved->count - 1];
	uint64_t has = region->end - region->start;
	uint64_t needed = crash_image_size(inputs, load, region);

	if (needed <= has)
		return -ENOSPC;
	return error_set(err, ENOSPC,
			 "the crash kernel region is too small by %llu KiB: it has %llu "
			 "KiB, but the kernel, its initrd and the rest of the image take "
			 "%llu KiB; reserve more with crashkernel= and reboot",
			 (unsigned long long)((needed - has) >> 10),
			 (unsigned long long)(has >> 10),
			 (unsigned long long)(needed >> 10));
}

static void note_uki(const struct uki *uki, struct image *image)
{
	size_t i;

	for (i = 0; i < uki->notes.count; i++)
		image_note(image, "%s", uki->notes.items[i]);
}

/* Reports the error that was kept for a missing input, if it is missing. */
static int require_input(const struct error *missing, struct error *err)
{
	if (!missing->number)
		return 0;
	return error_set(err, missing->number, "%s",
			 missing->message ? missing->message : strerror(missing->number));
}

static int prepare(const struct load_inputs *inputs, struct load *load, struct error *err)
{
	const struct options *options = &inputs->options;
	int rc = require_input(&inputs->no_machine, err);

	if (!rc)
		rc = require_input(&inputs->no_crash_facts, err);
	if (!rc && options->dtb)
		rc = kernel_file_open(options->dtb, "device tree", KERNEL_FILE_AS_IS,
				      &load->dtb, err);
	if (!rc)
		rc = require_input(&inputs->no_type, err);
	if (!rc)
		rc = build_image_anywhere(inputs, load, err);
	if (rc == -ENOSPC && options->crash && !options->mem_min && !options->mem_max)
		rc = explain_crash_region(inputs, load, err);
	return rc;
}

int load_prepare(const struct load_inputs *inputs, struct load *load, struct error *err)
{
	int rc = prepare(inputs, load, err);

	/* Here, so that --dry-run and --check say the same as a load. */
	if (!rc && inputs->machine.xen_role == XEN_ROLE_DOM0)
		rc = xen_image_require_possible(&load->image, err);
	note_uki(&inputs->files.uki, &load->image);
	return rc;
}

int load_check_files(const struct load_inputs *inputs, const struct load *load,
		     struct error *err)
{
	int rc = boot_files_require_unchanged(&inputs->files, err);

	if (!rc && load->dtb.path)
		rc = kernel_file_require_unchanged(&load->dtb, err);
	return rc ? rc : modules_require_unchanged(&load->modules, err);
}
