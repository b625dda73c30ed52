/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to physical memory. Purgatory reaches each physical address at the same virtual
 * one; tests on the host simulate the memory in a buffer. Addresses are physical.
 */
#ifndef PURGATORY_PHYSICAL_MEMORY_H
#define PURGATORY_PHYSICAL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct physical_memory {
	uintptr_t base; /* pointer to physical address 0; 0 in purgatory */
	uint64_t size;	/* bytes; 0 means unlimited, in purgatory only */
};

/*
 * Sets *pointer to the memory at [address, address + length). Returns false if that range
 * does not lie inside the memory. With base 0 the pointer to address 0 equals NULL.
 */
static inline bool physical_pointer(const struct physical_memory *memory,
				    uint64_t address, uint64_t length, void **pointer)
{
	uint64_t end;

	if (__builtin_add_overflow(address, length, &end))
		return false;
	if (memory->size && end > memory->size)
		return false;
	*pointer = (void *)(memory->base + address);
	return true;
}

/* Copies length bytes at address to buffer. Returns false if they lie outside memory. */
static inline bool physical_read(const struct physical_memory *memory, uint64_t address,
				 void *buffer, size_t length)
{
	void *source;

	if (!physical_pointer(memory, address, length, &source))
		return false;
	memcpy(buffer, source, length);
	return true;
}

#endif
