# SPDX-License-Identifier: GPL-2.0-only
"""A machine in QEMU without firmware or kernel: memory, page tables, purgatory's
parameters, and one run."""

import os
import re
import struct
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

from xxh64 import xxh64                                             # noqa: E402

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# stage.S
STAGE = 0x100000
PARAMETERS = 0x10F000
LOW_START, LOW_END, LOW_COPY = 0x10000, 0x80000, 0x7000000
ACTION_NMI, ACTION_VGA = 1, 2

# next32.S and next16.S
NEXT32 = 0x120000
NEXT16_SEGMENT, NEXT16_OFFSET = 0x5000, 0x20

# purgatory/purgatory_params.h
MAGIC = int.from_bytes(b"PURGPARM", "little")
VERSION = 9
SKIP_VERIFY, MAP_EFI, JUMP_BACK = 1, 2, 4
MODE_64BIT, MODE_32BIT, MODE_REAL = 0, 1, 2
SERIAL, VGA, RESET_VGA, FRAMEBUFFER = 1, 2, 4, 8
REGIONS_MAX = 64

TABLES = 0x1000000
POOL = 0x2000000
POOL_PAGES = 40
FRAMEBUFFER_POOL = POOL + 4096 * POOL_PAGES
FRAMEBUFFER_POOL_PAGES = 23
MEMORY = 2 * GIB

CR4_PAE, CR4_LA57 = 1 << 5, 1 << 12


class PageTables:
    """An identity map like the kernel's, with leaves of the given sizes."""

    def __init__(self, levels):
        self.levels = levels
        self.tables = [[0] * 512]

    def map(self, start, end, size):
        leaf_level = {4 * KIB: 1, 2 * MIB: 2, GIB: 3}[size]
        for address in range(start, end, size):
            table = self.tables[0]
            for level in range(self.levels, leaf_level, -1):
                index = address >> (12 + 9 * (level - 1)) & 511
                if not table[index]:
                    self.tables.append([0] * 512)
                    table[index] = TABLES + 4096 * (len(self.tables) - 1) | 0x67
                table = self.tables[((table[index] & ~4095) - TABLES) // 4096]
            index = address >> (12 + 9 * (leaf_level - 1)) & 511
            table[index] = address | (0xE3 if leaf_level > 1 else 0x63)

    def bytes(self):
        return b"".join(struct.pack("<512Q", *table) for table in self.tables)


class Machine:
    """The contents of memory when the first kernel jumps."""

    def __init__(self, tools, levels=4, purgatory_at=0x3A5000):
        self.tools = tools
        self.levels = levels
        self.purgatory_at = purgatory_at
        self.memory = {}
        self.map = PageTables(levels)
        self.flags = MAP_EFI
        self.console = SERIAL
        self.serial = (0x3F8, 12)
        self.magic, self.version = MAGIC, VERSION
        self.rip, self.rsi, self.rsp = tools.next, 0x98765000, 0
        self.rax, self.rbx, self.rdi = 0, 0, 0
        self.mode, self.code_segment, self.data_segment = MODE_64BIT, 0, 0
        self.return_address = 0
        self.system_table = self.array = self.cc_blob = 0
        self.pool_pages = POOL_PAGES
        self.framebuffer_pool_pages = FRAMEBUFFER_POOL_PAGES
        self.physical_limit = 1 << 40
        self.low_memory = (0, 0, 0)
        self.jump_back = (0, 0)
        self.smbios = (0, 0)
        self.rsdp = (0, 0, 0)       # the root pointer, tags, BIOS memory
        self.record, self.record_flags = 0, 0
        # Start, width, height, bytes of a line and of a pixel, colour of text.
        self.framebuffer = (0, 0, 0, 0, 0, 0)
        self.wait = (0, 0)      # ticks, seconds
        self.digest_seed = 0xFEDCBA9876543210
        self.regions = []
        self.probes = []
        self.actions = 0
        self.cpu = "max"
        self.type = "pc"
        self.watched = 0
        # A range of memory to look at afterwards: start and length. The run sets its data
        # and the seconds that the machine ran.
        self.kept, self.kept_data, self.seconds = None, b"", 0

    def put(self, address, data):
        self.memory[address] = data

    def region(self, name, start, data):
        """Bytes that purgatory must find unchanged."""
        self.put(start, data)
        digest = xxh64(data, self.digest_seed)
        self.regions.append((start, start + len(data), digest, name))

    def record_load(self):
        """The loader's part of the record: struct record_load."""
        return struct.pack("<8QII64s64s64s", *range(1, 9), self.record_flags, self.mode,
                           b"0.1.0", b"6.1.0", b"boot-id")

    def params(self):
        page = struct.pack("<QII", self.magic, self.version, self.flags)
        page += struct.pack("<QQQQQQIHH", self.rip, self.rsp, self.rax, self.rbx,
                            self.rsi, self.rdi, self.mode, self.code_segment,
                            self.data_segment)
        page += struct.pack("<IHH", self.console, *self.serial)
        page += struct.pack("<7Q", self.system_table, self.array, POOL,
                            POOL + 4096 * self.pool_pages, MEMORY, self.physical_limit,
                            self.cc_blob)
        page += struct.pack("<10Q", *self.low_memory, *self.jump_back, *self.smbios,
                            *self.rsdp)
        page += struct.pack("<Q", self.record) + self.record_load()
        page += struct.pack("<Q6I", *self.framebuffer, 0)
        page += struct.pack("<7Q", 0, 0, FRAMEBUFFER_POOL,
                            FRAMEBUFFER_POOL + 4096 * self.framebuffer_pool_pages, MEMORY,
                            self.physical_limit, 0)
        page += struct.pack("<QII", *self.wait, 0)
        page += struct.pack("<QII", self.digest_seed, len(self.regions), 0)
        for start, end, digest, name in self.regions:
            page += struct.pack("<QQQ16s", start, end, digest, name.encode())
        return page.ljust(4096, b"\0")

    def memory_file(self, directory):
        """QEMU's arguments for memory that is still there when the machine has ended."""
        size = max(MEMORY, self.kept[0] + self.kept[1])
        size = -(-size // GIB) * GIB
        with open(f"{directory}/memory", "wb") as file:
            file.truncate(size)
        return ["-m", str(size // MIB), "-machine", "memory-backend=ram", "-object",
                f"memory-backend-file,id=ram,size={size},share=on,"
                f"mem-path={directory}/memory"]

    def keep(self, directory):
        start, length = self.kept
        # Of RAM that would reach into the devices' range, "pc" has the rest above 4 GiB.
        if start >= 4 * GIB:
            start -= GIB
        with open(f"{directory}/memory", "rb") as file:
            file.seek(start)
            self.kept_data = file.read(length)
        os.unlink(f"{directory}/memory")

    def run(self, directory):
        """Boots it. Returns (output of the serial port, whether "next" ended the run)."""
        purgatory = self.tools.purgatory
        cr4 = CR4_PAE | (CR4_LA57 if self.levels == 5 else 0)
        self.put(self.purgatory_at, self.params() + purgatory[4096:])
        self.put(TABLES, self.map.bytes())
        self.put(POOL, b"\xff" * 4096 * (POOL_PAGES + FRAMEBUFFER_POOL_PAGES))
        self.put(PARAMETERS, struct.pack(
            f"<5Q{len(self.probes) + 1}Q", TABLES, cr4, self.purgatory_at + 0x1000,
            self.actions, self.return_address, *self.probes, 0))

        command = ["qemu-system-x86_64", "-accel", "tcg", "-machine", self.type,
                   "-cpu", self.cpu, "-m", str(MEMORY // MIB), "-no-reboot",
                   "-nodefaults", "-display", "none", "-vga", "std",
                   "-serial", f"file:{directory}/serial",
                   "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
                   "-kernel", self.tools.stage]
        if self.watched:
            command += ["-d", "cpu", "-dfilter", f"{self.watched:#x}+1",
                        "-D", f"{directory}/cpu"]
        if self.kept:
            command += self.memory_file(directory)
        for address, data in self.memory.items():
            path = os.path.join(directory, f"{address:x}")
            with open(path, "wb") as file:
                file.write(data)
            if address < STAGE:
                assert LOW_START <= address < address + len(data) <= LOW_END
                address += LOW_COPY
            command += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
        begin = time.monotonic()
        done = subprocess.run(command, timeout=120, capture_output=True, text=True,
                              check=False)
        self.seconds = time.monotonic() - begin
        if done.stderr:
            raise RuntimeError(done.stderr)
        if self.kept:
            self.keep(directory)
        with open(f"{directory}/serial", encoding="ascii", errors="replace") as file:
            output = file.read().replace("\r", "")
        # isa-debug-exit turns the 0 that next writes into status 1; a reset ends with 0.
        return output, done.returncode == 1


def cpu_state(directory):
    """QEMU's log of the CPU's state when the watched address was first reached."""
    with open(f"{directory}/cpu", encoding="ascii") as file:
        log = file.read()
    if not log:
        raise RuntimeError("the watched address to be jumped to")
    state = {}
    for name, value in re.findall(r"\b([A-Z0-9]+) *= *([0-9a-f]+)\b", log):
        state.setdefault(name, int(value, 16))
    # Selector, base, limit, the descriptor's upper half; base and limit.
    for name, values in re.findall(r"^([C-S]S|[GI]DT) *= *([0-9a-f ]+)", log, re.M):
        state.setdefault(f"{name} parts", tuple(int(v, 16) for v in values.split()))
    return state
