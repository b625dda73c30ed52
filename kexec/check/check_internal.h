/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files check_*.c that read facts share, by subject; nobody else includes this. */
#ifndef KEXEC_CHECK_INTERNAL_H
#define KEXEC_CHECK_INTERNAL_H

#include "check/check_facts.h"
#include "memory/iomem.h"

/* Answers with a reason, in place of one that there may be. Returns 0 or -ENOMEM. */
int check_fact_set(struct check_fact *fact, enum check_answer answer, const char *format,
		   ...) __attribute__((format(printf, 3, 4)));

/*
 * Fills facts->loading: which system call may be used, what the kernel was built with, what
 * it has reserved. The machine must have been read. Fails only without memory.
 */
int check_loading_read(const struct options *options, const struct root *root,
		       struct check_facts *facts, struct error *err);

/*
 * Fills loading->options and config_path: from the kernel's configuration where it is to be
 * had, and from what is there in /proc and /sys. release: NULL if it is unknown. Fails only
 * without memory.
 */
int check_options_read(const struct root *root, const char *release,
		       struct check_loading *loading, struct error *err);

/*
 * What a kernel configuration says of an option: text of /boot/config-*, NUL-terminated;
 * name without CONFIG_. Modules count as yes.
 */
enum check_answer check_config_option(const char *text, const char *name);

/*
 * Whether the identity map that the running kernel builds for kexec_load holds the config
 * table array without our help, as far as that shows. from_6_12, from_5_4: it is such a
 * kernel, or newer. iomem: { 0 } if it could not be read. Returns 0 or -ENOMEM.
 */
int check_kernel_maps_array(const struct efi_facts *efi, const struct iomem *iomem,
			    bool from_6_12, bool from_5_4, struct check_fact *fact);

/*
 * Fills facts->tables: machine.efi.tables, checksums compared, with a digest of what could
 * be read. What of ACPI cannot be read in memory is looked at below
 * /sys/firmware/acpi/tables. Fails only without memory.
 */
int check_tables_read(const struct root *root, struct check_facts *facts,
		      struct error *err);

/*
 * Looks at the tables in /sys/firmware/acpi/tables: *count of them, and what is wrong with
 * the first bad one, or NULL; *problem belongs to the caller. -ENOMEM, or the error of
 * reading the directory or a table.
 */
int check_acpi_tables(const struct root *root, size_t *count, char **problem,
		      struct error *err);

/*
 * One of them, as the file of that name holds it (ACPI 6.5, 5.2.6). Returns NULL if it is
 * intact, else what is wrong; a static text.
 */
const char *check_acpi_table(const char *name, const void *data, size_t size);

/*
 * Prepares the load that the options ask for and fills facts->load. Fails only without
 * memory.
 */
int check_load_try(const struct options *options, struct check_facts *facts,
		   struct error *err);

#endif
