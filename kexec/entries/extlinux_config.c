// SPDX-License-Identifier: GPL-2.0-only
/* Reads the text of a SYSLINUX configuration. */
#include "entries/extlinux_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/boot_entry.h"

#define BLANKS " \t"
/* SYSLINUX itself follows 16 levels of INCLUDE. More files must be an attack. */
#define DEPTH_MAX    16u
#define INCLUDED_MAX 256u

struct reader {
	const struct root *root;
	struct extlinux_config *config;
	struct extlinux_label
		*label; /* that the lines belong to; NULL before the first */
	const char *source;
	unsigned depth, included; /* files: within each other, and in all */
	bool in_help;		  /* between TEXT HELP and ENDTEXT */
};

static void clear_label(struct extlinux_label *label)
{
	free(label->name);
	free(label->title);
	free(label->source);
	free(label->kernel);
	free(label->append);
	free(label->other);
	free(label->device_tree);
	string_list_clear(&label->initrds);
}

void extlinux_config_clear(struct extlinux_config *config)
{
	size_t i;

	for (i = 0; i < config->count; i++)
		clear_label(&config->labels[i]);
	free(config->labels);
	free(config->append);
	free(config->default_label);
	free(config->timeout_label);
	string_list_clear(&config->missing);
	*config = (struct extlinux_config){ 0 };
}

/* Removes the last part of a path of length bytes. Returns the new length. */
static size_t parent(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

int extlinux_path(const char *source, const char *name, char **path, struct error *err)
{
	size_t length = parent(source, strlen(source)), part;
	_cleanup_free_ char *result = malloc(strlen(source) + strlen(name) + 2);

	*path = NULL;
	if (!result)
		return error_no_memory(err);
	memcpy(result, source, length);
	if (*name == '/')
		length = 0;
	for (; *name; name += part) {
		name += strspn(name, "/");
		part = strcspn(name, "/");
		if (part == 2 && !strncmp(name, "..", part)) {
			if (!length)
				return 0;
			length = parent(result, length);
		} else if (part && !(part == 1 && *name == '.')) {
			if (length)
				result[length++] = '/';
			memcpy(result + length, name, part);
			length += part;
		}
	}
	result[length] = '\0';
	*path = take_pointer(result);
	return 0;
}

static int add_label(struct reader *reader, const char *name, struct error *err)
{
	struct extlinux_config *config = reader->config;
	struct extlinux_label *larger, *label;

	if (config->count >= BOOT_ENTRIES_MAX)
		return error_set(err, EFBIG, "/%s: more than %u labels", reader->source,
				 BOOT_ENTRIES_MAX);
	larger = reallocarray(config->labels, config->count + 1, sizeof(*larger));
	if (!larger)
		return error_no_memory(err);
	config->labels = larger;
	label = &larger[config->count++];
	*label = (struct extlinux_label){ 0 };
	reader->label = label;
	if (boot_text_set(&label->source, err, "%s", reader->source) < 0)
		return -ENOMEM;
	return boot_text_set(&label->name, err, "%s", name);
}

/* Files are separated by commas. */
static int add_initrds(struct extlinux_label *label, const char *value, struct error *err)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *file;

	if (!copy)
		return error_no_memory(err);
	while ((file = strsep(&rest, ",")))
		if (*file && string_list_add(&label->initrds, "%s", file) < 0)
			return error_no_memory(err);
	return 0;
}

/* The mark "^" makes the character after it a hot key. */
static int set_title(struct extlinux_label *label, const char *value, struct error *err)
{
	const char *mark = strchr(value, '^');
	int before = mark ? (int)(mark - value) : 0;

	return boot_text_set(&label->title, err, "%.*s%s", before, value,
			     mark ? mark + 1 : value);
}

/* Returns the words behind a keyword at the beginning of text, or NULL. */
static const char *after_keyword(const char *text, const char *keyword)
{
	size_t length = strlen(keyword);

	if (strncasecmp(text, keyword, length) ||
	    (text[length] && !strchr(BLANKS, text[length])))
		return NULL;
	text += length;
	return text + strspn(text, BLANKS);
}

static int read_file(struct reader *reader, const char *path, struct error *err);

/* INCLUDE FILE [TAG]: a file that cannot be read is left out, as SYSLINUX does. */
static int include(struct reader *reader, const char *value, struct error *err)
{
	_cleanup_free_ char *name = strndup(value, strcspn(value, BLANKS));
	_cleanup_free_ char *path = NULL;
	const char *source = reader->source;
	int rc;

	if (!name)
		return error_no_memory(err);
	if (reader->depth >= DEPTH_MAX || ++reader->included > INCLUDED_MAX)
		return error_set(err, ELOOP, "/%s: too many files include each other",
				 source);
	rc = extlinux_path(source, name, &path, err);
	if (rc < 0)
		return rc;
	if (path) {
		reader->depth++;
		rc = read_file(reader, path, err);
		reader->depth--;
		reader->source = source;
		if (!rc || rc == -ELOOP || rc == -EFBIG || rc == -ENOMEM)
			return rc;
		if (err)
			error_clear(err);
	}
	return string_list_add(&reader->config->missing, "%s, which /%s includes", name,
			       source) < 0
		       ? error_no_memory(err)
		       : 0;
}

static int read_menu(struct reader *reader, const char *words, struct error *err)
{
	struct extlinux_label *label = reader->label;
	const char *value = after_keyword(words, "include");

	if (value)
		return include(reader, value, err);
	if (!label)
		return 0;
	if (after_keyword(words, "default"))
		label->is_menu_default = true;
	value = after_keyword(words, "label");
	return value ? set_title(label, value, err) : 0;
}

/* The keywords that are valid within a label only. */
static int read_label_line(struct extlinux_label *label, const char *keyword,
			   const char *value, struct error *err)
{
	static const char *const trees[] = { "fdt", "devicetree", "fdtdir",
					     "devicetreedir", "fdtoverlays" };
	static const char *const others[] = { "localboot", "com32",   "boot",
					      "bss",	   "pxe",     "fdimage",
					      "config",	   "comboot", "fit" };
	size_t i;

	if (!strcasecmp(keyword, "linux") || !strcasecmp(keyword, "kernel")) {
		label->by_name = !strcasecmp(keyword, "kernel");
		return boot_text_set(&label->kernel, err, "%s", value);
	}
	if (!strcasecmp(keyword, "initrd"))
		return add_initrds(label, value, err);
	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		if (!strcasecmp(keyword, trees[i]))
			return boot_text_set(&label->device_tree, err, "%s", value);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcasecmp(keyword, others[i]))
			return boot_text_set(&label->other, err, "%s", keyword);
	return 0;
}

/* line: without blanks at its ends, not empty. */
static int read_line(struct reader *reader, char *line, struct error *err)
{
	struct extlinux_config *config = reader->config;
	char *value = line + strcspn(line, BLANKS);

	if (*value)
		*value++ = '\0';
	value += strspn(value, BLANKS);
	if (reader->in_help || !strcasecmp(line, "text")) {
		reader->in_help = strcasecmp(line, "endtext") != 0;
		return 0;
	}
	if (!strcasecmp(line, "menu"))
		return read_menu(reader, value, err);
	if (!strcasecmp(line, "include"))
		return include(reader, value, err);
	if (!strcasecmp(line, "label"))
		return add_label(reader, value, err);
	if (!strcasecmp(line, "default"))
		return boot_text_set(&config->default_label, err, "%s", value);
	if (!strcasecmp(line, "ontimeout"))
		return boot_text_set(&config->timeout_label, err, "%s", value);
	/* A lone "-" stands for an empty command line. */
	if (!strcasecmp(line, "append"))
		return boot_text_set(reader->label ? &reader->label->append
						   : &config->append,
				     err, "%s", strcmp(value, "-") ? value : "");
	return reader->label ? read_label_line(reader->label, line, value, err) : 0;
}

static int read_file(struct reader *reader, const char *path, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	int rc = root_read_file(reader->root, path, BOOT_CONFIG_MAX, &text, NULL, err);

	if (rc < 0)
		return rc;
	reader->source = path;
	rest = text;
	while (!rc && (line = strsep(&rest, "\n\r"))) {
		size_t length;

		line += strspn(line, BLANKS);
		length = strlen(line);
		while (length && strchr(BLANKS, line[length - 1]))
			line[--length] = '\0';
		if (length && *line != '#')
			rc = read_line(reader, line, err);
	}
	return rc;
}

int extlinux_config_read(const struct root *root, const char *path,
			 struct extlinux_config *config, struct error *err)
{
	struct reader reader = { .root = root, .config = config };

	return read_file(&reader, path, err);
}
