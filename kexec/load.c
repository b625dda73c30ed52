// SPDX-License-Identifier: GPL-2.0-only
/* A load, from facts and files to an image with purgatory in front. */
#include "load.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "arch/x86_64/purgatory_attach.h"
#include "crash.h"
#include "image_type.h"
#include "jump.h"

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

/* *options is completed by what a Unified Kernel Image brings along. */
static int open_files(struct options *options, struct load *load, struct error *err)
{
	int rc = boot_files_open(options, &load->files, err);

	if (rc < 0 || !options->dtb)
		return rc;
	return kernel_file_open(options->dtb, "device tree", KERNEL_FILE_AS_IS,
				&load->dtb, err);
}

/* Where segments may lie: in all RAM, or with -p in the reserved region. */
static int init_image(const struct options *options, struct load *load, struct error *err)
{
	_cleanup_memory_map_ struct memory_map region = { 0 };
	int rc;

	if (options->preserve_context)
		return jump_init_image(options, &load->machine, &load->image, err);
	if (!options->crash)
		return image_init(&load->image, &load->machine.memory, options->mem_min,
				  options->mem_max, err);
	rc = crash_place_region(&load->crash, &region, err);
	if (rc < 0)
		return rc;
	return image_init(&load->image, &region, options->mem_min, options->mem_max, err);
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
		.modules = &load->modules,
		.crash = options->crash ? &load->crash : NULL,
	};
	const struct image_type *type;
	int rc = image_type_find(&load->files.kernel, options->type, &type, err);

	if (rc < 0)
		return rc;
	rc = init_image(options, load, err);
	if (!rc)
		rc = open_modules(options, type, load, err);
	if (rc < 0)
		return rc;
	load->image.type = type->name;
	load->image.kernel = &load->files.kernel;
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

static void note_uki(const struct uki *uki, struct image *image)
{
	size_t i;

	for (i = 0; i < uki->notes.count; i++)
		image_note(image, "%s", uki->notes.items[i]);
}

int load_prepare(const struct options *options, const struct root *root,
		 struct load *load, struct error *err)
{
	struct options completed = *options;
	int rc = machine_read(root, &load->machine, err);

	if (!rc && options->crash)
		rc = crash_facts_read(root, &load->crash, err);
	if (!rc)
		rc = open_files(&completed, load, err);
	if (!rc)
		rc = build_image(&completed, load, err);
	note_uki(&load->files.uki, &load->image);
	return rc;
}

int load_check_files(const struct load *load, struct error *err)
{
	int rc = boot_files_check_unchanged(&load->files, err);

	if (!rc && load->dtb.path)
		rc = kernel_file_check_unchanged(&load->dtb, err);
	return rc ? rc : modules_check_unchanged(&load->modules, err);
}
