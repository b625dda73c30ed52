# SPDX-License-Identifier: GPL-2.0-only
"""Writes ELF files and multiboot headers, by the System V ABI and the Multiboot
specifications 0.6.96 and 2.0, with wrong values if asked."""

import struct
from collections import namedtuple

EXEC, DYN, REL, CORE = 2, 3, 1, 4
I386, I486, X86_64, ARM64 = 3, 6, 62, 183
LOAD, INTERP, NOTE = 1, 3, 4
MASK = 0xffffffff

# data: bytes in the file; more: zeroed memory after them; lie: wrong fields of the
# header.
Load = namedtuple("Load", "paddr data more vaddr type lie",
                  defaults=(b"", 0, None, LOAD, None))


def program_header(bits, load, offset):
    fields = {"type": load.type, "offset": offset, "paddr": load.paddr,
              "vaddr": load.paddr if load.vaddr is None else load.vaddr,
              "filesz": len(load.data), "memsz": len(load.data) + load.more,
              "flags": 7, "align": 16, **(load.lie or {})}
    order = (("type", "flags", "offset", "vaddr", "paddr", "filesz", "memsz", "align")
             if bits == 64 else
             ("type", "offset", "vaddr", "paddr", "filesz", "memsz", "flags", "align"))
    return struct.pack("<IIQQQQQQ" if bits == 64 else "<8I",
                       *(fields[name] for name in order))


def elf(*loads, bits=64, machine=None, entry=None, kind=EXEC, head=b"", **lie):
    """head is placed between the headers and the data of the first load."""
    size, one = (64, 56) if bits == 64 else (52, 32)
    offset = size + one * len(loads)
    offset += -offset % 8 + len(head)
    table = body = b""
    for load in loads:
        table += program_header(bits, load, offset + len(body))
        body += load.data
    fields = {"class": bits // 32, "data": 1, "type": kind,
              "machine": machine or (X86_64 if bits == 64 else I386),
              "entry": loads[0].paddr if entry is None else entry, "phoff": size,
              "phentsize": one, "phnum": len(loads), **lie}
    header = b"\x7fELF" + bytes([fields["class"], fields["data"], 1]) + bytes(9)
    header += struct.pack("<HHI", fields["type"], fields["machine"], 1)
    header += struct.pack("<QQQ" if bits == 64 else "<III", fields["entry"],
                          fields["phoff"], 0)
    header += struct.pack("<IHHHHHH", 0, size, fields["phentsize"], fields["phnum"], 0,
                          0, 0)
    return (header + table).ljust(offset - len(head), b"\0") + head + body


def multiboot1(flags=0, *addresses, checksum=None):
    """addresses: header, load, load end, bss end, entry."""
    check = -(0x1badb002 + flags) & MASK if checksum is None else checksum
    return struct.pack("<%dI" % (3 + len(addresses)), 0x1badb002, flags, check,
                       *addresses)


def tag(kind, *words, flags=0, size=None):
    body = struct.pack("<%dI" % len(words), *words)
    size = 8 + len(body) if size is None else size
    return struct.pack("<HHI", kind, flags, size) + body + bytes(-len(body) % 8)


END = tag(0)


def multiboot2(*tags, end=END, architecture=0, length=None):
    body = b"".join(tags) + end
    length = 16 + len(body) if length is None else length
    check = -(0xe85250d6 + architecture + length) & MASK
    return struct.pack("<IIII", 0xe85250d6, architecture, length, check) + body
