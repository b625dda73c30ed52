/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Profiles of a Unified Kernel Image (UAPI group, "Unified Kernel Image", "Multi-Profile
 * UKIs"). A .profile section begins a profile, which lasts until the next one. The
 * sections in front of the first are the base profile: each applies unless the chosen
 * profile has a section of the same name.
 */
#ifndef KEXEC_UKI_PROFILE_H
#define KEXEC_UKI_PROFILE_H

#include "files/pe.h"
#include "util/error.h"

/* The chosen profile. The ranges are indexes in the section table. */
struct uki_profile {
	unsigned count;	   /* of .profile sections; 0: the image has no profiles */
	unsigned number;   /* from 0 on */
	char *id;	   /* its ID=, printable ASCII without blanks; or NULL; owned */
	char *title;	   /* its TITLE=; or NULL; owned */
	unsigned base_end; /* the base profile's sections are [0, base_end) */
	unsigned start;	   /* its own sections are [start, end), without its .profile */
	unsigned end;	   /* start and end are equal without profiles */
};

/*
 * Finds the profile with the number or ID wanted, or profile 0 if wanted is NULL. A
 * number is written as "1" or "@1", and comes before an ID of the same spelling. An image
 * without profiles may be asked for number 0. Returns -EINVAL with a list of the profiles
 * if wanted is unknown or is the ID of several; -EBADMSG if the .profile section is not
 * within the file or its ID is not printable ASCII; -EFBIG if it is too large; the errors
 * of kernel_file_read. The sections of other profiles are not validated. *profile must be
 * { 0 }; uki_profile_clear frees it, also after an error.
 */
__must_check int uki_profile_choose(const struct pe *pe, const char *wanted,
				    struct uki_profile *profile, struct error *err);

/* Frees what the profile owns and sets it to { 0 }. */
void uki_profile_clear(struct uki_profile *profile);

#define _cleanup_uki_profile_ _cleanup_(uki_profile_clear)

#endif
