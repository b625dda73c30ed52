/* SPDX-License-Identifier: GPL-2.0-only */
/* Scope cleanup: what a local variable owns is released at the end of its scope. */
#ifndef KEXEC_UTIL_CLEANUP_H
#define KEXEC_UTIL_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Runs FUNCTION(&variable) at the end of the variable's scope. */
#define _cleanup_(function) __attribute__((cleanup(function)))

/* Frees *pointer, any pointer type. */
static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

/* Closes *fd unless it is negative. */
static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Closes *stream unless it is NULL. */
static inline void cleanup_fclose(FILE **stream)
{
	if (*stream)
		fclose(*stream);
}

#define _cleanup_free_	 _cleanup_(cleanup_free)
#define _cleanup_close_	 _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)

/* Takes the value out of an owning variable, which then owns nothing. */
#define take_pointer(pointer)                           \
	({                                              \
		__typeof__(pointer) _taken = (pointer); \
		(pointer) = NULL;                       \
		_taken;                                 \
	})

#define take_fd(fd)                \
	({                         \
		int _taken = (fd); \
		(fd) = -1;         \
		_taken;            \
	})

#endif
