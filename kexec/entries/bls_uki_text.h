/* SPDX-License-Identifier: GPL-2.0-only */
/* Text sections of EFI programs: command lines and os-release(5). */
#ifndef KEXEC_BLS_UKI_TEXT_H
#define KEXEC_BLS_UKI_TEXT_H

#include "files/pe.h"
#include "files/uki_profile.h"
#include "util/error.h"

/*
 * Reads a section of the profile, or of the base profile. *text is NULL without one; the
 * caller frees it. -EBADMSG if it is not in the file, -EFBIG if it is too large, -ENOMEM.
 */
__must_check int uki_text_read(const struct pe *pe, const struct uki_profile *profile,
			       const char *name, char **text, struct error *err);

/* Turns control characters into blanks, and removes blanks at the end. */
void uki_text_to_line(char *text);

/*
 * Finds a value in the text of os-release(5) and removes its quotes. NULL if the key is
 * missing or empty, and without memory. The caller frees it.
 */
char *os_release_value(const char *text, const char *key);

#endif
