// SPDX-License-Identifier: GPL-2.0-only
/* A load that stops before the system call, and what it would need. */
#include <errno.h>
#include <string.h>

#include "check/check_internal.h"
#include "files/pe.h"
#include "load/load.h"
#include "load/load_method.h"

/* Whether the file, as kexec_file_load would read it, carries a signature. */
static int read_signature(const char *path, struct check_fact *fact)
{
	_cleanup_kernel_file_ struct kernel_file file = { 0 };
	_cleanup_error_ struct error why = { 0 };
	bool has_signature = false;
	struct pe pe;
	int rc = kernel_file_open(path, "kernel", KERNEL_FILE_AS_IS, &file, &why);

	if (!rc)
		rc = pe_open(&file, &pe, &why);
	if (!rc)
		rc = pe_has_signature(&pe, &has_signature, &why);
	if (rc == -ENOMEM)
		return -ENOMEM;
	if (rc == -ENOEXEC)
		return check_fact_set(fact, CHECK_NO, "it is no EFI program");
	if (rc < 0)
		return check_fact_set(fact, CHECK_UNKNOWN, "%s",
				      why.message ? why.message : strerror(-rc));
	fact->answer = has_signature ? CHECK_YES : CHECK_NO;
	return 0;
}

/*
 * The kernel allocates a page for each page of a segment, whatever it holds
 * (kimage_load_normal_segment()); a crash image goes to memory that is reserved already.
 * kexec_file_load also reads the files as they are, before it makes segments of them.
 */
static void count_memory(const struct load *load, bool files, struct check_load *result)
{
	size_t i;

	for (i = 0; i < load->image.segment_count; i++)
		result->segments +=
			load->image.segments[i].end - load->image.segments[i].start;
	if (load->image.purpose == IMAGE_CRASH)
		return;
	result->needed = result->segments;
	if (files)
		result->needed += load->files.kernel.size + load->files.initrd.size;
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

int check_load_try(const struct options *options, const struct root *root,
		   struct check_facts *facts, struct error *err)
{
	struct load_order order = load_order_choose(options, root);
	struct check_load *result = &facts->load;
	_cleanup_error_ struct error why = { 0 };
	_cleanup_load_ struct load load = { 0 };
	bool files = order.first == LOAD_METHOD_KEXEC_FILE_LOAD;
	int rc = load_prepare(options, root, &load, &why);

	if (rc == -ENOMEM)
		return error_no_memory(err);
	result->asked = true;
	result->call = files ? "kexec_file_load" : "kexec_load";
	if (take_warnings(&load, result) < 0 ||
	    read_signature(options->kernel, &result->signature) < 0)
		return error_no_memory(err);
	if (rc < 0)
		result->error = why.message ? take_pointer(why.message)
					    : strdup(strerror(-rc));
	else
		count_memory(&load, files, result);
	return 0;
}
