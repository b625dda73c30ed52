// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any text as the running kernel's command line. Reusing it twice must be the
 * same as once, nothing may be added, and the names that are not reused must be gone.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "BOOT_IMAGE", "initrd", "a", NULL };
	_cleanup_free_ char *line = strndup((const char *)data, size);
	_cleanup_free_ char *once = NULL, *twice = NULL, *built = NULL, *appended = NULL;
	size_t length;

	must(line && !command_line_remove(line, names, &once, NULL));
	length = strlen(once);
	must(length <= strlen(line));
	/* An open quotation at the end may hold any blanks. */
	if (length && !strchr(line, '"'))
		must(once[0] != ' ' && once[length - 1] != ' ' && !strstr(once, "  "));
	must(!command_line_remove(once, names, &twice, NULL) && !strcmp(once, twice));
	must(strncmp(once, "BOOT_IMAGE=", 11) && strncmp(once, "a=", 2));

	must(!command_line_reuse(line, true, &built, NULL));
	must(strlen(built) <= strlen(line));
	must(!command_line_has(built, "crashkernel") &&
	     !command_line_has(built, "initrd"));
	must(!command_line_join(built, "x", &appended, NULL));
	must(strlen(appended) == strlen(built) + (*built ? 2 : 1));
	/* Inside of a quotation that is never closed, x is not a word of its own. */
	if (!strchr(built, '"'))
		must(command_line_has(appended, "x"));
	return 0;
}
