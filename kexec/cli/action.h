/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The actions, a row for each: enum action, what an action may be combined with, and the
 * function that main calls for it are all made from this one table.
 */
#ifndef KEXEC_ACTION_H
#define KEXEC_ACTION_H

#include <stdbool.h>

#include "util/error.h"

struct options;

/* How an action uses the machine; this decides which options it goes with. */
enum action_use {
	ACTION_USES_NOTHING, /* prints a text of its own */
	ACTION_READS,	     /* changes nothing; --sysroot gives it another machine */
	ACTION_LOADS,	     /* needs KERNEL; only reads with --dry-run or --dump-image */
	ACTION_ACTS,	     /* acts on the running kernel, without KERNEL */
};

/* How the command line treats an action. */
enum action_flags {
	ACTION_IMMEDIATE = 1, /* done as soon as it is read, whatever else is given */
	ACTION_CHECKABLE = 2, /* may stand beside --check, which examines that load */
};

/*
 * ROW(NAME, form, use, flags, run): enum action has ACTION_NAME, the user writes form,
 * and main calls run. Adding a row is all that a new action needs here; its option is a
 * row of option_table.c.
 */
/* clang-format off */
#define ACTION_TABLE(ROW)                                                               \
	ROW(LOAD_AND_SHUTDOWN, "kexec KERNEL", ACTION_LOADS, ACTION_CHECKABLE,          \
	    load_and_shutdown_action)                                                   \
	ROW(LOAD, "-l", ACTION_LOADS, ACTION_CHECKABLE, load_action)                    \
	ROW(LOAD_AND_EXEC, "-f", ACTION_LOADS, 0, load_and_exec_action)                 \
	ROW(EXEC, "-e", ACTION_ACTS, 0, exec_action)                                    \
	ROW(LOAD_JUMP_BACK, "--load-jump-back-helper", ACTION_ACTS, 0,                  \
	    load_jump_back_action)                                                      \
	ROW(UNLOAD, "-u", ACTION_ACTS, 0, unload_action)                                \
	ROW(STATUS, "-S", ACTION_READS, 0, status_action)                               \
	ROW(PRINT_CRASH_SIZE, "--print-ckr-size", ACTION_READS, ACTION_IMMEDIATE,       \
	    print_crash_size_action)                                                    \
	ROW(CHECK, "--check", ACTION_READS, 0, check_action)                            \
	ROW(LIST_ENTRIES, "--list-entries", ACTION_READS, 0, list_entries_action)       \
	ROW(RECORD, "--record", ACTION_READS, 0, record_action)                         \
	ROW(HELP, "-h", ACTION_USES_NOTHING, ACTION_IMMEDIATE, help_action)             \
	ROW(VERSION, "-v", ACTION_USES_NOTHING, ACTION_IMMEDIATE, version_action)
/* clang-format on */

#define ACTION_ENUM(name, form, use, flags, run) ACTION_##name,
enum action { ACTION_TABLE(ACTION_ENUM) ACTION_COUNT };
#undef ACTION_ENUM

struct action_row {
	const char *form; /* as the user writes it, for messages */
	enum action_use use;
	unsigned flags; /* ACTION_IMMEDIATE, ACTION_CHECKABLE */
};

/* The row of an action below ACTION_COUNT. */
const struct action_row *action_row(enum action action);

/*
 * Returns 0 if options->action goes with the other options, or -EINVAL with a message: an
 * action that changes something does not go with options that only show something.
 */
__must_check int action_require_allowed(const struct options *options, struct error *err);

#endif
