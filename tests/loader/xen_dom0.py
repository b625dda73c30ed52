# SPDX-License-Identifier: GPL-2.0-only
"""kexec in the dom0 of a Xen hypervisor: the recorded machine as a live one, whose
hypervisor is preload_xen.c, and the loads that it was asked for.

Environment: KEXEC; MACHINES; LIBXENCTRL, "no" if the program was built without it."""

import os
import re
import shutil
import struct
import uuid
from pathlib import Path
from typing import NamedTuple

import fakes
import recorded

MACHINE = "xen-ovmf.tar.xz"
KERNEL = {"size": 1 << 20, "init_size": 4 << 20, "cmdline_size": 2047}
INITRD = b"070701" + bytes(range(256)) * 9
WITHOUT = "built without libxenctrl"
# Tables of OVMF in RAM, which Xen has reused, so each image lacks them.
REUSED = "kexec: warning: the next kernel will not get the EFI tables in memory that the "


# ACPI_TABLE_GUID and EFI_ACPI_20_TABLE_GUID (UEFI 2.10, 4.6).
ACPI1 = uuid.UUID("eb9d2d30-2d88-11d3-9a16-0090273fc14d")
ACPI2 = uuid.UUID("8868e871-e4f1-11d3-bc22-0080c73c8881")


def acpi(signature):
    """A table without contents (ACPI 6.5, 5.2.6)."""
    data = bytearray(struct.pack("<4sIBB6s8sIII", signature, 36, 1, 0, b"BOCHS ",
                                 b"BXPC    ", 1, 1, 1))
    data[9] = -sum(data) & 255
    return bytes(data)


def root_pointer(revision, tables):
    """An intact one (ACPI 6.5, 5.2.5.3): the first version has 20 bytes."""
    data = bytearray(struct.pack("<8sB6sBIIQI", b"RSD PTR ", 0, b"BOCHS ", revision,
                                 tables, 36, tables + 36, 0))
    data[8] = -sum(data[:20]) & 255
    data[32] = -sum(data) & 255
    return bytes(data) if revision else bytes(data[:20])


def is_built_without():
    return os.environ.get("LIBXENCTRL") == "no"


class Segment(NamedTuple):
    start: int
    end: int
    data: bytes  # None: only mapped


class Load(NamedTuple):
    """A load that Xen was asked for. data: the bytes of segments, if they were kept."""
    crash: bool
    arch: int
    entry: int
    segments: list

    def loaded(self):
        return [segment for segment in self.segments if segment.data is not None]

    def mapped(self):
        return [segment for segment in self.segments if segment.data is None]

    def at(self, address, size=1):
        return next((segment for segment in self.segments if segment.start <= address
                     and address + size <= segment.end), None)

    def read(self, address, size):
        segment = self.at(address)
        offset = address - segment.start
        return segment.data[offset:offset + size].ljust(size, b"\0")


LINE = re.compile(r"xen load type=(\d+) arch=(\d+) entry=(0x[0-9a-f]+) segments=(.*)")
SEGMENT = re.compile(r"\[(0x[0-9a-f]+|0)-(0x[0-9a-f]+) data=(\d+|none)\]")


def loads(log, kept=None):
    """The loads in preload.so's log. kept: the directory with the segments' bytes."""
    found = []
    for kind, arch, entry, text in (LINE.fullmatch(line).groups() for line in log
                                    if line.startswith("xen load ")):
        segments = []
        for number, (start, end, size) in enumerate(SEGMENT.findall(text)):
            data = None if size == "none" else b""
            if data is not None and kept:
                data = (kept / ("%02d.bin" % number)).read_bytes()
                assert len(data) == int(size)
            segments.append(Segment(int(start, 16), int(end, 16), data))
        found.append(Load(kind == "1", int(arch), int(entry, 16), segments))
    return found


def linux_calls(log):
    """Calls that would reach Linux, not the hypervisor."""
    return [line for line in log if line.startswith(("kexec_", "reboot"))]


def is_xen_load(result, load, crash):
    """A load that succeeded without a word, and of which Linux does not know."""
    return (result.rc == 0 and result.silent() and load is not None
            and load.crash == crash and load.arch == 62 and not linux_calls(result.log))


class Dom0:
    """A directory with kexec, a kernel, an initrd and the recorded machine."""

    def __init__(self, directory):
        self.place = Path(directory)
        self.kexec = fakes.Kexec(self.place, os.environ["KEXEC"])
        self.machine = recorded.unpack(Path(os.environ["MACHINES"]) / MACHINE,
                                       self.place / "machine")
        self.kept = self.place / "segments"
        fakes.write(self.place / "vmlinuz", fakes.bzimage(**KERNEL))
        fakes.write(self.place / "initrd", INITRD)
        self.use(self.machine)

    def use(self, machine):
        """The machine that is the live one from now on. Its memory ends at 2 GiB."""
        self.kexec.root = machine.root
        (machine.root / "run").mkdir(exist_ok=True)
        fakes.write_dev_mem(machine.root)
        with open(machine.root / "dev/mem", "r+b") as stream:
            stream.truncate(2 << 30)
            # The real ones were kept from the record.
            found = machine.config_tables()
            for address, data in ((found[ACPI1], root_pointer(0, found[ACPI1] + 256)),
                                  (found[ACPI2], root_pointer(2, found[ACPI1] + 256)),
                                  (found[ACPI1] + 256, acpi(b"RSDT") + acpi(b"XSDT"))):
                stream.seek(address)
                stream.write(data)

    def derived(self, name, **files):
        """A copy of the machine; files: content (None: without it) by path, with "__"
        for a slash."""
        target = self.place / name
        # Not /dev/mem, which would become 2 GiB of zeros.
        shutil.copytree(self.machine.root, target, ignore=shutil.ignore_patterns("dev"))
        machine = recorded.Dom0(target)
        for path, content in files.items():
            target = machine.root / path.replace("__", "/")
            if content is not None:
                fakes.write(target, content)
            elif target.exists():
                target.unlink()
        return machine

    def __call__(self, *arguments, **settings):
        """The warning about reused tables is not in err, but the result's warning."""
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir()
        settings = {"XEN": self.kexec.root / "xen/memory", "SEGMENTS": self.kept,
                    "FILE_LOAD": "OK", **settings}
        if settings["XEN"] is None:
            del settings["XEN"]
        result = self.kexec(*arguments, **settings)
        warnings = [line for line in result.err.splitlines() if line.startswith(REUSED)]
        assert len(warnings) <= 1, result
        result.warning = "".join(warnings)
        result.err = result.err.replace(result.warning + "\n", "", len(warnings))
        return result

    def load(self, *options, **settings):
        """The result, and Xen's only load; None without one."""
        result = self(*options, "vmlinuz", "--initrd=initrd", "--append=quiet", **settings)
        found = loads(result.log, self.kept)
        return result, found[0] if len(found) == 1 else None

    def planned(self, *options):
        """--dry-run from the record."""
        return self.kexec(*options, "vmlinuz", "--initrd=initrd", "--append=quiet",
                          "--sysroot=%s" % self.kexec.root.resolve())
