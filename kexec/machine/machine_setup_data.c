// SPDX-License-Identifier: GPL-2.0-only
/*
 * The setup_data nodes that the running kernel got, as it shows them: N/type and N/data
 * (Linux Documentation/ABI/testing/sysfs-kernel-boot_params).
 */
#include "machine/machine_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "abi/boot_protocol.h"
#include "util/bytes.h"
#include "util/directory.h"

#define SETUP_DATA_PATH "sys/kernel/boot_params/setup_data"

/*
 * Option ROMs are the largest nodes, and PCI expansion ROMs have at most 16 MiB (PCI
 * Local Bus 3.0, 6.2.5.2). More than the total would be too much for a small
 * machine's memory.
 */
#define NODE_SIZE_MAX  (16u << 20)
#define TOTAL_SIZE_MAX (64u << 20)
#define NODES_MAX      1024u

static int read_node(const struct root *root, unsigned long number,
		     struct incoming_setup_data *node, struct error *err)
{
	uint64_t type;
	char *data;
	int rc;

	rc = root_readf_u64(root, &type, err, "%s/%lu/type", SETUP_DATA_PATH, number);
	if (rc < 0)
		return rc;
	if (type > UINT32_MAX)
		return error_set(err, ERANGE,
				 "/%s/%lu/type holds 0x%" PRIx64
				 ", which is not a type of 32 bits",
				 SETUP_DATA_PATH, number, type);
	rc = root_readf_file(root, NODE_SIZE_MAX, &data, &node->size, err, "%s/%lu/data",
			     SETUP_DATA_PATH, number);
	if (rc < 0)
		return rc;
	node->type = (uint32_t)type;
	node->data = (uint8_t *)data;
	return 0;
}

/* Counts the names that are numbers, and so nodes: the kernel numbers them from 0. */
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

static int set_cc_blob(struct machine *machine, uint64_t address, struct error *err)
{
	struct efi_config_table *table = calloc(1, sizeof(*table));

	if (!table)
		return error_no_memory(err);
	machine->cc_blob = (struct efi_config_tables){ table, 1 };
	table->address = address;
	table->kind = EFI_TABLE_CC_BLOB;
	table->name = strdup("CC blob of setup_data");
	return table->name ? 0 : error_no_memory(err);
}

/*
 * Linux takes the first node of that type, and four bytes of it as the address (6.1:
 * find_cc_blob_setup_data() in arch/x86/kernel/sev-shared.c).
 */
static int find_cc_blob(struct machine *machine, struct error *err)
{
	size_t i;

	for (i = 0; i < machine->setup_data_count; i++) {
		const struct incoming_setup_data *node = &machine->setup_data[i];
		struct bytes bytes = { node->data, node->size };
		uint32_t address = 0;

		if (node->type != SETUP_DATA_CC_BLOB)
			continue;
		if (!bytes_u32(bytes, 0, &address) && address)
			return set_cc_blob(machine, address, err);
		machine_note(machine, "the CC blob of setup_data has no address");
		break;
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
	/* The kernel makes the directory only if it has nodes. */
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
	if (!count)
		return 0;
	rc = read_nodes(root, count, machine, err);
	return rc ? rc : find_cc_blob(machine, err);
}
