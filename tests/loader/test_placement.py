#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Recorded machines of whose RAM the running kernel does not use all: what a load would
use is taken away, piece by piece, and the load must find other places. Nothing of what
kexec reads decides here: each machine comes with a list of what must not be touched, and
with the types that the next kernel must see there.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import struct
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402

PAGE, MIB = 4096, 1 << 20
BLOCK = 128 * MIB
ROUNDS = 6
UNACCEPTED = uuid.UUID("d5d1de3c-105c-44f9-9ea9-bcef98120031")
HWPOISON = 1 << 19


def read_iomem(root):
    """[depth, start, end, name] of each line."""
    lines = []
    for line in (root / "proc/iomem").read_text().splitlines():
        span, name = line.strip().split(" : ", 1)
        first, last = (int(number, 16) for number in span.split("-"))
        lines.append([(len(line) - len(line.lstrip())) // 2, first, last + 1, name])
    return lines


def write_iomem(root, lines):
    fakes.write(root / "proc/iomem", "".join(
        "%s%08x-%08x : %s\n" % ("  " * depth, start, end - 1, name)
        for depth, start, end, name in lines))


def carve(lines, start, end, instead):
    """The lines with other ones in place of the RAM in [start, end); what lies within
    that RAM goes with it."""
    made = []
    for depth, first, last, name in lines:
        if depth or name != "System RAM" or last <= start or end <= first:
            if not (depth and start < last and first < end):
                made.append([depth, first, last, name])
            continue
        if first < start:
            made.append([0, first, start, name])
        made += [[level, max(first, start), min(last, end), what]
                 for level, what in instead]
        if end < last:
            made.append([0, end, last, name])
    return made


def by_lines(*instead):
    """Other lines of /proc/iomem in place of System RAM."""
    def take(root, start, end):
        write_iomem(root, carve(read_iomem(root), start, end, instead))
    return take


def cut_off(*instead):
    """The same, because of a parameter."""
    def take(root, start, end):
        by_lines(*instead)(root, start, end)
        line = (root / "proc/cmdline").read_text().strip()
        if " mem=" not in line:
            fakes.write(root / "proc/cmdline", line + " mem=64G\n")
    return take


def poison(root, start, end):
    """One page in the middle, and the kernel counts it."""
    flags = root / "proc/kpageflags"
    page = (start + end) // 2 // PAGE
    with open(flags, "r+b" if flags.exists() else "w+b") as file:
        file.seek(page * 8)
        file.write(struct.pack("<Q", HWPOISON | 1 << 10))
    meminfo = root / "proc/meminfo"
    lines = (meminfo.read_text() if meminfo.exists() else "").splitlines()
    before = sum(int(line.split()[1]) for line in lines if "HardwareCorrupted" in line)
    lines = [line for line in lines if "HardwareCorrupted" not in line]
    fakes.write(meminfo, "\n".join(
        [*lines, "HardwareCorrupted: %5d kB" % (before + 4)]) + "\n")


# How memory is taken away, and the e820 type of it for the next kernel.
KINDS = [
    ("memmap=N!S", by_lines((0, "Persistent Memory (legacy)"), (1, "namespace0.0")), 12),
    ("a persistent module", by_lines((0, "Persistent Memory"), (1, "namespace1.0")), 7),
    ("soft reserved", by_lines((0, "Soft Reserved")), 0xefffffff),
    ("soft reserved, used by a driver", by_lines(
        (0, "Soft Reserved"), (1, "dax0.0"), (2, "System RAM (kmem)")), 0xefffffff),
    ("cut off", cut_off(), 1),
    ("cut off, and a bridge there", cut_off((0, "PCI Bus 0000:00")), 1),
    ("removed", by_lines(), None),
    ("removed, and a bridge there", by_lines((0, "PCI Bus 0000:00")), None),
    ("virtio memory", by_lines((0, "virtio1"), (1, "System RAM (virtio_mem)")), 1),
    ("a device within RAM", by_lines((0, "System RAM"), (1, "GART")), 1),
    ("tables of an initramfs", by_lines((0, "ACPI Non-volatile Storage")), 1),
    ("unusable", by_lines((0, "Unusable memory")), 5),
    ("reserved", by_lines((0, "Reserved")), 2),
    ("poisoned", poison, 1),
]


def overlaps(segments, start, end):
    return [s for s in segments if s.start < end and start < s.end]


def types_within(e820, start, end):
    """The types of all pieces in [start, end), None for a gap."""
    pieces = [r for r in e820 if r.start < end and start < r.end]
    covered = sum(min(r.end, end) - max(r.start, start) for r in pieces)
    return {r.type for r in pieces} | ({None} if covered < end - start else set())


def check_kind(checks, place, machine, kind):
    """Takes the places of each load from the next one."""
    name, take, kind_type = kind
    check = ic.Named(checks, name)
    changed = machine.copy(place / "taken")
    taken = []
    for turn in range(ROUNDS):
        run = ic.Run(place, changed)
        check("load %d" % turn, run.rc == 0, run.err)
        if run.rc:
            break
        segments, e820 = run.image.segments, run.boot_params.e820()
        for start, end in taken:
            check("load %d: nothing in [%#x, %#x)" % (turn, start, end),
                  not overlaps(segments, start, end), str(segments))
            check("load %d: type of [%#x, %#x)" % (turn, start, end),
                  types_within(e820, start, end) == {kind_type},
                  str(types_within(e820, start, end)))
        for segment in segments:
            start, end = segment.start, segment.end
            if take is poison:
                page = (start + end) // 2 // PAGE * PAGE
                taken.append((page, page + PAGE))
            else:
                taken.append((start, end))
            take(changed.root, start, end)
    check("something was taken", len(taken) >= 3 * ROUNDS)
    shutil.rmtree(changed.root)


def set_states(root, offline):
    """Every memory block of the machine's RAM; `offline`: the numbers of some."""
    blocks = root / "sys/devices/system/memory"
    fakes.write(blocks / "block_size_bytes", "%x\n" % BLOCK)
    for depth, start, end, name in read_iomem(root):
        for number in range(start // BLOCK, -(-end // BLOCK)):
            if not depth and name == "System RAM":
                fakes.write(blocks / ("memory%d/state" % number),
                            "offline\n" if number in offline else "online\n")


def check_offline(checks, place, machine):
    """The memory blocks that a load would use become offline, until none is left."""
    check = ic.Named(checks, "offline")
    changed = machine.copy(place / "taken")
    before, offline, turns = None, set(), 0
    while True:
        set_states(changed.root, offline)
        run = ic.Run(place, changed, init_size=1 << 20)
        if run.rc:
            break
        touched = {number for segment in run.image.segments
                   for number in range(segment.start // BLOCK,
                                       (segment.end - 1) // BLOCK + 1)}
        check("load %d" % turns, touched and not touched & offline,
              "%s of %s" % (touched & offline, offline))
        e820 = [(r.start, r.end, r.type) for r in run.boot_params.e820()
                if r.type == 1 and r.end - r.start > BLOCK]
        check("load %d: RAM of the next kernel" % turns, e820 and e820 == (before or e820),
              str(e820))
        before, turns = e820, turns + 1
        if not touched - offline:
            break
        offline |= touched
    check("the last load", run.rc == 1 and "offline" in run.err and turns >= 3,
          "%d: %s" % (turns, run.err))
    shutil.rmtree(changed.root)


def announce_unaccepted(root, address, unit, base, bitmap):
    """An array entry of the machine becomes that of a table of unaccepted memory."""
    machine = recorded.Machine(root)
    array = machine.firmware("config_table")
    run = root / "physical_memory" / ("%016x" % (array & ~(PAGE - 1)))
    runs = sorted(path for path in run.parent.iterdir() if int(path.name, 16) <= array)
    data = bytearray(runs[-1].read_bytes())
    struct.pack_into("<16sQ", data, array - int(runs[-1].name, 16),
                     UNACCEPTED.bytes_le, address)
    fakes.write(runs[-1], bytes(data))
    table = struct.pack("<IIQQ", 1, unit, base, len(bitmap)) + bitmap
    fakes.write(root / "physical_memory" / ("%016x" % address), table)


def check_unaccepted(checks, place, machine):
    """Every second unit of 2 MiB, then all but the lowest 512 MiB, then all."""
    unit, units = 2 * MIB, 4096
    every_second = bytes([0xaa]) * (units // 8)
    upper = bytes(256 // 8) + bytes([0xff]) * ((units - 256) // 8)
    check = ic.Named(checks, "unaccepted")
    for name, bitmap in (("every second", every_second), ("upper", upper),
                         ("all", bytes([0xff]) * (units // 8))):
        changed = machine.copy(place / "changed")
        announce_unaccepted(changed.root, 0x1000000, unit, 0, bitmap)
        run = ic.Run(place, changed, init_size=1 << 20)
        bits = int.from_bytes(bitmap, "little")
        if name == "all":
            check(name, run.rc == 1 and "accept_memory=eager" in run.err, run.err)
        else:
            check(name, run.rc == 0, run.err)
        for segment in run.image.segments if not run.rc else ():
            touched = range(segment.start // unit, (segment.end - 1) // unit + 1)
            check("%s: %s" % (name, segment.name),
                  not any(bits >> number & 1 for number in touched), str(segment))
        if not run.rc:
            check("%s: the e820 does not change" % name,
                  {r.type for r in run.boot_params.e820() if r.start == MIB} == {1})
        shutil.rmtree(changed.root)


def check_unknown(checks, place, machine):
    """/proc/iomem that says nothing certain: a message, no load."""
    hidden = "00000000-00000000 : System RAM\n"
    for name, iomem, command_line, words in (
            ("hidden, memmap=", hidden, "quiet memmap=128M!640M", "memmap="),
            ("hidden, mem=", hidden, "mem=1G", "run as root"),
            ("no RAM", "000a0000-000bffff : PCI Bus 0000:00\n", "quiet", "System RAM"),
            ("RAM elsewhere", "8000000000-ffffffffffffffff : System RAM\n", "quiet",
             "System RAM")):
        changed = machine.copy(place / "changed")
        fakes.write(changed.root / "proc/iomem", iomem)
        fakes.write(changed.root / "proc/cmdline", command_line + "\n")
        run = ic.Run(place, changed)
        checks(name, run.rc == 1 and words in run.err and not run.dump.exists(), run.err)
        shutil.rmtree(changed.root)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-placement-") as directory:
        place = Path(directory)
        for name in ("ovmf", "ovmf-6g", "seabios"):
            machine = recorded.unpack(Path(os.environ["MACHINES"]) / (name + ".tar.xz"),
                                      place / name)
            for kind in KINDS:
                check_kind(checks, place, machine, kind)
            check_offline(checks, place, machine)
            if name == "ovmf-6g":
                check_unaccepted(checks, place, machine)
            check_unknown(checks, place, machine)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
