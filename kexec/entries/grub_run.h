/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs GRUB's configuration as far as it decides which entries there are and what they
 * start. Nothing is written and no device is read: a file is looked for in the mounted
 * file systems. A command whose result only GRUB could know makes the condition that it
 * stands in unknown. Variables that are set under such a condition become unknown, too,
 * and an entry that needs one of them is refused with its name.
 */
#ifndef KEXEC_GRUB_RUN_H
#define KEXEC_GRUB_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/boot_entry.h"
#include "entries/boot_mounts.h"
#include "entries/grub_environment.h"
#include "entries/grub_script.h"
#include "util/error.h"
#include "util/io.h"

/* Limits that only a mistake or an attack would reach. */
#define GRUB_STEPS_MAX	  100000u
#define GRUB_DEPTH_MAX	  32u
#define GRUB_SCRIPTS_MAX  8192u
#define GRUB_WARNINGS_MAX 32u

/*
 * In place of a device's name, which only GRUB knows: this mark, and behind it the UUID
 * that search looked for, or "/" for paths below the root.
 */
#define GRUB_DEVICE_MARK '\x01'

enum grub_status {
	GRUB_TRUE,
	GRUB_FALSE,
	GRUB_UNKNOWN,
};

/* Tokens [from, to) of a script. */
struct grub_block {
	const struct grub_script *script;
	size_t from, to;
};

struct grub_function {
	char *name;
	struct grub_block body;
};

/* An entry or a submenu, before its commands are run. */
struct grub_item {
	bool is_menu;
	char *title, *id, *source;    /* id is NULL without one */
	struct string_list arguments; /* $1 and so on: the title, and more words */
	struct grub_block body;
};

struct grub_menu {
	struct grub_item *items;
	size_t count;
};

/* The state that is the same for all menus. */
struct grub {
	const struct root *root;
	const struct boot_mounts *mounts;
	struct boot_entries *entries;
	char *directory; /* of the configuration, below the root */
	struct grub_script **scripts;
	size_t script_count;
	struct grub_function *functions;
	size_t function_count;
	unsigned steps;
};

/* The commands of a menu or of an entry while they run. */
struct grub_context {
	struct grub *grub;
	struct grub_environment *environment;
	/* Of the function, or the title and more words of the entry; NULL outside. */
	const struct string_list *arguments;
	struct grub_menu *menu;	    /* where menuentry adds to; NULL in an entry */
	struct boot_entry *entry;   /* the entry that runs; NULL outside */
	char *kernel;		    /* as the linux command names it; owned */
	struct string_list initrds; /* the same */
	enum grub_status status;    /* of the last command */
	unsigned depth;
	bool stopped;  /* by exit or configfile */
	bool returned; /* by return, from the function or the entry */
};

/* Runs a block. Returns the errors of limits and memory; others are in the entries. */
__must_check int grub_run(struct grub_context *context, struct grub_block block,
			  struct error *err);

/* Parses a text and runs it in the same context. path is for messages. */
__must_check int grub_run_text(struct grub_context *context, const char *text,
			       const char *path, struct error *err);

/* Parses a text; *block is all of it. Errors as grub_script_parse. */
__must_check int grub_add_script(struct grub *grub, const char *text, const char *path,
				 struct grub_block *block, struct error *err);

/*
 * Records that something cannot be evaluated: the entry that runs is refused for that
 * reason; outside of entries it is a warning.
 */
__must_check int grub_give_up(struct grub_context *context, struct error *err,
			      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Finds a file by GRUB's name for it: (DEVICE)/PATH, or a path on $root. *found is its
 * path below the root, or NULL. -ENOMEM.
 */
__must_check int grub_find_file(const struct grub_context *context, const char *name,
				char **found, struct error *err);

/* Runs one command, which has at least one word. Errors as grub_run. */
__must_check int grub_command(struct grub_context *context,
			      const struct grub_words *words,
			      const struct grub_token *token, struct grub_block body,
			      struct error *err);

/*
 * Leaves out a command that GRUB may run or not: a variable that it would set becomes
 * unknown, and grub_give_up says so if it decides which entries there are or what they
 * start. Errors as grub_run.
 */
__must_check int grub_leave_out(struct grub_context *context,
				const struct grub_words *words,
				const struct grub_token *token, struct grub_block body,
				struct error *err);

/* The commands test and [; words are those between the name and ]. */
enum grub_status grub_test(const struct grub_context *context,
			   const struct string_list *words);

/* Adds an entry or a submenu. Takes over the texts, also after an error. -ENOMEM. */
__must_check int grub_menu_add(struct grub_menu *menu, struct grub_item *item,
			       struct error *err);

/* Frees the items and sets *menu to { 0 }. */
void grub_menu_clear(struct grub_menu *menu);

/* Frees an unfinished or finished run. */
void grub_clear(struct grub *grub);

#endif
