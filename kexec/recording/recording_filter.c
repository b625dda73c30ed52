// SPDX-License-Identifier: GPL-2.0-only
/* Filters the contents of files for a record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recording/private_bytes.h"
#include "recording/private_words.h"
#include "recording/recording_internal.h"

/* The key in a memo of a load (load/loaded_memo.c). */
#define MEMO_COMMAND_LINE "\"command_line\""

static int blank_memo(char *text, struct string_list *found)
{
	char *key = strstr(text, MEMO_COMMAND_LINE), *start, *end;

	start = key ? strchr(key + strlen(MEMO_COMMAND_LINE), '"') : NULL;
	if (!start)
		return 0;
	start++;
	for (end = start; *end && *end != '"'; end++)
		if (*end == '\\' && end[1])
			end++;
	return private_words_blank(start, (size_t)(end - start), found);
}

/* The type of a node of setup_data, which is in a file beside its data. */
static int blank_node(struct recording *recording, const char *path, char *data,
		      size_t size, struct string_list *found)
{
	uint64_t type = UINT32_MAX;

	/* A node whose type is unknown may be anything. */
	if (root_readf_u64(&recording->root, &type, NULL, "%.*s/type",
			   (int)(strrchr(path, '/') - path), path) < 0 ||
	    type > UINT32_MAX)
		type = UINT32_MAX;
	return private_setup_data((uint32_t)type, (uint8_t *)data, size, recording->all,
				  found);
}

/* A large machine has hundreds of processors, and the reader looks at the first only. */
static void keep_first_cpu(char *text, size_t *size)
{
	const char *end = strstr(text, "\n\n");

	if (end)
		*size = (size_t)(end + 2 - text);
}

/* "ffffffff81234567 T kexec_file_load" with zeros for the address. */
static void keep_symbols(char *text, size_t *size)
{
	static const char *const parts[] = { "kexec", "kho_", "ima_add" };
	char *rest = text, *line, *to = text;

	while ((line = strsep(&rest, "\n"))) {
		size_t length = strlen(line), i;
		bool wanted = false;

		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			wanted |= strstr(line, parts[i]) != NULL;
		if (!wanted)
			continue;
		memmove(to, line, length);
		memset(to, '0', strcspn(line, " ") < length ? strcspn(line, " ") : 0);
		to += length;
		*to++ = '\n';
	}
	*size = (size_t)(to - text);
}

static int filter(struct recording *recording, const char *path, enum recording_kind kind,
		  char *data, size_t *size, struct string_list *found)
{
	uint8_t *bytes = (uint8_t *)data;

	/* Not because they would be private. */
	if (kind == RECORDING_SETUP_DATA)
		return blank_node(recording, path, data, *size, found);
	if (kind == RECORDING_FIRST_CPU)
		keep_first_cpu(data, size);
	if (kind == RECORDING_SYMBOLS)
		keep_symbols(data, size);
	if (recording->all)
		return 0;
	switch (kind) {
	case RECORDING_COMMAND_LINE:
		return private_words_blank(data, *size, found);
	case RECORDING_MEMO:
		return blank_memo(data, found);
	case RECORDING_BOOT_PARAMS:
		return private_boot_params(bytes, *size, found);
	case RECORDING_ACPI:
		return private_acpi(bytes, *size, found);
	case RECORDING_SMBIOS:
		return private_smbios(bytes, *size, found);
	default:
		return 0;
	}
}

int recording_filter(struct recording *recording, const char *path,
		     enum recording_kind kind, char *data, size_t *size)
{
	_cleanup_string_list_ struct string_list found = { 0 };
	int rc = filter(recording, path, kind, data, size, &found);
	size_t i;

	for (i = 0; i < found.count && !rc; i++)
		rc = string_list_add(&recording->left_out, "/%s: %s", path,
				     found.items[i]);
	return rc;
}
