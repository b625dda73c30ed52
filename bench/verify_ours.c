// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures how fast purgatory verifies on this CPU: its own object files, run on a region
 * in memory.
 * Usage: verify_ours MIB <DIGEST. DIGEST is the digest of the chunks' digests of MIB MiB
 * of the byte 0x5a. Prints a line "METHOD BYTES/SECOND" for each method that the CPU
 * supports.
 */
#include <cpuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "purgatory/verify.h"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void measure(const char *name, struct sha256_method method,
		    const struct purgatory_region *region)
{
	struct physical_memory memory = { 0 };
	double start = now();

	if (verify_regions(&memory, region, 1, &method) != VERIFY_OK)
		abort();
	printf("%s %.0f\n", name,
	       (double)(region->end - region->start) / (now() - start));
}

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 0) << 20 : 0;
	uint8_t *data = malloc(size);
	struct purgatory_region region = { .start = (uintptr_t)data,
					   .end = (uintptr_t)data + size };
	unsigned int a, b, c, d;

	if (!size || !data ||
	    fread(region.sha256, 1, sizeof(region.sha256), stdin) !=
		    sizeof(region.sha256))
		return 1;
	memset(data, 0x5a, size);
	measure("portable", sha256_method_portable(), &region);
	measure("sse2", sha256_method_sse2(), &region);
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA)
		measure("extensions", sha256_method_extensions(), &region);
	return 0;
}
