// SPDX-License-Identifier: GPL-2.0-only
/*
 * The four functions that a compiler may call on its own, also in freestanding programs
 * (GCC manual, "Standards"). They are assembly, because a compiler may turn a loop in C
 * into a call of the same function. The ABI says that the direction flag is clear.
 */
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
	void *destination = to;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
	return destination;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *last_to = (char *)to + size - 1;
	const char *last_from = (const char *)from + size - 1;

	if ((size_t)to - (size_t)from >= size)
		return memcpy(to, from, size);
	__asm__ volatile("std; rep movsb; cld"
			 : "+D"(last_to), "+S"(last_from), "+c"(size)
			 :
			 : "memory");
	return to;
}

void *memset(void *to, int value, size_t size)
{
	void *destination = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
	return destination;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;

	for (; size; size--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}
