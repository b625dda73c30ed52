// SPDX-License-Identifier: GPL-2.0-only
/* Texts for JSON. iconv of the C library tells whether one is well-formed. */
#include <iconv.h>

#include "fuzz.h"
#include "util/utf8.h"

static bool is_well_formed(const char *text)
{
	size_t left = strlen(text), room = 4 * left + 4;
	char *from = (char *)text, *buffer = malloc(room), *to = buffer;
	iconv_t conversion = iconv_open("UTF-32LE", "UTF-8");
	bool result;

	must(buffer && conversion != (iconv_t)-1);
	result = iconv(conversion, &from, &left, &to, &room) != (size_t)-1;
	iconv_close(conversion);
	free(buffer);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *repaired;

	must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	repaired = utf8_repair(text);
	must(repaired && is_well_formed(repaired));
	must(is_well_formed(text) == !strcmp(text, repaired));
	free(repaired);
	free(text);
	return 0;
}
