// SPDX-License-Identifier: GPL-2.0-only
/* An initrd's first bytes. */
#include "files/initrd_format.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);
	uint8_t *padded = calloc(1, size + 1);

	must(exact && padded);
	/* Of exactly this size, so that a read beyond the end is found. */
	memcpy(exact, data, size);
	memcpy(padded + 1, data, size);
	/* Zeros before an archive change nothing. */
	must(initrd_format_is_known(exact, size) ==
	     initrd_format_is_known(padded, size + 1));
	free(exact);
	free(padded);
	return 0;
}
