// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as a compressed kernel, with a small limit. Either the output keeps
 * to the limit, or there is a message.
 */
#include <sys/stat.h>

#include "files/uncompress.h"
#include "fuzz.h"

#define LIMIT (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_close_ int memory_fd = -1;
	const char *format = NULL;
	uint64_t out_size = 0;
	struct stat status;
	int rc;

	rc = uncompress_file(fuzz_file(data, size), size, LIMIT, NULL, &memory_fd,
			     &out_size, &format, &err);
	if (rc < 0) {
		must(err.message && err.number == -rc && memory_fd < 0);
		return 0;
	}
	must(!err.message);
	if (!format) {
		must(memory_fd < 0);
		return 0;
	}
	must(out_size > 0 && out_size <= LIMIT);
	must(!fstat(memory_fd, &status) && (uint64_t)status.st_size == out_size);
	return 0;
}
