// SPDX-License-Identifier: GPL-2.0-only
/* Prepares a load up to the system call, and counts the memory that it needs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check/check_internal.h"
#include "files/pe.h"
#include "load/kexec_file_load.h"
#include "load/load.h"

/* Finds out whether the kernel file has a signature that kexec_file_load checks. */
static int read_signature(const struct kernel_file *kernel, struct check_fact *fact)
{
	_cleanup_error_ struct error why = { 0 };
	bool has_signature = false;
	struct pe pe;
	int rc;

	if (!kernel->path)
		return 0;
	rc = pe_open(kernel, &pe, &why);
	if (!rc)
		rc = pe_has_signature(&pe, &has_signature, &why);
	if (rc == -ENOMEM)
		return -ENOMEM;
	if (rc == -ENOEXEC)
		return check_fact_set(fact, CHECK_NO, "it is not an EFI program");
	if (rc < 0)
		return check_fact_set(fact, CHECK_UNKNOWN, "%s",
				      why.message ? why.message : strerror(-rc));
	fact->answer = has_signature ? CHECK_YES : CHECK_NO;
	return 0;
}

/*
 * The kernel allocates a page for each page of a segment (kimage_load_normal_segment()).
 * It allocates none for a crash kernel, whose memory is reserved. kexec_file_load also
 * keeps the files in memory while it makes segments from them.
 */
static void count_memory(const struct load *load, const struct boot_files *files,
			 enum load_method method, struct check_load *result)
{
	size_t i;

	for (i = 0; i < load->image.segment_count; i++)
		result->segments +=
			load->image.segments[i].end - load->image.segments[i].start;
	if (load->image.purpose == IMAGE_CRASH)
		return;
	result->needed = result->segments;
	if (method == LOAD_METHOD_KEXEC_FILE_LOAD)
		result->needed += files->kernel.size + files->initrd.size;
}

static int take_warnings(const struct load *load, struct check_load *result)
{
	size_t i;

	for (i = 0; i < load->image.warnings.count; i++)
		if (string_list_add(&result->warnings, "%s",
				    load->image.warnings.items[i]) < 0)
			return -ENOMEM;
	return 0;
}

static int set_error(struct check_load *result, int rc, struct error *why)
{
	result->error = why->message ? take_pointer(why->message) : strdup(strerror(-rc));
	return result->error ? 0 : -ENOMEM;
}

int check_load_open(struct check_facts *facts)
{
	struct check_load *result = &facts->load;
	_cleanup_error_ struct error why = { 0 };
	int rc = load_inputs_open_files(NULL, &facts->inputs, &why);

	result->asked = true;
	if (rc == -ENOMEM)
		return rc;
	return rc < 0 ? set_error(result, rc, &why) : 0;
}

static const struct check_fact *answer_of(const struct check_facts *facts,
					  enum load_method method)
{
	switch (method) {
	case LOAD_METHOD_KEXEC_LOAD:
		return &facts->loading.kexec_load;
	case LOAD_METHOD_XEN:
		return &facts->loading.kexec_op;
	case LOAD_METHOD_KEXEC_FILE_LOAD:
		break;
	}
	return &facts->loading.kexec_file_load;
}

/*
 * Sets the error of a load that ends with a call that the kernel refuses, as with -c
 * under lockdown. If it refuses both calls, that is a finding of its own. Returns 0 or
 * -ENOMEM.
 */
static int set_refusal(const struct check_facts *facts, enum load_method method,
		       struct check_load *result)
{
	const struct check_fact *answer = answer_of(facts, method);
	char *text;

	if (result->error || answer->answer != CHECK_NO ||
	    answer_of(facts, load_method_other(method))->answer == CHECK_NO)
		return 0;
	if (asprintf(&text, "%s: %s", load_method_name(method), answer->reason) < 0)
		return -ENOMEM;
	result->error = text;
	return 0;
}

enum load_method check_expected_call(const struct check_facts *facts)
{
	const struct load_order *order = &facts->order;
	enum load_method other = load_method_other(order->first);

	return answer_of(facts, order->first)->answer == CHECK_NO && order->has_second &&
			       answer_of(facts, other)->answer != CHECK_NO
		       ? other
		       : order->first;
}

/*
 * Whether the image of our own can be made, which also shows how much memory a load
 * needs.
 */
static int try_image(const struct load_inputs *inputs, enum load_method method,
		     struct check_load *result, struct error *why)
{
	_cleanup_load_ struct load load = { 0 };
	int rc = load_prepare(inputs, &load, why);

	if (rc == -ENOMEM)
		return rc;
	if (method != LOAD_METHOD_KEXEC_FILE_LOAD && take_warnings(&load, result) < 0)
		return -ENOMEM;
	if (!rc)
		count_memory(&load, &inputs->files, method, result);
	result->has_record = !rc && method != LOAD_METHOD_KEXEC_FILE_LOAD &&
			     load.image.record.place;
	return rc;
}

static int try_files(const struct load_inputs *inputs, struct error *why)
{
	_cleanup_file_load_ struct file_load load = { 0 };

	return file_load_prepare(inputs, &load, why);
}

/* As load_action: where no image can be made, kexec_file_load may do without one. */
static int try_calls(const struct check_facts *facts, enum load_method *method,
		     struct check_load *result, struct error *why)
{
	const struct load_inputs *inputs = &facts->inputs;
	int rc = try_image(inputs, *method, result, why);

	if (rc == -ENOMEM)
		return rc;
	if (rc < 0 && *method == LOAD_METHOD_KEXEC_LOAD &&
	    facts->loading.kexec_file_load.answer != CHECK_NO &&
	    load_order_does_without_image(&facts->order, inputs, -rc))
		*method = LOAD_METHOD_KEXEC_FILE_LOAD;
	if (*method != LOAD_METHOD_KEXEC_FILE_LOAD)
		return rc;
	rc = load_losses_require_efi(&facts->losses, &inputs->options, *method, why);
	return rc ? rc : try_files(inputs, why);
}

int check_load_try(struct check_facts *facts, struct error *err)
{
	struct check_load *result = &facts->load;
	enum load_method method = check_expected_call(facts);
	_cleanup_error_ struct error why = { 0 };
	int rc = 0;

	if (!result->error)
		rc = try_calls(facts, &method, result, &why);
	result->call = load_method_name(method);
	if (rc == -ENOMEM ||
	    read_signature(&facts->inputs.files.kernel, &result->signature) < 0 ||
	    (rc < 0 && set_error(result, rc, &why) < 0) ||
	    set_refusal(facts, method, result) < 0)
		return error_no_memory(err);
	return 0;
}
