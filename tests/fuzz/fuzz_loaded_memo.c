// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzer: any bytes as the file in /run/kexec from which --status=text and =json read. */
#include "fuzz.h"
#include "load/loaded_memo.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_tree_ struct tree tree;
	FILE *stream = fopen("/dev/null", "w");

	must(stream);
	tree_make(&tree);
	tree_write(&tree, "proc/sys/kernel/random/boot_id", "boot\n");
	tree_write(&tree, "sys/kernel/kexec_loaded", "1\n");
	tree_write_bytes(&tree, "run/kexec/normal.json", data, size);
	must(!loaded_memo_print(&tree.root, false, stream, NULL));
	must(!loaded_memo_print(&tree.root, true, stream, NULL));
	fclose(stream);
	return 0;
}
