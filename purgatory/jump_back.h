/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kexec jump: tells the next kernel the address at which it can return to the running
 * one.
 *
 * A kernel that wants to be returned to (KEXEC_PRESERVE_CONTEXT) calls the image, so the
 * address lies on its stack; for all others it puts 0 there.
 */
#ifndef PURGATORY_JUMP_BACK_H
#define PURGATORY_JUMP_BACK_H

#include <stdint.h>

#include "physical_memory.h"
#include "purgatory_params.h"

enum jump_back_status {
	JUMP_BACK_OK,	   /* the text is written, or is not wanted */
	JUMP_BACK_NO_ROOM, /* text and NUL are longer than where->room */
	JUMP_BACK_OUTSIDE, /* the room is not inside memory */
	JUMP_BACK_NOT_END, /* the byte there is not the command line's NUL */
	JUMP_BACK_STATUSES,
};

/*
 * Puts the text and a NUL behind the command line, unless where names no command line or
 * return_address (physical) is 0. Writes all of it or nothing.
 */
enum jump_back_status jump_back_write(const struct physical_memory *memory,
				      const struct purgatory_jump_back *where,
				      uint64_t return_address);

/* Returns why it is not written: the end of a sentence, without a full stop. Static. */
const char *jump_back_reason(enum jump_back_status status);

#endif
