# SPDX-License-Identifier: GPL-2.0-only
"""The machines for the rows about growth, each derived from a recorded one."""

import shutil
import struct

import cases
import fakes
import recorded

MIB, GIB = 1 << 20, 1 << 30
BASE = "ovmf-crashkernel"
# Number of ranges in its firmware's memory map.
RANGES = 18


class Machines:
    def __init__(self, archives, place):
        self.place, self.count = place, 0
        self.base = cases.Machine(BASE, recorded.unpack(
            archives / (BASE + ".tar.xz"), place / BASE).root)

    def copy(self):
        self.count += 1
        return cases.Machine(BASE, self.base.copy(self.place / str(self.count)).root)

    def large(self):
        """With 16 GiB of RAM from 4 GiB on, enough for every initrd."""
        machine = self.copy()
        self.add(machine, [(4 * GIB, 20 * GIB, "System RAM")])
        return machine

    @staticmethod
    def add(machine, ranges):
        first = len(machine.numbered("sys/firmware/memmap"))
        lines = []
        for i, (start, end, kind) in enumerate(ranges):
            entry = machine.root / "sys/firmware/memmap" / str(first + i)
            for name, text in (("start", hex(start)), ("end", hex(end - 1)),
                               ("type", kind)):
                fakes.write(entry / name, text + "\n")
            lines.append("%08x-%08x : %s\n" % (start, end - 1, kind))
        iomem = machine.root / "proc/iomem"
        iomem.write_text(iomem.read_text() + "".join(lines))

    def ranges(self, count):
        """This many ranges in the firmware's map, alternating RAM and ACPI storage from 4
        GiB on."""
        machine = self.copy()
        present = len(machine.numbered("sys/firmware/memmap"))
        assert present == RANGES, "the recorded machine is another one"
        kinds = ("System RAM", "ACPI Non-volatile Storage")
        self.add(machine, [(4 * GIB + i * MIB, 4 * GIB + (i + 1) * MIB, kinds[i % 2])
                           for i in range(count - present)])
        return machine

    def tables(self, count):
        """This many entries in the config table array, which has pages of its own."""
        machine = self.copy()
        address = machine.firmware("config_table")
        system_table = struct.unpack_from("<I", machine.boot_params(), 0x1c4)[0]
        memory = machine.root / "physical_memory"
        pages = {int(path.name, 16): path for path in memory.iterdir()}
        start = max(at for at in pages if at <= system_table)
        page = bytearray(pages[start].read_bytes())
        struct.pack_into("<Q", page, system_table - start + 104, count)
        pages[start].write_bytes(page)
        array = b"".join(struct.pack("<QQQ", i, ~i & (1 << 64) - 1, 0x3ff00000)
                         for i in range(count))
        first = address & ~4095
        array = bytes(address - first) + array
        array += bytes(-len(array) % 4096)
        for path in (pages[at] for at in pages
                     if first <= at < first + len(array) and at != start):
            path.unlink()
        (memory / ("%016x" % first)).write_bytes(array)
        fakes.write_dev_mem(machine.root)
        return machine

    def processors(self, count):
        """This many CPUs with notes of their own, which the core header lists."""
        machine = self.copy()
        cpu = machine.root / "sys/devices/system/cpu"
        note = cpu / "cpu0"
        contents = {path.name: path.read_bytes() for path in note.iterdir()
                    if path.is_file()}
        for old in cpu.glob("cpu[0-9]*"):
            shutil.rmtree(old)
        for i in range(count):
            for name, content in contents.items():
                if name == "crash_notes":
                    content = b"%x\n" % (int(content, 16) + i * 0x1000)
                fakes.write(cpu / ("cpu%d" % i) / name, content)
        for name in ("possible", "present", "online"):
            (cpu / name).write_text("0-%d\n" % (count - 1) if count > 1 else "0\n")
        return machine
