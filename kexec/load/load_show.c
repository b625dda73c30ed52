// SPDX-License-Identifier: GPL-2.0-only
#include "load/load_show.h"

#include "plan/plan.h"
#include "util/terminal.h"

int load_print_plan(FILE *stream, const struct load_inputs *inputs,
		    const struct image *image, struct error *err)
{
	struct terminal terminal = terminal_find(fileno(stream));

	return plan_print_text(stream, &terminal, &inputs->machine, image, err);
}

static int print_plan(const struct load_inputs *inputs, const struct image *image,
		      struct error *err)
{
	switch (inputs->options.dry_run) {
	case DRY_RUN_TEXT:
		return load_print_plan(stdout, inputs, image, err);
	case DRY_RUN_JSON:
		return plan_print_json(stdout, &inputs->machine, image, err);
	case DRY_RUN_SVG:
		return plan_print_svg(stdout, &inputs->machine, image, err);
	case DRY_RUN_NO:
		break;
	}
	return 0;
}

int load_show(const struct load_inputs *inputs, const struct image *image,
	      struct error *err)
{
	const char *directory = inputs->options.dump_image;
	int rc = 0;

	if (directory)
		rc = plan_dump(directory, &inputs->machine, image, err);
	return rc < 0 ? rc : print_plan(inputs, image, err);
}
