/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files recording*.c only. */
#ifndef KEXEC_RECORDING_INTERNAL_H
#define KEXEC_RECORDING_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/file_tree.h"
#include "util/io.h"
#include "util/strings.h"

/* Files that no load needs are left out beyond this size of all. */
#define RECORDING_BYTES_MAX 1000000u

/* The text for people at the top of a record. */
#define RECORDING_TEXT "record.txt"

/* Physical memory that was read. */
struct recording_span {
	uint64_t start;
	uint8_t *data; /* owned */
	size_t size;   /* bytes */
};

struct recording {
	struct root root; /* without an observer; it does not own anything */
	bool all;	  /* private things, too */
	/* The paths that were read, in that order, with repetitions. */
	struct string_list paths;
	struct recording_span *spans; /* owned */
	size_t span_count, span_room;
	bool memory_wanted; /* note memory that is read */
	bool out_of_memory; /* something could not be noted */
	struct file_tree tree;
	uint64_t bytes; /* of the files in tree */
	/* Sentences for RECORDING_TEXT. */
	struct string_list left_out, unread, too_large;
	struct string_list notes; /* of the reader */
	char *check;		  /* what --check printed; owned */
	char *xen_facts;	  /* of a dom0, as in XEN_FACTS_PATH; owned; or NULL */
};

/* Frees what *recording owns. */
void recording_clear(struct recording *recording);

#define _cleanup_recording_ _cleanup_(recording_clear)

/*
 * Reads the machine below root as loads and --check do, and fills paths, spans, check and
 * notes. A machine that can be read in part only is not an error. Returns 0 or -ENOMEM.
 */
__must_check int recording_observe(const struct root *root, struct recording *recording,
				   struct error *err);

/*
 * Adds the files that were read, and those that only people need, to the tree, without
 * what is private. Returns 0 or -ENOMEM.
 */
__must_check int recording_take_files(struct recording *recording, struct error *err);

/* How a file is recorded. */
enum recording_kind {
	RECORDING_NOTHING,	/* not at all: other rows or the memory have it */
	RECORDING_PRIVATE,	/* not at all, and the record says so */
	RECORDING_WHOLE,	/* unchanged */
	RECORDING_TOO_LARGE,	/* not at all, and the record says so */
	RECORDING_LINK,		/* the target of a symbolic link */
	RECORDING_EXISTENCE,	/* only that it is there */
	RECORDING_COMMAND_LINE, /* without private values */
	RECORDING_MEMO,		/* the same, in JSON */
	RECORDING_BOOT_PARAMS,
	RECORDING_SETUP_DATA, /* N/data; N/type is beside it */
	RECORDING_ACPI,
	RECORDING_SMBIOS,
	RECORDING_FIRST_CPU, /* the first of all processors */
	RECORDING_SYMBOLS,   /* those about kexec, without addresses */
	RECORDING_KCORE,     /* the headers */
	RECORDING_XEN_FACTS, /* what the hypervisor says; not a file of the machine */
};

struct recording_rule {
	const char *pattern; /* fnmatch; '*' does not match '/' */
	enum recording_kind kind;
	bool spare; /* no load needs it: left out of a record that gets too large */
};

/* The rule for a path (relative to the root); NULL without one. */
const struct recording_rule *recording_rule_find(const char *path);

/*
 * Files that no load reads, for people: patterns without directories, in the order of
 * their worth. NULL ends the list.
 */
extern const char *const recording_extras[];

/*
 * Changes the contents of a file, *size bytes that malloc made, as the rule says; may
 * make them shorter. Adds what it leaves out to recording->left_out. 0 or -ENOMEM.
 */
__must_check int recording_filter(struct recording *recording, const char *path,
				  enum recording_kind kind, char *data, size_t *size);

/* Adds a file to the tree. Returns 0 or -ENOMEM. */
__must_check int recording_add(struct recording *recording, const char *path,
			       const void *data, size_t size, struct error *err);

/* Adds the memory in spans to the tree, as physical_memory/ADDRESS. 0 or -ENOMEM. */
__must_check int recording_take_memory(struct recording *recording, struct error *err);

/* Adds RECORDING_TEXT and sorts the tree. Returns 0 or -ENOMEM. */
__must_check int recording_describe(struct recording *recording, struct error *err);

/*
 * Writes the sorted tree to path, which must not exist: a compressed archive if its name
 * ends with .tar.gz or .tgz, else a directory. Only its owner may read it. Nothing of it
 * remains after an error.
 */
__must_check int recording_write(const struct file_tree *tree, const char *path,
				 struct error *err);

/*
 * -EEXIST if there is something at path, -EINVAL if its name promises another kind of
 * archive, or the error of finding out; to be called before the machine is read.
 */
__must_check int recording_require_absent(const char *path, struct error *err);

#endif
