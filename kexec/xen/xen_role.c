// SPDX-License-Identifier: GPL-2.0-only
/* The running kernel's role below a Xen hypervisor. */
#include "xen/xen_role.h"

#include <string.h>

#include "util/strings.h"

/* Returns true if there is such a file and its text begins with start. */
static bool begins_with(const struct root *root, const char *path, const char *start)
{
	_cleanup_free_ char *text = NULL;

	return !root_read_file(root, path, 4096, &text, NULL, NULL) &&
	       starts_with(text, start);
}

/*
 * The feature word of a domain, in hexadecimal. Bit 11 (XENFEAT_dom0 in Xen's
 * public/features.h) is set in a dom0, also where /proc/xen is not mounted.
 */
static bool has_dom0_feature(const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	uint64_t features;

	if (root_read_file(root, "sys/hypervisor/properties/features", 4096, &text, NULL,
			   NULL) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	return !parse_hex_u64(text, &features) && features & (1u << 11);
}

/* /proc/xen has "control_d" in a dom0 (drivers/xen/xenfs/super.c). */
enum xen_role xen_role_read(const struct root *root)
{
	if (!begins_with(root, "sys/hypervisor/type", "xen") ||
	    begins_with(root, "sys/hypervisor/guest_type", "HVM"))
		return XEN_ROLE_NONE;
	if (begins_with(root, "proc/xen/capabilities", "control_d") ||
	    has_dom0_feature(root))
		return XEN_ROLE_DOM0;
	return begins_with(root, "sys/hypervisor/guest_type", "PV\n") ? XEN_ROLE_PV_GUEST
								      : XEN_ROLE_NONE;
}
