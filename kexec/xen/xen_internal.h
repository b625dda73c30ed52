/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of xen/ that call libxenctrl. */
#ifndef KEXEC_XEN_INTERNAL_H
#define KEXEC_XEN_INTERNAL_H

#include <stdbool.h>
#include <xenctrl.h>

#include "util/cleanup.h"
#include "util/error.h"
#include "xen/xen_facts.h"

/* Loads the library and opens the hypervisor; the caller closes *xen. 0 or -errno. */
__must_check int xen_open(xc_interface **xen, struct error *err);

/* Closes *xen unless it is NULL; errno stays. */
void xen_close(xc_interface **xen);

#define _cleanup_xen_ _cleanup_(xen_close)

/* Sets the message for errno after a call of that name; returns -errno. */
int xen_explain(const char *call, struct error *err);

/* Xen's number for the kind of image. */
int xen_type_number(bool crash);

/*
 * Whether the hypervisor says that an image is loaded: 1 or 0, or -1 without an answer.
 */
int xen_status_of(xc_interface *xen, bool crash);

/*
 * Fills efi_tables and efi_memory; facts->memory must have been read. Fails only without
 * memory.
 */
__must_check int xen_efi_read(xc_interface *xen, struct xen_facts *facts,
			      struct error *err);

#endif
