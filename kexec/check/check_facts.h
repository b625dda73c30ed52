/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts that --check reads about a machine; check_findings.h evaluates them. A fact
 * is "unknown" if user space cannot tell it.
 */
#ifndef KEXEC_CHECK_FACTS_H
#define KEXEC_CHECK_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check_record.h"
#include "cli/options.h"
#include "load/load_inputs.h"
#include "load/load_method.h"
#include "machine/machine.h"
#include "util/error.h"
#include "util/io.h"
#include "util/strings.h"

enum check_answer { CHECK_UNKNOWN, CHECK_NO, CHECK_YES };

/* An answer, and its reason as a sentence, or NULL. */
struct check_fact {
	enum check_answer answer;
	char *reason; /* owned */
};

/* About the table with the same index in machine.efi.tables. */
struct check_table {
	/* State and problem of that table, or of the one that was read from source. */
	enum efi_table_state state;
	const char *problem; /* NULL without one; borrowed */
	const char *source;  /* the path that was read instead of memory, or NULL */
	bool has_digest;
	uint64_t digest; /* XXH64 of all parts of the table, with the seed 0 */
};

/* Whether the running kernel was built with an option that kexec wants. */
struct check_option {
	const char *name; /* without CONFIG_; static */
	enum check_answer answer;
};

#define CHECK_OPTIONS 7u

/* Conditions for a load. Not read for --check=after. */
struct check_loading {
	struct check_fact kexec_load;
	struct check_fact kexec_file_load;
	struct check_fact kexec_op; /* the call of Xen, which replaces both in a dom0 */
	/* The running kernel lacks the call, or a system call filter hides it. */
	bool kexec_load_missing, kexec_file_load_missing;
	struct machine_status status;
	enum check_answer disabled; /* kernel.kexec_load_disabled */
	struct check_fact
		kernel_maps_array; /* the running kernel maps the config table array */
	struct check_fact leaves_record; /* purgatory will, for the next kernel */
	bool crash_known;
	uint64_t crash_bytes; /* of the reserved region that a crash kernel would use */
	struct check_option options[CHECK_OPTIONS];
	char *config_path; /* the kernel's configuration; NULL if not found; owned */
};

/* A load that was prepared, but stopped before the system call. */
struct check_load {
	bool asked;	  /* a kernel was named */
	char *error;	  /* why it cannot be loaded, or NULL; owned */
	const char *call; /* the system call that is expected to load; static */
	bool has_record;  /* kexec_load: the image has a place for purgatory's record */
	/* Bytes that the running kernel allocates; 0 for a crash kernel. */
	uint64_t needed;
	uint64_t segments;	     /* bytes of all segments */
	struct check_fact signature; /* the kernel file carries one */
	struct string_list warnings; /* warnings that a load would print */
};

struct check_facts {
	bool after; /* --check=after */
	bool crash; /* -p */
	bool live;
	struct load_inputs inputs; /* the machine, and the files if a kernel was named */
	bool loader_known;
	unsigned loader_type;			/* type_of_loader of the boot protocol */
	enum check_answer secure_boot;		/* from boot_params */
	enum check_answer secure_boot_firmware; /* from the EFI variable */
	struct check_fact efi_variables;	/* they can be read */
	struct check_fact acpi;			/* /sys/firmware/acpi/tables was read */
	size_t acpi_count;			/* tables in that directory */
	char *acpi_problem;	    /* of the first bad table, or NULL; owned */
	struct check_table *tables; /* NULL without a memory map; owned */
	size_t table_count;	    /* machine.efi.tables.count, or 0 if tables is NULL */
	struct check_record record; /* for --check=after */
	struct check_loading loading;
	struct load_order order; /* of the calls */
	struct load_losses losses;
	struct check_load load;
	bool memory_known;
	uint64_t memory_total, memory_available; /* bytes, of /proc/meminfo */
};

/*
 * Reads all facts; those that cannot be read are unknown. Returns 0 or -ENOMEM. *facts
 * must be { 0 }; check_facts_clear frees it, also after an error.
 */
__must_check int check_facts_read(const struct options *options, const struct root *root,
				  struct check_facts *facts, struct error *err);

/* Frees what *facts owns and sets it to { 0 }. */
void check_facts_clear(struct check_facts *facts);

#define _cleanup_check_facts_ _cleanup_(check_facts_clear)

/* Returns true if type_of_loader says that kexec has started the running kernel. */
bool check_was_kexeced(const struct check_facts *facts);

/* Returns the answer for an option, by its name without CONFIG_, as "KEXEC_SIG". */
enum check_answer check_option(const struct check_loading *loading, const char *name);

/* Returns "yes", "no" or "unknown". */
const char *check_answer_name(enum check_answer answer);

#endif
