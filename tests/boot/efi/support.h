/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions that all parts of the EFI application share: reports to the runner, and files
 * that the runner has written. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <efi.h>
#include <efilib.h>

/* Sets up both serial ports; must be called before all other functions here. */
void serial_begin(void);

/*
 * Writes one line, "efi." followed by the formatted text, to the runner and to the
 * console. It does not use Print(), because OVMF's console is on both ports and adds
 * escape sequences.
 */
void report(const CHAR16 *format, ...);

/*
 * Reports why the machine could not be prepared and powers it off. what: the failed step.
 */
void give_up(const CHAR16 *what, EFI_STATUS status);

/* Gives up if status is an error. */
void must(const CHAR16 *what, EFI_STATUS status);

/* Returns a file's content with a NUL at its end, or NULL if the file does not exist. */
CHAR8 *read_text(EFI_FILE_HANDLE root, CHAR16 *name);

/* Returns the number after "key=" at the start of a line, or fallback if the text, which
 * may be NULL, does not have it. */
UINT64 number(const CHAR8 *text, const char *key, UINT64 fallback);

#endif
