// SPDX-License-Identifier: GPL-2.0-only
/* A load, from facts and files to an image with purgatory in front. */
#include "load/load.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "arch/x86_64/purgatory_attach.h"
#include "crash/crash.h"
#include "image/jump.h"
#include "load/image_type.h"

/* More than a crash image takes. */
#define ROOMY_BYTES (1ull << 40)

void load_clear(struct load *load)
{
	image_clear(&load->image);
	modules_close(&load->modules);
	kernel_file_close(&load->dtb);
	boot_files_close(&load->files);
	crash_facts_clear(&load->crash);
	machine_clear(&load->machine);
}

/* The next kernel does without a seed rather than us waiting for one. */
static const uint8_t *random_seed(uint8_t seed[RANDOM_SEED_SIZE], struct image *image)
{
	if (getrandom(seed, RANDOM_SEED_SIZE, GRND_NONBLOCK) == RANDOM_SEED_SIZE)
		return seed;
	image_note(image, "no random seed for the next kernel: getrandom: %s",
		   strerror(errno));
	return NULL;
}

static int open_files(const struct options *options, struct load *load, struct error *err)
{
	int rc = boot_files_open(options, &load->files, err);

	if (rc < 0 || !options->dtb)
		return rc;
	return kernel_file_open(options->dtb, "device tree", KERNEL_FILE_AS_IS,
				&load->dtb, err);
}

/* Where segments may lie: in all RAM, or with -p in the reserved region. */
static int init_image(const struct options *options, enum image_entry_mode mode,
		      struct load *load, struct error *err)
{
	_cleanup_memory_map_ struct memory_map region = { 0 };
	int rc = options->crash ? 0 : machine_require_placeable(&load->machine, err);

	if (rc < 0)
		return rc;
	if (options->preserve_context)
		return jump_init_image(options, &load->machine, mode, &load->image, err);
	if (!options->crash)
		return image_init(&load->image, IMAGE_NORMAL, mode,
				  &load->machine.placeable, options->mem_min,
				  options->mem_max, err);
	rc = crash_place_region(&load->crash, &load->machine.memory, &region, err);
	if (rc < 0)
		return rc;
	return image_init(&load->image, IMAGE_CRASH, mode, &region, options->mem_min,
			  options->mem_max, err);
}

static int open_modules(const struct options *options, const struct image_type *type,
			struct load *load, struct error *err)
{
	if (type->takes_modules)
		return modules_open(options, &load->modules, err);
	if (options->module_count)
		image_warn(&load->image,
			   "--module is for multiboot kernels; for %s it is ignored",
			   type->name);
	return 0;
}

static int build_image(const struct options *options, struct load *load,
		       struct error *err)
{
	uint8_t seed[RANDOM_SEED_SIZE];
	struct load_request request = {
		.options = options,
		.machine = &load->machine,
		.kernel = &load->files.kernel,
		.initrd = load->files.initrd.path ? &load->files.initrd : NULL,
		.dtb = load->dtb.path ? &load->dtb : NULL,
		.command_line = load->files.command_line,
		.modules = &load->modules,
		.crash = options->crash ? &load->crash : NULL,
	};
	const struct image_type *type;
	int rc =
		image_type_find(&load->files.kernel, load->files.kernel_type, &type, err);

	if (rc < 0)
		return rc;
	rc = init_image(options, image_type_entry_mode(type, options), load, err);
	if (!rc && !load->machine.cpu.five_level_paging)
		rc = image_limit_to_four_levels(&load->image, err);
	if (!rc)
		rc = open_modules(options, type, load, err);
	if (rc < 0)
		return rc;
	load->image.type = type->name;
	load->image.kernel = &load->files.kernel;
	load->image.progress = load->files.progress;
	request.random_seed = random_seed(seed, &load->image);
	rc = type->load(&request, &load->image, err);
	explicit_bzero(seed, sizeof(seed));
	if (rc < 0)
		return rc;
	rc = purgatory_attach(options, &load->machine, &load->image, err);
	if (!rc && options->preserve_context)
		rc = jump_cover_memory(&load->image, err);
	if (!rc && options->entry)
		rc = jump_override_entry(options->entry, &load->image, err);
	return rc;
}

/*
 * What all segments of a crash image take, counted from the region's start: they are placed
 * in a region that is large enough, but nothing is hashed. 0 if that fails, too.
 */
static uint64_t crash_image_size(const struct options *options, const struct load *load,
				 const struct memory_range *region)
{
	_cleanup_memory_map_ struct memory_map roomy = { 0 };
	struct options unchecked = *options;
	struct load trial = *load; /* borrows all but what is replaced here */
	uint64_t size = 0, end, lowest = UINT64_MAX;
	size_t i;

	if (!add_u64(region->end, ROOMY_BYTES, &end) ||
	    memory_map_set(&roomy, region->start, end, MEMORY_RAM) < 0)
		return 0;
	unchecked.no_checks = true;
	trial.crash.reserved = roomy;
	trial.image = (struct image){ 0 };
	trial.modules = (struct modules){ 0 };
	if (!build_image(&unchecked, &trial, NULL)) {
		for (i = 0; i < trial.image.segment_count; i++) {
			const struct segment *segment = &trial.image.segments[i];

			size += segment->end - segment->start;
			if (segment->start < lowest)
				lowest = segment->start;
		}
		/* Below the kernel's alignment nothing is placed. */
		size += lowest - region->start;
	}
	image_clear(&trial.image);
	modules_close(&trial.modules);
	return size;
}

/* Says by how much the region is too small for all of the image, not for a part of it. */
static int explain_crash_region(const struct options *options, const struct load *load,
				struct error *err)
{
	const struct memory_map *reserved = &load->crash.reserved;
	const struct memory_range *region = &reserved->ranges[reserved->count - 1];
	uint64_t has = region->end - region->start;
	uint64_t needed = crash_image_size(options, load, region);

	if (needed <= has)
		return -ENOSPC;
	return error_set(err, ENOSPC,
			 "the crash kernel region is too small by %llu KiB: it has %llu "
			 "KiB, kernel, initrd and what belongs to them take %llu KiB; "
			 "reserve more with crashkernel= and reboot",
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

int load_prepare(const struct options *options, const struct root *root,
		 struct load *load, struct error *err)
{
	int rc = machine_read(root, &load->machine, err);

	if (!rc && options->crash)
		rc = crash_facts_read(root, &load->machine, &load->crash, err);
	/* Without a reservation there is no crash kernel, whoever makes the image. */
	load->facts_missing = rc < 0 && rc != -ENODEV && rc != -ENOMEM;
	if (!rc)
		rc = open_files(options, load, err);
	if (!rc)
		rc = build_image(options, load, err);
	if (rc == -ENOSPC && options->crash && !options->mem_min && !options->mem_max)
		rc = explain_crash_region(options, load, err);
	note_uki(&load->files.uki, &load->image);
	return rc;
}

int load_check_files(const struct load *load, struct error *err)
{
	int rc = boot_files_require_unchanged(&load->files, err);

	if (!rc && load->dtb.path)
		rc = kernel_file_require_unchanged(&load->dtb, err);
	return rc ? rc : modules_require_unchanged(&load->modules, err);
}
