// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/kexec/crash_cma_ranges: its lines. */
#include <errno.h>

#include "crash/crash_cma.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_memory_map_ struct memory_map ranges = { 0 };
	_cleanup_error_ struct error err = { 0 };
	char *text = malloc(size + 1);
	size_t i;
	int rc;

	must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	rc = crash_cma_parse(text, &ranges, &err);
	must((!rc && !err.message) || (rc == -EINVAL && err.message));
	for (i = 0; i < ranges.count; i++) {
		must(ranges.ranges[i].start < ranges.ranges[i].end);
		must(ranges.ranges[i].start % PAGE_BYTES == 0);
		must(ranges.ranges[i].end % PAGE_BYTES == 0);
		must(!i || ranges.ranges[i - 1].end < ranges.ranges[i].start);
	}
	free(text);
	return 0;
}
