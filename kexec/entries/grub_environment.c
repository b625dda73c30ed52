// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's variables. */
#include "entries/grub_environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct grub_variable *find(const struct grub_environment *environment,
				  const char *name)
{
	size_t i;

	for (i = 0; i < environment->count; i++)
		if (!strcmp(environment->items[i].name, name))
			return &environment->items[i];
	return NULL;
}

static int add(struct grub_environment *environment, const char *name,
	       struct grub_variable **variable, struct error *err)
{
	struct grub_variable *items;

	if (environment->count == GRUB_VARIABLES_MAX)
		return error_set(err, EFBIG, "GRUB: more than %u variables",
				 GRUB_VARIABLES_MAX);
	items = reallocarray(environment->items, environment->count + 1, sizeof(*items));
	if (!items)
		return error_no_memory(err);
	environment->items = items;
	*variable = &items[environment->count];
	**variable = (struct grub_variable){ .name = strdup(name) };
	if (!(*variable)->name)
		return error_no_memory(err);
	environment->count++;
	return 0;
}

int grub_set(struct grub_environment *environment, const char *name, const char *value,
	     struct error *err)
{
	struct grub_variable *variable = find(environment, name);
	char *copy = NULL;
	int rc = variable ? 0 : add(environment, name, &variable, err);

	if (rc < 0)
		return rc;
	if (value) {
		copy = strdup(value);
		if (!copy)
			return error_no_memory(err);
	}
	free(variable->value);
	variable->value = copy;
	return 0;
}

void grub_unset(struct grub_environment *environment, const char *name)
{
	struct grub_variable *variable = find(environment, name);

	if (!variable)
		return;
	free(variable->name);
	free(variable->value);
	*variable = environment->items[--environment->count];
}

void grub_export(struct grub_environment *environment, const char *name)
{
	struct grub_variable *variable = find(environment, name);

	if (variable)
		variable->exported = true;
}

const char *grub_get(const struct grub_environment *environment, const char *name)
{
	const struct grub_variable *variable = find(environment, name);

	return variable ? variable->value : "";
}

int grub_environment_copy(const struct grub_environment *environment, bool exported_only,
			  struct grub_environment *copy, struct error *err)
{
	size_t i;

	for (i = 0; i < environment->count; i++) {
		const struct grub_variable *variable = &environment->items[i];
		int rc;

		if (exported_only && !variable->exported)
			continue;
		rc = grub_set(copy, variable->name, variable->value, err);
		if (rc < 0)
			return rc;
		if (variable->exported)
			grub_export(copy, variable->name);
	}
	return 0;
}

/* Undoes the escapes of a value in place: a backslash protects the next character. */
static void unescape(char *value)
{
	char *to = value;

	for (; *value; value++) {
		if (*value == '\\' && value[1])
			value++;
		*to++ = *value;
	}
	*to = '\0';
}

int grub_environment_load(struct grub_environment *environment, const char *text,
			  struct error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;

	if (!copy)
		return error_no_memory(err);
	while ((line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');
		int rc;

		if (*line == '#' || !value || value == line)
			continue;
		*value++ = '\0';
		unescape(value);
		rc = grub_set(environment, line, value, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void grub_environment_clear(struct grub_environment *environment)
{
	size_t i;

	for (i = 0; i < environment->count; i++) {
		free(environment->items[i].name);
		free(environment->items[i].value);
	}
	free(environment->items);
	*environment = (struct grub_environment){ 0 };
}

void grub_words_clear(struct grub_words *words)
{
	string_list_clear(&words->list);
	free(words->unknown);
	*words = (struct grub_words){ 0 };
}
