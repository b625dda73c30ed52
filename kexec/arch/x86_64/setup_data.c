// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of setup_data nodes for the next kernel: collected, then written in one piece.
 */
#include "arch/x86_64/setup_data.h"

#include <string.h>

#include "util/bytes.h"

void setup_data_clear(struct setup_data_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->nodes[i].data);
	free(list->nodes);
	*list = (struct setup_data_list){ 0 };
}

static int add_node(struct setup_data_list *list, struct setup_data_node node,
		    const void *data, struct error *err)
{
	struct setup_data_node *nodes;

	node.data = malloc(node.length);
	if (!node.data && node.length)
		return error_no_memory(err);
	if (node.length)
		memcpy(node.data, data, node.length);
	nodes = reallocarray(list->nodes, list->count + 1, sizeof(*nodes));
	if (!nodes) {
		free(node.data);
		return error_no_memory(err);
	}
	list->nodes = nodes;
	list->nodes[list->count++] = node;
	return 0;
}

int setup_data_add(struct setup_data_list *list, uint32_t type, const void *data,
		   uint32_t length, struct error *err)
{
	struct setup_data_node node = { .type = type, .length = length };

	return add_node(list, node, data, err);
}

int setup_data_add_indirect(struct setup_data_list *list, uint32_t type, const void *data,
			    uint32_t length, struct error *err)
{
	struct setup_data_node node = { .type = type,
					.length = length,
					.indirect = true };

	return add_node(list, node, data, err);
}

/* Offset of a node's data from its header, in bytes. */
static size_t data_offset(const struct setup_data_node *node)
{
	if (!node->indirect)
		return sizeof(struct setup_data);
	return align_up(sizeof(struct setup_data) + sizeof(struct setup_indirect),
			SETUP_DATA_ALIGNMENT);
}

static size_t node_size(const struct setup_data_node *node)
{
	return align_up(data_offset(node) + node->length, SETUP_DATA_ALIGNMENT);
}

size_t setup_data_size(const struct setup_data_list *list)
{
	size_t size = 0, i;

	for (i = 0; i < list->count; i++)
		size += node_size(&list->nodes[i]);
	return size;
}

size_t setup_data_find(const struct setup_data_list *list, uint32_t type)
{
	size_t offset = 0, i;

	for (i = 0; i < list->count && list->nodes[i].type != type; i++)
		offset += node_size(&list->nodes[i]);
	return i < list->count ? offset + data_offset(&list->nodes[i]) : 0;
}

static void write_node(const struct setup_data_node *node, uint64_t next, uint8_t *buffer,
		       uint64_t physical)
{
	struct setup_data header = {
		.next = next,
		.type = node->type,
		.len = node->length,
	};
	struct setup_indirect indirect = {
		.type = node->type,
		.len = node->length,
		.addr = physical + data_offset(node),
	};

	if (node->indirect) {
		header.type = SETUP_DATA_INDIRECT;
		header.len = sizeof(indirect);
		memcpy(buffer + sizeof(header), &indirect, sizeof(indirect));
	}
	memcpy(buffer, &header, sizeof(header));
	if (node->length)
		memcpy(buffer + data_offset(node), node->data, node->length);
}

uint64_t setup_data_write(const struct setup_data_list *list, uint64_t behind,
			  uint8_t *buffer, uint64_t physical)
{
	uint64_t first = list->count ? physical : behind;
	size_t i;

	for (i = 0; i < list->count; i++) {
		size_t size = node_size(&list->nodes[i]);

		write_node(&list->nodes[i],
			   i + 1 < list->count ? physical + size : behind, buffer,
			   physical);
		buffer += size;
		physical += size;
	}
	return first;
}
