#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The crash kernel that kexec hands to a Xen hypervisor, read as the capture kernel reads
it: the ELF core header has the hypervisor's notes and all RAM of the machine.

Environment: KEXEC; MACHINES; LIBXENCTRL, "no" if the program was built without it.
"""

import re
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import xen_dom0                                                     # noqa: E402
from boot_params import BootParams, PurgatoryParams                 # noqa: E402
from test_crash_dump import joined, without                         # noqa: E402

MIB, PAGE = 1 << 20, 4096
NOTE, LOAD = 4, 1
# Where Xen has all memory (xen/arch/x86/include/asm/config.h, DIRECTMAP_VIRT_START).
DIRECT_MAP = 0xffff830000000000


def program_headers(load, address):
    """(type, physical, size, file offset, virtual) of each (System V ABI)."""
    header = load.read(address, 64)
    assert header[:6] == b"\x7fELF\2\1"
    count, = struct.unpack_from("<H", header, 56)
    found = []
    for i in range(count):
        kind, _, offset, virtual, physical, size, _ = struct.unpack(
            "<IIQQQQQ", load.read(address + 64 + 56 * i, 48))
        found.append((kind, physical, size, offset, virtual))
    return found


class Crash:
    """A crash load, and what the capture kernel would get."""

    def __init__(self, dom0, *options):
        self.machine = dom0.machine
        self.result, self.load = dom0.load("-p", *options)
        self.region, = self.machine.xen_named("Crash kernel")
        if not self.load:
            return
        self.params = PurgatoryParams(self.load.read(self.load.entry - PAGE, PAGE))
        self.boot = BootParams(self.load, self.params.rsi)
        self.command_line = self.boot.command_line()
        found = re.search(r"elfcorehdr=(0x[0-9a-f]+)", self.command_line)
        self.header = int(found[1], 16)
        headers = program_headers(self.load, self.header)
        self.notes = [header for header in headers if header[0] == NOTE]
        self.loads = [header for header in headers if header[0] == LOAD]

    def ram(self):
        return joined(r[:2] for r in self.machine.console_map() if r.type == 1)


def expected_notes(machine):
    """The processors', then that of Linux, whose address is a machine address, then that
    of the hypervisor."""
    linux = (machine.root / "sys/kernel/vmcoreinfo").read_text().split()
    notes = [(start, end - start) for start, end in machine.xen_named("Xen crash note")]
    notes.append((int(linux[0], 16), int(linux[1], 16)))
    return notes + [(start, end - start)
                    for start, end in machine.xen_named("Xen vmcoreinfo")]


def dumped(crash):
    return joined((physical, physical + size) for _, physical, size, _, _ in crash.loads)


def check_segments(check, crash):
    load = crash.load
    start, end = crash.region
    check("data lie in the region", load.crash and load.loaded() and all(
        start <= segment.start and segment.end <= end for segment in load.loaded()))
    check("entered there", start <= load.entry < end)
    check("the low MiB is mapped", [segment[:2] for segment in load.mapped()]
          == [(0, MIB)], load.mapped())


def check_notes(check, crash):
    notes = [(physical, size) for _, physical, size, _, _ in crash.notes]
    check("notes", notes == expected_notes(crash.machine), notes)
    check("notes: one for each processor, and two more",
          len(notes) == len(crash.machine.xen_named("Xen crash note")) + 2 == 4, notes)
    check("notes: at their addresses", all(physical == offset
                                           for _, physical, _, offset, _ in crash.notes))


def check_dump(check, crash):
    ram = crash.ram()
    check("all RAM without the region", dumped(crash) == without(ram, *crash.region),
          dumped(crash))
    check("control: with the region it differs", dumped(crash) != ram)
    check("control: without the low MiB it differs", dumped(crash)
          != without(without(ram, *crash.region), 0, MIB))
    check("at addresses of the hypervisor", all(
        virtual == DIRECT_MAP + physical for _, physical, _, _, virtual in crash.loads))
    low = [header for header in crash.loads if header[1] < MIB]
    high = [header for header in crash.loads if header[1] >= MIB]
    check("high memory at its own place", high and all(header[1] == header[3]
                                                       for header in high))
    start, size, copy = low[0][1], low[0][2], low[0][3]
    segment = crash.load.at(copy)
    check("low memory in its copy", len(low) == 1 and (start, size) == (0, 0xa0000)
          and segment and segment.start == copy and segment.end - copy >= size, low)
    check("which purgatory makes", (crash.params.low_start, crash.params.low_end,
                                    crash.params.low_copy) == (start, start + size, copy))


def check_memory(check, crash):
    """The capture kernel has low memory and the region; the rest is as in the machine."""
    e820 = crash.boot.e820()
    ram = joined(r[:2] for r in e820 if r.type == 1)
    start, end = crash.region
    check("RAM of the capture kernel", ram[0] == (0, 0xa0000) and len(ram) > 1 and all(
        start <= a and b <= end for a, b in ram[1:]), ram)
    header = crash.load.at(crash.header)
    check("not the ELF core header", not any(
        a < header.end and header.start < b for a, b in ram))
    others = [r for r in crash.machine.firmware_map() if r.type != 1]
    check("all that is not RAM", all(r in e820 for r in others), others)
    extra = [r for r in e820 if r.type != 1 and r not in others]
    check("and nothing else, but in the region", all(
        start <= r.start and r.end <= end for r in extra), extra)
    check("EFI is handed over", crash.boot.raw[0x1c0:0x1c4] == b"EL64"
          and len(crash.boot.efi_memory_map()) == len(crash.machine.runtime_map()))
    check("command line: only elfcorehdr= is added",
          crash.command_line == "quiet elfcorehdr=%#x" % crash.header, crash.command_line)


def check_variants(check, dom0):
    """Facts of the hypervisor that are missing."""
    lines = (dom0.machine.root / "xen/memory").read_text().splitlines(True)

    def lacking(name):
        machine = dom0.derived("without " + name, xen__memory="".join(
            line for line in lines if name not in line))
        dom0.use(machine)
        return dom0.load("-p")

    result, load = lacking("Xen crash note")
    check("no notes", result.rc == 1 and not load
          and result.one_message("no notes for the processors"), result)
    result, load = lacking("Crash kernel")
    check("no region", result.rc == 1 and not load
          and result.one_message("has not reserved", "GRUB_CMDLINE_XEN"), result)
    result, load = lacking("Xen vmcoreinfo")
    check("no vmcoreinfo of Xen", result.rc == 0 and load and not result.err, result)
    dom0.use(dom0.derived("offline", xen__memory="".join(lines).replace(
        "7ff70000-7fffffff", "00000000-00000000 : Xen crash note\n7ff70000-7fffffff", 1)))
    result, load = dom0.load("-p")
    header = PurgatoryParams(load.read(load.entry - PAGE, PAGE))
    address = int(BootParams(load, header.rsi).command_line().split("elfcorehdr=")[1], 16)
    check("a processor that is offline has no note", result.rc == 0 and len(
        [one for one in program_headers(load, address) if one[0] == NOTE]) == 4, result)
    machine = dom0.derived("no vmcoreinfo", sys__kernel__vmcoreinfo=None)
    dom0.use(machine)
    result, load = dom0.load("-p")
    check("no vmcoreinfo of Linux", result.rc == 0 and load and not result.err, result)
    dom0.use(dom0.machine)


def main():
    if xen_dom0.is_built_without():
        print("built without libxenctrl")
        return 77
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-xen-crash-") as directory:
        dom0 = xen_dom0.Dom0(directory)
        crash = Crash(dom0)
        check("loaded", crash.result.rc == 0 and crash.result.silent() and crash.load,
              crash.result)
        if crash.load:
            for step in check_segments, check_notes, check_dump, check_memory:
                step(check, crash)
        check_variants(check, dom0)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
