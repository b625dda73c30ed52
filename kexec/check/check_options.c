// SPDX-License-Identifier: GPL-2.0-only
/* The options of the running kernel that matter to kexec. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/check_internal.h"
#include "files/uncompress.h"

#define CONFIG_BYTES_MAX (4u << 20)

/*
 * visible: a file that exists only if the kernel has the option. On a live machine, the
 * option is missing if the file is.
 */
static const struct {
	const char *name;
	const char *visible;
} options[CHECK_OPTIONS] = {
	{ "KEXEC", NULL },
	{ "KEXEC_FILE", NULL },
	{ "KEXEC_SIG", NULL },
	{ "FIRMWARE_MEMMAP", "sys/firmware/memmap" },
	{ "EFI_RUNTIME_MAP", "sys/firmware/efi/runtime-map" },
	/* Has a file only in a capture kernel. That is mostly the same kernel. */
	{ "CRASH_DUMP", NULL },
	{ "PROC_KCORE", "proc/kcore" },
};

enum check_answer check_config_option(const char *text, const char *name)
{
	size_t length = strlen(name);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		/* "CONFIG_NAME=y" or "=m"; an option without such a line is not set. */
		if (starts_with(line, "CONFIG_") && !strncmp(line + 7, name, length) &&
		    line[7 + length] == '=')
			return line[8 + length] == 'y' || line[8 + length] == 'm'
				       ? CHECK_YES
				       : CHECK_NO;
	}
	return strstr(text, "CONFIG_") ? CHECK_NO : CHECK_UNKNOWN;
}

/* Reads /proc/config.gz. *text stays NULL if that is missing or cannot be unpacked. */
static int read_compressed(const struct root *root, char **text)
{
	_cleanup_close_ int fd = root_openat(root, "proc/config.gz", NULL);
	_cleanup_close_ int plain = -1;
	_cleanup_free_ char *made = NULL;
	const char *format = NULL;
	struct stat status;
	uint64_t size = 0;

	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size <= 0 ||
	    uncompress_file(fd, (uint64_t)status.st_size, CONFIG_BYTES_MAX, NULL, &plain,
			    &size, &format, NULL) < 0 ||
	    plain < 0)
		return 0;
	made = calloc(1, (size_t)size + 1);
	if (!made)
		return -ENOMEM;
	if (!read_exactly(plain, made, (size_t)size, 0))
		*text = take_pointer(made);
	return 0;
}

/* Reads the first configuration that exists; *path is its path, for output. */
static int read_config(const struct root *root, const char *release, char **text,
		       char **path)
{
	static const char *const places[] = { "boot/config-%s", "lib/modules/%s/config" };
	size_t i;

	/* A release must be a single path component, so refuse slashes. */
	for (i = 0; release && !strchr(release, '/') && i < 2; i++) {
		_cleanup_free_ char *place = NULL;
		const char *hole = strstr(places[i], "%s");

		if (asprintf(&place, "/%.*s%s%s", (int)(hole - places[i]), places[i],
			     release, hole + 2) < 0) {
			place = NULL;
			return -ENOMEM;
		}
		if (!root_read_file(root, place + 1, CONFIG_BYTES_MAX, text, NULL,
				    NULL)) {
			*path = take_pointer(place);
			return 0;
		}
	}
	if (read_compressed(root, text) < 0)
		return -ENOMEM;
	if (*text) {
		*path = strdup("/proc/config.gz");
		return *path ? 0 : -ENOMEM;
	}
	return 0;
}

static enum check_answer decide(const struct root *root, size_t index, const char *config)
{
	const char *visible = options[index].visible;
	enum check_answer answer = CHECK_UNKNOWN;

	if (visible && root_exists(root, visible))
		return CHECK_YES;
	if (config)
		answer = check_config_option(config, options[index].name);
	/* Without EFI a missing runtime map says nothing about the option. */
	if (answer == CHECK_UNKNOWN && visible && root->live &&
	    (!strstr(visible, "/efi/") || root_exists(root, "sys/firmware/efi")))
		return CHECK_NO;
	return answer;
}

enum check_answer check_option(const struct check_loading *loading, const char *name)
{
	size_t i;

	for (i = 0; i < CHECK_OPTIONS; i++)
		if (loading->options[i].name && !strcmp(loading->options[i].name, name))
			return loading->options[i].answer;
	return CHECK_UNKNOWN;
}

int check_options_read(const struct root *root, const char *release,
		       struct check_loading *loading, struct error *err)
{
	_cleanup_free_ char *config = NULL;
	size_t i;

	if (read_config(root, release, &config, &loading->config_path) < 0)
		return error_no_memory(err);
	for (i = 0; i < CHECK_OPTIONS; i++)
		loading->options[i] = (struct check_option){
			options[i].name,
			decide(root, i, config),
		};
	return 0;
}
