/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the EFI application share: speaking to the runner, and reading
 * what it has written down. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <efi.h>
#include <efilib.h>

/* Sets both serial ports up; first. */
void serial_begin(void);

/*
 * One line for the runner, "efi." and what the format makes, and the same for whoever
 * reads the console. Not with Print(): OVMF's console is on both ports and adds escape
 * sequences.
 */
void report(const CHAR16 *format, ...);

/* The machine could not be prepared: says why and powers off. */
void give_up(const CHAR16 *what, EFI_STATUS status);

/* Gives up if status is an error. */
void must(const CHAR16 *what, EFI_STATUS status);

/* A file's content with a NUL behind it, or NULL if there is no such file. */
CHAR8 *read_text(EFI_FILE_HANDLE root, CHAR16 *name);

/* The number behind "key=" at the start of a line, or fallback. text may be NULL. */
UINT64 number(const CHAR8 *text, const char *key, UINT64 fallback);

#endif
