// SPDX-License-Identifier: GPL-2.0-only
/* Finds the format of a crashed kernel's log: see log_print.h for the contract. */
#include "log_print.h"

#include <errno.h>

#include "log_formats.h"
#include "vmcoreinfo.h"

int log_print(struct log *log, struct error *err)
{
	if (vmcoreinfo_has(log->info, "SYMBOL(prb)"))
		return log_print_ringbuffer(log, err);
	if (vmcoreinfo_has(log->info, "SYMBOL(log_first_idx)"))
		return log_print_records(log, err);
	if (vmcoreinfo_has(log->info, "SYMBOL(log_end)"))
		return log_print_plain(log, err);
	return error_set(err, ENOENT,
			 "%s: its VMCOREINFO names no log (prb, log_first_idx or "
			 "log_end); was that kernel built with CONFIG_PRINTK?",
			 log->core->name);
}
