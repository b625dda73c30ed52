# SPDX-License-Identifier: GPL-2.0-only
"""Boot test cases about memory that is not ordinary RAM: persistent, soft-reserved, cut
off by mem=, removed, or lent to a capture kernel; a table of rows like cases.py.

Marked pages stand for what such memory holds. The last kernel uses all of its RAM before
it ends, and QEMU looks at the marks then: a page that a kernel takes for RAM loses its
mark."""

from dataclasses import replace

from case import Case, crash_case

MIB = 1 << 20
# 64 pages, one every 2 MiB, from 640 MiB on: 128 MiB of persistent memory.
PMEM = {"first_append": "memmap=128M!640M", "marks": (640 * MIB, 2 * MIB, 64),
        "first": "debian-6.12", "next": ("debian-6.12",), "before": "plan", "timeout": 180,
        "first_has": (("marks_written", "^64$"), ("iomem", "Persistent Memory"))}
SOFT_RESERVED = {"plant": {"soft_start": 640 * MIB, "soft_end": 768 * MIB},
                 "marks": (640 * MIB, 2 * MIB, 64), "first": "debian-6.12",
                 "next": ("debian-6.12",), "before": "plan", "timeout": 180,
                 "first_has": (("marks_written", "^64$"), ("iomem", "Soft Reserved"))}
# Memory above 4 GiB that ACPI describes and that can be removed.
DIMM = ("memory-backend-ram,id=dimm,size=512M",)
NEWEST = "debian-experimental"
# The newest kernels clear the 16 bytes of an INITRD table that the array names.
WITHDRAWN = ("efi_tables", "INITRD=0xffffffffffffffff")
NEWEST_CASE = Case("newest", first=NEWEST, next=(NEWEST,), kexecs=2,
                   last_has=(("efi_tables", "MEMATTR=0x[0-9a-f]{1,12} "), WITHDRAWN))


def control(case, **settings):
    """The same case with kexec-tools, which must lose marks or the memory's type."""
    return replace(case, name=case.name + "-kexec-tools", program="kexec-tools", load="-c",
                   expect="forgets", **settings)


PMEM_CASE = Case("memory-pmem", load="-c", last_has=(("e820", r"persistent"),), **PMEM)
SOFT_CASE = Case("memory-soft-reserved", load="-c", last_has=(("e820", r"soft reserved"),),
                 **SOFT_RESERVED)

# Segments must lie in the running kernel's RAM, although the next kernel gets all RAM.
CUT_CASE = Case("memory-cut", first="debian-6.12", next=("debian-6.12",), load="-c",
                before="plan", first_append="mem=640M",
                first_has=(("memory_kb", "^[3-6][0-9]{5}$"),),
                last_has=(("memory_kb", "^9[0-9]{5}$"),))
REMOVED_CASE = Case(
    "memory-removed", first="debian-6.12", next=("debian-6.12",), load="-c", before="plan",
    first_append="memhp_default_state=online_movable", memory="1024M,slots=1,maxmem=2G",
    backends=DIMM, devices=("pc-dimm,id=dimm0,memdev=dimm",),
    first_has=(("memory_kb", "^1[45][0-9]{5}$"), ("memory_kb_left", "^9[0-9]{5}$")),
    last_has=(("memory_kb", "^9[0-9]{5}$"),))
# Controls, which only plan: with kexec-tools, and with memory that goes after the plan.
MISPLACES = {"before": "", "script": "plan", "expect": "misplaces", "last_has": ()}

CASES = (
    PMEM_CASE,
    control(PMEM_CASE, last_has=()),
    SOFT_CASE,
    control(SOFT_CASE),

    CUT_CASE,
    replace(CUT_CASE, name="memory-cut-kexec-tools", program="kexec-tools", **MISPLACES),
    REMOVED_CASE,
    replace(REMOVED_CASE, name="memory-removed-later", **MISPLACES),

    # crashkernel=,cma: memory that the crashed kernel used for movable pages is RAM for
    # the capture kernel, which has too little without it. It is not in the dump.
    crash_case("crash-cma", first=NEWEST, next=(NEWEST,),
               first_append="crashkernel=160M crashkernel=256M,cma",
               first_has=(("cma_range", "^[0-9a-f]+-[0-9a-f]+$"),),
               last_has=(("memory_kb", "^3[0-9]{5}$"), WITHDRAWN)),

    # matrix_cases.py has a crash.
    NEWEST_CASE,
    control(NEWEST_CASE, kexecs=1, last_has=(WITHDRAWN,), lost_tables=("MEMATTR",)),
)
