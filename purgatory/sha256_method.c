// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the ways to compute SHA-256 a CPU takes. The addresses of functions are
 * assigned one by one: in a table of constants they would be relocations, which purgatory
 * cannot have.
 */
#include "sha256.h"

#include <string.h>

struct sha256_method sha256_method_portable(void)
{
	struct sha256_method method;

	method.blocks = sha256_blocks_portable;
	method.lanes_blocks = NULL;
	method.lanes = 1;
	return method;
}

struct sha256_method sha256_method_sse2(void)
{
	struct sha256_method method;

	method.blocks = sha256_blocks_portable;
	method.lanes_blocks = sha256_lanes_sse2;
	method.lanes = 4;
	return method;
}

struct sha256_method sha256_method_extensions(void)
{
	struct sha256_method method;

	method.blocks = sha256_blocks_extensions;
	method.lanes_blocks = sha256_lanes_extensions;
	method.lanes = 2;
	return method;
}

/* The first and the second example of the standard's algorithm: one block, two blocks. */
static const char one_block[] = "abc";
static const char two_blocks[] =
	"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

static const uint8_t one_block_digest[SHA256_BYTES] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
	0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
	0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
};
static const uint8_t two_blocks_digest[SHA256_BYTES] = {
	0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26,
	0x93, 0x0c, 0x3e, 0x60, 0x39, 0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff,
	0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1,
};

static bool computes_one_block(sha256_blocks_function *blocks)
{
	uint8_t digest[SHA256_BYTES];
	struct sha256 sha;

	sha256_init(&sha, blocks);
	sha256_update(&sha, one_block, sizeof(one_block) - 1);
	sha256_final(&sha, digest);
	return !memcmp(digest, one_block_digest, sizeof(digest));
}

/* The second example in one call, padded as 5.1.1 says: its length is 448 bits. */
static bool computes_two_blocks(sha256_blocks_function *blocks)
{
	uint8_t message[2 * SHA256_BLOCK_BYTES];
	struct sha256 sha;

	memset(message, 0, sizeof(message));
	memcpy(message, two_blocks, sizeof(two_blocks) - 1);
	message[sizeof(two_blocks) - 1] = 0x80;
	message[sizeof(message) - 2] = 0x01;
	message[sizeof(message) - 1] = 0xc0;
	sha256_init(&sha, blocks);
	blocks(sha.state, message, 2);
	for (unsigned int i = 0; i < SHA256_BYTES; i++)
		if ((uint8_t)(sha.state[i / 4] >> (24 - i % 4 * 8)) !=
		    two_blocks_digest[i])
			return false;
	return true;
}

/*
 * Every lane gets a message of its own, so that one that takes another's data is found
 * out. The block function, which is tested before, says what is right.
 */
static bool lanes_compute(const struct sha256_method *method)
{
	uint32_t states[SHA256_LANES_MAX][SHA256_STATE_WORDS];
	uint8_t messages[SHA256_LANES_MAX][2 * SHA256_BLOCK_BYTES];
	const uint8_t *data[SHA256_LANES_MAX];
	struct sha256 fresh;
	unsigned int i;

	sha256_init(&fresh, method->blocks);
	for (i = 0; i < method->lanes; i++) {
		memset(messages[i], 0, sizeof(messages[i]));
		memcpy(messages[i], two_blocks, sizeof(two_blocks) - 1);
		messages[i][i] ^= i;
		messages[i][sizeof(messages[i]) - 1 - i] ^= 0x80;
		memcpy(states[i], fresh.state, sizeof(states[i]));
		data[i] = messages[i];
	}
	method->lanes_blocks(states, data, 2);
	for (i = 0; i < method->lanes; i++) {
		uint32_t expected[SHA256_STATE_WORDS];

		memcpy(expected, fresh.state, sizeof(expected));
		method->blocks(expected, messages[i], 2);
		if (memcmp(states[i], expected, sizeof(expected)))
			return false;
	}
	return true;
}

bool sha256_self_test(const struct sha256_method *method)
{
	return computes_one_block(method->blocks) &&
	       computes_two_blocks(method->blocks) &&
	       (method->lanes == 1 || lanes_compute(method));
}

struct sha256_method sha256_first_sound(const struct sha256_method *methods,
					unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (sha256_self_test(&methods[i]))
			return methods[i];
	return sha256_method_portable();
}

struct sha256_method sha256_choose(bool has_extensions, bool sse_pays)
{
	struct sha256_method methods[2];
	unsigned int count = 0;

	if (has_extensions)
		methods[count++] = sha256_method_extensions();
	if (sse_pays)
		methods[count++] = sha256_method_sse2();
	return sha256_first_sound(methods, count);
}
