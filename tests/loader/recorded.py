# SPDX-License-Identifier: GPL-2.0-only
"""A recorded machine (tests/machines), read without kexec: the facts that kexec should
find."""

import os
import re
import shutil
import struct
import tarfile
import uuid
from pathlib import Path
from typing import NamedTuple

from boot_params import Descriptor, Range

# e820 numbers of the names in /sys/firmware/memmap and /proc/iomem, and the order in
# which one wins over another where two claim the same bytes.
TYPES = {"System RAM": 1, "Reserved": 2, "reserved": 2, "ACPI Tables": 3,
         "ACPI Non-volatile Storage": 4, "Unusable memory": 5, "Persistent Memory": 7,
         "Persistent Memory (legacy)": 12, "Soft Reserved": 0xefffffff}
WINS = [1, 0xefffffff, 12, 7, 3, 4, 2, 5]


PAGE = 4096


class Table(NamedTuple):
    """A table that Linux keeps, or a piece of one, as found by read-tables. guid is "-"
    for a piece that another one leads to. digest is None if the bytes may change."""
    name: str
    guid: str
    start: int
    end: int
    digest: str

    def pages(self):
        return Range(self.start // PAGE * PAGE, -(-self.end // PAGE) * PAGE, 2)


# Remarks of read-tables in place of a digest. CHANGING: tables that Linux keeps, with the
# remark's keyword and the offset from which it counts bytes. GIVEN_UP: tables that Linux
# does not keep.
CHANGING = {"RNG-seed": ("seed", 4), "ACPI-FACS": ("lock", 0)}
GIVEN_UP = re.compile("not kept by Linux$|stale, not kept by Linux$|read once, ")


def table_of(line):
    """A line of tables.txt; None for a table that Linux has released."""
    name, guid, address, length, words = line.split(" ", 4)
    start = int(address, 16)
    if length != "-":
        return Table(name, guid, start, start + int(length), words)
    if GIVEN_UP.match(words):
        return None
    what, before = CHANGING[name]
    size, = re.fullmatch(what + r" of (\d+) bytes", words).groups()
    return Table(name, guid, start, start + before + int(size), None)


def archives(directory, dom0=True):
    """Without dom0: not those in the dom0 of a Xen hypervisor, which have images of their
    own (test_xen_image.py)."""
    return [path for path in sorted(Path(directory).glob("*.tar.xz"))
            if dom0 or not path.name.startswith("xen-")]


def varied(these):
    """Those with which a test goes through all variants: the shell pattern VARIED in the
    environment chooses them. The sanitizers, which slow each run of the program, take
    few."""
    pattern = os.environ.get("VARIED", "*")
    found = [path for path in these if path.match(pattern)]
    if not found:
        raise ValueError(f"no recorded machine is named like VARIED={pattern}")
    return found


def unpack(archive, target):
    target.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        tar.extractall(target)
    return (Dom0 if (target / "xen").exists() else Machine)(target)


def number(path):
    return int(path.read_text(), 0)


class Machine:
    def __init__(self, root):
        self.root = Path(root)

    def copy(self, target):
        shutil.copytree(self.root, target)
        return Machine(target)

    def numbered(self, path):
        return sorted(((self.root / path).glob("*")), key=lambda entry: int(entry.name))

    def firmware_map(self):
        return [Range(number(entry / "start"), number(entry / "end") + 1,
                      TYPES[(entry / "type").read_text().strip()])
                for entry in self.numbered("sys/firmware/memmap")]

    def iomem(self):
        """(start, end, name) of all lines."""
        found = []
        for line in (self.root / "proc/iomem").read_text().splitlines():
            span, name = line.strip().split(" : ", 1)
            start, last = (int(part, 16) for part in span.split("-"))
            found.append((start, last + 1, name))
        return found

    def iomem_map(self):
        """The map made from /proc/iomem alone."""
        return [Range(start, end, TYPES[name]) for start, end, name in self.iomem()
                if name in TYPES]

    def runtime_map(self):
        """Ranges by address, as the next kernel should get them."""
        names = ("type", "phys_addr", "virt_addr", "num_pages", "attribute")
        return sorted((Descriptor(*(number(entry / name) for name in names), b"")
                       for entry in self.numbered("sys/firmware/efi/runtime-map")),
                      key=lambda descriptor: descriptor.physical)

    def tables(self):
        """EFI config tables that Linux keeps; empty if they were not recorded."""
        path = self.root / "tables.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [table for table in map(table_of, lines) if table]

    def in_use(self):
        """Ranges kept by the firmware or the running kernel: no segment may be there.
        Page 0 is reserved by every kernel and passed on unchanged."""
        # Without ranges marked as kept: with 32-bit firmware the map has all RAM, of the
        # types for loader, boot services and conventional memory.
        kept = [Range(d.physical, d.physical + d.pages * PAGE, 2)
                for d in self.runtime_map()
                if d.attribute >> 63 or d.type not in (1, 2, 3, 4, 7)]
        kept += [Range(start, end, TYPES[name]) for start, end, name in self.iomem()
                 if name in TYPES and TYPES[name] not in (1, 4)]
        kept += [table.pages() for table in self.tables()]
        return [Range(max(start, PAGE), end, kind) for start, end, kind in kept
                if end > PAGE]

    def memory(self):
        """The map to be passed on. The type is decided anew for every piece between two
        borders."""
        firmware, kept = self.firmware_map(), self.in_use()
        borders = sorted({border for piece in firmware + kept for border in piece[:2]})
        joined = []
        for start, end in zip(borders, borders[1:]):
            claims = [r.type for r in firmware if r.start <= start and end <= r.end]
            if not claims:
                continue
            kind = max(claims, key=WINS.index)
            if kind == 1:
                claims = [r.type for r in kept if r.start <= start and end <= r.end]
                # The first source that reserves it: the runtime map comes before iomem.
                kind = claims[0] if claims else 1
            if joined and joined[-1].end == start and joined[-1].type == kind:
                joined[-1] = Range(joined[-1].start, end, kind)
            else:
                joined.append(Range(start, end, kind))
        return joined

    def ram_end(self):
        return max([r.end for r in self.firmware_map() if r.type == 1]
                   + [end for _, end, name in self.iomem()
                      if name.startswith("System RAM")])

    def boot_params(self):
        return (self.root / "sys/kernel/boot_params/data").read_bytes()

    def physical(self, address, size):
        """Physical memory from one or more runs; None if that was not recorded."""
        directory, data = self.root / "physical_memory", b""
        runs = sorted(directory.iterdir()) if directory.exists() else []
        while len(data) < size:
            at = address + len(data)
            run = max((run for run in runs if int(run.name, 16) <= at), default=None)
            part = run and run.read_bytes()[at - int(run.name, 16):]
            if not part:
                return None
            data += part
        return data[:size]

    def system_table(self):
        low, high = (struct.unpack_from("<I", self.boot_params(), offset)[0]
                     for offset in (0x1c4, 0x1d8))
        return low | high << 32

    def is_efi(self):
        """Whether EFI boot data is passed on; that of 32-bit firmware is not."""
        return self.boot_params()[0x1c0:0x1c4] == b"EL64"

    def is_efi32(self):
        return self.boot_params()[0x1c0:0x1c4] == b"EL32"

    def has_systab(self):
        """The ACPI root pointer. Of 32-bit firmware only this is passed on."""
        return (self.root / "sys/firmware/efi/systab").exists()

    def firmware(self, name):
        return number(self.root / "sys/firmware/efi" / name)

    def config_tables(self):
        """{GUID: address} out of the recorded array; None if it was not recorded."""
        if not self.is_efi():
            return None
        table = self.physical(self.system_table(), 120)
        if not table or not table.startswith(b"IBI SYST"):
            return None
        count = struct.unpack_from("<Q", table, 104)[0]
        array = self.physical(self.firmware("config_table"), 24 * count)
        if not array:
            return None
        return {uuid.UUID(bytes_le=array[i:i + 16]):
                struct.unpack_from("<Q", array, i + 16)[0]
                for i in range(0, 24 * count, 24)}

    def setup_data(self):
        """(type, data) of the nodes that the running kernel got."""
        return [(number(entry / "type"), (entry / "data").read_bytes())
                for entry in self.numbered("sys/kernel/boot_params/setup_data")]

    def systab(self):
        text = (self.root / "sys/firmware/efi/systab").read_text()
        return {name: int(value, 0) for name, _, value in
                (line.partition("=") for line in text.splitlines())}

    def command_line(self):
        return (self.root / "proc/cmdline").read_text().strip()

    def release(self):
        """The running kernel's; empty if it was not recorded."""
        path = self.root / "proc/sys/kernel/osrelease"
        return path.read_text().strip() if path.exists() else ""

    def cpu(self):
        """(address bits, flags) of the first processor."""
        text = (self.root / "proc/cpuinfo").read_text().split("\n\n")[0]
        values = {key.strip(): value.strip() for key, _, value in
                  (line.partition(":") for line in text.splitlines())}
        return int(values["address sizes"].split()[0]), set(values["flags"].split())


# Types of memory on Xen's console.
XEN_TYPES = {"usable": 1, "reserved": 2, "ACPI data": 3, "ACPI NVS": 4}


class Dom0(Machine):
    """In the dom0 of a Xen hypervisor. Memory and firmware are as the hypervisor knows
    them; Linux' files have the memory of dom0, which has addresses of its own."""

    def copy(self, target):
        shutil.copytree(self.root, target)
        return Dom0(target)

    def xen(self):
        """(start, end, name) of what the hypervisor said."""
        found = []
        for line in (self.root / "xen/memory").read_text().splitlines():
            span, name = line.split(" : ", 1)
            start, last = (int(part, 16) for part in span.split("-"))
            found.append((start, last + 1, name))
        return found

    def xen_named(self, name):
        return [(start, end) for start, end, one in self.xen() if one == name]

    def console_map(self):
        """The memory map as the hypervisor prints it when it starts."""
        lines = re.findall(r"\[([0-9a-f]{16}), ([0-9a-f]{16})\] \(([^)]+)\)",
                           (self.root / "xen-console.txt").read_text())
        return [Range(int(start, 16), int(last, 16) + 1, XEN_TYPES[name])
                for start, last, name in lines]

    def firmware_map(self):
        return [Range(start, end, TYPES[name]) for start, end, name in self.xen()
                if name in TYPES]

    def iomem(self):
        return [line for line in self.xen() if line[2] in TYPES
                or line[2] == "Crash kernel"]

    def runtime_map(self):
        """Where the hypervisor calls the firmware: at its physical addresses."""
        found = []
        for start, end, name in self.xen():
            words = name.split()
            if words[:2] == ["EFI", "memory"] and int(words[3], 16) >> 63:
                found.append(Descriptor(int(words[2], 16), start, start,
                                        (end - start) // PAGE, int(words[3], 16), b""))
        return sorted(found, key=lambda descriptor: descriptor.physical)

    def system_table(self):
        return self.xen_named("EFI system table")[0][0]

    def is_efi(self):
        return bool(self.xen_named("EFI system table"))

    def is_efi32(self):
        return False

    def firmware(self, name):
        assert name == "config_table", name
        return self.xen_named("EFI config tables")[0][0]

    def ram_end(self):
        return max(r.end for r in self.firmware_map() if r.type == 1)
