#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--efi-map-config=copy on the recorded machines, and on the same machines after such a
kexec: the copies are then passed on, and no further memory is reserved.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import struct
import sys
import tempfile
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402
from boot_params import SETUP_EFI, Range                            # noqa: E402

COPY = "--efi-map-config=copy"
LARGE_PAGE = 2 << 20
FOUR_GIB = 1 << 32
NODE_TYPE = 0x4b584546

# UEFI specification 4.2 and 4.3: header size, checksum, number and address of the tables.
HEADER_SIZE, CRC32, COUNT, TABLES = 12, 16, 104, 112


def with_range(memory, start, end, kind):
    """The map with a different type for [start, end), which had one type before."""
    found = []
    for piece in memory:
        if not piece.start <= start < end <= piece.end:
            found.append(piece)
            continue
        found += [r for r in (Range(piece.start, start, piece.type),
                              Range(start, end, kind),
                              Range(end, piece.end, piece.type)) if r.start < r.end]
    return found


def check_copy(check, run):
    machine, copy = run.machine, run.image.find("EFI tables")
    check("there is a copy, and it is verified", copy and copy.verified)
    check("it lies in one large page",
          copy.start // LARGE_PAGE == (copy.end - 1) // LARGE_PAGE)
    following, kind, size = struct.unpack_from("<QII", copy.data)
    node = run.boot_params.nodes()[-1]
    check("it is the last setup_data node",
          (node.address, node.type, following, kind) == (copy.start, NODE_TYPE, 0,
                                                         NODE_TYPE)
          and size == len(copy.data) - 16)
    table = run.boot_params.system_table()
    array = struct.unpack_from("<Q", run.boot_params.node(SETUP_EFI).data, 16)[0]
    check("what is handed over lies in it", copy.start < table < array < copy.end)
    original = bytearray(machine.physical(machine.system_table(), 120))
    copied = bytearray(run.image.read(table, 120))
    count = struct.unpack_from("<Q", original, COUNT)[0]
    check("the array is the firmware's",
          run.image.read(array, 24 * count)
          == machine.physical(machine.firmware("config_table"), 24 * count))
    check("the system table names the copy of the array",
          struct.unpack_from("<Q", copied, TABLES)[0] == array)
    checksum = struct.unpack_from("<I", copied, CRC32)[0]
    copied[CRC32:CRC32 + 4] = bytes(4)
    check("the system table has its checksum", checksum == zlib.crc32(copied)
          and struct.unpack_from("<I", copied, HEADER_SIZE)[0] == 120)
    for at, size in (HEADER_SIZE, 4), (CRC32, 4), (TABLES, 8):
        original[at:at + size] = copied[at:at + size] = bytes(size)
    check("the rest of it is the firmware's", copied == original)
    check("it is reserved in the e820, and nothing else changed",
          run.boot_params.e820() == with_range(machine.memory(), copy.start, copy.end, 2))
    check("purgatory looks at the copies",
          (run.params.system_table, run.params.config_table_array) == (table, array))
    check("the plan says so", run.plan["identity_map"]["mode"] == "copy")


def afterwards(run, target):
    """The machine as the next kernel sees it: the loaded segments are in its memory."""
    machine = run.machine.copy(target)
    copy, params = run.image.find("EFI tables"), bytearray(run.boot_params.raw)
    fakes.write(target / "sys/kernel/boot_params/data", bytes(params))
    array = struct.unpack_from("<Q", run.boot_params.node(SETUP_EFI).data, 16)[0]
    fakes.write(target / "sys/firmware/efi/config_table", "0x%x\n" % array)
    if copy:
        fakes.write(target / "physical_memory" / ("%016x" % copy.start),
                    copy.data.ljust(copy.end - copy.start, b"\0"))
    shutil.rmtree(target / "sys/firmware/memmap")
    names = {number: name for name, number in recorded.TYPES.items()}
    for i, piece in enumerate(run.boot_params.e820()):
        entry = target / "sys/firmware/memmap" / str(i)
        fakes.write(entry / "start", "0x%x\n" % piece.start)
        fakes.write(entry / "end", "0x%x\n" % (piece.end - 1))
        fakes.write(entry / "type", names[piece.type] + "\n")
    return machine


def check_chain(check, place, first):
    """The second kexec passes the copies on, and the third one equals the second."""
    second = ic.Run(place, afterwards(first, place / "second"), COPY)
    check("chained: rc 0", second.rc == 0, second.err)
    check("chained: no copy of a copy", not second.image.find("EFI tables"))
    check("chained: the same system table",
          second.boot_params.system_table() == first.boot_params.system_table())
    check("chained: the same array", second.boot_params.node(SETUP_EFI).data
          == first.boot_params.node(SETUP_EFI).data)
    check("chained: the same e820", second.boot_params.e820() == first.boot_params.e820())
    check("chained: nothing is placed on the copies", all(
        s.end <= first.image.find("EFI tables").start
        or first.image.find("EFI tables").end <= s.start for s in second.image.segments))
    third = ic.Run(place, afterwards(second, place / "third"), COPY)
    check("chained again: the same e820",
          third.rc == 0 and third.boot_params.e820() == second.boot_params.e820())
    in_place = ic.Run(place, afterwards(second, place / "in-place"), "--efi-map-config")
    check("chained in place: the same system table",
          in_place.boot_params.system_table() == first.boot_params.system_table()
          and in_place.plan["identity_map"]["mode"] == "in-place")


def check_refusals(check, place, machine):
    """Unreadable tables cannot be copied, but they can be mapped."""
    array = "%016x" % machine.firmware("config_table")
    # Files of the recorded memory are named by their first address.
    last = max(file.name for file in (machine.root / "physical_memory").iterdir()
               if file.name <= array)
    for name, path in (("no memory", "physical_memory"),
                       ("no array", "physical_memory/" + last)):
        broken = machine.copy(place / name.replace(" ", "-"))
        target = broken.root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        run = ic.Run(place, broken, COPY)
        check(name + ": refused", run.rc == 1 and "cannot be read" in run.err
              and run.err.count("\n") == 1, run.err)
        run = ic.Run(place, broken, "--efi-map-config")
        check(name + ": in place it works", run.rc == 0, run.err)


def check_32bit(check, place, machine):
    """A kernel that maps 0 to 4 GiB finds copies below 4 GiB, wherever the tables are."""
    run = ic.Run(place, machine, COPY, "--entry-32bit")
    check("32-bit: rc 0, silent", run.rc == 0 and not run.err, run.err)
    check("32-bit: below 4 GiB", run.image.find("EFI tables").end <= FOUR_GIB)
    run = ic.Run(place, machine, "--efi-map-config", "--entry-32bit")
    check("32-bit in place: refused", run.rc == 1 and "4 GiB" in run.err, run.err)


def check_crash(check, place, machine):
    run = ic.Run(place, machine, COPY, "-p")
    check("crash: rc 0", run.rc == 0, run.err)
    copy = run.image.find("EFI tables")
    regions = [line for line in machine.iomem() if line[2] == "Crash kernel"]
    check("crash: in the crash kernel region", copy and any(
        start <= copy.start and copy.end <= end for start, end, _ in regions))
    check("crash: reserved", Range(copy.start, copy.end, 2) in run.boot_params.e820()
          or any(r.type == 2 and r.start <= copy.start and copy.end <= r.end
                 for r in run.boot_params.e820()))


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-copy.") as directory:
        place = Path(directory)
        for archive in recorded.archives(os.environ["MACHINES"], dom0=False):
            name = archive.name.split(".")[0]
            machine = recorded.unpack(archive, place / name / "machine")
            named = ic.Named(check, name)
            if not machine.is_efi():
                run = ic.Run(place / name, machine, COPY)
                named("not EFI: no effect, silent", run.rc == 0 and not run.err
                      and not run.image.find("EFI tables"), run.err)
                continue
            run = ic.Run(place / name, machine, COPY)
            named("rc 0, silent", run.rc == 0 and not run.err, run.err)
            if run.rc:
                continue
            check_copy(named, run)
            ic.check_placement(named, run)
            ic.check_overwritten(named, run)
            check_chain(named, place / name, run)
            check_refusals(named, place / name, machine)
            if machine.firmware("config_table") >= FOUR_GIB:
                check_32bit(named, place / name, machine)
            if any(line[2] == "Crash kernel" for line in machine.iomem()) and \
                    (machine.root / "proc/kcore").exists():
                check_crash(named, place / name, machine)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
