#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Data about this machine for the next kernel, beside that of every image: the empty
initrd in place of a stale one; the running kernel's setup_data nodes, and the CC blob
that one of them names; with 32-bit firmware only the ACPI root pointer.

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

import boot_params                                                  # noqa: E402
import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402

INDIRECT = 0x80000000
RECORD = boot_params.SETUP_RECORD
INITRD_TABLE = uuid.UUID("5568e427-68fc-4f3d-ac74-ca555231cc68")


def cpio_names(archive):
    """The files of a newc archive up to its end, and whether anything follows."""
    names, at = [], 0
    while True:
        header = archive[at:at + 110]
        if header[:6] != b"070701":
            return None
        size, length = int(header[54:62], 16), int(header[94:102], 16)
        name = archive[at + 110:at + 110 + length]
        at += -(-(110 + length) // 4) * 4
        if name == b"TRAILER!!!\0":
            return names, archive[at:]
        names.append(name[:-1])
        at += -(-size // 4) * 4


def check_empty(check, run):
    segment = run.image.find("initrd")
    check("an initrd without files", segment and cpio_names(segment.data) == ([], b""))
    check("boot_params names it",
          segment and run.boot_params.ramdisk() == (segment.start, len(segment.data)))
    # The next kernel frees the whole of its pages.
    check("a page of its own", segment and segment.end - segment.start == 4096)
    check("verified", segment and segment.verified)


def check_none(check, run):
    check("no initrd", not run.image.find("initrd")
          and run.boot_params.ramdisk() == (0, 0))


def not_named(machine):
    """The array is read and names no initrd."""
    for page in (machine.root / "physical_memory").iterdir():
        page.write_bytes(page.read_bytes().replace(INITRD_TABLE.bytes_le, bytes(16)))


def unreadable(machine):
    shutil.rmtree(machine.root / "physical_memory")


def as_it_is(_machine):
    pass


# Change to the machine, options, header fields, check if it is an EFI machine.
STALE = [
    ("named", as_it_is, [], {}, check_empty),
    ("named, no mapping", as_it_is, ["--no-efi-map-config"], {}, check_empty),
    ("named, 32-bit entry", as_it_is, ["--entry-32bit"], {}, check_empty),
    ("named, --noefi", as_it_is, ["--noefi"], {}, check_none),
    ("named, for a kernel that takes no EFI data", as_it_is, [], {"xloadflags": 0x6f},
     check_none),
    ("not named", not_named, [], {}, check_none),
    ("array unreadable", unreadable, [], {}, check_empty),
]


def try_stale_initrd(checks, place, name, machine):
    tables = machine.config_tables()
    checks("%s: the recorded array names an initrd" % name,
           (tables is not None and INITRD_TABLE in tables) == machine.is_efi())
    for case, change, options, header, expected in STALE:
        changed = machine.copy(place / "changed")
        if changed.is_efi() or change == as_it_is:
            change(changed)
        check = ic.Named(checks, "%s, initrd %s" % (name, case))
        run = ic.Run(place, changed, *options, initrds=(), **header)
        check("rc 0", run.rc == 0, run.err)
        if run.rc == 0:
            # Machines with RAM above 4 GiB have their array below.
            (expected if machine.is_efi() else check_none)(check, run)
        shutil.rmtree(changed.root)
        shutil.rmtree(run.directory)


def try_crash_initrd(checks, place, name, machine):
    """-p without --initrd, and its output with -d."""
    (place / "kernel").write_bytes(fakes.bzimage(**ic.KERNEL))
    done = subprocess.run(
        [os.environ["KEXEC"], "-p", "-d", "kernel", "--sysroot=%s" % machine.root,
         "--dry-run=json"], cwd=place, capture_output=True, text=True, timeout=60,
        check=False)
    checks("%s: -p says why there is an initrd" % name, done.returncode == 0
           and "kexec: no --initrd was given, but the EFI config table array still names "
           in done.stderr and '"initrd"' in done.stdout, done.stderr[-600:])


def try_32bit_firmware(checks, place, name, machine):
    """With 32-bit firmware only the ACPI root pointer is passed on, and -d says so."""
    root_pointer = machine.systab()["ACPI20"]
    checks("%s: its ACPI root pointer was recorded" % name, root_pointer)
    for options in ([], ["--efi-map-config"], ["--efi-map-config=copy"], ["-d"]):
        check = ic.Named(checks, "%s %s" % (name, " ".join(options)))
        run = ic.Run(place, machine, *options)
        ic.check_all(check, run, warnings="-d" in options)
        check("nothing of EFI", not run.plan["efi"]["handed_over"]
              and run.boot_params.node(4) is None)
        check("the ACPI root pointer", run.boot_params.acpi_rsdp_addr == root_pointer)
        check("said with -d only", ("no EFI data for the next kernel: the firmware is 32-bit"
                                    in run.err) == ("-d" in options), run.err)
        shutil.rmtree(run.directory)
    # A kernel without acpi_rsdp_addr cannot get it later either, after a crash.
    run = ic.Run(place, machine, "-p")
    checks("%s: -p names it on the command line" % name, run.rc == 0
           and "acpi_rsdp=%#x" % root_pointer in run.boot_params.command_line(), run.err)


def with_nodes(machine, nodes):
    """Replaces the recorded setup_data nodes."""
    top = machine.root / "sys/kernel/boot_params/setup_data"
    shutil.rmtree(top, ignore_errors=True)
    for i, (kind, data) in enumerate(nodes):
        fakes.write(top / str(i) / "type", "%#x\n" % kind)
        fakes.write(top / str(i) / "data", data)


def handed_on(run):
    """The list as a kernel shows it: SETUP_INDIRECT is followed."""
    found = []
    for node in run.boot_params.nodes():
        kind, data = node.type, node.data
        if kind == INDIRECT:
            kind, reserved, size, address = struct.unpack("<IIQQ", data)
            data = None if reserved or not kind & INDIRECT else run.image.read(address, size)
        found.append((kind, data))
    return found


# Name, the running kernel's nodes, and those that are passed on.
ROM = (3, bytes(range(256)) * 200)
NODES = [
    ("no node", [], []),
    ("one ROM", [ROM], [ROM]),
    ("many of a type", [(3, bytes([i]) * (i + 1)) for i in range(25)],
     [(3, bytes([i]) * (i + 1)) for i in range(25)]),
    ("known and unknown types",
     [(5, b"Apple"), (6, b"Jailhouse"), (7, b"\0\0\0\x30"), (0x1234, b"?"), (2, b"tree")],
     [(5, b"Apple"), (6, b"Jailhouse"), (7, b"\0\0\0\x30"), (0x1234, b"?"), (2, b"tree")]),
    ("what is made anew", [(1, bytes(40)), (4, bytes(96)), ROM, (9, b"seed"),
                           (0x4b584546, b"copy of the EFI tables"),
                           (RECORD, b"of the kexec before")], [ROM]),
    ("what is used up", [(9, b""), (5, b""), ROM], [ROM]),
    ("what names memory that is gone", [(8, bytes(16)), (10, bytes(32)), ROM], [ROM]),
    ("indirect", [(INDIRECT | 3, ROM[1]), ROM, (INDIRECT | 8, b"IMA"), (INDIRECT, bytes(24))],
     [(INDIRECT | 3, ROM[1]), ROM]),
]


def try_setup_data(checks, place, name, machine):
    for case, nodes, expected in NODES:
        changed = machine.copy(place / "changed")
        with_nodes(changed, nodes)
        for action in ["-l"] + ["-p"] * ("crashkernel" in name):
            check = ic.Named(checks, "%s, %s, setup_data: %s" % (name, action, case))
            run = ic.Run(place, changed, *(["-p"] if action == "-p" else []))
            check("silent, rc 0", run.rc == 0 and not run.err, run.err)
            if run.rc:
                continue
            own = [4] * run.plan["efi"]["handed_over"] + [9, RECORD]
            found = handed_on(run)
            check("its own nodes, once each", sorted(
                kind for kind, data in found if kind in (1, 4, 9, RECORD)) == own)
            check("the others as they were", [
                node for node in found if node[0] not in (1, 4, 9, RECORD)] == expected)
            shutil.rmtree(run.directory)
        shutil.rmtree(changed.root)


# An address where a kernel would be placed, so that avoiding it is visible.
CC_BLOB, CC_SECRETS, CC_CPUID = 0x1000ff0, 0x1200000, 0x1400000
CC_PAGES = [(0x1000000, 0x1002000), (0x1200000, 0x1202000), (0x1400000, 0x1401000)]
CC_CONTENT = struct.pack("<IHHQIIQII", 0x45444d41, 1, 0, CC_SECRETS, 4097, 0, CC_CPUID,
                         4096, 0)


def with_cc_blob(machine, address=struct.pack("<I", CC_BLOB), content=CC_CONTENT):
    """A SETUP_CC_BLOB node, and the blob in RAM that is not reserved."""
    with_nodes(machine, [ROM, (7, address), (7, struct.pack("<I", 0x5000000))])
    data = bytes(CC_BLOB % 4096) + content
    for at in range(0, len(data), 4096):
        page = machine.root / "physical_memory" / ("%016x" % (CC_BLOB // 4096 * 4096 + at))
        fakes.write(page, data[at:at + 4096].ljust(4096, b"\0"))


def pages_kept(run, pages):
    e820 = run.boot_params.e820()
    return all(any(r.start <= start and end <= r.end and r.type == 2 for r in e820)
               and not any(s.start < end and start < s.end for s in run.image.segments)
               for start, end in pages)


def try_cc_blob(checks, place, name, machine):
    """The blob that the node names is kept and mapped, with EFI or without."""
    changed = machine.copy(place / "changed")
    with_cc_blob(changed)
    for options, mapped in (([], True), (["--noefi"], True), (["--entry-32bit"], False),
                            (["--no-efi-map-config"], False),
                            *((["-p"], True),) * ("crashkernel" in name)):
        check = ic.Named(checks, "%s, CC blob, %s" % (name, options))
        run = ic.Run(place, changed, *options)
        # The 32-bit entry warns about tables above 4 GiB.
        check("silent, rc 0", run.rc == 0
              and (not run.err or options == ["--entry-32bit"]), run.err)
        if run.rc:
            continue
        check("kept", pages_kept(run, CC_PAGES), run.out)
        table, = run.plan["setup_data_tables"]
        check("listed", table["kept_by"] == "kexec" and table["state"] == "intact"
              and [int(part["start"], 16) for part in table["parts"]]
              == [CC_BLOB, CC_SECRETS, CC_CPUID], table)
        check("handed to purgatory", run.params.cc_blob == CC_BLOB * mapped)
        check("with a pool", not mapped or run.params.pool_end - run.params.pool_start
              == 40 * 4096)
        check("shown", any(one["what"] == "CC blob" and int(one["address"], 16) == CC_BLOB
                           for one in run.plan["identity_map"]["ranges"]) == mapped)
        shutil.rmtree(run.directory)
    shutil.rmtree(changed.root)


# Name, the node's data, the blob; purgatory's parameters, and the kept ranges.
BAD_CC_BLOBS = [
    ("no node", None, CC_CONTENT, 0, []),
    ("short node", b"\0\0\1", CC_CONTENT, 0, []),
    ("address 0", bytes(4), CC_CONTENT, 0, []),
    ("not its magic", struct.pack("<I", CC_BLOB), b"\0" + CC_CONTENT[1:], CC_BLOB,
     [(0x1000000, 0x1001000)]),
    ("wrapping length", struct.pack("<I", CC_BLOB),
     CC_CONTENT[:8] + struct.pack("<QI", 2 ** 64 - 4096, 4096) + CC_CONTENT[20:], CC_BLOB,
     CC_PAGES[:1]),
    ("absurd length", struct.pack("<I", CC_BLOB),
     CC_CONTENT[:16] + b"\xff\xff\xff\xff" + CC_CONTENT[20:], CC_BLOB, CC_PAGES[:1]),
    ("no memory there", struct.pack("<I", 0xfffff000), CC_CONTENT, 0xfffff000, []),
]


def try_bad_cc_blobs(checks, place, name, machine):
    """A bad blob does not prevent a load: purgatory checks again and reports what it
    skips."""
    for case, address, content, handed, kept in BAD_CC_BLOBS:
        changed = machine.copy(place / "changed")
        with_cc_blob(changed, address or b"", content)
        if address is None:
            with_nodes(changed, [ROM])
        run = ic.Run(place, changed)
        check = ic.Named(checks, "%s, CC blob, %s" % (name, case))
        check("silent, rc 0", run.rc == 0 and not run.err, run.err)
        check("handed to purgatory", run.params.cc_blob == handed)
        check("kept", pages_kept(run, kept))
        check("the rest is not", any(
            s.start <= CC_SECRETS < s.end for s in run.image.segments))
        tables = run.plan["setup_data_tables"]
        check("listed, with the reason", len(tables) == bool(handed)
              and all(table["problem"] for table in tables), tables)
        shutil.rmtree(run.directory)
        shutil.rmtree(changed.root)


def try_chain(checks, place, name, machine):
    """Ten kexecs: the last kernel gets the same nodes as the first one started by kexec.
    """
    changed = machine.copy(place / "chain")
    with_nodes(changed, [ROM, (INDIRECT | 6, b"indirect"), (5, b""), (8, bytes(16))])
    sizes = []
    for _ in range(10):
        run = ic.Run(place, changed)
        found = handed_on(run)
        sizes.append((len(run.image.find("parameters").data), [k for k, _ in found],
                      [data for kind, data in found if kind != 9]))
        # The next kernel shows the nodes it got, and has used its random seed.
        with_nodes(changed, [(kind, data if kind != 9 else b"") for kind, data in found])
        shutil.rmtree(run.directory)
    checks("%s: nothing adds up over ten kexecs" % name,
           all(one == sizes[0] for one in sizes), str([one[:2] for one in sizes]))
    shutil.rmtree(changed.root)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-params-") as directory:
        place = Path(directory)
        for archive in recorded.archives(os.environ["MACHINES"], dom0=False):
            name = archive.name[:-len(".tar.xz")]
            machine = recorded.unpack(archive, place / name)
            try_stale_initrd(checks, place, name, machine)
            try_setup_data(checks, place, name, machine)
            try_chain(checks, place, name, machine)
            if machine.is_efi32():
                try_32bit_firmware(checks, place, name, machine)
            else:  # This firmware has memory of its own at CC_BLOB.
                try_cc_blob(checks, place, name, machine)
            if name in ("ovmf", "seabios"):
                try_bad_cc_blobs(checks, place, name, machine)
            if "ovmf-crashkernel" in name:
                try_crash_initrd(checks, place, name, machine)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
