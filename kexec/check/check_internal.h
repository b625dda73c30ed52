/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files check_*.c that read facts; only they include it. */
#ifndef KEXEC_CHECK_INTERNAL_H
#define KEXEC_CHECK_INTERNAL_H

#include "check/check_facts.h"
#include "memory/iomem.h"

/* Sets an answer and its reason, replacing older ones. Returns 0 or -ENOMEM. */
__must_check int check_fact_set(struct check_fact *fact, enum check_answer answer,
				const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Fills facts->loading: which system calls may be used, the kernel's options, and the
 * memory reserved for a crash kernel. The machine must have been read before. Also fills
 * facts->load if the options name a kernel. Returns 0 or -ENOMEM.
 */
__must_check int check_loading_read(const struct options *options,
				    const struct root *root, struct check_facts *facts,
				    struct error *err);

/*
 * Fills loading->options and config_path, from the kernel's configuration if it can be
 * read, and from files that exist in /proc and /sys. release: the kernel's, or NULL if
 * unknown. Returns 0 or -ENOMEM.
 */
__must_check int check_options_read(const struct root *root, const char *release,
				    struct check_loading *loading, struct error *err);

/*
 * Looks an option up in the text of a kernel configuration, as in /boot/config-*. text is
 * NUL-terminated; name is without CONFIG_. An option that is a module is CHECK_YES.
 */
enum check_answer check_config_option(const char *text, const char *name);

/*
 * Fills facts->tables from machine.efi.tables, with digests of the tables that can be
 * read. ACPI tables that cannot be read in memory are read from
 * /sys/firmware/acpi/tables. Returns 0 or -ENOMEM.
 */
__must_check int check_tables_read(const struct root *root, struct check_facts *facts,
				   struct error *err);

/*
 * Checks the tables in /sys/firmware/acpi/tables. Sets *count to their number, and
 * *problem to a sentence about the first bad one, which the caller frees, or to NULL.
 * Returns 0, -ENOMEM, or the error of reading the directory or a table.
 */
__must_check int check_acpi_tables(const struct root *root, size_t *count, char **problem,
				   struct error *err);

/*
 * Checks one of these tables; data are the contents of the file called name (ACPI 6.5,
 * 5.2.6). Returns NULL if the table is intact, else the defect as a static text.
 */
const char *check_acpi_table(const char *name, const void *data, size_t size);

/*
 * Opens the files of options->kernel; an error in them goes to facts->load. Returns 0 or
 * -ENOMEM.
 */
__must_check int check_load_open(struct check_facts *facts);

/*
 * Prepares the load of options->kernel for the expected call and fills facts->load; a
 * load that fails is a fact, too. Returns 0 or -ENOMEM.
 */
__must_check int check_load_try(struct check_facts *facts, struct error *err);

/*
 * Returns the call that a load should end with, by facts->order and the kernel's answers.
 */
enum load_method check_expected_call(const struct check_facts *facts);

#endif
