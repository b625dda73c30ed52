// SPDX-License-Identifier: GPL-2.0-only
/*
 * The setup_data nodes that the running kernel got, as it shows them: N/type and N/data
 * (Linux Documentation/ABI/testing/sysfs-kernel-boot_params).
 */
#include "machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/directory.h"

#define SETUP_DATA_PATH "sys/kernel/boot_params/setup_data"

/*
 * Option ROMs are the largest nodes there are, and PCI expansion ROMs have at most 16 MiB
 * (PCI Local Bus 3.0, 6.2.5.2). A boot loader that passed more than this in all would have
 * taken it from the memory of a small machine.
 */
#define NODE_SIZE_MAX  (16u << 20)
#define TOTAL_SIZE_MAX (64u << 20)
#define NODES_MAX      1024u

static int read_node(const struct root *root, unsigned long number,
		     struct incoming_setup_data *node, struct error *err)
{
	_cleanup_free_ char *type_path = NULL, *data_path = NULL;
	uint64_t type;
	char *data;
	int rc;

	if (asprintf(&type_path, SETUP_DATA_PATH "/%lu/type", number) < 0) {
		type_path = NULL;
		return error_no_memory(err);
	}
	if (asprintf(&data_path, SETUP_DATA_PATH "/%lu/data", number) < 0) {
		data_path = NULL;
		return error_no_memory(err);
	}
	rc = root_read_u64(root, type_path, &type, err);
	if (rc < 0)
		return rc;
	if (type > UINT32_MAX)
		return error_set(err, ERANGE, "/%s holds 0x%" PRIx64 ", which is no type",
				 type_path, type);
	rc = root_read_file(root, data_path, NODE_SIZE_MAX, &data, &node->size, err);
	if (rc < 0)
		return rc;
	node->type = (uint32_t)type;
	node->data = (uint8_t *)data;
	return 0;
}

/* The kernel numbers the nodes from 0 on; what else may lie there is none. */
static size_t count_nodes(const struct string_list *names)
{
	size_t count = 0, i;

	for (i = 0; i < names->count; i++)
		count += !names->items[i][strspn(names->items[i], "0123456789")];
	return count;
}

static int read_nodes(const struct root *root, size_t count, struct machine *machine,
		      struct error *err)
{
	uint64_t total = 0;
	size_t i;

	machine->setup_data = calloc(count, sizeof(*machine->setup_data));
	if (!machine->setup_data)
		return error_no_memory(err);
	for (i = 0; i < count; i++) {
		_cleanup_error_ struct error why = { 0 };
		struct incoming_setup_data *node =
			&machine->setup_data[machine->setup_data_count];
		int rc = read_node(root, i, node, &why);

		if (rc == -ENOMEM)
			return error_no_memory(err);
		if (rc < 0) {
			machine_note(machine, "setup_data is lost: %s", why.message);
			continue;
		}
		machine->setup_data_count++;
		total += node->size;
		if (total > TOTAL_SIZE_MAX) {
			machine_note(machine,
				     "setup_data is lost from /%s/%zu on: it is more "
				     "than %u bytes in all",
				     SETUP_DATA_PATH, i, TOTAL_SIZE_MAX);
			free(node->data);
			machine->setup_data_count--;
			break;
		}
	}
	return 0;
}

int machine_read_setup_data(const struct root *root, struct machine *machine,
			    struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_error_ struct error why = { 0 };
	size_t count;
	int rc = root_list(root, SETUP_DATA_PATH, &names, &why);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	/* Kernels have the directory if they have nodes to show. */
	if (rc == -ENOENT)
		return 0;
	if (rc < 0) {
		machine_note(machine, "setup_data is lost: %s", why.message);
		return 0;
	}
	count = count_nodes(&names);
	if (count > NODES_MAX) {
		machine_note(machine, "setup_data is lost: /%s has %zu nodes",
			     SETUP_DATA_PATH, count);
		return 0;
	}
	return count ? read_nodes(root, count, machine, err) : 0;
}
