// SPDX-License-Identifier: GPL-2.0-only
#include "load/load_summary.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/strings.h"

static void put_reason(FILE *stream, const struct load_inputs *inputs,
		       const struct load_order *order, enum load_method method)
{
	const char *call = load_method_name(method);

	if (method == order->first)
		fprintf(stream, "%s loads this kernel %s", call, order->reason);
	else if (load_only_shown(&inputs->options))
		fprintf(stream, "%s would come first %s; this image is for %s",
			load_method_name(order->first), order->reason, call);
	else
		fprintf(stream,
			"%s loads this kernel because %s, which comes first %s, did not",
			call, load_method_name(order->first), order->reason);
}

static void put_start(FILE *stream, const struct options *options)
{
	if (options->crash)
		fputs("; a panic of the running kernel starts it", stream);
	else if (options->preserve_context)
		fputs("; kexec -e starts it beside the running kernel", stream);
	else if (options->action == ACTION_LOAD)
		fputs("; kexec -e or systemctl kexec starts it", stream);
	else
		fputs("; then it is started", stream);
}

static void put_verifying(FILE *stream, const struct image_digest *digest)
{
	uint64_t milliseconds;

	if (!digest->algorithm) {
		fputs("; purgatory does not verify it (-i)", stream);
		return;
	}
	fputs("; purgatory verifies ", stream);
	print_size(stream, digest->bytes, 0);
	if (!digest->per_second) {
		fputs(" first, in an unknown time", stream);
		return;
	}
	milliseconds = (uint64_t)((long double)digest->bytes * 1000 / digest->per_second);
	fprintf(stream, " first, in about %llu.%03llu s (",
		(unsigned long long)(milliseconds / 1000),
		(unsigned long long)(milliseconds % 1000));
	print_size(stream, digest->per_second, 0);
	fputs("/s, measured during the load)", stream);
}

char *load_summary(const struct load_inputs *inputs, const struct load_order *order,
		   enum load_method method, const struct image *image)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	fputs("Summary: ", stream);
	put_reason(stream, inputs, order, method);
	put_start(stream, &inputs->options);
	if (image)
		put_verifying(stream, &image->digest);
	else
		fputs("; the running kernel's own code verifies it first, with SHA-256",
		      stream);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}
