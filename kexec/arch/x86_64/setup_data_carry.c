// SPDX-License-Identifier: GPL-2.0-only
/* Passes on the setup_data nodes that the running kernel got, except those in a table. */
#include "arch/x86_64/setup_data_carry.h"

#include <inttypes.h>

#include "efi/efi_copy.h"
#include "purgatory/record.h"

/*
 * Nodes that are not handed on. All others are, byte for byte, including types that are
 * unknown here. Nodes that hold addresses:
 *  - SETUP_JAILHOUSE and SETUP_CC_BLOB name places of the machine, which stay;
 *  - SETUP_PCI holds the ROM itself, and names its device by bus and slot;
 *  - SETUP_IMA and SETUP_KEXEC_KHO name memory that one kernel prepared for the next. The
 *    running kernel has read and freed it; only kexec_file_load makes new ones.
 * A node that kexec makes for every load must be in this table, otherwise the next kernel
 * would get it twice.
 */
static const struct {
	uint32_t type;
	const char *reason; /* NULL: made anew, which is not worth a note */
} left_out[] = {
	{ SETUP_DATA_E820_EXT, NULL },
	{ SETUP_DATA_EFI, NULL },
	{ SETUP_DATA_RNG_SEED, NULL },
	{ EFI_COPY_SETUP_DATA_TYPE, NULL }, /* an old copy stays in place, Reserved */
	{ RECORD_SETUP_DATA_TYPE, NULL },   /* tells about the kexec before this one */
	{ SETUP_DATA_IMA, "its buffer was freed when the running kernel had read it" },
	{ SETUP_DATA_KEXEC_KHO, "the state that it names was for the running kernel" },
};

/* Returns false if the node is handed on, else true with *reason as above. */
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
 * Sysfs shows a SETUP_INDIRECT node with the type that the structure in it names,
 * SETUP_INDIRECT | another type, and with the data that it points at
 * (arch/x86/kernel/ksysfs.c). A bare SETUP_INDIRECT there is a node inside another, which
 * boot.rst forbids; its data is the inner structure, which is useless here.
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
			   "SETUP_INDIRECT must not point at another SETUP_INDIRECT",
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
