/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_FONT_H
#define PURGATORY_FONT_H

#include <stdint.h>

#define FONT_FIRST   ' '
#define FONT_GLYPHS  95u /* up to '~' */
#define FONT_COLUMNS 5u
#define FONT_ROWS    9u

/*
 * The dots of each character. Hidden, because otherwise clang uses a global offset table.
 */
extern const uint8_t font_glyphs[FONT_GLYPHS][FONT_ROWS]
	__attribute__((visibility("hidden")));

#endif
