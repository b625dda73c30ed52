/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Range-checked reading of little-endian numbers from foreign bytes, and arithmetic that
 * reports overflow. Data from a file is never cast to a struct.
 */
#ifndef KEXEC_UTIL_BYTES_H
#define KEXEC_UTIL_BYTES_H

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PAGE_BYTES 4096ull

/* A view of bytes that are owned elsewhere. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

/* True if [offset, offset + length) lies inside; offset and length in bytes. */
static inline bool bytes_in_range(struct bytes bytes, uint64_t offset, uint64_t length)
{
	return offset <= bytes.size && length <= bytes.size - offset;
}

/*
 * bytes_u8/u16/u32/u64: the little-endian number at offset (bytes, any alignment).
 * Return 0 and set *value, or -ERANGE and leave it.
 */
#define BYTES_READER(name, type, convert)                                        \
	static inline int name(struct bytes bytes, uint64_t offset, type *value) \
	{                                                                        \
		type raw;                                                        \
                                                                                 \
		if (!bytes_in_range(bytes, offset, sizeof(raw)))                 \
			return -ERANGE;                                          \
		memcpy(&raw, bytes.data + offset, sizeof(raw));                  \
		*value = convert(raw);                                           \
		return 0;                                                        \
	}

BYTES_READER(bytes_u8, uint8_t, )
BYTES_READER(bytes_u16, uint16_t, le16toh)
BYTES_READER(bytes_u32, uint32_t, le32toh)
BYTES_READER(bytes_u64, uint64_t, le64toh)

/* store_u16/u32/u64: writes a little-endian number, at any alignment. */
static inline void store_u16(uint8_t *where, uint16_t value)
{
	value = htole16(value);
	memcpy(where, &value, sizeof(value));
}

static inline void store_u32(uint8_t *where, uint32_t value)
{
	value = htole32(value);
	memcpy(where, &value, sizeof(value));
}

static inline void store_u64(uint8_t *where, uint64_t value)
{
	value = htole64(value);
	memcpy(where, &value, sizeof(value));
}

/* True if all bytes add up to 0, as those of a structure of ACPI or SMBIOS do. */
static inline bool adds_up_to_zero(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	while (size)
		sum += data[--size];
	return !sum;
}

/* Sets *sum to a + b; returns false on overflow. */
static inline bool add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

/* Sets *product to a * b; returns false on overflow. */
static inline bool multiply_u64(uint64_t a, uint64_t b, uint64_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

/* alignment: a power of two. The result must be below 2^64. */
static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

/* The next multiple of alignment (a power of two) at or below value. */
static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
	return value & ~(alignment - 1);
}

/* True for 1, 2, 4, …; false for 0. */
static inline bool is_power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

#endif
