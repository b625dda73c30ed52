# SPDX-License-Identifier: GPL-2.0-only
"""A bare machine in QEMU: memory contents, page tables, the handover, a run of it."""

import hashlib
import os
import struct
import subprocess

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# stage.S
STAGE = 0x100000
PARAMETERS = 0x10F000
ACTION_NMI, ACTION_VGA = 1, 2

# purgatory/handover.h
MAGIC = 0x52564F444E414846
VERSION = 1
SKIP_VERIFY, MAP_EFI, SHA_EXTENSIONS = 1, 2, 4
SERIAL, VGA, RESET_VGA = 1, 2, 4
REGIONS_MAX = 16

TABLES = 0x1000000
POOL = 0x2000000
POOL_PAGES = 40
MEMORY = 2 * GIB

CR4_PAE, CR4_LA57 = 1 << 5, 1 << 12


class PageTables:
    """An identity map like the kernel's, in leaves of the sizes asked for."""

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
    """What stands in memory when the first kernel jumps."""

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
        self.system_table = self.array = 0
        self.pool_pages = POOL_PAGES
        self.physical_limit = 1 << 40
        self.low_memory = (0, 0, 0)
        self.regions = []
        self.probes = []
        self.actions = 0
        self.cpu = "max"

    def put(self, address, data):
        self.memory[address] = data

    def region(self, name, start, data):
        """Bytes that purgatory must find unchanged."""
        self.put(start, data)
        digest = hashlib.sha256(data).digest()
        self.regions.append((start, start + len(data), digest, name))

    def handover(self):
        page = struct.pack("<QII", self.magic, self.version, self.flags)
        page += struct.pack("<QQQ", self.rip, self.rsi, self.rsp)
        page += struct.pack("<IHH", self.console, *self.serial)
        page += struct.pack("<6Q", self.system_table, self.array, POOL,
                            POOL + 4096 * self.pool_pages, MEMORY, self.physical_limit)
        page += struct.pack("<3Q", *self.low_memory)
        page += struct.pack("<II", len(self.regions), 0)
        for start, end, digest, name in self.regions:
            page += struct.pack("<QQ32s16s", start, end, digest, name.encode())
        return page.ljust(4096, b"\0")

    def run(self, directory):
        """Boots; returns (what came out of the serial port, whether "next" ended it)."""
        purgatory = self.tools.purgatory
        cr4 = CR4_PAE | (CR4_LA57 if self.levels == 5 else 0)
        self.put(self.purgatory_at, self.handover() + purgatory[4096:])
        self.put(TABLES, self.map.bytes())
        self.put(POOL, b"\xff" * 4096 * POOL_PAGES)
        self.put(PARAMETERS, struct.pack(
            f"<4Q{len(self.probes) + 1}Q", TABLES, cr4, self.purgatory_at + 0x1000,
            self.actions, *self.probes, 0))

        command = ["qemu-system-x86_64", "-accel", "tcg", "-machine", "pc",
                   "-cpu", self.cpu, "-m", str(MEMORY // MIB), "-no-reboot",
                   "-nodefaults", "-display", "none", "-vga", "std",
                   "-serial", f"file:{directory}/serial",
                   "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
                   "-kernel", self.tools.stage]
        for address, data in self.memory.items():
            path = os.path.join(directory, f"{address:x}")
            with open(path, "wb") as file:
                file.write(data)
            command += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
        done = subprocess.run(command, timeout=120, capture_output=True, text=True,
                              check=False)
        if done.stderr:
            raise RuntimeError(done.stderr)
        with open(f"{directory}/serial", encoding="ascii", errors="replace") as file:
            output = file.read().replace("\r", "")
        # isa-debug-exit makes 1 of the 0 that next writes; a reset ends with 0.
        return output, done.returncode == 1
