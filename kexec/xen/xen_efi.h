/* SPDX-License-Identifier: GPL-2.0-only */
/* For xen_calls.c only: the question about EFI, which is not a function of libxenctrl. */
#ifndef KEXEC_XEN_EFI_H
#define KEXEC_XEN_EFI_H

#include "util/error.h"
#include "xen/xen_facts.h"

struct xc_interface_core;

/*
 * Fills efi_tables and efi_memory; facts->memory must have been read. xen: an open
 * xc_interface. Fails only without memory.
 */
__must_check int xen_efi_read(struct xc_interface_core *xen, struct xen_facts *facts,
			      struct error *err);

#endif
