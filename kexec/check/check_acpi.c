// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI tables as the running kernel maps them: /sys/firmware/acpi/tables shows the
 * firmware's memory even if /dev/mem does not (CONFIG_IO_STRICT_DEVMEM).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check/check_internal.h"
#include "util/bytes.h"
#include "util/directory.h"

#define TABLES_PATH	"sys/firmware/acpi/tables"
#define TABLE_BYTES_MAX (16u << 20)

/* ACPI 6.5, 5.2.6: signature, length, revision, checksum, … */
#define HEADER_BYTES 36u

const char *check_acpi_table(const char *name, const void *data, size_t size)
{
	struct bytes bytes = { data, size };
	uint32_t length = 0;
	uint8_t sum = 0;
	size_t i;

	if (size < HEADER_BYTES)
		return "is shorter than its header";
	/* A file's name is the signature, with a number if there are several. */
	if (strncmp(name, data, 4) != 0)
		return "has another signature";
	bytes_u32(bytes, 4, &length);
	if (length != size)
		return "is not as long as its header says";
	/* The only table without a checksum (5.2.10). */
	if (!memcmp(data, "FACS", 4))
		return NULL;
	for (i = 0; i < size; i++)
		sum += bytes.data[i];
	return sum ? "has a wrong checksum" : NULL;
}

static int check_file(const struct root *root, const char *name, size_t *count,
		      char **problem, struct error *err)
{
	_cleanup_free_ char *data = NULL;
	const char *wrong;
	size_t size = 0;
	int rc = root_readf_file(root, TABLE_BYTES_MAX, &data, &size, err, "%s/%s",
				 TABLES_PATH, name);

	/*
	 * Skip the directories "dynamic" and "data": the firmware's tables are elsewhere.
	 */
	if (rc == -EISDIR)
		return 0;
	if (rc < 0)
		return rc;
	++*count;
	wrong = check_acpi_table(name, data, size);
	if (!wrong || *problem)
		return 0;
	if (asprintf(problem, "the ACPI table %s %s", name, wrong) < 0) {
		*problem = NULL;
		return error_no_memory(err);
	}
	return 0;
}

int check_acpi_tables(const struct root *root, size_t *count, char **problem,
		      struct error *err)
{
	_cleanup_string_list_ struct string_list names = { 0 };
	_cleanup_free_ char *found = NULL;
	size_t number = 0, i;
	int rc = root_list(root, TABLES_PATH, &names, err);

	for (i = 0; i < names.count && !rc; i++)
		rc = check_file(root, names.items[i], &number, &found, err);
	if (!rc && !number)
		rc = error_set(err, ENODATA, "/" TABLES_PATH " is empty");
	if (rc < 0)
		return rc;
	*count = number;
	*problem = take_pointer(found);
	return 0;
}
