// SPDX-License-Identifier: GPL-2.0-only
/* Prepares a load up to the system call, and counts the memory that it needs. */
#include <errno.h>
#include <string.h>

#include "check/check_internal.h"
#include "files/pe.h"
#include "load/load.h"
#include "load/load_method.h"

/* Finds out whether the kernel file has a signature that kexec_file_load checks. */
static int read_signature(const struct kernel_file *kernel, struct check_fact *fact)
{
	_cleanup_error_ struct error why = { 0 };
	bool has_signature = false;
	struct pe pe;
	int rc = pe_open(kernel, &pe, &why);

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

static int try_load(const struct load_inputs *inputs, enum load_method method,
		    struct check_load *result, struct error *err)
{
	_cleanup_load_ struct load load = { 0 };
	int rc = load_prepare(inputs, &load, err);

	if (take_warnings(&load, result) < 0 ||
	    read_signature(&inputs->files.kernel, &result->signature) < 0)
		return -ENOMEM;
	if (!rc)
		count_memory(&load, &inputs->files, method, result);
	return rc;
}

int check_load_try(const struct options *options, struct check_facts *facts,
		   struct error *err)
{
	struct check_load *result = &facts->load;
	_cleanup_error_ struct error why = { 0 };
	int rc = load_inputs_open_files(options, NULL, &facts->inputs, &why);
	struct load_order order = load_order_choose(&facts->inputs);

	result->asked = true;
	result->call = load_method_name(order.first);
	if (!rc)
		rc = try_load(&facts->inputs, order.first, result, &why);
	if (rc == -ENOMEM)
		return error_no_memory(err);
	if (rc < 0)
		result->error = why.message ? take_pointer(why.message)
					    : strdup(strerror(-rc));
	return 0;
}
