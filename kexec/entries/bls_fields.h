/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a type 1 entry (UAPI Boot Loader Specification, "Type #1 Boot Loader
 * Specification Entries"): lines of a key and a value, in a file whose name may have
 * counters ("Boot counting").
 */
#ifndef KEXEC_BLS_FIELDS_H
#define KEXEC_BLS_FIELDS_H

#include "util/error.h"
#include "util/strings.h"

/* Texts are owned, and NULL or empty if the entry lacks the key. */
struct bls_fields {
	char *title, *version, *machine_id, *sort_key, *architecture;
	char *kernel, *efi, *uki, *uki_url, *profile, *devicetree;
	char *options; /* all lines, joined with blanks */
	struct string_list initrds, extras;
};

/* Reads a text; unknown keys and broken lines are ignored. *fields: { 0 }. -ENOMEM. */
__must_check int bls_fields_parse(const char *text, struct bls_fields *fields,
				  struct error *err);

/* Frees the texts and sets *fields to { 0 }. */
void bls_fields_clear(struct bls_fields *fields);

#define _cleanup_bls_fields_ _cleanup_(bls_fields_clear)

/*
 * Takes a file's name apart: "a+3-1.conf" is the entry a.conf with three tries left and
 * one done. Counters are -1 without boot counting. suffix: ".conf" or ".efi".
 * Returns -EINVAL without a message if the name does not end so, or is only a suffix.
 */
__must_check int bls_name_parse(const char *name, const char *suffix, char **id,
				int *tries_left, int *tries_done, struct error *err);

#endif
