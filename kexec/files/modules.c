// SPDX-License-Identifier: GPL-2.0-only
/* Opens the files of --module. */
#include "files/modules.h"

#include <stdlib.h>
#include <string.h>

int modules_open(const struct options *options, struct modules *modules,
		 struct error *err)
{
	size_t i;

	modules->items = calloc(options->module_count + 1, sizeof(*modules->items));
	if (!modules->items)
		return error_no_memory(err);
	for (i = 0; i < options->module_count; i++) {
		const char *text = options->modules[i];
		struct module *module = &modules->items[modules->count++];
		_cleanup_free_ char *path = strndup(text, strcspn(text, " "));
		int rc;

		if (!path)
			return error_no_memory(err);
		module->text = text;
		rc = kernel_file_open(path, "module", KERNEL_FILE_UNCOMPRESS,
				      &module->file, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void modules_close(struct modules *modules)
{
	size_t i;

	for (i = 0; i < modules->count; i++)
		kernel_file_close(&modules->items[i].file);
	free(modules->items);
	*modules = (struct modules){ 0 };
}

int modules_require_unchanged(const struct modules *modules, struct error *err)
{
	size_t i;

	for (i = 0; i < modules->count; i++) {
		int rc = kernel_file_require_unchanged(&modules->items[i].file, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}
