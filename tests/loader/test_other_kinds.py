#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ELF and multiboot kernels: each byte gets to its place, each kind finds what its
document promises, and a file that lies is refused. Environment: KEXEC, CC."""

import gzip
import os
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
from boot_params import BootParams, Handover, Image                 # noqa: E402
from program_writer import (ARM64, CORE, DYN, I486, INTERP, NOTE, REL,  # noqa: E402
                            Load, elf, multiboot1, multiboot2, tag)

MIB = 1 << 20
CODE = bytes(i * 7 % 251 for i in range(10000))
DATA = b"data" * 100
RSDP = 0x3ff7e014
# Of ACPI 2.0, with the two sums that make it believed.
ROOT = bytearray(b"RSD PTR \0BOCHS \x02" + struct.pack("<IIQB3x", 0x3ff7d000, 36,
                                                         0x3ff7d0e8, 0))
ROOT[8] = -sum(ROOT[:20]) & 255
ROOT[32] = -sum(ROOT) & 255

KERNEL = Load(MIB * 16, CODE, 5000)
TWO = (KERNEL, Load(MIB * 32, DATA))
# Name, file, loads, entry, bits.
SOUND = [
    ("one page-aligned", elf(KERNEL), [KERNEL], MIB * 16, 64),
    ("two", elf(*TWO), TWO, MIB * 16, 64),
    ("in reverse", elf(*TWO[::-1], entry=MIB * 16 + 9), TWO, MIB * 16 + 9, 64),
    ("32-bit", elf(*TWO, bits=32), TWO, MIB * 16, 32),
    ("i486", elf(*TWO, bits=32, machine=I486), TWO, MIB * 16, 32),
    ("ET_DYN", elf(*TWO, kind=DYN), TWO, MIB * 16, 64),
    ("compressed", gzip.compress(elf(*TWO)), TWO, MIB * 16, 64),
    ("below 1 MiB", elf(Load(0x10000, CODE)), [Load(0x10000, CODE)], 0x10000, 64),
    ("virtual entry", elf(Load(MIB * 16, CODE, 0, 0xffffffff81000000),
                          entry=0xffffffff81000123), [Load(MIB * 16, CODE)],
     MIB * 16 + 0x123, 64),
    ("no memory, no file", elf(KERNEL, Load(0)), [KERNEL], MIB * 16, 64),
    ("bss only", elf(KERNEL, Load(MIB * 64, b"", 100000)),
     [KERNEL, Load(MIB * 64, b"", 100000)], MIB * 16, 64),
]
# Ranges that begin and end within pages, and share them.
for shared in ([Load(MIB * 16 + 100, CODE, 33)],
               [Load(MIB * 16, CODE), Load(MIB * 16 + 10000, DATA)],
               [Load(MIB * 16, CODE), Load(MIB * 16 + 10007, DATA, 9000)],
               [Load(MIB * 16, b"a" * 99), Load(MIB * 16 + 99, b"b"),
                Load(MIB * 16 + 101, b"c" * 8191), Load(MIB * 16 + 8292, CODE)],
               [Load(MIB * 16 + 4095, b"x"), Load(MIB * 16 + 4096, CODE)],
               [Load(MIB * 16 + 1, b"x", 4095), Load(MIB * 16 + 8000, b"y" * 192)]):
    SOUND.append(("shared %d" % len(SOUND), elf(*shared), shared, shared[0].paddr, 64))

HUGE = (1 << 64) - 1
# Those that are no kernel at all have another exit status.
NO_KERNEL = ("program", "nothing to load", "dump", "object", "type 77", "another CPU",
             "wrong --type")
# Name, file, options, words of the message.
BROKEN = [
    ("cut off", elf(KERNEL)[:-1], "", "cut off program header 0 copy"),
    ("headers cut off", elf(*TWO)[:100], "", "cut off 0 of its 2"),
    ("only a header", elf(*TWO)[:64], "", "ELF headers damaged"),
    ("table elsewhere", elf(KERNEL, phoff=1 << 40), "", "ELF headers damaged"),
    ("table wraps", elf(KERNEL, phoff=HUGE - 8), "", "ELF headers damaged"),
    ("table in itself", elf(KERNEL, phoff=0), "", ""),
    ("65535 headers", elf(KERNEL, phnum=65535), "", "cut off of its 65535"),
    ("65534 headers", elf(KERNEL, phnum=65534), "", "cut off of its 65534"),
    ("headers of another size", elf(KERNEL, phentsize=32), "", "program headers 32"),
    ("more than in memory", elf(KERNEL._replace(lie={"memsz": 9999})), "",
     "program header 0 0x2710 0x270f"),
    ("physical wraps", elf(KERNEL._replace(lie={"paddr": HUGE - 100})), "",
     "program header 0 beyond all memory"),
    ("physical over 52 bits", elf(KERNEL._replace(lie={"paddr": 1 << 52})), "",
     "beyond all memory"),
    ("virtual wraps", elf(KERNEL._replace(lie={"vaddr": HUGE - 100})), "",
     "beyond all memory"),
    ("all of memory", elf(KERNEL._replace(lie={"memsz": HUGE})), "", "beyond all memory"),
    ("offset wraps", elf(KERNEL._replace(lie={"offset": HUGE - 100})), "", "cut off"),
    ("itself", elf(KERNEL._replace(lie={"offset": 0, "filesz": 1 << 20,
                                        "memsz": 1 << 20})), "", "cut off"),
    ("overlap", elf(KERNEL, Load(MIB * 16 + 9999, DATA)), "",
     "program header 0 overlaps program header 1"),
    ("overlap of bss", elf(KERNEL, Load(MIB * 16 + 14999, DATA)), "", "overlaps"),
    ("the same twice", elf(KERNEL, KERNEL), "", "overlaps"),
    ("no RAM", elf(Load(MIB * 2048, CODE)), "", "0x80000000 no memory"),
    ("half in RAM", elf(Load(0x3f5df000, CODE)), "", "0x3f5e0000 Reserved"),
    ("reserved", elf(Load(0x3f5e0000, CODE)), "", "program header 0 Reserved"),
    ("video memory", elf(Load(0xa0000, CODE)), "", "0xa0000 no memory"),
    ("interrupt vectors", elf(Load(0x400, CODE)), "", "firmware"),
    ("--mem-min", elf(KERNEL), "--mem-min=0x2000000", "--mem-min"),
    ("--mem-max", elf(KERNEL), "--mem-max=0x1001000", "--mem-max"),
    ("entry nowhere", elf(KERNEL, entry=4096), "", "entry point 0x1000"),
    ("entry one behind", elf(KERNEL, entry=MIB * 16 + 15000), "", "entry point"),
    ("above 4 GiB", elf(Load((1 << 32) - 9000, CODE), bits=32), "",
     "program header 0 below 0x100000000"),
    ("program", elf(KERNEL, Load(0, b"/lib/ld.so\0", 0, 0, INTERP)), "",
     "program needs operating system PT_INTERP"),
    ("nothing to load", elf(Load(0, DATA, 0, 0, NOTE)), "", "nothing to load"),
    ("dump", elf(KERNEL, kind=CORE), "", "dump ET_CORE"),
    ("object", elf(KERNEL, kind=REL), "", "object file"),
    ("type 77", elf(KERNEL, kind=77), "", "unknown type"),
    ("x32", elf(KERNEL, bits=32, machine=62), "", "32-bit 64-bit machine"),
    ("another CPU", elf(KERNEL, machine=ARM64), "", "ELF another machine"),
    ("65 headers", elf(*(Load(MIB * (16 + i), b"x") for i in range(65))), "",
     "more than 64"),
    ("17 places", elf(*(Load(MIB * (16 + i), b"x") for i in range(17))), "",
     "segment 17"),
    ("wrong --type", elf(KERNEL), "--type=elf-x86", "--type=elf-x86"),
]


def multiboot(head, *loads, **more):
    return elf(*(loads or (Load(MIB * 16, CODE, 5000),)), bits=32, head=head, **more)


MOVE = tag(10, 0x2000000, 0x3fffffff, 0x200000, 1)
FLAT = 16 * MIB
BROKEN += [
    ("mb1 unknown flag", multiboot(multiboot1(8)), "", "multiboot header flags 0x8"),
    ("mb1 no ELF", multiboot1(3) + CODE, "", "without addresses"),
    ("mb1 header before load", multiboot1(1 << 16, FLAT, FLAT + 1, 0, 0, FLAT) + CODE,
     "", "addresses sense"),
    ("mb1 before the file", multiboot1(1 << 16, FLAT, FLAT - 4, 0, 0, FLAT) + CODE, "",
     "addresses sense"),
    ("mb1 end before load", multiboot1(1 << 16, FLAT, FLAT, 1, 0, FLAT) + CODE, "",
     "addresses sense"),
    ("mb1 cut off", multiboot1(1 << 16, FLAT, FLAT, FLAT + 20000, 0, FLAT) + CODE, "",
     "cut off"),
    ("mb1 bss before end", multiboot1(1 << 16, FLAT, FLAT, 0, FLAT + 1, FLAT) + CODE, "",
     "addresses sense"),
    ("mb1 addresses cut off", CODE[:1000] + multiboot1(1 << 16), "", "ends at byte"),
    ("mb1 entry nowhere", multiboot1(1 << 16, FLAT, FLAT, 0, 0, FLAT - 1) + CODE, "",
     "entry point"),
    ("mb1 wraps", multiboot1(1 << 16, 0xfffff000, 0xfffff000, 0, 0, 0xfffff000) + CODE,
     "", "below 0x100000000"),
    ("mb1 initrd", multiboot(multiboot1(3)), "--initrd=initrd", "--module"),
    ("mb1 missing module", multiboot(multiboot1(3)), "--module=nowhere",
     "module nowhere No such file"),
    ("mb1 empty module", multiboot(multiboot1(3)), "--module=empty", "module empty"),
    ("mb1 too many modules", multiboot(multiboot1(3)), "--module=initrd " * 16,
     "segment 17"),
    ("mb2 no end", multiboot(multiboot2(MOVE, end=b"")), "", "no end"),
    ("mb2 tag of 0", multiboot(multiboot2(tag(6, size=0))), "", "tag at byte"),
    ("mb2 tag of 7", multiboot(multiboot2(tag(6, size=7))), "", "tag at byte"),
    ("mb2 tag too long", multiboot(multiboot2(tag(6, size=0xfffffff8))), "", "leads out"),
    ("mb2 length huge", multiboot(multiboot2(length=0xfffffff0)), "", "4294967280 bytes"),
    ("mb2 length 0", multiboot(multiboot2(length=0)), "", "no end"),
    ("mb2 MIPS", multiboot(multiboot2(architecture=4)), "", "architecture 4"),
    ("mb2 unknown tag", multiboot(multiboot2(tag(99))), "", "tag 99"),
    ("mb2 unknown request", multiboot(multiboot2(tag(1, 4, 6, 5))), "", "type 5"),
    ("mb2 framebuffer", multiboot(multiboot2(tag(5, 640, 480, 32))), "", "framebuffer"),
    ("mb2 short entry", multiboot(multiboot2(tag(3))), "", "tag 3 too short"),
    ("mb2 short addresses", multiboot(multiboot2(tag(2, 1, 2, 3))), "", "tag 2 short"),
    ("mb2 alignment 3", multiboot(multiboot2(tag(10, 0, MIB, 3, 0))), "", "of 0x3"),
    ("mb2 min over max", multiboot(multiboot2(tag(10, 2, 1, 1, 0))), "", "no sense"),
    ("mb2 no place", multiboot(multiboot2(tag(10, MIB, MIB * 2, 1 << 20, 0)),
                               Load(MIB * 16, CODE, MIB * 2)), "", "as its header wants"),
    ("mb2 no entry", multiboot2(tag(2, FLAT, FLAT, 0, 0)) + CODE, "", "entered"),
    ("mb2 entry nowhere", multiboot(multiboot2(tag(3, 77))), "", "entry point 0x4d"),
]


class Case:
    """kexec's image of one file."""

    def __init__(self, kexec, content, *options):
        directory = kexec.directory
        (directory / "program").write_bytes(content)
        (directory / "initrd").write_bytes(b"initrd" * 1000)
        (directory / "packed").write_bytes(gzip.compress(b"second" * 999))
        (directory / "empty").write_bytes(b"")
        self.result = kexec("-l", "program", *options,
                            "--sysroot=%s" % kexec.root.resolve(), "--dump-image=dump",
                            "--dry-run=json")
        self.rc = self.result.rc
        if not self.rc:
            self.image = Image(directory / "dump")
            self.handover = Handover(self.image.read(
                self.image.find("purgatory").start, 4096))

    def memory(self, start, size):
        """What will stand there, None where no segment is."""
        found = bytearray()
        while len(found) < size:
            at = start + len(found)
            segment = next((s for s in self.image.segments
                            if s.start <= at < s.end), None)
            if not segment:
                return None
            take = min(size - len(found), segment.end - at)
            found += self.image.read(at, take)
        return bytes(found)

    def text(self, address):
        raw = self.memory(address, 1)
        while raw[-1]:
            raw += self.memory(address + len(raw), 1)
        return raw[:-1].decode()

    def words(self, address, count):
        return struct.unpack("<%dI" % count, self.memory(address, 4 * count))

    def below_4g(self):
        return all(segment.end <= 1 << 32 for segment in self.image.segments)


def check_sound(check, kexec):
    for name, content, loads, entry, bits in SOUND:
        case = Case(kexec, content, "--args-none")
        check(name, case.rc == 0 and not case.result.err, case.result)
        if case.rc:
            continue
        for load in loads:
            check("%s: bytes at %#x" % (name, load.paddr),
                  case.memory(load.paddr, len(load.data) + load.more)
                  == load.data + bytes(load.more))
        handover = case.handover
        check(name + ": entry", (handover.rip, handover.mode) == (entry, bits == 32),
              handover.rip)
        check(name + ": registers", not (handover.rsp or handover.rax or handover.rbx
                                         or handover.rsi or handover.rdi))
        check(name + ": mapped", bool(handover.flags & Handover.MAP_EFI) == (bits == 64))
        check(name + ": nothing passed", not case.image.find("parameters"))
        whole = {s.start // 4096 * 4096 for s in case.image.segments}
        check(name + ": no page twice", len(whole) == len(case.image.segments))


def check_linux(check, kexec):
    for bits in (64, 32):
        name = "--args-linux, %d bits: " % bits
        case = Case(kexec, elf(KERNEL, bits=bits), "--args-linux", "--append=a=1",
                    "--reuse-cmdline", "--initrd=initrd")
        check(name + "loads", case.rc == 0, case.result)
        found = BootParams(case.image, case.handover.rsi)
        check(name + "command line",
              found.command_line() == "root=/dev/vda1 quiet a=1", found.command_line())
        check(name + "initrd", case.memory(*found.ramdisk()) == b"initrd" * 1000)
        check(name + "header", struct.unpack_from("<H4sH", found.raw, 0x1fe + 2)[1]
              == b"HdrS" and found.type_of_loader == 0xd0)
        check(name + "e820", len(found.e820()) == 5, found.e820())
        check(name + "EFI", (found.efi_signature == b"EL64") == (bits == 64))
        check(name + "mapped",
              bool(case.handover.flags & Handover.MAP_EFI) == (bits == 64))
        check(name + "registers", not (case.handover.rdi or case.handover.rsp
                                       or case.handover.rax or case.handover.rbx))
    check("32 bits: all below 4 GiB", case.below_4g())
    for option in ("--noefi", "--no-efi-map-config"):
        case = Case(kexec, elf(KERNEL), "--args-linux", option)
        check(option, not case.handover.flags & Handover.MAP_EFI, case.result)
    case = Case(kexec, elf(KERNEL), "--args-linux", "--append=" + "x" * 2048)
    check("too long a line", case.rc == 1 and "2047" in case.result.err, case.result)


def check_notes(check, kexec):
    for bits in (64, 32):
        name = "--args-elf, %d bits: " % bits
        case = Case(kexec, elf(KERNEL, bits=bits), "--append=hello  world")
        check(name + "loads", case.rc == 0 and not case.result.err, case.result)
        at = case.handover.rdi
        if bits == 32:
            back, at = case.words(case.handover.rsp, 2)
            check(name + "stack", not back and not at % 4096 and not case.handover.rdi
                  and (case.handover.rsp + 4) % 16 == 0)
        signature, size = case.words(at, 2)
        raw = case.memory(at, size)
        total = sum(struct.unpack("<%dH" % (size // 2), raw))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        check(name + "header", signature == 0x0e1fb007 and total == 0xffff
              and struct.unpack_from("<H", raw, 8)[0])
        notes, offset = {}, 12
        while offset < size:
            names, length, kind = struct.unpack_from("<III", raw, offset)
            notes[kind] = raw[offset + 12:offset + 12 + length]
            offset += 12 + -(-length // 4) * 4
            check(name + "no name", not names)
        check(name + "notes", offset == size and notes[4] == b"hello  world\0"
              and notes[2] == b"kexec\0" and len(notes) == 3
              == struct.unpack_from("<H", raw, 10)[0], notes)
    case = Case(kexec, elf(KERNEL), "--initrd=initrd")
    check("initrd for nobody", case.rc == 0 and "--args-linux" in case.result.err,
          case.result)


# The last page of low memory has become that of the BIOS that there is not.
EXTENDED = 0x9f000
MAP = [(0, EXTENDED, 1), (EXTENDED, 0xa0000, 2), (MIB, 0x3f5e0000, 1),
       (0x3f5e0000, 0x3f600000, 2), (0x3f600000, 0x3ff00000, 1),
       (0x3ff00000, 0x40000000, 2)]
MODULES = ("--module=initrd root=/dev/x  y", "--module=packed")
CONTENTS = [(b"initrd" * 1000, "initrd root=/dev/x  y"), (b"second" * 999, "packed")]


def check_multiboot1(check, kexec):
    flat = multiboot1(1 << 16, FLAT + 8, FLAT + 4, FLAT + 5000, FLAT + 9001, FLAT + 4444)
    elf1 = multiboot(bytes(64) + multiboot1(0x3))
    for name, content, start, body, entry in (
            ("mb1 ELF", elf1, FLAT, CODE + bytes(5000), FLAT),
            ("mb1 addresses", bytes(24) + flat + CODE, FLAT + 4,
             (bytes(4) + flat + CODE)[:4996] + bytes(4001), FLAT + 4444)):
        case = Case(kexec, content, *MODULES, "--append=a  b", "--reuse-cmdline")
        check(name, case.rc == 0 and not case.result.err, case.result)
        if case.rc:
            continue
        handover = case.handover
        check(name + ": kernel", case.memory(start, len(body)) == body)
        check(name + ": registers", (handover.mode, handover.rip, handover.rax)
              == (1, entry, 0x2badb002) and not handover.flags & Handover.MAP_EFI)
        info = case.words(handover.rbx, 29)
        check(name + ": info", info[:3] == (0x24d, 636, 0x3f5e0000 - MIB >> 10)
              and handover.rbx % 4 == 0, info)
        check(name + ": texts", (case.text(info[4]), case.text(info[16]))
              == ("program root=/dev/vda1 quiet a  b", "kexec"))
        raw = case.memory(info[12], info[11])
        found = [struct.unpack_from("<IQQI", raw, at) for at in range(0, len(raw), 24)]
        check(name + ": memory map", [
            (at, at + size, kind) for _, at, size, kind in found]
              == MAP and {entry[0] for entry in found} == {20}, found)
        modules = [case.words(info[6] + 16 * i, 4) for i in range(info[5])]
        check(name + ": modules", [(case.memory(a, b - a), case.text(text))
                                   for a, b, text, _ in modules] == CONTENTS
              and not any(a % 4096 for a, _, _, _ in modules))
        check(name + ": below 4 GiB", case.below_4g())


def check_bios_data(check, kexec):
    case = Case(kexec, multiboot(multiboot1(3)))
    check("BIOS data", struct.unpack("<H3xH", case.memory(0x40e, 7))
          == (EXTENDED >> 4, EXTENDED >> 10), case.result)
    check("extended BIOS data", case.memory(EXTENDED, 1) == b"\4"
          and case.memory(EXTENDED + 16, 36) == ROOT)
    bios = fakes.machine(kexec.directory / "bios", efi=False)
    kexec.root, efi = bios, kexec.root
    case = Case(kexec, multiboot(multiboot1(3)))
    check("a real BIOS stays", case.rc == 0 and case.memory(0, 1) is None
          and not case.image.find("BIOS memory"), case.result)
    kexec.root = efi


def tags(case, at):
    total = case.words(at, 2)
    raw, offset, found = case.memory(at, total[0]), 8, []
    while offset < len(raw):
        kind, size = struct.unpack_from("<II", raw, offset)
        found.append((kind, raw[offset + 8:offset + size]))
        offset += -(-size // 8) * 8
    return found, offset == len(raw) and total[1] == 0


def check_multiboot2(check, kexec):
    loads = (Load(FLAT + 0x10, CODE, 5000), Load(FLAT + 0x10000, DATA))
    for name, header, base, entry in (
            ("fixed", multiboot2(tag(1, 4, 6)), FLAT + 0x10, FLAT + 0x10),
            ("entry", multiboot2(tag(3, FLAT + 0x20), tag(1, 99, flags=1),
                                  tag(77, flags=1)),
             FLAT + 0x10, FLAT + 0x20),
            ("EFI entries", multiboot2(tag(7), tag(8, 1), tag(9, 1), tag(4, 3), tag(6)),
             FLAT + 0x10, FLAT + 0x10),
            ("lowest", multiboot2(MOVE), 0x2000000, 0x2000000),
            ("highest", multiboot2(tag(10, 0x2000000, 0x2ffffffe, 0x200000, 2),
                                   tag(3, FLAT + 0x20)), 0x2fe00000, 0x2fe00010)):
        name = "mb2 %s: " % name
        case = Case(kexec, multiboot(header, *loads), *MODULES, "--append=a  b",
                    "--reuse-cmdline")
        check(name + "loads", case.rc == 0 and not case.result.err, case.result)
        if case.rc:
            continue
        handover = case.handover
        check(name + "registers", (handover.mode, handover.rip, handover.rax)
              == (1, entry, 0x36d76289) and handover.rbx % 8 == 0, hex(handover.rip))
        check(name + "kernel", case.memory(base, 15000) == CODE + bytes(5000)
              and case.memory(base - 0x10 + 0x10000, len(DATA)) == DATA)
        found, whole = tags(case, handover.rbx)
        kinds = dict(found)
        check(name + "tags", whole and found[-1] == (0, b"")
              and [kind for kind, _ in found] == [1, 2, 3, 3, 4, 6, 14, 15, 21, 0], found)
        check(name + "texts", (kinds[1], kinds[2])
              == (b"program root=/dev/vda1 quiet a  b\0", b"kexec\0"))
        modules = [(*struct.unpack_from("<II", body), body[8:-1].decode())
                   for kind, body in found if kind == 3]
        check(name + "modules", [(case.memory(a, b - a), text)
                                 for a, b, text in modules] == CONTENTS)
        check(name + "memory", struct.unpack("<II", kinds[4])
              == (636, 0x3f5e0000 - MIB >> 10))
        check(name + "memory map", kinds[6][:8] == struct.pack("<II", 24, 0) and
              [(at, at + size, kind) for at, size, kind, _ in
               struct.iter_unpack("<QQII", kinds[6][8:])] == MAP)
        check(name + "ACPI", (kinds[14], kinds[15]) == (ROOT[:20], ROOT))
        check(name + "load base", kinds[21] == struct.pack("<I", base))
    flat = multiboot2(tag(2, FLAT, FLAT, 0xffffffff, 0), tag(3, FLAT + 99))
    case = Case(kexec, flat + CODE)
    check("mb2 addresses", case.rc == 0 and case.memory(FLAT, len(flat + CODE))
          == flat + CODE and case.handover.rip == FLAT + 99, case.result)


def check_order(check, kexec):
    """Of a file that is several kinds, the first one counts, as with kexec-tools."""
    both = multiboot1(3) + bytes(4) + multiboot2()
    for name, content, options, kind in (
            ("both", multiboot(both), (), "multiboot2-x86"),
            ("both, -t", multiboot(both), ("-t", "multiboot-x86"), "multiboot-x86"),
            ("both, -t elf", multiboot(both), ("-t", "elf-x86"), "elf-x86"),
            ("64 bits", elf(KERNEL, head=multiboot1(3)), (), "elf-x86_64"),
            ("64 bits, 2", elf(KERNEL, head=multiboot2()), (), "multiboot2-x86"),
            ("wrong sum", multiboot(multiboot1(3, checksum=7)), (), "elf-x86"),
            ("too far", multiboot(bytes(8192) + multiboot1(3)), (), "elf-x86"),
            ("2 too far", multiboot(bytes(32768) + multiboot2()), (), "elf-x86"),
            ("not at 4", multiboot(b"\0\0" + multiboot1(3)), (), "elf-x86"),
            ("2 not at 8", multiboot(bytes(4) + multiboot2()), (), "elf-x86")):
        case = Case(kexec, content, *options)
        check("order: " + name, case.rc == 0
              and case.image.plan["kernel"]["type"] == kind, case.result)
    (kexec.directory / "vmlinuz").write_bytes(fakes.bzimage())
    done = kexec("-c", "-l", "vmlinuz", "--module=nowhere")
    check("--module of a bzImage", done.rc == 0 and "--module" in done.err, done)


def check_calls(check, kexec):
    """Kinds that only we know get to kexec_load by themselves."""
    for name, content in (("ELF", elf(KERNEL)), ("mb1", multiboot(multiboot1(3))),
                          ("mb2", multiboot(multiboot2()))):
        (kexec.directory / "program").write_bytes(content)
        for options in ((), ("-a",), ("-c",)):
            done = kexec("-l", "program", *options, FILE_LOAD="OK")
            check("%s %s: kexec_load" % (name, options), done.rc == 0 and done.silent()
                  and len(done.loads()) == 1 and not any("file" in line
                                                         for line in done.log), done)
    (kexec.directory / "program").write_bytes(multiboot(multiboot1(3)))
    done = kexec("-l", "program", "--module=initrd",
                 LATE="touch:%s" % (kexec.directory / "initrd"))
    check("module changes", done.rc == 1 and "initrd has changed" in done.err
          and done.unloads(), done)


def check_broken(check, kexec):
    for name, content, options, words in BROKEN:
        case = Case(kexec, content, *options.split())
        rc = 255 if name in NO_KERNEL else 1
        check("broken: " + name, case.rc == rc and not case.result.loads()
              and case.result.one_message(*words.split()), case.result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory() as directory:
        kexec = fakes.Kexec(Path(directory), os.environ["KEXEC"])
        page = bytes(RSDP % 4096) + bytes(ROOT)
        fakes.write(kexec.root / "physical_memory" / ("%016x" % (RSDP & ~4095)),
                    page.ljust(4096, b"\0"))
        for step in (check_sound, check_linux, check_notes, check_multiboot1,
                     check_bios_data, check_multiboot2, check_order, check_calls,
                     check_broken):
            step(check, kexec)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
