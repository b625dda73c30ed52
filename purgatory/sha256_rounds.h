/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of rounds in FIPS 180-4, 6.2.2 step 3, for plain code and for lanes. The standard
 * moves all eight variables on by one after each round; here the next round names them one
 * further instead, so after eight rounds each has its own name again.
 */
#ifndef PURGATORY_SHA256_ROUNDS_H
#define PURGATORY_SHA256_ROUNDS_H

/*
 * Rounds i to i + 7, i up to 8, on variables named a to h. Whoever uses it defines
 * ROUND(a, b, c, d, e, f, g, h, i), one round with word i of the message schedule.
 */
#define EIGHT_ROUNDS(i)                                 \
	do {                                            \
		ROUND(a, b, c, d, e, f, g, h, (i));     \
		ROUND(h, a, b, c, d, e, f, g, (i) + 1); \
		ROUND(g, h, a, b, c, d, e, f, (i) + 2); \
		ROUND(f, g, h, a, b, c, d, e, (i) + 3); \
		ROUND(e, f, g, h, a, b, c, d, (i) + 4); \
		ROUND(d, e, f, g, h, a, b, c, (i) + 5); \
		ROUND(c, d, e, f, g, h, a, b, (i) + 6); \
		ROUND(b, c, d, e, f, g, h, a, (i) + 7); \
	} while (0)

#endif
