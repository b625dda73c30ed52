/* SPDX-License-Identifier: GPL-2.0-only */
/* The device tree of --dtb, for the next kernel (boot.rst, "setup_data"). */
#ifndef KEXEC_ARCH_X86_64_DEVICE_TREE_H
#define KEXEC_ARCH_X86_64_DEVICE_TREE_H

#include "arch/x86_64/setup_data.h"
#include "image/loader.h"
#include "util/error.h"

/*
 * Appends request->dtb, if there is one, as a node SETUP_DTB: the tree itself, without
 * data that follows it in the file. -EBADMSG if the file is not a flattened device tree
 * or is cut off.
 */
__must_check int device_tree_add(const struct load_request *request,
				 struct setup_data_list *list, struct error *err);

#endif
