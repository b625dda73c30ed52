/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GRUB's variables, and the words of a command with their variables replaced. A variable
 * that only GRUB itself could know is kept as unknown, and so is each word with it.
 */
#ifndef KEXEC_GRUB_ENVIRONMENT_H
#define KEXEC_GRUB_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"
#include "util/strings.h"

#define GRUB_VARIABLES_MAX 4096u

/* Bytes of a command's words at most: a kernel's command line has up to 2047. */
#define GRUB_WORDS_MAX 65536u

struct grub_variable {
	char *name;
	char *value; /* NULL if it is unknown */
	bool exported;
};

struct grub_environment {
	struct grub_variable *items;
	size_t count;
};

/* Sets a variable; value NULL makes it unknown. -EFBIG, -ENOMEM. */
__must_check int grub_set(struct grub_environment *environment, const char *name,
			  const char *value, struct error *err);

/* Removes a variable, if it is set. */
void grub_unset(struct grub_environment *environment, const char *name);

/* Makes a variable visible in submenus, if it is set. */
void grub_export(struct grub_environment *environment, const char *name);

/* Returns the value, "" if it is not set, and NULL if it is unknown. */
const char *grub_get(const struct grub_environment *environment, const char *name);

/* Copies all variables, or the exported ones only. *copy must be { 0 }. -ENOMEM. */
__must_check int grub_environment_copy(const struct grub_environment *environment,
				       bool exported_only, struct grub_environment *copy,
				       struct error *err);

/*
 * Reads the variables of a grubenv file (GRUB manual, "The GRUB environment block").
 * -EFBIG, -ENOMEM.
 */
__must_check int grub_environment_load(struct grub_environment *environment,
				       const char *text, struct error *err);

/* Frees all variables and sets *environment to { 0 }. */
void grub_environment_clear(struct grub_environment *environment);

#define _cleanup_grub_environment_ _cleanup_(grub_environment_clear)

/* The words of a command. */
struct grub_words {
	struct string_list list;
	/* The first unknown variable of the words; NULL if all are known; owned. */
	char *unknown;
};

/*
 * Replaces the variables in text, which has its quotes, and appends the words that it
 * makes: quoted text is one word, other text is split at the blanks of a value.
 * arguments are $1, $2, …; NULL without any. -EFBIG beyond GRUB_WORDS_MAX, -ENOMEM.
 */
__must_check int grub_expand(const struct grub_environment *environment,
			     const struct string_list *arguments, const char *text,
			     struct grub_words *words, struct error *err);

/* Frees the words and sets *words to { 0 }. */
void grub_words_clear(struct grub_words *words);

#define _cleanup_grub_words_ _cleanup_(grub_words_clear)

#endif
