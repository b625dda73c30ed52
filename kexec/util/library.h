/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared libraries that single uses of kexec need, loaded when they are needed.
 * "kexec -e" needs none: dracut's shutdown, for one, copies the bare program out of a
 * root that is about to be unmounted, and a missing library would turn a kexec into a
 * slow reboot. Starting is also faster this way.
 *
 * library_calls.c has each called function under its own name, so callers need not care.
 * Built with --disable-dlopen, the program is linked with the libraries themselves.
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
 * Makes sure that a library and all its functions that kexec calls are there. Must be
 * called before any of these. -ELIBACC: the message names the library, its use and
 * Debian's package.
 */
__must_check int library_need(enum library library, struct error *err);

#endif
