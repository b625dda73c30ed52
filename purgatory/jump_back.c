// SPDX-License-Identifier: GPL-2.0-only
#include "jump_back.h"

#define HEXADECIMAL_DIGITS 16u

/* Writes the name, the address without leading zeros, and a NUL. Returns all bytes. */
static size_t format(char text[JUMP_BACK_TEXT_MAX], uint64_t address)
{
	static const char name[] = " kexec_jump_back_entry=0x";
	unsigned int digits = 1;
	size_t length = sizeof(name) - 1;

	_Static_assert(sizeof(name) + HEXADECIMAL_DIGITS == JUMP_BACK_TEXT_MAX,
		       "the longest text");
	memcpy(text, name, length);
	while (digits < HEXADECIMAL_DIGITS && address >> digits * 4)
		digits++;
	while (digits--)
		text[length++] = "0123456789abcdef"[address >> digits * 4 & 15];
	text[length++] = '\0';
	return length;
}

enum jump_back_status jump_back_write(const struct physical_memory *memory,
				      const struct purgatory_jump_back *where,
				      uint64_t return_address)
{
	char text[JUMP_BACK_TEXT_MAX];
	size_t length;
	void *end;

	if (!where->command_line_end || !return_address)
		return JUMP_BACK_OK;
	length = format(text, return_address);
	if (length > where->room)
		return JUMP_BACK_NO_ROOM;
	if (!physical_pointer(memory, where->command_line_end, where->room, &end))
		return JUMP_BACK_OUTSIDE;
	if (*(const char *)end)
		return JUMP_BACK_NOT_END;
	memcpy(end, text, length);
	return JUMP_BACK_OK;
}

const char *jump_back_reason(enum jump_back_status status)
{
	/* An array of arrays: pointers would need relocations. */
	static const char reasons[JUMP_BACK_STATUSES][48] = {
		[JUMP_BACK_OK] = "is there",
		[JUMP_BACK_NO_ROOM] = "does not fit behind the command line",
		[JUMP_BACK_OUTSIDE] = "has no place in memory",
		[JUMP_BACK_NOT_END] = "is not for the end of a command line",
	};

	return (unsigned int)status < JUMP_BACK_STATUSES ? reasons[status] : "failed";
}
