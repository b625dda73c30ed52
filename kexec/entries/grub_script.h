/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a GRUB configuration as tokens (GRUB manual, "Writing full configuration
 * files directly"): words with their quotes, ends of commands, and the parts of each if,
 * loop and block linked together.
 */
#ifndef KEXEC_GRUB_SCRIPT_H
#define KEXEC_GRUB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

#define GRUB_TOKENS_MAX 1000000u

enum grub_token_kind {
	GRUB_WORD,
	GRUB_END,   /* of a command: a newline or a semicolon */
	GRUB_OPEN,  /* { */
	GRUB_CLOSE, /* } */
	GRUB_IF,
	GRUB_THEN,
	GRUB_ELIF,
	GRUB_ELSE,
	GRUB_FI,
	GRUB_LOOP, /* while, until or for */
	GRUB_DO,
	GRUB_DONE,
	GRUB_FUNCTION,
};

struct grub_token {
	enum grub_token_kind kind;
	char *text;    /* with its quotes; owned */
	unsigned line; /* from 1 on */
	/*
	 * The index of the next part: of an if its then, of a then its elif, else or fi,
	 * of a loop its done, of { its }. 0 for other tokens.
	 */
	size_t next;
};

struct grub_script {
	char *path; /* for messages; owned */
	struct grub_token *tokens;
	size_t count;
};

/*
 * Splits a text into tokens. path is for messages. Returns -EBADMSG with the line if a
 * quotation, an if, a loop or a block lacks its end, -EFBIG beyond GRUB_TOKENS_MAX,
 * -ENOMEM. *script must be { 0 }; grub_script_clear frees it, also after an error.
 */
__must_check int grub_script_parse(const char *text, const char *path,
				   struct grub_script *script, struct error *err);

/* Frees everything and sets *script to { 0 }. */
void grub_script_clear(struct grub_script *script);

#endif
