# SPDX-License-Identifier: GPL-2.0-only
"""The arguments of a kexec_load as a flat table of named fields, by which two programs
can be compared. The purpose of a segment is derived from its contents and the pointers to
it, never from the program that made it."""

import hashlib
import re
import struct

import layout
from boot_params import (BootParams, Broken, Image, Segment, SETUP_E820_EXT, SETUP_EFI)

MIB = 1 << 20
PT_LOAD, PT_NOTE = 1, 4
SEGMENT = re.compile(r"segment mem=(\w+) memsz=(\w+) bufsz=(\w+)")
CORE_HEADER = re.compile(r"\belfcorehdr=(0x[0-9a-f]+|\d+)([KMG]?)(?= |$)")
CALL = re.compile(r"kexec_load entry=(\w+) segments=(\d+) flags=(\w+)")
# Addresses and storage details; the data they lead to is compared instead.
LED_TO = ("ext_ramdisk_image", "ext_cmd_line_ptr", "efi_info.memmap",
          "efi_info.memmap_hi", "ramdisk_image", "cmd_line_ptr", "setup_data",
          "e820_table")


class Load(Image):
    """The segments of the last kexec_load that had any."""

    def __init__(self, log, directory):
        self.segments, self.roles, self.entry, self.flags = [], {}, None, None
        for line in log:
            if call := CALL.match(line):
                self.entry, count, self.flags = (int(v, 0) for v in call.groups())
                self.segments = []
            elif found := SEGMENT.match(line):
                start, size, _ = (int(value, 0) for value in found.groups())
                number = len(self.segments)
                data = (directory / ("%02d.bin" % number)).read_bytes()
                self.segments.append(
                    Segment(str(number), start, start + size, data, None))

    def role(self, name, address, size=1):
        """Records the purpose of this segment."""
        segment = self.at(address, size)
        names = self.roles.setdefault(segment.start, [])
        if name not in names:
            names.append(name)
        return segment

    def of(self, name):
        return next((segment for segment in self.segments
                     if name in self.roles.get(segment.start, [])), None)


class Reader:
    """Fields of one load of `case`; `fields` is the result."""

    def __init__(self, load, case):
        self.load, self.case, self.fields = load, case, {}
        self.find_kernel()
        self.params = BootParams(load, self.find_boot_params())
        self.read_boot_params()
        self.read_command_line()
        self.read_initrd()
        self.read_setup_data()
        self.read_e820()
        self.read_efi_map()
        if case.crash:
            self.read_core_header()
        load.role("purgatory", load.entry)
        self.read_kept_pointers()
        self.read_segments()

    def find_kernel(self):
        payload = self.case.kernel.payload
        for segment in self.load.segments:
            if segment.data[:4096] == payload[:4096]:
                self.load.role("kernel", segment.start)
                self.fields["kernel: its code"] = segment.data == payload
                self.fields["kernel: room"] = segment.end - segment.start
                return
        raise Broken("no segment begins like the kernel")

    def find_boot_params(self):
        for segment in self.load.segments:
            if segment.data[0x202:0x206] == b"HdrS":
                self.load.role("boot_params", segment.start)
                return segment.start
        raise Broken("no segment holds a setup header")

    def read_boot_params(self):
        for name, value in layout.read(self.params.raw).items():
            if name not in LED_TO:
                self.fields["boot_params: " + name] = value

    def read_command_line(self):
        params = self.params
        self.load.role("command line",
                       params.cmd_line_ptr | params.ext_cmd_line_ptr << 32)
        self.fields["command line"] = params.command_line()
        # The address of the ELF core header is compared as the place of its segment.
        text = params.command_line()
        self.fields["command line"] = CORE_HEADER.sub("elfcorehdr=X", text)
        found = CORE_HEADER.search(text)
        self.fields["elfcorehdr=: unit"] = found and found.group(2)

    def read_initrd(self):
        address, size = self.params.ramdisk()
        data = None
        if size:
            self.load.role("initrd", address, size)
            data = digest(self.load.read(address, size))
        self.fields["initrd"] = data

    def read_setup_data(self):
        nodes = self.params.nodes()
        self.fields["setup_data: types"] = [node.type for node in nodes]
        for node in nodes:
            self.load.role("setup_data %d" % node.type, node.address, 16 + len(node.data))
            if node.type == SETUP_EFI:
                names = ("fw_vendor", "runtime", "tables", "smbios", *["reserved"] * 8)
                for name, value in zip(names, struct.unpack("<12Q", node.data)):
                    self.fields["SETUP_EFI: " + name] = value
            elif node.type != SETUP_E820_EXT:   # read together with e820
                self.fields["setup_data %d" % node.type] = node.data.hex()

    def read_e820(self):
        self.e820 = self.params.e820()
        self.fields["e820: entries"] = list(map(tuple, self.e820))
        self.fields["e820: map"] = joined(self.e820)

    def read_efi_map(self):
        params, descriptors = self.params, []
        if params.efi_memmap_size:
            address = params.efi_memmap | params.efi_memmap_hi << 32
            self.load.role("EFI memory map", address, params.efi_memmap_size)
            descriptors = params.efi_memory_map()
        self.fields["EFI memory map: order"] = [d.physical for d in descriptors]
        self.fields["EFI memory map: descriptors"] = sorted(d[:5] for d in descriptors)
        self.fields["EFI memory map: rest"] = any(any(d.rest) for d in descriptors)

    def core_header_address(self):
        """kernel-parameters.txt: a number as in C, possibly with a unit."""
        found = CORE_HEADER.search(self.params.command_line())
        if not found:
            raise Broken("no elfcorehdr= on the command line")
        return int(found.group(1), 0) << 10 * "_KMG".find(found.group(2) or "_")

    def read_core_header(self):
        address = self.core_header_address()
        segment = self.load.role("ELF core header", address, 64)
        ident = self.load.read(address, 16)
        wide = ident[4] == 2
        (kind, machine, version, entry, table, sections, flags,
         *sizes) = struct.unpack_from("<HHIQQQI6H" if wide else "<HHIIIII6H",
                                      self.load.read(address + 16, 48))
        self.fields["ELF core header: bits"] = 64 if wide else 32
        self.fields["ELF core header: identity"] = (ident[:4] + ident[5:]).hex()
        self.fields["ELF core header: type, machine, version"] = (kind, machine, version)
        self.fields["ELF core header: entry, sections, flags"] = (entry, sections, flags)
        # Without the number of program headers, because they are compared one by one.
        (_, size, count, *rest), notes, loads = sizes, [], []
        self.fields["ELF core header: section headers"] = rest
        for number in range(count):
            raw = self.load.read(address + table + size * number, size)
            if wide:
                word, bits, *place, align = struct.unpack("<IIQQQQQQ", raw)
            else:
                word, *place, bits, align = struct.unpack("<8I", raw)
            (notes if word == PT_NOTE else loads).append((word, bits, *place, align))
        self.fields["ELF core header: behind the program headers"] = any(
            segment.data[address - segment.start + table + size * count:])
        self.fields["ELF core header: notes"] = notes
        self.read_loads(loads)

    def read_loads(self, loads):
        """Memory has the same place in the file as in the machine, except memory that
        purgatory copies away, which is in a segment of its own."""
        text, memory, copied, odd = [], [], [], []
        for word, bits, offset, virtual, physical, stored, size, align in loads:
            if word != PT_LOAD or stored != size:
                odd.append((word, stored, size))
            if offset != physical:
                self.load.role("copy of low memory", offset, size)
                copied.append((physical, physical + size))
            # The kernel's own mapping comes first and lies in the memory that follows.
            kernel_text = not text and not memory
            (text if kernel_text else memory).append(
                (physical, physical + size, virtual, bits, align))
        self.fields["ELF core header: kernel"] = text
        self.fields["ELF core header: pieces of memory"] = sorted(m[:2] for m in memory)
        self.fields["ELF core header: memory"] = joined((*m[:2], 1) for m in memory)
        self.fields["ELF core header: direct map"] = sorted({m[2] - m[0] for m in memory})
        self.fields["ELF core header: flags, alignment"] = sorted({m[3:] for m in memory})
        self.fields["ELF core header: copied"] = copied
        self.fields["ELF core header: odd"] = odd

    def read_kept_pointers(self):
        """The register values with which purgatory enters the kernel, wherever it keeps
        them."""
        data = self.load.of("purgatory").data
        entry = self.load.of("kernel").start + 0x200
        for name, value in (("kernel's 64-bit entry", entry),
                            ("boot_params", self.load.of("boot_params").start)):
            self.fields["purgatory: knows the " + name] = struct.pack("<Q", value) in data

    def read_segments(self):
        load, header = self.load, self.case.kernel
        for segment in load.segments:
            load.roles.setdefault(segment.start,
                                  ["nothing but zeros" if not any(segment.data) else "?"])
        self.fields["flags of kexec_load"] = load.flags
        self.fields["segments"] = sorted(" + ".join(sorted(load.roles[s.start]))
                                         for s in load.segments)
        kept = self.case.machine.in_use()
        for segment in load.segments:
            in_use = any(segment.start < r.end and r.start < segment.end for r in kept)
            for role in load.roles[segment.start]:
                self.fields["on memory that is in use: " + role] = in_use
                self.fields["place: " + role] = self.place(segment)
                # For the predicates of differences.py; never compared.
                self.fields["@" + role] = (segment.start, segment.end)
        kernel, initrd = load.of("kernel"), load.of("initrd")
        self.fields["kernel: aligned"] = kernel.start % header.alignment == 0
        self.fields["kernel: not below pref_address"] = (
            kernel.start >= header.pref_address)
        self.fields["initrd: below initrd_addr_max"] = (
            not initrd or initrd.end - 1 <= header.initrd_addr_max)

    def place(self, segment):
        """Its rank among all possible places, in memory that e820 calls RAM and that no
        other segment takes."""
        limit = self.case.kernel.initrd_addr_max + 1
        found = self.place_below(segment, self.case.options_max)
        if found == "between" and segment == self.load.of("initrd"):
            found = self.place_below(segment, min(limit, self.case.options_max))
            return found + " below initrd_addr_max"
        return found

    def place_below(self, segment, end):
        places = list(self.places(segment, end))
        if not any(first <= segment.start <= last for first, last in places):
            return "in no free memory"
        return ("lowest" if segment.start == places[0][0] else
                "highest" if segment.start == places[-1][1] else "between")

    def places(self, segment, limit):
        """Ranges of addresses where `segment` could begin."""
        size, header = segment.end - segment.start, self.case.kernel
        lowest, step = max(MIB, self.case.options_min), 4096
        if segment == self.load.of("kernel"):
            lowest, step = max(lowest, header.pref_address), header.alignment
        taken = sorted((s.start, s.end) for s in self.load.segments if s != segment)
        for free, end in self.ram():
            free, end = max(free, lowest), min(end, limit)
            for start, stop in [*taken, (end, end)]:
                if stop <= free or start > end:
                    continue
                first = -(-free // step) * step
                last = (start - size) // step * step
                if first <= last:
                    yield first, last
                free = stop

    def ram(self):
        if self.case.crash:
            return [self.case.machine.crash_regions()[-1]]
        return sorted((r.start, r.end) for r in self.e820 if r.type == 1)


def joined(ranges):
    """(start, end, type) by address, with adjacent ranges of a type joined."""
    merged = []
    for start, end, kind in sorted(ranges):
        if merged and merged[-1][1:] == (start, kind):
            merged[-1] = (merged[-1][0], end, kind)
        else:
            merged.append((start, end, kind))
    return merged


def digest(data):
    return "%d bytes, SHA-256 %s" % (len(data), hashlib.sha256(data).hexdigest()[:16])


def behaviour(result):
    """The part of a run that its caller can see."""
    return {
        "exit status": result.rc,
        "standard output": result.out,
        "standard error": "silent" if not result.err else "a message",
        "calls": [line.split(" entry=")[0] + (" nothing" if "segments=0" in line else "")
                  if line.startswith("kexec_load") else line for line in result.log
                  if not line.startswith("segment ")],
    }


def fields(result, directory, case):
    """(fields of any run, fields of the load or nothing)"""
    found, load = behaviour(result), {}
    if result.loads():
        try:
            load = Reader(Load(result.log, directory), case).fields
        except (Broken, struct.error) as error:
            found["broken"] = str(error)
    return found, load
