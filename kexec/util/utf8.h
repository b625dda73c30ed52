/* SPDX-License-Identifier: GPL-2.0-only */
/* UTF-8 (RFC 3629), for texts whose bytes come from elsewhere: paths, command lines. */
#ifndef KEXEC_UTF8_H
#define KEXEC_UTF8_H

/*
 * Returns a copy of text, to be freed, in which each byte that is not part of a
 * well-formed character is replaced by U+FFFD, and the rest is unchanged. NULL without
 * memory.
 */
char *utf8_repair(const char *text);

#endif
