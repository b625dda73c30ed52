/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private values in kernel command lines: values of parameters whose names say so, and
 * hardware addresses. Their characters become 'x', so lengths, words and quotes stay, and
 * a load that reuses the line places its segments as before.
 */
#ifndef KEXEC_PRIVATE_WORDS_H
#define KEXEC_PRIVATE_WORDS_H

#include <stddef.h>

#include "util/error.h"
#include "util/strings.h"

/*
 * Replaces private values in size bytes of text. found gets "the value of NAME, N bytes"
 * for each. A backslash and the character behind it stay, so a line within a JSON text
 * stays valid. Returns 0 or -ENOMEM.
 */
__must_check int private_words_blank(char *text, size_t size, struct string_list *found);

#endif
