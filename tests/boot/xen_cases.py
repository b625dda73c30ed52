# SPDX-License-Identifier: GPL-2.0-only
"""Cases in which kexec runs in the first domain of a Xen hypervisor, which then starts
the next kernel. Cases that start Xen by kexec are in cases.py."""

from case import Case, crash_case

# A machine of which the first domain has half, and Xen's heap much of the rest: there the
# load must not lie (see "Under Xen" in README.md).
XEN = {"first": "debian-6.1-pc", "next": ("debian-6.12",), "memory": "1G",
       "hypervisor": "dom0_mem=512M", "timeout": 300,
       # Xen reuses the memory of boot services, in which OVMF keeps this table, and kexec
       # warns.
       "message": None, "lost_tables": ("MEMATTR",)}
XEN_CRASH = {**XEN, "hypervisor": "dom0_mem=512M crashkernel=256M", "first_append": "",
             "cpus": 2, "timeout": 480}
# The next kernel calls the firmware, which Xen had used before.
SERVICES = (("runtime_map", "^[1-9]"), ("variable", "^written$"), ("variable", "^removed$"))

CASES = (
    Case("xen-running-load", last_has=SERVICES[:1], **XEN),
    crash_case("xen-running-crash", **XEN_CRASH),

    # The control: kexec-tools starts the next kernel without EFI.
    Case("xen-running-load-kexec-tools", program="kexec-tools",
         last_has=(("efi", "^no$"),), **XEN),
    # A kernel that has efivarfs built in.
    Case("xen-running-load-services", survey="survey-tables", last_has=SERVICES,
         with_all_only=True, **{**XEN, "next": ("unfixed",)}),
    Case("xen-running-load-5.10", with_all_only=True, **{**XEN, "next": ("debian-5.10",)}),
    Case("xen-running-load-6.1-pc", with_all_only=True,
         **{**XEN, "next": ("debian-6.1-pc",)}),
    # The control: the ELF core header lacks Xen's vmcoreinfo, and makedumpfile fails.
    # -i: purgatory would see the change.
    crash_case("xen-running-crash-unnoted", load="-i", expect="unreadable",
               environment={"LD_PRELOAD": "/lib/preload-xen.so"},
               dump_error="vmcoreinfo for Xen", **XEN_CRASH),
    # The hypervisor crashes, not the kernel of its first domain.
    crash_case("xen-running-crash-hypervisor", before="xen-crash", with_all_only=True,
               **XEN_CRASH),
    Case("xen-running-states", script="xen-states", expect="script", with_all_only=True,
         **{**XEN_CRASH, "crash": False, "cpus": 1}),
)
