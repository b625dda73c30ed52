// SPDX-License-Identifier: GPL-2.0-only
/* The linked list of setup_data nodes. */
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

int setup_data_add(struct setup_data_list *list, enum setup_data_type type,
		   const void *data, uint32_t length, struct error *err)
{
	struct setup_data_node *nodes;
	uint8_t *copy = malloc(length);

	if (!copy)
		return error_no_memory(err);
	memcpy(copy, data, length);
	nodes = reallocarray(list->nodes, list->count + 1, sizeof(*nodes));
	if (!nodes) {
		free(copy);
		return error_no_memory(err);
	}
	list->nodes = nodes;
	list->nodes[list->count++] =
		(struct setup_data_node){ .type = type, .length = length, .data = copy };
	return 0;
}

static size_t node_size(const struct setup_data_node *node)
{
	return align_up(sizeof(struct setup_data) + node->length, SETUP_DATA_ALIGNMENT);
}

size_t setup_data_size(const struct setup_data_list *list)
{
	size_t size = 0, i;

	for (i = 0; i < list->count; i++)
		size += node_size(&list->nodes[i]);
	return size;
}

uint64_t setup_data_write(const struct setup_data_list *list, uint64_t behind,
			  uint8_t *buffer, uint64_t physical)
{
	uint64_t first = list->count ? physical : behind;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct setup_data_node *node = &list->nodes[i];
		size_t size = node_size(node);
		struct setup_data header = {
			.next = i + 1 < list->count ? physical + size : behind,
			.type = node->type,
			.len = node->length,
		};

		memcpy(buffer, &header, sizeof(header));
		memcpy(buffer + sizeof(header), node->data, node->length);
		buffer += size;
		physical += size;
	}
	return first;
}
