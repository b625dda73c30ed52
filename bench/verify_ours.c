// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures how fast purgatory verifies on this CPU: its own object file, run on a region
 * in memory.
 * Usage: verify_ours MIB <DIGEST. DIGEST is the XXH64 of MIB MiB of the byte 0x5a, with
 * the seed 0. Prints bytes per second.
 */
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

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 0) << 20 : 0;
	struct physical_memory memory = { 0 };
	uint8_t *data = malloc(size);
	struct purgatory_region region = { .start = (uintptr_t)data,
					   .end = (uintptr_t)data + size };
	double start;

	if (!size || !data ||
	    fread(&region.digest, 1, sizeof(region.digest), stdin) !=
		    sizeof(region.digest))
		return 1;
	memset(data, 0x5a, size);
	start = now();
	if (verify_regions(&memory, &region, 1, 0) != VERIFY_OK)
		abort();
	printf("%.0f\n", (double)size / (now() - start));
	return 0;
}
