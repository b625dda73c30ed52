#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""SMBIOS in the EFI config table array. Linux from 6.14 on drops the memory attributes
table if SETUP_EFI names SMBIOS, so it is named only where the array may have a virtual
address, and purgatory then learns where to put it back.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402
from boot_params import SETUP_EFI                                   # noqa: E402

VIRTUAL = 0xfffffffeff5e9000
COPY = "--efi-map-config=copy"
NOTE = "purgatory puts the physical address of SMBIOS"


def with_pointers(machine, target, pointer):
    """The machine with another pointer in each SMBIOS entry of its array."""
    changed = machine.copy(target)
    for run in (changed.root / "physical_memory").iterdir():
        data, at = bytearray(run.read_bytes()), -1
        while (at := data.find(ic.SMBIOS_GUID.bytes_le, at + 1)) >= 0:
            struct.pack_into("<Q", data, at + 16, pointer)
        run.write_bytes(data)
    return changed


def without_memory(machine, target):
    changed = machine.copy(target)
    shutil.rmtree(changed.root / "physical_memory")
    return changed


def named(run):
    """The address of SMBIOS in SETUP_EFI."""
    return struct.unpack_from("<Q", run.boot_params.node(SETUP_EFI).data, ic.SMBIOS)[0]


def told(run):
    return run.params.smbios, run.params.setup_efi_smbios


def check_machine(check, place, machine):
    address = machine.systab()["SMBIOS"]
    virtual = with_pointers(machine, place / "virtual", VIRTUAL)
    check("recorded with the physical address",
          machine.config_tables()[ic.SMBIOS_GUID] == address)
    check("derived with a virtual one", virtual.config_tables()[ic.SMBIOS_GUID] == VIRTUAL)

    run = ic.Run(place, machine, "-d")
    check("physical: neither named nor asked for", (named(run), told(run)) == (0, (0, 0)))
    check("physical: no note", NOTE not in run.err)

    for name, changed in (("virtual", virtual),
                          ("unreadable", without_memory(machine, place / "unreadable"))):
        run = ic.Run(place, changed, "-d")
        at = run.boot_params.node(SETUP_EFI).address + 16 + ic.SMBIOS
        check(name + ": named, and purgatory is told both",
              (named(run), told(run)) == (address, (address, at)))
        check(name + ": that is where SETUP_EFI names it",
              run.image.read(at, 8) == struct.pack("<Q", address))
        check(name + ": a note", NOTE in run.err, run.err)
        for option in ("--no-efi-map-config", "--entry-32bit"):
            run = ic.Run(place, changed, option)
            # An array above 4 GiB is out of reach of a kernel entered in 32-bit mode.
            if not run.boot_params.node(SETUP_EFI):
                continue
            check("%s %s: left to the next kernel" % (name, option),
                  (named(run), told(run)) == (address, (0, 0)))
        run = ic.Run(place, changed, "--noefi")
        check(name + " --noefi: nothing", told(run) == (0, 0))

    check_copy(check, place, virtual, address)


def check_copy(check, place, virtual, address):
    run = ic.Run(place, virtual, COPY)
    check("copy: neither named nor asked for", (named(run), told(run)) == (0, (0, 0)))
    array = struct.unpack_from("<Q", run.boot_params.node(SETUP_EFI).data, 16)[0]
    count = len(virtual.config_tables())
    copied = run.image.read(array, 24 * count)
    original = bytearray(virtual.physical(virtual.firmware("config_table"), 24 * count))
    at = original.find(ic.SMBIOS_GUID.bytes_le)
    struct.pack_into("<Q", original, at + 16, address)
    check("copy: it has the physical address, and all else as it was", copied == original)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-smbios.") as directory:
        place = Path(directory)
        for archive in recorded.archives(os.environ["MACHINES"], dom0=False):
            name = archive.name.split(".")[0]
            machine = recorded.unpack(archive, place / name / "machine")
            # U-Boot names SMBIOS 3 only.
            if machine.is_efi() and "SMBIOS" in machine.systab():
                check_machine(ic.Named(check, name), place / name, machine)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
