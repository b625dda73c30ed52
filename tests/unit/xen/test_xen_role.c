// SPDX-License-Identifier: GPL-2.0-only
/* The role below a Xen hypervisor, from the files of each kind of domain. */
#include "fixtures.h"
#include "tree.h"
#include "xen/xen_role.h"

#define DOM0	 XEN_ROLE_DOM0
#define PV_GUEST XEN_ROLE_PV_GUEST
#define NONE	 XEN_ROLE_NONE

/* NULL: there is not such a file. */
static const struct {
	const char *name;
	const char *type, *guest_type, *capabilities, *features;
	enum xen_role role;
} domains[] = {
	{ "not Xen", NULL, NULL, NULL, NULL, NONE },
	{ "files of xenfs only", NULL, "PV\n", "control_d\n", "0800\n", NONE },
	{ "another hypervisor", "kvm\n", "PV\n", "control_d\n", "0800\n", NONE },
	{ "PV dom0", "xen\n", "PV\n", "control_d\n", NULL, DOM0 },
	{ "PVH dom0", "xen\n", "PVH\n", "control_d\n", NULL, DOM0 },
	{ "dom0 before Linux 4.13", "xen\n", NULL, "control_d\n", NULL, DOM0 },
	{ "dom0 by its features", "xen\n", "PV\n", NULL, "00000b41\n", DOM0 },
	{ "dom0 by its features only", "xen\n", NULL, NULL, "800", DOM0 },
	{ "dom0, xenfs without capabilities", "xen\n", "PV\n", "", "800\n", DOM0 },
	{ "PV guest", "xen\n", "PV\n", "", "00000341\n", PV_GUEST },
	{ "PV guest without other files", "xen\n", "PV\n", NULL, NULL, PV_GUEST },
	{ "PVH guest", "xen\n", "PVH\n", "", "000007f1\n", NONE },
	{ "HVM guest", "xen\n", "HVM\n", "", "00000705\n", NONE },
	{ "HVM guest that claims to be more", "xen\n", "HVM\n", "control_d\n", "800\n",
	  NONE },
	{ "guest before Linux 4.13", "xen\n", NULL, "", "00000341\n", NONE },
	{ "features of noise", "xen\n", "PV\n", "", "here\n", PV_GUEST },
	{ "features empty", "xen\n", "PV\n", "", "", PV_GUEST },
	{ "features above 64 bits", "xen\n", "PV\n", "", "10000000000000800\n",
	  PV_GUEST },
	{ "features of 64 bits", "xen\n", "PV\n", "", "8000000000000800\n", DOM0 },
	{ "a type that begins as PV does", "xen\n", "PVX\n", "", "", NONE },
};

static void write_file(struct tree *tree, const char *path, const char *text)
{
	if (text)
		tree_write(tree, path, "%s", text);
}

static void test_role(void **state)
{
	const typeof(domains[0]) *domain = *state;
	_cleanup_tree_ struct tree tree;

	tree_make(&tree);
	write_file(&tree, "sys/hypervisor/type", domain->type);
	write_file(&tree, "sys/hypervisor/guest_type", domain->guest_type);
	write_file(&tree, "proc/xen/capabilities", domain->capabilities);
	write_file(&tree, "sys/hypervisor/properties/features", domain->features);
	assert_int_equal(xen_role_read(&tree.root), domain->role);
}

int main(void)
{
	return RUN_TABLE(test_role, domains);
}
