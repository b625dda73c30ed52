// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private bytes and words: sums that firmware has set stay, and what has been taken out
 * once is not found again. The first byte chooses the function.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "recording/private_bytes.h"
#include "recording/private_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size)
		total = (uint8_t)(total + data[--size]);
	return total;
}

static int blank(unsigned choice, uint8_t *data, size_t size, struct string_list *found)
{
	switch (choice % 5) {
	case 0:
		return private_acpi(data, size, found);
	case 1:
		return private_smbios(data, size, found);
	case 2:
		return private_boot_params(data, size, found);
	case 3:
		return private_setup_data(choice / 5, data, size, false, found);
	default:
		return private_words_blank((char *)data, size, found);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_string_list_ struct string_list found = { 0 }, again = { 0 };
	uint8_t *copy, *once;

	if (!size--)
		return 0;
	copy = malloc(size + 1);
	once = malloc(size + 1);
	if (!copy || !once)
		abort();
	memcpy(copy, data + 1, size);
	if (blank(data[0], copy, size, &found) < 0)
		abort();
	if (data[0] % 5 == 0 && sum(copy, size) != sum(data + 1, size))
		abort();
	if (!found.count && memcmp(copy, data + 1, size) != 0)
		abort();
	/* Not of words: an 'x' may be part of a name where another character was not. */
	memcpy(once, copy, size);
	if (data[0] % 5 == 4)
		memcpy(copy, data + 1, size);
	if (blank(data[0], copy, size, &again) < 0 || memcmp(copy, once, size) != 0)
		abort();
	free(copy);
	free(once);
	return 0;
}
