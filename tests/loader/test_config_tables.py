#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""EFI config tables that only kexec reserves, and arrays with wrong entries, on machines
derived from recorded ones. Tables in RAM are planted where kexec placed a segment before,
so each recorded machine is the negative control of those derived from it.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402
from boot_params import Range                                       # noqa: E402

PAGE = 4096
# UEFI specification 2.10, 4.6 and 23.4; Linux, include/linux/efi.h.
ATTRIBUTES = "dcfa911d-26eb-469f-a220-38b7dc461220"
ESRT = "b122a263-3661-4f68-9929-78f8b0d62180"
ACPI = "8868e871-e4f1-11d3-bc22-0080c73c8881"
INITRD = "5568e427-68fc-4f3d-ac74-ca555231cc68"
TPM_LOG = "b7799cb0-eca2-4943-9667-1fae07b747fa"
FINAL_EVENTS = "1e2ed096-30e2-4254-bd89-863bbef82325"
MOK = "c451ed2b-9694-45d3-baba-ed9f8988a389"
RESERVATIONS = "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2"
SECRETS = "adf956ad-e98c-484c-ae11-b51c7d336447"
NAMES = {ATTRIBUTES: "memory attributes", ESRT: "ESRT", ACPI: "ACPI 2.0",
         TPM_LOG: "TPM event log", FINAL_EVENTS: "TPM final events",
         MOK: "MOK variables", RESERVATIONS: "Linux memory reservations",
         SECRETS: "confidential computing secrets"}


def tpm_log(size):
    return struct.pack("<IIB", size, 0, 2)


def attributes(count, size=48, version=1):
    return struct.pack("<IIII", version, count, size, 0)


def esrt(count):
    return struct.pack("<IIQ", count, count, 1)


def mok(*variables):
    return b"".join(name.encode().ljust(256, b"\0") + struct.pack("<Q", len(data)) + data
                    for name, data in variables)


def reservations(following, *ranges):
    return struct.pack("<IIQ", len(ranges), len(ranges), following) \
        + b"".join(struct.pack("<QQ", *one) for one in ranges)


def root_pointer(xsdt):
    pointer = bytearray(struct.pack("<8sB6sBIIQI", b"RSD PTR ", 0, b"", 2, 0, 36, xsdt, 0))
    pointer[8] = -sum(pointer[:20]) & 255
    pointer[32] = -sum(pointer) & 255
    return bytes(pointer)


def pages(start, size):
    """The whole pages of [start, start + size)."""
    return start & ~(PAGE - 1), -(-(start + size) // PAGE) * PAGE


class Planted(recorded.Machine):
    """Makes a machine whose array has more entries, with the ranges to be kept for them.
    """

    def __init__(self, root, kept=()):
        super().__init__(root)
        self.kept = kept

    def in_use(self):
        return super().in_use() + [Range(start, end, 2) for start, end in self.kept]

    def write(self, address, data):
        """Puts bytes into physical memory, recorded or not."""
        for page in range(address & ~(PAGE - 1), address + len(data), PAGE):
            old = bytearray(self.physical(page, PAGE) or bytes(PAGE))
            start, end = max(address, page), min(address + len(data), page + PAGE)
            old[start - page:end - page] = data[start - address:end - address]
            holder = [(int(run.name, 16), run)
                      for run in (self.root / "physical_memory").iterdir()
                      if int(run.name, 16) <= page
                      < int(run.name, 16) + run.stat().st_size]
            first, run = holder[0] if holder else (
                page, self.root / "physical_memory" / ("%016x" % page))
            content = bytearray(run.read_bytes() if holder else PAGE)
            content[page - first:page - first + PAGE] = old
            run.write_bytes(content)

    def add_entries(self, entries):
        """Entries beyond the array's page go where OVMF's runtime services are."""
        table, array = self.system_table(), self.firmware("config_table")
        count = struct.unpack_from("<Q", self.physical(table, 120), 104)[0]
        data = self.physical(array, 24 * count) + b"".join(
            uuid.UUID(guid).bytes_le + struct.pack("<Q", address)
            for guid, address in entries)
        if array % PAGE + len(data) > PAGE:
            array = self.runtime_map()[-1].physical + PAGE
            fakes.write(self.root / "sys/firmware/efi/config_table", "%#x\n" % array)
        self.write(array, data)
        self.write(table + 104, struct.pack("<Q", count + len(entries)))


def plant(machine, place, entries, memory, kept):
    planted = Planted(machine.copy(place / "planted").root, kept)
    for address, data in memory.items():
        planted.write(address, data)
    planted.add_entries(entries)
    return planted


def dry_run(machine, *options):
    """(plan, output of -d) of a run without an initrd."""
    place = machine.root.parent
    (place / "vmlinuz").write_bytes(fakes.bzimage(size=1 << 20))
    done = subprocess.run(
        [os.environ["KEXEC"], *options, "vmlinuz", "--append=x", "-d",
         "--sysroot=%s" % machine.root.resolve(), "--dry-run=json"], cwd=place,
        capture_output=True, text=True, timeout=60, check=False)
    return (json_output.read(done.stdout) if done.returncode == 0 else None), done.stderr


def ranges(entries):
    return [(int(entry["start"], 16), int(entry["end"], 16)) for entry in entries]


def planted_entry(plan, guid, address):
    """The last entry of this kind and address."""
    return [table for table in plan["efi"]["config_tables"] if int(table["address"], 16)
            == address and table["name"] == NAMES[guid]][-1]


def middle(segment):
    """A page inside a segment, not its first one if it has several."""
    start, end = segment
    return (start + end) // 2 & ~(PAGE - 1)


def tables_in(segments):
    """(entries, memory, kept): a table of each kind, in alternating segments."""
    kinds = [(TPM_LOG, tpm_log(0x1800), 9 + 0x1800), (ESRT, esrt(3), 16 + 3 * 40),
             (ATTRIBUTES, attributes(90), 16 + 90 * 48),
             (MOK, mok(("MokListRT", b"x" * 5000), ("", b"")), 528 + 5000),
             (FINAL_EVENTS, struct.pack("<QQ", 1, 0), 16)]
    entries, memory, kept = [], {}, []
    for i, segment in enumerate(segments):
        guid, data, size = kinds[i % len(kinds)]
        address = middle(segment) + 0x18
        entries.append((guid, address))
        memory[address] = data
        kept.append(pages(address, size))
    return entries, memory, kept


def check_kept(check, plan, kept):
    check("each page is reserved in e820", all(
        any(entry["type"] == 2 and low <= start and end <= high
            for entry, (low, high) in zip(plan["memory_map"], ranges(plan["memory_map"])))
        for start, end in kept), str(plan["memory_map"]))
    check("no segment on it", not any(
        start < high and low < end for low, high in ranges(plan["segments"])
        for start, end in kept), str(plan["segments"]))


def try_in_ram(checks, place, machine):
    """Tables where kexec would place its segments."""
    check = ic.Named(checks, "tables in RAM")
    control = ic.Run(place, machine)
    segments = [(segment.start, segment.end) for segment in control.image.segments]
    entries, memory, kept = tables_in(segments)
    planted = plant(machine, place, entries, memory, kept)
    check("the control puts a segment on each", all(
        any(start < high and low < end for low, high in segments) for start, end in kept))
    run = ic.Run(place, planted)
    ic.check_all(check, run)
    if run.rc:
        return
    check_kept(check, run.plan, kept)
    for guid, address in entries:
        table = planted_entry(run.plan, guid, address)
        check("%s: intact, kept by kexec" % NAMES[guid],
              table["state"] == "intact" and table["kept_by"] == "kexec"
              and pages(address, int(table["parts"][0]["end"], 16) - address) in kept,
              str(table))
    try_chained(check, place, planted, run)


def try_chained(check, place, planted, run):
    """The next kernel's firmware map is the e820 it got, so the next kexec adds nothing
    to it."""
    shutil.rmtree(planted.root / "sys/firmware/memmap")
    names = {number: name for name, number in recorded.TYPES.items() if name != "reserved"}
    for i, piece in enumerate(run.boot_params.e820()):
        entry = planted.root / "sys/firmware/memmap" / str(i)
        fakes.write(entry / "start", "%#x\n" % piece.start)
        fakes.write(entry / "end", "%#x\n" % (piece.end - 1))
        fakes.write(entry / "type", names[piece.type] + "\n")
    again = ic.Run(place, Planted(planted.root))
    check("the second kexec hands over the same e820",
          again.boot_params.e820() == run.boot_params.e820())
    check("and places everything where the first did",
          [s[:3] for s in again.image.segments] == [s[:3] for s in run.image.segments])
    shutil.rmtree(planted.root)


def try_crash(checks, place, machine):
    """The same with -p: tables in all RAM, also in the crash kernel's region."""
    check = ic.Named(checks, "tables in RAM, -p")
    control, words = dry_run(machine, "-p")
    check("the control", control, words)
    segments = ranges(control["segments"])
    entries, memory, kept = tables_in(segments + [(0x20000000, 0x20010000)])
    planted = plant(machine, place, entries, memory, kept)
    plan, words = dry_run(planted, "-p")
    check("rc 0", plan, words)
    if plan:
        check_kept(check, plan, kept)
        region = [(start, end) for start, end, name in machine.iomem()
                  if name == "Crash kernel"][-1]
        check("in the region", all(region[0] <= start and end <= region[1]
                                   for start, end in ranges(plan["segments"])))
    shutil.rmtree(planted.root)


def try_overwritten(checks, place, machine, action):
    """An INITRD table where each segment would lie. A starting kernel may clear its 16
    bytes, but nothing reserves them. Over a border of pages it spoils both."""
    check = ic.Named(checks, "an INITRD table under each segment, " + action)
    control, words = dry_run(machine, action)
    check("the control", control, words)
    before = ranges(control["segments"])
    tables = [(start + end) // 2 & ~(PAGE - 1) for start, end in before]
    tables = [page - 8 * (i % 2) for i, page in enumerate(tables)]
    planted = plant(machine, place, [(INITRD, table) for table in tables], {}, [])
    check("the control has a segment on each", all(
        any(start < table + 16 and table < end for start, end in before)
        for table in tables))
    plan, words = dry_run(planted, action)
    check("rc 0", plan, words)
    if plan:
        check("no segment on any", not any(
            start < table + 16 and table < end for start, end in ranges(plan["segments"])
            for table in tables), str(plan["segments"]))
        check("they stay RAM", plan["memory_map"] == control["memory_map"] or action == "-p")
    shutil.rmtree(planted.root)


# Addresses on "ovmf" without recorded memory: RAM outside of the image; PCI configuration
# space; registers of a graphics card; the page between two ranges of RAM.
RAM = 0x20000000
MMCONFIG, REGISTERS, NOWHERE = 0xb0000000, 0xc1012000, 0xd0000000
OUTSIDE, DAMAGED, UNREADABLE = "outside memory", "damaged", "unreadable"
GIB4 = (1 << 32) - 1

# Defect, entries, memory, ranges to be kept, state of the last entry, words of -d.
DEFECTS = [
    ("entry that points at 0", [(TPM_LOG, 0)], {}, [], OUTSIDE, "no memory at 0x0"),
    ("entry that points at the last byte but one", [(ESRT, (1 << 64) - 2)], {}, [], OUTSIDE,
     "no memory at 0xfffffffffffffffe"),
    ("entry that points at nothing", [(MOK, NOWHERE)], {NOWHERE: mok(("", b""))}, [],
     OUTSIDE, "no memory"),
    # The bytes recorded there would look like an intact table if they were read.
    ("entry that points at PCI configuration space", [(TPM_LOG, MMCONFIG + 0x8000)],
     {MMCONFIG + 0x8000: tpm_log(64)}, [], OUTSIDE, "no memory"),
    ("entry that points at registers", [(ESRT, REGISTERS)], {REGISTERS: esrt(1)}, [],
     OUTSIDE, "no memory"),
    ("root pointer that leads to PCI configuration space", [(ACPI, RAM)],
     {RAM: root_pointer(MMCONFIG)}, [(RAM, RAM + PAGE)], DAMAGED, "no memory"),
    ("root pointer that wraps", [(ACPI, RAM)], {RAM: root_pointer((1 << 64) - 8)},
     [(RAM, RAM + PAGE)], DAMAGED, "no memory"),
    ("secrets in PCI configuration space", [(SECRETS, RAM)],
     {RAM: struct.pack("<QQ", MMCONFIG, PAGE)}, [(RAM, RAM + PAGE)], DAMAGED,
     "not all memory"),
    ("log of 4 GiB", [(TPM_LOG, RAM)], {RAM: tpm_log(GIB4)}, [(RAM, RAM + 64 * PAGE)],
     DAMAGED, "claims 0x100000008 bytes"),
    ("log that leaves memory within its header", [(TPM_LOG, 0x3ffffffc)],
     {0x3ffffffc: tpm_log(64)[:4]}, [], DAMAGED, "no memory of 9 bytes"),
    ("attributes of 4 GiB", [(ATTRIBUTES, RAM)], {RAM: attributes(1 << 20, 4096)},
     [(RAM, RAM + 16 * PAGE)], DAMAGED, "claims 0x100000010 bytes"),
    ("attributes of version 0", [(ATTRIBUTES, RAM)], {RAM: attributes(1, version=0)},
     [(RAM, RAM + 16 * PAGE)], DAMAGED, "version 0"),
    ("ESRT of 4 billion entries", [(ESRT, RAM)], {RAM: esrt(GIB4)},
     [(RAM, RAM + 2 * PAGE)], DAMAGED, "bytes"),
    ("MOK variables without an end", [(MOK, RAM)],
     {RAM: mok(*[("Mok", b"")] * 4200)}, [(RAM, RAM + 64 * PAGE)], DAMAGED,
     "no end within 4096 entries"),
    ("MOK variable of 16 EiB", [(MOK, RAM)],
     {RAM: b"Mok".ljust(256, b"\0") + b"\xff" * 8}, [(RAM, RAM + 64 * PAGE)], DAMAGED,
     "entry 0 claims 0xffffffffffffffff bytes"),
    ("memory reservations in a loop", [(RESERVATIONS, RAM)],
     {RAM: reservations(RAM + PAGE), RAM + PAGE: reservations(RAM)},
     [(RAM, RAM + 2 * PAGE)], DAMAGED, "is in a loop"),
    ("memory reservation of all RAM", [(RESERVATIONS, RAM)],
     {RAM: reservations(0, (0, 1 << 40))}, [(RAM, RAM + PAGE)], DAMAGED,
     "0x10000000000 bytes at 0x0 that it claims are not all memory"),
    ("final events without an end", [(FINAL_EVENTS, RAM)],
     {RAM: struct.pack("<QQ", 1, 65536)}, [(RAM, RAM + 16 * PAGE)], UNREADABLE,
     "does not hold"),
    ("tables that overlap", [(TPM_LOG, RAM), (TPM_LOG, RAM + 9), (ESRT, RAM + 0x17f8)],
     {RAM: tpm_log(0x2000), RAM + 9: tpm_log(0x3000), RAM + 0x17f8: esrt(1)},
     [(RAM, RAM + 4 * PAGE)], "intact", ""),
    ("table that cannot be read", [(MOK, RAM + 0x18)], {}, [(RAM, RAM + 64 * PAGE)],
     UNREADABLE, "does not hold physical address 0x20000018"),
    ("array of 1000 tables that cannot be read",
     [(TPM_LOG, RAM + (i % 4) * PAGE) for i in range(1000)], {},
     [(RAM, RAM + 67 * PAGE)], UNREADABLE, "does not hold"),
    ("array of 4000 lists that are loops", [(RESERVATIONS, RAM)] * 4000,
     {RAM: reservations(RAM + PAGE), RAM + PAGE: reservations(RAM)},
     [(RAM, RAM + 2 * PAGE)], DAMAGED, "the tables together take more"),
    ("array of 4000 lists without an end", [(MOK, RAM)] * 4000,
     {RAM: mok(*[("Mok", b"")] * 4200)}, [(RAM, RAM + 64 * PAGE)], DAMAGED,
     "the tables together lead to more"),
]


def try_defect(checks, place, machine, defect):
    name, entries, memory, kept, state, words = defect
    check = ic.Named(checks, name)
    planted = plant(machine, place, entries, memory, kept)
    plan, notes = dry_run(planted, "-l")
    check("rc 0", plan, notes)
    if plan:
        guid, address = entries[-1]
        table = planted_entry(plan, guid, address)
        check("state", table["state"] == state, str(table))
        check("problem", words in (table["problem"] or ""), str(table["problem"]))
        line = [one for one in notes.splitlines()
                if "\"%s\" at %#x: " % (NAMES[guid], address) in one]
        check("-d names it", bool(line) == bool(words) and
              all(one.startswith("kexec: ") for one in line), notes[-2000:])
        check_kept(check, plan, kept)
        check("nothing but that is taken from RAM", ranges(
            one for one in plan["memory_map"] if one["type"] == 1)
            == [(r.start, r.end) for r in planted.memory() if r.type == 1])
    run = ic.Run(place, planted)
    check("an image comes of it", run.rc == 0 and not run.err, run.err)
    shutil.rmtree(run.directory)
    shutil.rmtree(planted.root)


def main():
    checks = fakes.Checks()
    machines = Path(os.environ["MACHINES"])
    with tempfile.TemporaryDirectory(prefix="kexec-tables-") as directory:
        place = Path(directory)
        for name in ("ovmf", "ovmf-6g"):
            machine = recorded.unpack(machines / (name + ".tar.xz"), place / name)
            try_in_ram(checks, place, machine)
            try_overwritten(checks, place, machine, "-l")
        for name in ("ovmf-crashkernel", "ovmf-crashkernel-high"):
            machine = recorded.unpack(machines / (name + ".tar.xz"), place / name)
            try_crash(checks, place, machine)
            try_overwritten(checks, place, machine, "-p")
        for defect in DEFECTS:
            try_defect(checks, place, recorded.Machine(place / "ovmf"), defect)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
