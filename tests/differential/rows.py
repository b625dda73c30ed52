# SPDX-License-Identifier: GPL-2.0-only
"""Building blocks for the rows of the lists of differences, and the expected values that
have to be computed."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Callable

import layout
from reading import digest, joined

SOFT_RESERVED = 0xefffffff
TOGETHER = ("boot_params", "command line", "EFI memory map", "setup_data")


class Side:
    """The value that one program has in a field, and all data it can be checked with."""

    def __init__(self, case, value, other, fields):
        self.case, self.value, self.other, self.fields = case, value, other, fields
        self.machine = case.machine

    def running(self, name):
        """The field of the running kernel's boot_params."""
        return layout.read(self.machine.boot_params())[name]


@dataclass(eq=False)
class Row:
    field: Any
    reason: str
    theirs: Any
    ours: Any
    when: Callable = lambda case: True

    def fields(self):
        return [self.field] if isinstance(self.field, str) else self.field

    def explains(self, field, case, one, other, theirs, ours):
        if not any(fnmatchcase(field, name) for name in self.fields()):
            return False
        return (self.when(case)
                and fits(self.theirs, Side(case, one, other, theirs))
                and fits(self.ours, Side(case, other, one, ours)))


def fits(wanted, side):
    return wanted(side) if callable(wanted) else wanted == side.value


def called(*names):
    return lambda case: case.is_called(*names)


def anything(_):
    return True


# ------------------------------------------------------------ boot_params

def of_file(name):
    """The value in the kernel file."""
    return lambda side: side.value == side.case.kernel.field(name)


def of_running(name):
    """The value in the running kernel's boot_params."""
    return lambda side: side.value == side.running(name)


def params(name, theirs, ours, reason, **more):
    return Row("boot_params: " + name, reason, theirs, ours, **more)


def one_kib_less(side):
    return side.value == side.other - 1 and side.value % 4 == 3


def descriptors(size):
    return lambda side: side.value == size(side) * len(side.machine.runtime_map())


def entries(side):
    return side.value == min(128, len(side.fields["e820: entries"]))


# ------------------------------------------------------------ EFI

def on_firmware_32(case):
    return case.machine.is_efi32()


def root_pointer(side):
    """The address of ACPI 2.0, from the kernel's file for programs such as kexec."""
    return side.machine.systab()["ACPI20"]


# ------------------------------------------------------------ memory

def firmware_map(side):
    """kexec-tools' view of /sys/firmware/memmap."""
    kinds = {5: 2, SOFT_RESERVED: 2}
    found = sorted((r.start, r.end, kinds.get(r.type, r.type))
                   for r in side.machine.firmware_map())
    first = next(i for i, r in enumerate(found) if r[2] == 1)
    if found[first][0] < 0x400:
        found[first] = (0x400, *found[first][1:])
    return found


def without(ranges, *holes):
    """RAM ranges without the holes."""
    for first, last in holes:
        ranges = [piece for start, end, kind in ranges
                  for piece in ((start, min(end, first), kind),
                                (max(start, last), end, kind))
                  if piece[0] < piece[1]]
    return ranges


def capture_map(side):
    """kexec-tools' map for a crash kernel: the memory it may use, and all ranges of
    /proc/iomem that are not RAM."""
    low = side.fields["ELF core header: copied"]
    ram = without([(start, end, 1) for start, end in low + side.machine.crash_regions()],
                  side.fields["@ELF core header"], side.fields["@copy of low memory"])
    return sorted(ram + [tuple(r) for r in side.machine.iomem_map() if r.type != 1])


def our_capture_map(side):
    """Low memory, the crash kernel regions, and all ranges that are not RAM; the ELF core
    header is reserved."""
    header = side.fields["@ELF core header"]
    usable = [(0, 0xa0000), *side.machine.crash_regions()]
    found = [(*header, 2)]
    for start, end, kind in side.machine.memory():
        if kind != 1:
            found.append((start, end, kind))
            continue
        pieces = [(max(start, first), min(end, last), 1) for first, last in usable]
        found += without([piece for piece in pieces if piece[0] < piece[1]], header)
    return joined(found)


def as_machine(side):
    return side.value == list(map(tuple, side.machine.memory()))


def whole_map(case):
    """Whether the next kernel gets all memory in its map. With --pass-memmap-cmdline, the
    capture kernel's memory is on its command line."""
    return not case.crash or case.has("--pass-memmap-cmdline")


def capture_only(case):
    return not whole_map(case)


# ------------------------------------------------------------ segments

def parts(side):
    """The segments and their contents, without the segment of zeros."""
    segments = [segment.split(" + ") for segment in side.value]
    return segments, sorted(part for segment in segments for part in segment)


def each_alone(side):
    """Only the command line shares a segment with other data."""
    return all(len(names) == 1 or names == ["boot_params", "command line"]
               for names in parts(side)[0])


def parameters_together(side):
    segments, found = parts(side)
    small = [name for name in found if name.startswith(TOGETHER)]
    return small in segments and all(len(s) == 1 for s in segments if s != small)


def no_virtual_addresses(side):
    return (all(kernel[2] == 0 for kernel in side.fields["ELF core header: kernel"])
            and all(distance < 0
                    for distance in side.fields["ELF core header: direct map"]))


# ------------------------------------------------------------ command line

def words(text):
    return text.split(" ")


def reused(side):
    """The running kernel's words, without those about its own boot."""
    drop = ("BOOT_IMAGE=", "initrd=", "elfcorehdr=")
    if side.case.crash:
        drop += ("crashkernel=",)
    return [word for word in side.machine.command_line().split()
            if not word.startswith(drop)]


def more_words(side):
    """Words left from the running kernel's command line, or blanks in their place."""
    kept = [word for word in words(side.value) if word and
            not word.startswith(("initrd=", "crashkernel="))]
    wanted = [word for word in words(side.other) if word and
              not word.startswith("crashkernel=")]
    return kept == wanted


def lasting_words(text):
    """Words in any order, without those that have rows of their own."""
    return sorted(word for word in words(text) if word and not word.startswith(
        ("memmap=", "crashkernel=", "initrd=", "acpi_rsdp=")))


def starts_with_reused(side):
    return words(side.value)[:len(reused(side))] == reused(side)


def exact_memory(low, rest):
    """memmap= for the capture kernel's RAM: `low`, and the crash kernel regions, the last
    of them up to `rest`."""
    def check(side):
        header = side.fields["@ELF core header"][0]
        low_start, low_end = low(side)
        ram = [(low_start, low_end), *side.machine.crash_regions()[:-1],
               (side.machine.crash_regions()[-1][0], rest(side, header))]
        found = re.findall(r"memmap=(\d+)K@(\d+)K", side.value)
        return sorted((int(start) << 10, int(start) + int(size) << 10)
                      for size, start in found) == ram
    return check


# ------------------------------------------------------------ what a caller sees

def usage(side):
    return "Usage: kexec [OPTION]... [kernel]" in side.value


def our_usage(side):
    return side.value.startswith("Usage: kexec [OPTION]... KERNEL")


def seen(names, reason, **fields):
    """A row for each of the fields of these cases: theirs, ours."""
    return [Row(field.replace("_", " "), reason, *pair, when=called(*names))
            for field, pair in fields.items()]


# The node for purgatory's record (purgatory/record.h).
RECORD = 0x4b585243


def carried(side):
    """Types of the running kernel's nodes that no program makes anew."""
    return [kind for kind, data in side.machine.setup_data()
            if data and kind not in (1, 4, 9)]


def padded(content):
    return content + bytes(-len(content) % 4)


def initrd(content):
    return lambda side: side.value in (len(content), digest(content))
