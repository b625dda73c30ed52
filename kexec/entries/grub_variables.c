// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's commands that set variables, also to values that only GRUB knows. */
#include "entries/grub_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* set NAME=VALUE, and NAME=VALUE without set */
int grub_do_set(struct grub_context *context, const struct grub_call *call,
		struct error *err)
{
	const char *word = call->argv[call->argc > 1 && !strcmp(call->argv[0], "set")];
	const char *value = strchr(word, '=');
	_cleanup_free_ char *name = NULL;

	if (!value)
		return 0;
	name = strndup(word, (size_t)(value - word));
	if (!name)
		return error_no_memory(err);
	return grub_set(context->environment, name,
			call->words->unknown ? NULL : value + 1, err);
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

/* search: a device's name is known to GRUB only; its UUID stands for it. */
int grub_do_search(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	const char *name = grub_call_option(call, "--set", "-s");
	_cleanup_free_ char *device = NULL, *file = NULL;
	const char *wanted = call->argv[call->argc - 1];
	bool by_uuid = false, by_file = false;
	size_t i;
	int rc;

	for (i = 1; i < call->argc; i++) {
		by_uuid |= !strcmp(call->argv[i], "--fs-uuid") ||
			   !strcmp(call->argv[i], "-u");
		by_file |= !strcmp(call->argv[i], "--file") ||
			   !strcmp(call->argv[i], "-f");
	}
	if (!name)
		name = "root";
	rc = boot_text_set(&device, err, "%c%s", GRUB_DEVICE_MARK, by_uuid ? wanted : "");
	if (!rc && by_file) {
		rc = boot_mounts_find(context->grub->root, context->grub->mounts, NULL,
				      wanted, &file, err);
		context->status = file ? GRUB_TRUE : GRUB_FALSE;
		if (!file)
			return rc;
	}
	return rc ? rc : grub_set(context->environment, name, device, err);
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

/* Commands with a result that only GRUB has, which may be put into a variable. */
int grub_do_unknown(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	const char *name = grub_call_option(call, "--set", "-s");
	int rc = 0;

	context->status = GRUB_UNKNOWN;
	if (!strcmp(call->argv[0], "hwmatch"))
		name = "match";
	if (!strcmp(call->argv[0], "read") && call->argc > 1)
		name = call->argv[1];
	/* regexp --set=1:NAME */
	if (name && strchr(name, ':'))
		name = strchr(name, ':') + 1;
	if (name)
		rc = grub_set(context->environment, name, NULL, err);
	return rc;
}
