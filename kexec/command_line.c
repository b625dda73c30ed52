// SPDX-License-Identifier: GPL-2.0-only
/* The next kernel's command line: reuse, append, remove. */
#include "command_line.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * What describes how the running kernel was started and is wrong for the next one: the
 * boot loader's name for the kernel file, and the initrd that the EFI stub was told to load.
 */
static const char *const not_reused[] = { "BOOT_IMAGE", "initrd", NULL };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/*
 * Length of the parameter at text. As the kernel's own parser has it (kernel/params.c,
 * lib/cmdline.c): blanks within double quotes do not end it.
 */
static size_t parameter_length(const char *text)
{
	bool quoted = false;
	size_t i;

	for (i = 0; text[i] && (quoted || !is_blank(text[i])); i++)
		if (text[i] == '"')
			quoted = !quoted;
	return i;
}

/* A quoted parameter as a whole ("name=value with blanks") is the parameter, too. */
static bool parameter_has_name(const char *parameter, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	if (length && parameter[0] == '"') {
		parameter++;
		length--;
	}
	if (length < name_length || strncmp(parameter, name, name_length))
		return false;
	return length == name_length || parameter[name_length] == '=';
}

static bool is_named(const char *parameter, size_t length, const char *const names[])
{
	for (; *names; names++)
		if (parameter_has_name(parameter, length, *names))
			return true;
	return false;
}

int command_line_remove(const char *command_line, const char *const names[],
			char **result, struct error *err)
{
	/* Blanks only get fewer, so the original's size is enough. */
	char *kept = malloc(strlen(command_line) + 1);
	bool for_init = false;
	size_t used = 0;

	if (!kept)
		return error_no_memory(err);
	while (*command_line) {
		size_t length = parameter_length(command_line);

		if (length == 2 && !strncmp(command_line, "--", 2))
			for_init = true;
		if (length && (for_init || !is_named(command_line, length, names))) {
			if (used)
				kept[used++] = ' ';
			memcpy(kept + used, command_line, length);
			used += length;
		}
		command_line += length;
		while (is_blank(*command_line))
			command_line++;
	}
	kept[used] = '\0';
	*result = kept;
	return 0;
}

int command_line_build(const char *running, const char *append, char **result,
		       struct error *err)
{
	_cleanup_free_ char *reused = NULL;
	int rc;

	if (running) {
		rc = command_line_remove(running, not_reused, &reused, err);
		if (rc < 0)
			return rc;
	}
	if (asprintf(result, "%s%s%s", reused ? reused : "",
		     reused && *reused && append && *append ? " " : "",
		     append ? append : "") < 0)
		return error_no_memory(err);
	return 0;
}
