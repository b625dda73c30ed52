// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks a Xen hypervisor about EFI: where the config table array is, and the ranges of the
 * firmware's memory map (XENPF_firmware_info in Xen's public/platform.h). The hypervisor
 * answers for one address at a time.
 */
#include <errno.h>
#include <string.h>
#include <xencall.h>
#include <xenctrl.h>

#include "abi/efi.h"
#include "util/bytes.h"
#include "xen/xen_internal.h"

/* At most so many questions about one range of the machine's map. */
#define QUESTIONS 16384u

struct asker {
	xencall_handle *calls;
	struct xen_platform_op *op; /* memory that the hypervisor can read at any time */
};

/* Asks with the operation's other members as they are. Returns 0 or -errno. */
static int ask(const struct asker *asker, uint32_t index)
{
	struct xen_platform_op *op = asker->op;

	op->cmd = XENPF_firmware_info;
	op->interface_version = XENPF_INTERFACE_VERSION;
	op->u.firmware_info.type = XEN_FW_EFI_INFO;
	op->u.firmware_info.index = index;
	if (xencall1(asker->calls, __HYPERVISOR_platform_op, (uint64_t)(uintptr_t)op) < 0)
		return errno ? -errno : -EIO;
	return 0;
}

static int read_array(const struct asker *asker, struct xen_range *array)
{
	union xenpf_efi_info *info = &asker->op->u.firmware_info.u.efi_info;
	uint64_t end;
	int rc = ask(asker, XEN_FW_EFI_CONFIG_TABLE);

	if (rc < 0)
		return rc;
	if (!add_u64(info->cfg.addr, info->cfg.nent * (uint64_t)EFI_CONFIG_TABLE_SIZE,
		     &end))
		return -ERANGE;
	*array = (struct xen_range){ info->cfg.addr, end };
	return 0;
}

/*
 * The step from an address of which the EFI map knows nothing to the next one. Large
 * ranges, of devices, are looked at less closely, so that this ends.
 */
static uint64_t step_in(const struct memory_range *range)
{
	return align_up((range->end - range->start) / QUESTIONS + 1, PAGE_BYTES);
}

/* Adds what the EFI map has within one range of the machine's map. */
static int read_range(const struct asker *asker, const struct memory_range *range,
		      struct xen_facts *facts)
{
	union xenpf_efi_info *info = &asker->op->u.firmware_info.u.efi_info;
	uint64_t at = range->start, step = step_in(range);

	while (at < range->end) {
		struct xen_efi_range found;

		memset(info, 0, sizeof(*info));
		info->mem.addr = at;
		info->mem.size = range->end - at;
		if (ask(asker, XEN_FW_EFI_MEM_INFO) < 0 || !info->mem.size ||
		    info->mem.size > range->end - at) {
			if (range->end - at <= step)
				return 0;
			at += step;
			continue;
		}
		found = (struct xen_efi_range){ { at, at + info->mem.size },
						info->mem.type,
						info->mem.attr };
		if (xen_facts_add_efi_range(facts, found) < 0)
			return -ENOMEM;
		at = found.range.end;
	}
	return 0;
}

int xen_efi_read(xc_interface *xen, struct xen_facts *facts, struct error *err)
{
	struct asker asker = { .calls = xc_interface_xcall_handle(xen) };
	size_t i;
	int rc;

	asker.op = xencall_alloc_buffer(asker.calls, sizeof(*asker.op));
	if (!asker.op)
		return error_no_memory(err);
	memset(asker.op, 0, sizeof(*asker.op));
	rc = read_array(&asker, &facts->efi_tables);
	for (i = 0; i < facts->memory.count && !rc; i++)
		if (facts->memory.ranges[i].type != MEMORY_RAM)
			rc = read_range(&asker, &facts->memory.ranges[i], facts);
	xencall_free_buffer(asker.calls, asker.op);
	return rc == -ENOMEM ? error_no_memory(err) : 0;
}
