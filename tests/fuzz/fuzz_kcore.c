// SPDX-License-Identifier: GPL-2.0-only
/* The headers of /proc/kcore. The input is the file. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "memory/kcore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("kcore", MFD_CLOEXEC);
	_cleanup_error_ struct error err = { 0 };
	struct kcore_layout layout = { 0 };

	if (fd < 0 || write_all(fd, data, size) < 0)
		abort();
	if (kcore_read_fd(fd, &layout, &err) < 0) {
		if (!err.message || layout.text_end)
			abort();
		return 0;
	}
	/* The input of an ELF core header: no range may be empty or wrap. */
	if (layout.text_start >= layout.text_end ||
	    layout.text_virtual < 0xffffffff80000000ull ||
	    layout.text_virtual + (layout.text_end - layout.text_start - 1) <
		    layout.text_virtual ||
	    layout.direct_map >= 0xffffffff80000000ull || layout.direct_map % 4096)
		abort();
	return 0;
}
