// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer: any bytes as the files that --check reads: a kernel configuration, a file of
 * /sys/firmware/acpi/tables, a signed kernel.
 */
#include "check/check_internal.h"
#include "files/pe.h"
#include "fuzz.h"

static void check_signature(const uint8_t *data, size_t size)
{
	_cleanup_kernel_file_ struct kernel_file kernel = { 0 };
	bool has_signature;
	struct pe pe;

	must(!fuzz_open(data, size, KERNEL_FILE_AS_IS, &kernel));
	if (pe_open(&kernel, &pe, NULL) < 0)
		return;
	/* The offset is inside of the file, so it can be read. */
	must(pe.optional_header <= pe.table && pe.table <= size);
	must(!pe_has_signature(&pe, &has_signature, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	/* A buffer of exactly this length, so that ASan notices a byte too far. */
	_cleanup_free_ uint8_t *table = malloc(size ? size : 1);

	must(text && table);
	must(check_config_option(text, "KEXEC") <= CHECK_YES);
	memcpy(table, data, size);
	if (!check_acpi_table("DSDT", table, size))
		must(size >= 36 && !memcmp(data, "DSDT", 4));
	if (size)
		check_signature(data, size);
	return 0;
}
