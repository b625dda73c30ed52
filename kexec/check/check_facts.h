/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --check knows of a machine. It is read here and evaluated elsewhere
 * (check_findings.h); "unknown" stands for what user space cannot tell.
 */
#ifndef KEXEC_CHECK_FACTS_H
#define KEXEC_CHECK_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/options.h"
#include "load/load_inputs.h"
#include "load/load_method.h"
#include "machine/machine.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

enum check_answer { CHECK_UNKNOWN, CHECK_NO, CHECK_YES };

/* An answer, and a sentence why it is that one; NULL where there is nothing to add. */
struct check_fact {
	enum check_answer answer;
	char *reason; /* owned */
};

/* The table of the same index in machine.efi.tables. */
struct check_table {
	/* The state and problem of that table, or of what was read in source. */
	enum efi_table_state state;
	const char *problem; /* NULL without one; borrowed */
	const char *source;  /* the place that was read instead of memory, or NULL */
	bool has_digest;
	uint64_t digest; /* XXH64 of all its parts, with the seed 0 */
};

/* One option that the running kernel should have been built with. */
struct check_option {
	const char *name; /* without CONFIG_; static */
	enum check_answer answer;
};

#define CHECK_OPTIONS 7u

/* What a load would meet. Not read for --check=after. */
struct check_loading {
	struct check_fact kexec_load;
	struct check_fact kexec_file_load;
	bool kexec_file_load_wanted; /* -s */
	struct machine_status status;
	enum check_answer disabled; /* kernel.kexec_load_disabled */
	struct check_fact
		kernel_maps_array; /* the running kernel maps the config table array */
	bool crash_known;
	uint64_t crash_bytes; /* reserved for a crash kernel, the region that is used */
	struct check_option options[CHECK_OPTIONS];
	char *config_path; /* the kernel's configuration; NULL if it is nowhere; owned */
};

/* A load that stopped before the system call. */
struct check_load {
	bool asked;	  /* a kernel was named */
	char *error;	  /* why it cannot be loaded, or NULL; owned */
	const char *call; /* the system call that would come first; static */
	uint64_t
		needed; /* bytes that the running kernel allocates; 0 for a crash image */
	uint64_t segments;	     /* bytes of all segments */
	struct check_fact signature; /* the kernel file carries one */
	struct string_list warnings; /* what the load itself would warn of */
};

struct check_facts {
	bool after; /* --check=after */
	bool crash; /* -p */
	bool live;
	struct load_inputs
		inputs; /* the machine, and the files of a kernel to be loaded */
	bool loader_known;
	unsigned loader_type;			/* type_of_loader of the boot protocol */
	enum check_answer secure_boot;		/* as boot_params has it */
	enum check_answer secure_boot_firmware; /* as the EFI variable has it */
	struct check_fact efi_variables;	/* they can be read */
	struct check_fact acpi;			/* /sys/firmware/acpi/tables was read */
	size_t acpi_count;			/* tables there */
	char *acpi_problem;	    /* what is wrong with the first bad one; owned */
	struct check_table *tables; /* NULL without a memory map; owned */
	size_t table_count;	    /* as machine.efi.tables.count, 0 where it is NULL */
	struct check_loading loading;
	struct check_load load;
	bool memory_known;
	uint64_t memory_total, memory_available; /* bytes, of /proc/meminfo */
};

/*
 * Reads everything. Fails only without memory; what cannot be read is unknown.
 * *facts must be { 0 }; check_facts_clear frees it, also after an error.
 */
int check_facts_read(const struct options *options, const struct root *root,
		     struct check_facts *facts, struct error *err);

/* Frees what it owns; it is { 0 } then. */
void check_facts_clear(struct check_facts *facts);

#define _cleanup_check_facts_ _cleanup_(check_facts_clear)

/* True if type_of_loader says that kexec has started the running kernel. */
bool check_was_kexeced(const struct check_facts *facts);

/* The answer for an option by its name, "KEXEC_SIG". */
enum check_answer check_option(const struct check_loading *loading, const char *name);

/* "yes", "no", "unknown" */
const char *check_answer_name(enum check_answer answer);

#endif
