/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Losses by each of the two system calls on this machine. The table is in load_losses.c.
 */
#ifndef KEXEC_LOAD_LOSSES_H
#define KEXEC_LOAD_LOSSES_H

#include <stdbool.h>
#include <stddef.h>

#include "load/load_inputs.h"

enum load_method {
	LOAD_METHOD_KEXEC_LOAD,	     /* kexec_load */
	LOAD_METHOD_KEXEC_FILE_LOAD, /* kexec_file_load */
	LOAD_METHOD_XEN,	     /* in a dom0: the hypervisor's kexec_op */
};

/* Returns the name of the call; a static string. */
const char *load_method_name(enum load_method method);

/* How bad a loss is. The call with the lesser worst loss comes first. */
enum load_loss_weight {
	LOAD_LOSS_NONE,
	LOAD_LOSS_OPTIONS,   /* options of this load that only kexec_load obeys */
	LOAD_LOSS_TABLES,    /* EFI tables that the next kernel may do without */
	LOAD_LOSS_REQUESTED, /* something that was set up for the next kernel */
	LOAD_LOSS_START,     /* the next kernel may not start */
};

struct load_loss {
	enum load_method by; /* the call that loses it */
	enum load_loss_weight weight;
	char *text;    /* a sentence that names the call; owned */
	bool in_image; /* the warnings of the image for kexec_load say it, too */
};

#define LOAD_LOSSES_MAX 8u

struct load_losses {
	struct load_loss items[LOAD_LOSSES_MAX];
	size_t count;
};

/*
 * Finds the rows that apply. The machine must have been read. *losses must be { 0 };
 * load_losses_clear frees it, also after an error. Returns 0 or -ENOMEM.
 */
__must_check int load_losses_find(const struct load_inputs *inputs,
				  struct load_losses *losses);

/* Frees what *losses owns and sets it to { 0 }. */
void load_losses_clear(struct load_losses *losses);

#define _cleanup_load_losses_ _cleanup_(load_losses_clear)

/* True if such a loss is one of EFI tables, or of their mapping. */
static inline bool load_loss_is_of_efi(enum load_loss_weight weight)
{
	return weight == LOAD_LOSS_TABLES || weight == LOAD_LOSS_START;
}

/*
 * Refuses a load by this call if it loses EFI tables or their mapping, and
 * --efi-map-config=required is given. Returns 0 or -ENOTSUP.
 */
__must_check int load_losses_require_efi(const struct load_losses *losses,
					 const struct options *options,
					 enum load_method by, struct error *err);

/* Returns the weight of the worst loss by this call. */
enum load_loss_weight load_losses_worst(const struct load_losses *losses,
					enum load_method by);

#endif
