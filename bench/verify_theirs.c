// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures the same for kexec-tools' purgatory, whose object file verification.py takes
 * out of Debian's program.
 * Usage: verify_theirs MIB <DIGEST. DIGEST is the SHA-256 of MIB MiB of the byte 0x5a.
 * Prints bytes per second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REGIONS 16

/* The loader of kexec-tools fills these in. Unused regions are empty. */
extern struct {
	unsigned long start;
	unsigned long size;
} sha256_regions[REGIONS];
extern unsigned char sha256_digest[32];

/* Returns 0 if the digest is right. */
int verify_sha256_digest(void);

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 0) << 20 : 0;
	unsigned char *data = malloc(size);
	double start;

	if (!size || !data ||
	    fread(sha256_digest, 1, sizeof(sha256_digest), stdin) !=
		    sizeof(sha256_digest))
		return 1;
	memset(data, 0x5a, size);
	sha256_regions[0].start = (unsigned long)data;
	sha256_regions[0].size = size;
	start = now();
	if (verify_sha256_digest() != 0)
		abort();
	printf("%.0f\n", (double)size / (now() - start));
	return 0;
}
