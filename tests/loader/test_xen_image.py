#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The image that kexec hands to a Xen hypervisor, from a record and on the live machine:
memory, segments and EFI are those of the machine, not of dom0. The memory map is compared
with what the hypervisor printed when it started. test_xen_crash.py has crash kernels.

Environment: KEXEC; MACHINES; PURGATORY_BIN; LIBXENCTRL, "no" if built without it.
"""

import os
import struct
import sys
import tempfile
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import json_output                                                  # noqa: E402
import xen_dom0                                                     # noqa: E402
from boot_params import (SETUP_EFI, BootParams, PurgatoryParams,    # noqa: E402
                         Range)
from program_writer import Load as Part, elf, multiboot1            # noqa: E402

MIB, PAGE = 1 << 20, 4096
# Local APIC and IO-APIC: Xen reserves them after it has printed the map.
APICS = (0xfec00000, 0xfef00000)
# UEFI specification 4.2 and 4.3.
FW_VENDOR, COUNT, TABLES, CRC32, HEADER_SIZE = 24, 104, 112, 16, 12
MAP_COMPLETE = 8


def printed_map(machine):
    """The map on Xen's console, and the APICs' ranges of the hypervisor's answers."""
    return sorted(machine.console_map() + [
        r for r in machine.firmware_map() if APICS[0] <= r.start and r.end <= APICS[1]])


def reserving(memory, start, end):
    """The map with [start, end) reserved, which was of one type before."""
    found = []
    for r in memory:
        if not r.start <= start < end <= r.end:
            found.append(r)
            continue
        found += [piece for piece in (Range(r.start, start, r.type), Range(start, end, 2),
                                      Range(end, r.end, r.type)) if piece.start < piece.end]
    return found


def entries(machine):
    """(raw entry, address) of the firmware's array, in its order."""
    (start, end), = machine.xen_named("EFI config tables")
    raw = machine.physical(start, end - start)
    return [(raw[at:at + 24], struct.unpack_from("<Q", raw, at + 16)[0])
            for at in range(0, len(raw), 24)]


def is_ram(machine, address):
    return any(r.start <= address < r.end and r.type == 1 for r in printed_map(machine))


def same_copy(machine, read, table, array):
    """Why the copies of system table and array are not what they should be; or None."""
    kept = [raw for raw, address in entries(machine) if not is_ram(machine, address)]
    copied = bytearray(read(table, 120))
    if read(array, 24 * len(kept)) != b"".join(kept):
        return "the array"
    if struct.unpack_from("<QQ", copied, COUNT) != (len(kept), array):
        return "number or address of the tables"
    checksum, = struct.unpack_from("<I", copied, CRC32)
    copied[CRC32:CRC32 + 4] = bytes(4)
    if (checksum, 120) != (zlib.crc32(copied),
                           struct.unpack_from("<I", copied, HEADER_SIZE)[0]):
        return "the checksum"
    original = machine.physical(machine.system_table(), 120)
    changed = set(range(HEADER_SIZE, CRC32 + 4)) | set(range(COUNT, TABLES + 8))
    if any(copied[at] != original[at] for at in set(range(120)) - changed):
        return "the rest of the system table"
    return None


def check_efi(check, machine, params, read):
    """params: BootParams; read: reads the image."""
    check("EFI: signature, size and version of descriptors", params.raw[0x1c0:0x1c4]
          == b"EL64" and (params.efi_memdesc_size, params.efi_memdesc_version) == (48, 1))
    vendor, zero, array, smbios, *rest = struct.unpack("<12Q", params.node(SETUP_EFI).data)
    original = machine.physical(machine.system_table(), 120)
    check("SETUP_EFI", vendor == struct.unpack_from("<Q", original, FW_VENDOR)[0]
          and not any((zero, smbios, *rest)), (vendor, zero, smbios))
    wrong = same_copy(machine, read, params.system_table(), array)
    check("EFI: the copies", not wrong, wrong)
    descriptors = [d._replace(rest=b"") for d in params.efi_memory_map()]
    check("EFI memory map: at physical addresses", descriptors == machine.runtime_map()
          and len(descriptors) >= 4 and all(d.physical == d.virtual for d in descriptors),
          descriptors)
    return array


def check_params(check, params):
    check("purgatory: the map is complete", params.flags
          & (MAP_COMPLETE | params.MAP_EFI) == MAP_COMPLETE, params.flags)
    check("purgatory: no pages for a map", (params.pool_start, params.pool_end) == (0, 0))


def check_record_image(check, place, machine, options, efi):
    run = ic.Run(place, machine, *options)
    check = ic.Named(check, " ".join(options) or "record")
    check("rc 0", run.rc == 0, run.err)
    if run.rc:
        return None
    copy = run.image.find("EFI tables")
    check("warns of lost tables only", run.err.startswith(xen_dom0.REUSED) and
          run.err.count("\n") == 1 if efi else not run.err, run.err)
    expected = printed_map(machine)
    if efi:
        expected = reserving(expected, copy.start, copy.end)
    check("e820: what Xen printed", run.boot_params.e820() == expected,
          run.boot_params.e820())
    ic.check_placement(check, run)
    ic.check_kernel(check, run)
    ic.check_header(check, run)
    ic.check_carried(check, run, expected)
    ic.check_command_line(check, run)
    ic.check_record(check, run)
    ic.check_digests(check, run, False)
    check_params(check, run.params)
    check("EFI: handed over or not", run.plan["efi"]["handed_over"] == efi
          and bool(copy) == efi and (efi or not any(run.boot_params.raw[0x1c0:0x1e0])))
    if efi:
        check_efi(check, machine, run.boot_params, run.image.read)
        check("the plan says so", run.plan["identity_map"]["mode"] == "xen", run.plan)
    return run


# Options, whether EFI is handed over.
CASES = [([], True), (["--efi-map-config"], True), (["--efi-map-config=copy"], True),
         (["--noefi"], False)]


def check_records(check, place, machine):
    for options, efi in CASES:
        run = check_record_image(check, place, machine, options, efi)
        if not efi or not run:
            continue
        lost = [address for _, address in entries(machine) if is_ram(machine, address)]
        # Linux uses one of them; -d names the others.
        check("the lost table is named", len(lost) > 1
              and run.err.strip().split(": ")[-1] == "memory attributes", run.err)
    # Xen maps the segment with the copies in any case.
    kept = ic.Run(place, machine, "--no-efi-map-config")
    check("--no-efi-map-config", kept.rc == 0 and kept.plan["efi"]["handed_over"]
          and kept.image.find("EFI tables"), kept.err)


def span(run):
    return [(s.name, s.start, s.end) for s in run.image.segments]


def check_dom0_memory(check, dom0, place):
    """Whatever Linux says of its RAM, the image is the same; devices are respected."""
    expected = ic.Run(place, dom0.machine)
    for name, iomem in (
            ("other RAM", "00000000-2fffffff : System RAM\n  01000000-01ffffff : Kernel "
             "code\n30000000-ffffffff : Xen scratch\n20000000-2fffffff : Crash kernel\n"),
            ("all reserved", "00000000-ffffffff : Reserved\n"),
            ("not readable", None), ("hidden", "00000000-00000000 : System RAM\n")):
        run = ic.Run(place, dom0.derived("iomem " + name, proc__iomem=iomem))
        check("dom0's memory, " + name, run.rc == 0 and span(run) == span(expected)
              and run.plan["memory_map"] == expected.plan["memory_map"], run.err)
    taken = (0x100000, 0x3ffffff)
    run = ic.Run(place, dom0.derived(
        "iomem device", proc__iomem="%08x-%08x : 0000:00:02.0\n" % taken))
    check("a device's memory", run.rc == 0 and all(
        s.start > taken[1] for s in run.image.segments)
        and span(run) != span(expected), run.err)


def check_no_system_table(check, dom0, place):
    lines = [line for line in (dom0.machine.root / "xen/memory").read_text().splitlines(True)
             if "EFI system table" not in line]
    machine = dom0.derived("no table", xen__memory="".join(lines))
    words = "does not tell its dom0 where the EFI system table is"
    run = ic.Run(place, machine)
    check("no system table: a warning", run.rc == 0 and words in run.err
          and run.err.startswith("kexec: warning: ") and run.err.count("\n") == 1
          and not run.plan["efi"]["handed_over"]
          and run.boot_params.e820() == printed_map(machine), run.err)
    for option in "--efi-map-config", "--efi-map-config=copy":
        run = ic.Run(place, machine, option)
        check("no system table: %s" % option, run.rc == 1 and words in run.err
              and run.err.count("\n") == 1, run.err)
    run = ic.Run(place, machine, "--noefi")
    check("no system table: --noefi", run.rc == 0 and not run.err, run.err)


def check_live(check, dom0, place):
    """The segments that Xen was given, read as the next kernel reads them."""
    result, load = dom0.load("-l")
    check("live: loaded", result.rc == 0 and result.silent() and load, result)
    machine = dom0.machine
    for segment in load.loaded():
        check("live: in Xen's RAM", segment.start >= MIB and any(
            r.start <= segment.start and segment.end <= r.end and r.type == 1
            for r in printed_map(machine)), segment[:2])
    check("live: the low MiB is mapped, and nothing else",
          [segment[:2] for segment in load.mapped()] == [(0, MIB)], load.mapped())
    params = PurgatoryParams(load.read(load.entry - PAGE, PAGE))
    check_params(check, params)
    check("live: purgatory", params.magic == params.MAGIC and load.at(load.entry))
    # An installed program comes without the flat file.
    if "PURGATORY_BIN" in os.environ:
        check("live: purgatory's code", load.read(load.entry, PAGE)
              == Path(os.environ["PURGATORY_BIN"]).read_bytes()[PAGE:2 * PAGE])
    boot = BootParams(load, params.rsi)
    array = check_efi(ic.Named(check, "live"), machine, boot, load.read)
    copy = load.at(array)
    check("live: e820", boot.e820() == reserving(printed_map(machine), copy.start, copy.end))
    check("live: the kernel", load.at(params.rip).data
          == (dom0.place / "vmlinuz").read_bytes()[0xa00:])
    check("live: the initrd", load.at(boot.ramdisk()[0]).data == xen_dom0.INITRD)
    raw = bytearray(load.read(boot.system_table(), 120))
    raw[COUNT] += 1
    check("control: another number of tables", same_copy(
        machine, lambda at, size: bytes(raw) if at == boot.system_table()
        else load.read(at, size), boot.system_table(), array)
        == "number or address of the tables")


def moved(dom0, address, decoy):
    """The live machine with its system table elsewhere; decoy: one before it that names
    another array."""
    memory = dom0.kexec.root / "dev/mem"
    table = dom0.machine.system_table()
    data = dom0.machine.physical(table, 120)
    with open(memory, "r+b") as stream:
        stream.seek(table)
        stream.write(bytes(120))
        stream.seek(address)
        stream.write(data)
        if decoy:
            stream.seek(decoy)
            stream.write(data[:FW_VENDOR] + bytes(8) + data[FW_VENDOR + 8:TABLES]
                         + struct.pack("<Q", 0x7f5ebc90))


def check_search(check, dom0):
    """The live machine's system table is found wherever firmware keeps it."""
    start, end = next((d.physical, d.physical + d.pages * PAGE)
                      for d in dom0.machine.runtime_map() if d.type == 6)
    for name, address, decoy in (("at the start", start, 0), ("at the end", end - 120, 0),
                                 ("across pieces", start + 65536 - 8, 0),
                                 ("behind another", start + 4096, start + 8)):
        dom0.use(dom0.machine)
        moved(dom0, address, decoy)
        result, load = dom0.load("-l")
        boot = BootParams(load, PurgatoryParams(load.read(load.entry - PAGE, PAGE)).rsi)
        good = boot.raw[0x1c0:0x1c4] == b"EL64" and not same_copy(
            dom0.machine, load.read, boot.system_table(),
            struct.unpack_from("<Q", boot.node(SETUP_EFI).data, 16)[0])
        check("search: " + name, result.rc == 0 and result.silent() and result.warning
              and good, result)
    for name, address in (("in other memory", 0x7f76c000), ("not aligned", start + 4)):
        dom0.use(dom0.machine)
        moved(dom0, address, 0)
        result, load = dom0.load("-l")
        check("search: " + name, result.rc == 0 and load
              and result.one_message("warning: ", "EFI system table"), result)
    dom0.use(dom0.derived("locked", sys__kernel__security__lockdown="none integrity "
                          "[confidentiality]\n"))
    result, load = dom0.load("-l")
    check("search: locked down", result.rc == 0 and load and result.one_message(
        "warning: ", "EFI system table", "locked down"), result)
    dom0.use(dom0.machine)


def check_multiboot(check, dom0):
    """Purgatory copies the ACPI root pointer, for which Xen maps its page."""
    header = multiboot1(3)
    fakes.write(dom0.place / "program", elf(
        Part(16 * MIB, b"code" * 1000, 5000), bits=32, head=header))
    result = dom0("-l", "program", "--append=no-real-mode")
    load, = xen_dom0.loads(result.log, dom0.kept)
    page = dom0.machine.config_tables()[xen_dom0.ACPI2] // PAGE * PAGE
    mapped = sorted(segment[:2] for segment in load.mapped())
    check("multiboot", result.rc == 0 and not result.err
          and any(start <= page < end for start, end in mapped), "%s %s" % (mapped, result))
    fakes.write(dom0.place / "module", b"module" * 1000)
    check("multiboot: modules", not dom0("-l", "program", *["--module=module"] * 7).rc)
    for count, status, words in ((8, 1, "more segments than Xen takes, which is 15"),
                                 (13, 1, "segment 17")):
        result = dom0("-l", "program", *["--module=module"] * count)
        check("%d modules" % count, result.rc == status and result.one_message(words)
              and not xen_dom0.loads(result.log), result)
        shown = dom0("--dry-run", "program", *["--module=module"] * count)
        check("%d modules, --dry-run" % count, (shown.rc, shown.err)
              == (result.rc, result.err) and not shown.out, shown)
        checked = dom0("--check=json", "-l", "program", *["--module=module"] * count)
        check("%d modules, --check" % count, words in str(
            json_output.read(checked.out)["load"]["error"]), checked)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-xen-image-") as directory:
        dom0, place = xen_dom0.Dom0(directory), Path(directory)
        check_records(check, place, dom0.machine)
        check_dom0_memory(check, dom0, place)
        check_no_system_table(check, dom0, place)
        if not xen_dom0.is_built_without():
            for step in check_search, check_multiboot:
                step(check, dom0)
            check_live(check, dom0, place)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
