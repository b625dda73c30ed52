/* SPDX-License-Identifier: GPL-2.0-only */
/* How texts may look on the file that they are printed to. */
#ifndef KEXEC_UTIL_TERMINAL_H
#define KEXEC_UTIL_TERMINAL_H

#include <stdbool.h>

struct terminal {
	unsigned int columns; /* of the terminal; 80 without one */
	bool utf8;	      /* the locale's charset is UTF-8, else only ASCII is sure */
	bool colour;	      /* a terminal that is not "dumb", and NO_COLOR is not set */
};

/* Returns the columns of the terminal that fd is open to; 80 if it does not tell. */
unsigned int terminal_columns(int fd);

/* Finds how texts may look on fd. Reads TERM, NO_COLOR and those of the locale. */
struct terminal terminal_find(int fd);

#endif
