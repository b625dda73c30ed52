/* SPDX-License-Identifier: GPL-2.0-only */
/* GRUB's commands; private to grub_*.c. */
#ifndef KEXEC_GRUB_COMMANDS_H
#define KEXEC_GRUB_COMMANDS_H

#include "entries/grub_run.h"

/* A command with its words; the first one is its name. */
struct grub_call {
	const struct grub_words *words;
	char *const *argv; /* words->list.items */
	size_t argc;
	unsigned line;
	struct grub_block body; /* of menuentry and submenu; empty without one */
};

/* Runs a command and sets context->status, which is GRUB_TRUE before the call. */
typedef int grub_handler(struct grub_context *context, const struct grub_call *call,
			 struct error *err);

/* The program that an entry starts. */
grub_handler grub_do_linux, grub_do_initrd, grub_do_chainloader, grub_do_refuse;

/* Variables. */
grub_handler grub_do_set, grub_do_unset, grub_do_export, grub_do_increment;
grub_handler grub_do_search, grub_do_load_env;

/*
 * Commands with a result that only GRUB has. The variables that it may be put into become
 * unknown: those behind options, or those that any of the words names.
 */
grub_handler grub_do_unknown, grub_do_unknown_words;

/* For commands that may have run or not: the variables that they set become unknown. */
grub_handler grub_forget_set, grub_forget_search, grub_forget_words;

/* Entries and menus. */
grub_handler grub_do_menuentry, grub_do_blscfg;

/*
 * Returns the value of an option: "--name=VALUE", "--name VALUE" or "-letter VALUE", NULL
 * without it.
 */
const char *grub_call_option(const struct grub_call *call, const char *name,
			     const char *letter);

#endif
