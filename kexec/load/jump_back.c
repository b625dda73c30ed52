// SPDX-License-Identifier: GPL-2.0-only
/* The image of --load-jump-back-helper. */
#include "load/jump_back.h"

#include <errno.h>
#include <inttypes.h>

#include "arch/x86_64/purgatory_attach.h"
#include "util/sizes.h"

int jump_back_build(const struct options *options, const struct machine *machine,
		    struct image *image, struct error *err)
{
	uint64_t entry = options->entry;
	int rc = machine_require_placeable(machine, err);

	if (rc < 0)
		return rc;
	if (entry < MIB || entry >> machine->cpu.physical_bits ||
	    memory_map_is_type(&machine->memory, entry, entry + 1, MEMORY_RAM))
		return error_set(err, EINVAL,
				 "--entry=0x%" PRIx64 " is not an address in another "
				 "kernel; if there is a kernel to return to, "
				 "/proc/cmdline has its address as "
				 "kexec_jump_back_entry=",
				 entry);
	rc = image_init(image, IMAGE_JUMP, IMAGE_ENTRY_64BIT, &machine->placeable,
			options->mem_min, options->mem_max, err);
	if (!rc && !machine->cpu.five_level_paging)
		rc = image_limit_to_four_levels(image, err);
	if (rc < 0)
		return rc;
	image->type = "jump back";
	image->jump.back = true;
	image->registers.ip = entry;
	return purgatory_attach(options, machine, image, err);
}
