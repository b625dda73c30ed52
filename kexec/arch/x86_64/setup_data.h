/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of setup_data nodes for the next kernel (boot.rst, "setup_data"). */
#ifndef KEXEC_ARCH_X86_64_SETUP_DATA_H
#define KEXEC_ARCH_X86_64_SETUP_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/boot_protocol.h"
#include "util/error.h"

/* Each node begins at a multiple of this many bytes. */
#define SETUP_DATA_ALIGNMENT 16u

struct setup_data_node {
	uint32_t type;
	uint32_t length; /* bytes of data */
	uint8_t *data;	 /* owned */
	bool indirect;	 /* written as a SETUP_INDIRECT node with the data behind it */
};

/* Nodes collected before their place in memory is known. { 0 } is the empty list. */
struct setup_data_list {
	struct setup_data_node *nodes;
	size_t count;
};

/* Frees the nodes and leaves an empty list. */
void setup_data_clear(struct setup_data_list *list);

#define _cleanup_setup_data_ _cleanup_(setup_data_clear)

/*
 * Appends a node with a copy of length bytes of data. type may be one that enum
 * setup_data_type lacks. Fails only without memory.
 */
__must_check int setup_data_add(struct setup_data_list *list, uint32_t type,
				const void *data, uint32_t length, struct error *err);

/*
 * The same as a SETUP_INDIRECT node that points at the data. type is that of the data,
 * with the flag SETUP_DATA_INDIRECT.
 */
__must_check int setup_data_add_indirect(struct setup_data_list *list, uint32_t type,
					 const void *data, uint32_t length,
					 struct error *err);

/* Bytes that the written list takes, a multiple of SETUP_DATA_ALIGNMENT. */
size_t setup_data_size(const struct setup_data_list *list);

/*
 * Returns where the data of the first node of that type, which must be in the list, lies:
 * bytes from the start of the written list.
 */
size_t setup_data_find(const struct setup_data_list *list, uint32_t type);

/*
 * Writes the list into buffer (setup_data_size bytes), which will lie at the given
 * physical address, in the order of adding.
 * behind: physical address of a node elsewhere that becomes the last one, or 0.
 * Returns the physical address of the first node, 0 if the list is empty.
 */
uint64_t setup_data_write(const struct setup_data_list *list, uint64_t behind,
			  uint8_t *buffer, uint64_t physical);

#endif
