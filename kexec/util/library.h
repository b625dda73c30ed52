/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared libraries that only some uses of kexec need, loaded at their first use.
 * "kexec -e" works without them: dracut's shutdown, for example, copies the program
 * without libraries out of a root that is about to be unmounted, and a missing library
 * would turn a kexec into a slow reboot. Loading them late also makes the start faster.
 *
 * library_calls.c has each function under its own name, so callers need not know about
 * this.
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
	LIBRARY_XENCTRL,
	LIBRARY_COUNT,
};

/*
 * Makes sure that a library has all functions that kexec calls. Must be called before
 * these functions. -ELIBACC if not; the message names the library, its use and Debian's
 * package.
 */
__must_check int library_need(enum library library, struct error *err);

#endif
