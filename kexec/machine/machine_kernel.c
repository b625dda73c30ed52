// SPDX-License-Identifier: GPL-2.0-only
/* Facts about the running kernel, each from a small file. */
#include "machine/machine_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "xen/xen_calls.h"

#define COMMAND_LINE_PATH  "proc/cmdline"
#define COMMAND_LINE_LIMIT (1u << 20)
#define LOCKDOWN_PATH	   "sys/kernel/security/lockdown"
#define MEMINFO_PATH	   "proc/meminfo"
#define RELEASE_PATH	   "proc/sys/kernel/osrelease"
#define BOOT_ID_PATH	   "proc/sys/kernel/random/boot_id"

char *machine_read_lockdown(const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	const char *open, *close;

	if (root_read_file(root, LOCKDOWN_PATH, 4096, &text, NULL, NULL) < 0)
		return NULL;
	open = strchr(text, '[');
	if (!open)
		return NULL;
	open++;
	close = strchr(open, ']');
	if (!close || close == open)
		return NULL;
	return strndup(open, (size_t)(close - open));
}

bool machine_is_locked_down(const char *level)
{
	return level && strcmp(level, "none") != 0;
}

int machine_read_command_line(const struct root *root, char **command_line,
			      struct error *err)
{
	int rc = root_read_file(root, COMMAND_LINE_PATH, COMMAND_LINE_LIMIT, command_line,
				NULL, err);

	if (!rc)
		(*command_line)[strcspn(*command_line, "\n")] = '\0';
	return rc;
}

/*
 * The number at the start of the text, which has at most so many digits, and the text
 * behind it. Returns -EINVAL if the text does not begin with one. sscanf would draw
 * floating point into a static program.
 */
static int leading_number(const char *text, size_t digits_max, uint64_t *value,
			  const char **end)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > digits_max)
		return -EINVAL;
	*value = strtoull(text, NULL, 10);
	*end = text + digits;
	return 0;
}

/* Parses the start of "6.1.0-56-cloud-amd64". */
static int parse_release(const char *text, unsigned *major, unsigned *minor)
{
	uint64_t first, second;

	if (leading_number(text, 3, &first, &text) < 0 || *text != '.' ||
	    leading_number(text + 1, 3, &second, &text) < 0)
		return -EINVAL;
	*major = (unsigned)first;
	*minor = (unsigned)second;
	return 0;
}

/* Returns a file's first line, to be freed; NULL if it cannot be read. */
static char *read_first_line(const struct root *root, const char *path)
{
	char *line;

	if (root_read_file(root, path, 4096, &line, NULL, NULL) < 0)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

char *machine_read_release(const struct root *root)
{
	return read_first_line(root, RELEASE_PATH);
}

char *machine_read_boot_id(const struct root *root)
{
	return read_first_line(root, BOOT_ID_PATH);
}

bool machine_kernel_is_older(const char *release, unsigned major, unsigned minor)
{
	unsigned running_major, running_minor;

	if (!release || parse_release(release, &running_major, &running_minor) < 0)
		return true;
	return running_major < major || (running_major == major && running_minor < minor);
}

char *machine_read_meminfo(const struct root *root)
{
	char *text;

	return root_read_file(root, MEMINFO_PATH, 65536, &text, NULL, NULL) < 0 ? NULL
										: text;
}

bool machine_find_meminfo(const char *meminfo, const char *name, uint64_t *bytes)
{
	size_t length = strlen(name);
	const char *line;

	for (line = meminfo; line; line = strchr(line, '\n')) {
		const char *value;
		uint64_t kibibytes;

		line += *line == '\n';
		if (strncmp(line, name, length) || line[length] != ':')
			continue;
		value = line + length + 1;
		value += strspn(value, " \t");
		if (!leading_number(value, 18, &kibibytes, &value))
			return multiply_u64(kibibytes, 1024, bytes);
	}
	return false;
}

/* Reads the first path that holds a number, because kernels use different names. */
static void read_status(const struct root *root, const char *const *paths, bool *known,
			bool *loaded)
{
	uint64_t value;

	for (; *paths; paths++) {
		if (root_read_u64(root, *paths, &value, NULL) < 0)
			continue;
		*known = true;
		*loaded = value != 0;
		return;
	}
}

/* In a dom0, kernels are loaded into the hypervisor, of which Linux does not know. */
static void ask_xen(struct machine_status *status)
{
	int rc = xen_is_loaded(false, &status->normal_loaded, &status->no_answer);

	status->xen_dom0 = true;
	if (!rc)
		rc = xen_is_loaded(true, &status->crash_loaded, &status->no_answer);
	status->normal_known = status->crash_known = !rc;
}

void machine_status_clear(struct machine_status *status)
{
	error_clear(&status->no_answer);
	*status = (struct machine_status){ 0 };
}

void machine_read_status(const struct root *root, enum xen_role xen,
			 struct machine_status *status)
{
	static const char *const normal[] = { "sys/kernel/kexec_loaded",
					      "sys/kernel/kexec/loaded", NULL };
	static const char *const crash[] = { "sys/kernel/kexec_crash_loaded",
					     "sys/kernel/kexec/crash_loaded", NULL };

	*status = (struct machine_status){ 0 };
	if (root->live && xen == XEN_ROLE_DOM0) {
		ask_xen(status);
		return;
	}
	read_status(root, normal, &status->normal_known, &status->normal_loaded);
	read_status(root, crash, &status->crash_known, &status->crash_loaded);
}
