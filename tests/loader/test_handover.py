#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the next kernel gets of this machine beyond what every image has: the empty initrd
in place of a stale one.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402

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
    """The array is read, and names no initrd."""
    for page in (machine.root / "physical_memory").iterdir():
        page.write_bytes(page.read_bytes().replace(INITRD_TABLE.bytes_le, bytes(16)))


def unreadable(machine):
    shutil.rmtree(machine.root / "physical_memory")


def as_it_is(_machine):
    pass


# What happens to the machine, options, header fields, check if it is an EFI machine.
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
            # The machines with RAM above 4 GiB have their array below.
            (expected if machine.is_efi() else check_none)(check, run)
        shutil.rmtree(changed.root)
        shutil.rmtree(run.directory)


def try_crash_initrd(checks, place, name, machine):
    """-p without --initrd, and what -d says of it."""
    (place / "kernel").write_bytes(fakes.bzimage(**ic.KERNEL))
    done = subprocess.run(
        [os.environ["KEXEC"], "-p", "-d", "kernel", "--sysroot=%s" % machine.root,
         "--dry-run=json"], cwd=place, capture_output=True, text=True, timeout=60,
        check=False)
    checks("%s: -p says why there is an initrd" % name, done.returncode == 0
           and "kexec: no --initrd was given, but the EFI config table array still names "
           in done.stderr and '"initrd"' in done.stdout, done.stderr[-600:])


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-handover-") as directory:
        place = Path(directory)
        for archive in recorded.archives(os.environ["MACHINES"]):
            name = archive.name[:-len(".tar.xz")]
            machine = recorded.unpack(archive, place / name)
            try_stale_initrd(checks, place, name, machine)
            if "ovmf-crashkernel" in name:
                try_crash_initrd(checks, place, name, machine)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
