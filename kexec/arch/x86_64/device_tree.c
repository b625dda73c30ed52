// SPDX-License-Identifier: GPL-2.0-only
/* The device tree of --dtb. Only its size is read; it is passed on unchanged. */
#include "arch/x86_64/device_tree.h"

#include <endian.h>
#include <errno.h>

/* Devicetree Specification 0.4, 5.2 "Header": ten big-endian words. */
#define FDT_MAGIC	0xd00dfeedu
#define FDT_HEADER_SIZE 40u

static int read_size(const struct kernel_file *dtb, uint32_t *size, struct error *err)
{
	uint32_t words[2] = { 0 };
	int rc;

	if (dtb->size >= FDT_HEADER_SIZE) {
		rc = kernel_file_read(dtb, 0, words, sizeof(words), err);
		if (rc < 0)
			return rc;
	}
	if (be32toh(words[0]) != FDT_MAGIC)
		return error_set(
			err, EBADMSG,
			"--dtb: %s is not a flattened device tree (dtc makes one "
			"with -O dtb)",
			dtb->path);
	*size = be32toh(words[1]);
	if (*size < FDT_HEADER_SIZE || *size > dtb->size)
		return error_set(err, EBADMSG,
				 "--dtb: %s is cut off: its header says %u bytes, it has "
				 "%llu",
				 dtb->path, *size, (unsigned long long)dtb->size);
	return 0;
}

int device_tree_add(const struct load_request *request, struct setup_data_list *list,
		    struct error *err)
{
	_cleanup_free_ uint8_t *tree = NULL;
	uint32_t size = 0;
	int rc;

	if (!request->dtb)
		return 0;
	rc = read_size(request->dtb, &size, err);
	if (rc < 0)
		return rc;
	tree = malloc(size);
	if (!tree)
		return error_no_memory(err);
	rc = kernel_file_read(request->dtb, 0, tree, size, err);
	if (rc < 0)
		return rc;
	return setup_data_add(list, SETUP_DATA_DTB, tree, size, err);
}
