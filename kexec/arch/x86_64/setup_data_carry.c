// SPDX-License-Identifier: GPL-2.0-only
/* Handing on the setup_data nodes that the running kernel got. */
#include "arch/x86_64/setup_data_carry.h"

#include <inttypes.h>

#include "efi/efi_copy.h"

/*
 * Nodes that are not handed on. All others are, byte for byte, also those of types that
 * nobody knows yet. What is known to hold addresses:
 *  - SETUP_JAILHOUSE and SETUP_CC_BLOB name places of the machine, which stay;
 *  - SETUP_PCI holds the ROM itself, and names its device by bus and slot;
 *  - SETUP_IMA and SETUP_KEXEC_KHO name memory of the kernel that made the node, for the
 *    one that it started. That one has used it and given it up; only kexec_file_load makes
 *    new ones.
 * A node that kexec makes for every load belongs here, or it would be there twice.
 */
static const struct {
	uint32_t type;
	const char *reason; /* NULL: made anew, which is not worth a note */
} left_out[] = {
	{ SETUP_DATA_E820_EXT, NULL },
	{ SETUP_DATA_EFI, NULL },
	{ SETUP_DATA_RNG_SEED, NULL },
	{ EFI_COPY_SETUP_DATA_TYPE, NULL }, /* or stays where it is, as Reserved memory */
	{ SETUP_DATA_IMA, "its buffer was freed when the running kernel had read it" },
	{ SETUP_DATA_KEXEC_KHO, "the state that it names was for the running kernel" },
};

/* False if the node is handed on; else *reason as above. */
static bool is_left_out(const struct load_request *request, uint32_t type,
			const char **reason)
{
	size_t i;

	*reason = NULL;
	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		if (left_out[i].type != type)
			continue;
		*reason = left_out[i].reason;
		return true;
	}
	return type == SETUP_DATA_DTB && request->dtb;
}

/*
 * The kernel follows a SETUP_INDIRECT node by itself: "type" is that of the structure it
 * holds, SETUP_INDIRECT | another type, "data" what it points at
 * (arch/x86/kernel/ksysfs.c). A bare SETUP_INDIRECT is one inside another, which boot.rst
 * forbids; then "data" is the structure, and where that points is not worth knowing.
 */
static int carry_node(const struct load_request *request,
		      const struct incoming_setup_data *node, struct image *image,
		      struct setup_data_list *list, struct error *err)
{
	uint32_t type = node->type & ~SETUP_DATA_INDIRECT;
	const char *reason;

	if (is_left_out(request, type, &reason)) {
		if (reason)
			image_note(image,
				   "setup_data of type 0x%" PRIx32
				   " is not handed on: %s",
				   node->type, reason);
		return 0;
	}
	if (node->type == SETUP_DATA_INDIRECT) {
		image_note(image,
			   "setup_data of type 0x%" PRIx32 " is not handed on: "
			   "SETUP_INDIRECT must not point at another one",
			   node->type);
		return 0;
	}
	/*
	 * The kernel frees what Apple's firmware passed once it has read it
	 * (map_properties() in drivers/firmware/efi/apple-properties.c), and leaves the
	 * empty node.
	 */
	if (!node->size) {
		image_note(image,
			   "setup_data of type 0x%" PRIx32
			   " is not handed on: the running "
			   "kernel has used it up",
			   node->type);
		return 0;
	}
	if (node->type & SETUP_DATA_INDIRECT)
		return setup_data_add_indirect(list, node->type, node->data,
					       (uint32_t)node->size, err);
	return setup_data_add(list, node->type, node->data, (uint32_t)node->size, err);
}

int setup_data_carry(const struct load_request *request, struct image *image,
		     struct setup_data_list *list, struct error *err)
{
	const struct machine *machine = request->machine;
	size_t i;

	for (i = 0; i < machine->setup_data_count; i++) {
		int rc = carry_node(request, &machine->setup_data[i], image, list, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}
