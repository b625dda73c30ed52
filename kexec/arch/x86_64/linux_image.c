// SPDX-License-Identifier: GPL-2.0-only
/* What all images of a Linux kernel need, whatever file it comes in. */
#include "arch/x86_64/linux_image.h"

#include <errno.h>

#include "command_line.h"
#include "crash.h"
#include "jump.h"

/* Below, the first kernel's own low mappings and ISA devices are too near. */
#define INITRD_PLACE_MIN 0x1000000ull

int linux_place_initrd(const struct load_request *request,
		       const struct setup_header *header, struct image *image,
		       struct error *err)
{
	struct placement placement = {
		.name = "initrd",
		.min = INITRD_PLACE_MIN,
		.max = header->initrd_addr_max + 1ull,
		.highest = true,
	};
	struct segment *segment;
	int rc;

	if (!request->initrd)
		return 0;
	placement.size = request->initrd->size;
	rc = image_place(image, &placement, &segment, err);
	if (rc == -ENOSPC && header->xloadflags & XLOADFLAG_ABOVE_4G &&
	    !image_entry_limit(image)) {
		if (err)
			error_clear(err);
		placement.max = 0;
		rc = image_place(image, &placement, &segment, err);
	}
	if (rc < 0)
		return rc;
	segment_set_file(segment, request->initrd, 0, request->initrd->size);
	return 0;
}

int linux_prepare_memory(const struct load_request *request, bool relocatable,
			 struct image *image, struct error *err)
{
	/* jump_init_image has done it. */
	if (image->preserve_context)
		return 0;
	if (!request->crash) {
		if (memory_map_copy(&request->machine->memory, &image->e820) < 0)
			return error_no_memory(err);
		return 0;
	}
	if (!relocatable)
		return error_set(err, ENOTSUP,
				 "%s is not relocatable (CONFIG_RELOCATABLE) and cannot "
				 "run in the crash kernel region",
				 request->kernel->path);
	return crash_prepare(request, image, err);
}

int linux_build_command_line(const struct load_request *request,
			     const struct setup_header *header, struct image *image,
			     struct error *err)
{
	const struct options *options = request->options;
	_cleanup_free_ char *reused = NULL, *users = NULL;
	uint32_t most;
	size_t length;
	int rc;

	if (options->reuse_cmdline) {
		if (!request->machine->command_line)
			return error_set(err, ENODATA,
					 "--reuse-cmdline: /proc/cmdline cannot be read");
		rc = command_line_reuse(request->machine->command_line, image->on_crash,
					&reused, err);
		if (rc < 0)
			return rc;
	}
	rc = command_line_join(reused, options->append, &users, err);
	if (rc < 0)
		return rc;
	rc = command_line_join(users, image->added_command_line, &image->command_line,
			       err);
	if (rc < 0)
		return rc;
	length = strlen(image->command_line);
	most = header->cmdline_size;
	/* What purgatory appends. */
	if (image->preserve_context)
		most -= most < JUMP_BACK_ROOM - 1 ? most : JUMP_BACK_ROOM - 1;
	if (length > most)
		return error_set(
			err, E2BIG,
			"the command line has %zu characters, the kernel %s takes "
			"%u; shorten --append",
			length, request->kernel->path, most);
	return 0;
}
