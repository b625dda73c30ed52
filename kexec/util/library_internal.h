/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by library.c and library_calls.c only: the functions of each library. */
#ifndef KEXEC_LIBRARY_INTERNAL_H
#define KEXEC_LIBRARY_INTERNAL_H

#include "util/library.h"

/* The functions that are called, by library; each list ends with NULL. */
extern const char *const *const library_functions[LIBRARY_COUNT];

/* A function's address; NULL if it, or its library, is missing. */
void *library_function(enum library library, const char *name);

#endif
