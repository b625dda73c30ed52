/* SPDX-License-Identifier: GPL-2.0-only */
/* The completions of kexec's command line in three shells, made from the option table. */
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdbool.h>

#include "cli/option_table.h"

/* The kinds of values that a shell offers. */
enum offer_kind {
	OFFER_NOTHING,
	OFFER_FILE,
	OFFER_DIRECTORY,
	OFFER_ENTRY, /* IDs of the boot loader's entries */
	OFFER_WORDS,
};

#define OFFER_WORDS_BYTES 256

struct offer {
	enum offer_kind kind;
	char words[OFFER_WORDS_BYTES]; /* OFFER_WORDS: with a blank between two */
};

/* Sets *offer for a row with a metavar. Exits with a message for an unknown metavar. */
void offer_of(const struct option_row *row, struct offer *offer);

/* The command that prints the IDs of the entries, one a line. */
#define ENTRY_IDS                                       \
	"kexec --list-entries=json 2>/dev/null |\n\t\t" \
	"sed -n 's/^ *\"id\": *\"\\(.*\\)\",$/\\1/p'"

/* True for options that a shell offers: those that kexec does not refuse. */
bool is_offered(const struct option_row *row);

/* Each prints the completion of one shell. */
void print_bash(void);
void print_zsh(void);
void print_fish(void);

#endif
