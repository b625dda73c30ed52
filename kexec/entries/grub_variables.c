// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's commands that set variables, also to values that only GRUB knows. */
#include "entries/grub_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sets a variable to the value behind "=" in a word, or to unknown. */
static int assign(struct grub_context *context, const char *word, bool unknown,
		  struct error *err)
{
	const char *value = strchr(word, '=');
	_cleanup_free_ char *name = NULL;

	if (!value)
		return 0;
	name = strndup(word, (size_t)(value - word));
	if (!name)
		return error_no_memory(err);
	return grub_set(context->environment, name, unknown ? NULL : value + 1, err);
}

/* set NAME=VALUE, and NAME=VALUE without set */
static const char *assignment(const struct grub_call *call)
{
	return call->argv[call->argc > 1 && !strcmp(call->argv[0], "set")];
}

int grub_do_set(struct grub_context *context, const struct grub_call *call,
		struct error *err)
{
	return assign(context, assignment(call), call->words->unknown != NULL, err);
}

int grub_do_unset(struct grub_context *context, const struct grub_call *call,
		  struct error *err)
{
	size_t i;

	(void)err;
	for (i = 1; i < call->argc; i++)
		grub_unset(context->environment, call->argv[i]);
	return 0;
}

int grub_do_export(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	size_t i;

	for (i = 1; i < call->argc; i++) {
		const char *value = grub_get(context->environment, call->argv[i]);
		int rc = 0;

		/* GRUB keeps the wish for a variable that is set later. */
		if (value && !*value)
			rc = grub_set(context->environment, call->argv[i], "", err);
		if (rc < 0)
			return rc;
		grub_export(context->environment, call->argv[i]);
	}
	return 0;
}

/* increment NAME, decrement NAME (Fedora) */
int grub_do_increment(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	const char *value = call->argc > 1 ? grub_get(context->environment, call->argv[1])
					   : NULL;
	char text[32];

	if (call->argc < 2)
		return 0;
	snprintf(text, sizeof(text), "%ld",
		 (value ? atoi(value) : 0) + (call->argv[0][0] == 'i' ? 1L : -1L));
	return grub_set(context->environment, call->argv[1], value ? text : NULL, err);
}

/*
 * The variable that search sets, or NULL if it only prints. As in GRUB 2.14, --set takes
 * the next word unless that is an option or the last one, which is searched for.
 */
static const char *search_variable(const struct grub_call *call)
{
	const char *name = NULL;
	size_t i;

	/* search.fs_uuid NAME [VARIABLE [HINT]...] */
	if (call->argv[0][strlen("search")] == '.')
		return call->argc > 2 ? call->argv[2] : NULL;
	for (i = 1; i < call->argc; i++) {
		const char *word = call->argv[i];

		if (starts_with(word, "--set="))
			name = word + strlen("--set=");
		else if (strcmp(word, "--set") && strcmp(word, "-s"))
			continue;
		else if (i + 2 < call->argc && *call->argv[i + 1] != '-')
			name = call->argv[i + 1];
		else
			name = "root";
	}
	return name;
}

/* True if search looks for this kind; letter is the short option. */
static bool searches_for(const struct grub_call *call, const char *kind, char letter)
{
	size_t i;

	if (call->argv[0][strlen("search")] == '.')
		return !strcmp(call->argv[0] + strlen("search."), kind);
	for (i = 1; i < call->argc; i++) {
		const char *word = call->argv[i];

		if (word[0] == '-' && word[1] == letter && !word[2])
			return true;
		if (starts_with(word, "--") && !strcmp(word + 2, kind))
			return true;
	}
	return false;
}

/*
 * search OPTION... NAME, search.fs_uuid NAME [VARIABLE]: a device's name is known to GRUB
 * only; its UUID stands for it.
 */
int grub_do_search(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	bool dotted = call->argv[0][strlen("search")] == '.';
	const char *name = search_variable(call), *wanted;
	bool by_uuid = searches_for(call, dotted ? "fs_uuid" : "fs-uuid", 'u');
	_cleanup_free_ char *device = NULL, *file = NULL;
	int rc;

	if (call->argc < 2)
		return 0;
	wanted = call->argv[dotted ? 1 : call->argc - 1];
	rc = boot_text_set(&device, err, "%c%s", GRUB_DEVICE_MARK, by_uuid ? wanted : "");
	if (!rc && searches_for(call, "file", 'f')) {
		rc = boot_mounts_find(context->grub->root, context->grub->mounts, NULL,
				      wanted, &file, err);
		context->status = file ? GRUB_TRUE : GRUB_FALSE;
		if (!file)
			return rc;
	}
	return rc || !name ? rc : grub_set(context->environment, name, device, err);
}

/* load_env [-f FILE]: the environment block, by default that of the configuration. */
int grub_do_load_env(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	const char *name = grub_call_option(call, "--file", "-f");
	_cleanup_free_ char *path = NULL, *text = NULL;
	int rc = name ? grub_find_file(context, name, &path, err)
		      : boot_text_set(&path, err, "%s/grubenv", context->grub->directory);

	if (rc < 0)
		return rc;
	if (!path || root_read_file(context->grub->root, path, BOOT_CONFIG_MAX, &text,
				    NULL, NULL) < 0) {
		context->status = GRUB_FALSE;
		return 0;
	}
	return grub_environment_load(context->environment, text, err);
}

/*
 * The variable that an option names: --set=NAME, or --set and NAME as the next word; the
 * same for the other names. NULL for other words, and if next is NULL.
 */
static const char *option_variable(const char *word, const char *next)
{
	static const char *const names[] = { "--set", "--output", "-s", "-o", "-v" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (!strncmp(word, names[i], length) && word[length] == '=')
			return word + length + 1;
		if (!strcmp(word, names[i]))
			return next;
	}
	return NULL;
}

/* Commands with a result that only GRUB has, which options put into variables. */
int grub_do_unknown(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	size_t i;
	int rc = 0;

	context->status = GRUB_UNKNOWN;
	if (!strcmp(call->argv[0], "hwmatch"))
		return grub_set(context->environment, "match", NULL, err);
	for (i = 1; i < call->argc && !rc; i++) {
		const char *next = i + 1 < call->argc ? call->argv[i + 1] : NULL;
		const char *name = option_variable(call->argv[i], next);

		/* regexp --set 1:NAME */
		if (name && strchr(name, ':'))
			name = strchr(name, ':') + 1;
		if (name)
			rc = grub_set(context->environment, name, NULL, err);
	}
	return rc;
}

int grub_do_unknown_words(struct grub_context *context, const struct grub_call *call,
			  struct error *err)
{
	context->status = GRUB_UNKNOWN;
	return grub_forget_words(context, call, err);
}

int grub_forget_set(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	return assign(context, assignment(call), true, err);
}

int grub_forget_search(struct grub_context *context, const struct grub_call *call,
		       struct error *err)
{
	const char *name = search_variable(call);

	return name ? grub_set(context->environment, name, NULL, err) : 0;
}

int grub_forget_words(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 1; i < call->argc && !rc; i++)
		rc = grub_set(context->environment, call->argv[i], NULL, err);
	return rc;
}
