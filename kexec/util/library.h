/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared libraries that single uses of kexec need, loaded when they are needed. "kexec
 * -e" needs none: dracut's shutdown, for one, copies the bare program out of a root that is
 * about to go, and a library missed there would turn a kexec into a slow reboot. It also
 * makes for a quick start.
 *
 * library_calls.c has a function for each one that is called, under its own name, so nobody
 * else can tell the difference. Built with --disable-dlopen, the program is linked with the
 * libraries themselves.
 */
#ifndef KEXEC_LIBRARY_H
#define KEXEC_LIBRARY_H

#include "util/error.h"

enum library {
	LIBRARY_ELF,
	LIBRARY_ZLIB,
	LIBRARY_LZMA,
	LIBRARY_ZSTD,
	LIBRARY_JSON,
	LIBRARY_EFIVAR,
	LIBRARY_COUNT,
};

/*
 * Makes sure that a library and all that is called of it is there; to be called before any
 * of its functions. -ELIBACC names the library, what it is for, and the Debian package.
 */
int library_need(enum library library, struct error *err);

#endif
