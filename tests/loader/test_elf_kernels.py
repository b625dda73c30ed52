#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ELF kernels: each byte gets to its place, each type finds the data that its document
specifies, and a file with wrong headers is refused. Environment: KEXEC, CC."""

import gzip
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import program_case                                                 # noqa: E402
from boot_params import BootParams, PurgatoryParams                        # noqa: E402
from program_case import CODE, DATA, KERNEL, MIB, Case              # noqa: E402
from program_writer import (ARM64, CORE, DYN, I486, INTERP, NOTE, REL,  # noqa: E402
                            Load, elf)

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
# Ranges that begin and end within pages, and that share pages.
for shared in ([Load(MIB * 16 + 100, CODE, 33)],
               [Load(MIB * 16, CODE), Load(MIB * 16 + 10000, DATA)],
               [Load(MIB * 16, CODE), Load(MIB * 16 + 10007, DATA, 9000)],
               [Load(MIB * 16, b"a" * 99), Load(MIB * 16 + 99, b"b"),
                Load(MIB * 16 + 101, b"c" * 8191), Load(MIB * 16 + 8292, CODE)],
               [Load(MIB * 16 + 4095, b"x"), Load(MIB * 16 + 4096, CODE)],
               [Load(MIB * 16 + 1, b"x", 4095), Load(MIB * 16 + 8000, b"y" * 192)]):
    SOUND.append(("shared %d" % len(SOUND), elf(*shared), shared, shared[0].paddr, 64))

HUGE = (1 << 64) - 1
# Files that are not kernels have another exit status.
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
        kernel = case.image.plan["kernel"]
        check(name + ": the plan names the file", (kernel["file"], kernel["compression"])
              == ("program", "gzip" if name == "compressed" else None), kernel)
        params = case.params
        check(name + ": entry", (params.rip, params.mode) == (entry, bits == 32),
              params.rip)
        check(name + ": registers", not (params.rsp or params.rax or params.rbx
                                         or params.rsi or params.rdi))
        check(name + ": mapped", bool(params.flags & PurgatoryParams.MAP_EFI) == (bits == 64))
        check(name + ": nothing passed", not case.image.find("parameters"))
        whole = {s.start // 4096 * 4096 for s in case.image.segments}
        check(name + ": no page twice", len(whole) == len(case.image.segments))


def check_linux(check, kexec):
    for bits in (64, 32):
        name = "--args-linux, %d bits: " % bits
        case = Case(kexec, elf(KERNEL, bits=bits), "--args-linux", "--append=a=1",
                    "--reuse-cmdline", "--initrd=initrd")
        check(name + "loads", case.rc == 0, case.result)
        found = BootParams(case.image, case.params.rsi)
        check(name + "command line",
              found.command_line() == "root=/dev/vda1 quiet a=1", found.command_line())
        check(name + "initrd", case.memory(*found.ramdisk()) == b"initrd" * 1000)
        check(name + "header", struct.unpack_from("<H4sH", found.raw, 0x1fe + 2)[1]
              == b"HdrS" and found.type_of_loader == 0xd0)
        check(name + "e820", len(found.e820()) == 5, found.e820())
        check(name + "EFI", (found.efi_signature == b"EL64") == (bits == 64))
        check(name + "mapped",
              bool(case.params.flags & PurgatoryParams.MAP_EFI) == (bits == 64))
        check(name + "registers", not (case.params.rdi or case.params.rsp
                                       or case.params.rax or case.params.rbx))
    check("32 bits: all below 4 GiB", case.below_4g())
    for option in ("--noefi", "--no-efi-map-config"):
        case = Case(kexec, elf(KERNEL), "--args-linux", option)
        check(option, not case.params.flags & PurgatoryParams.MAP_EFI, case.result)
    case = Case(kexec, elf(KERNEL), "--args-linux", "--append=" + "x" * 2048)
    check("too long a line", case.rc == 1 and "2047" in case.result.err, case.result)


def check_notes(check, kexec):
    for bits in (64, 32):
        name = "--args-elf, %d bits: " % bits
        case = Case(kexec, elf(KERNEL, bits=bits), "--append=hello  world")
        check(name + "loads", case.rc == 0 and not case.result.err, case.result)
        at = case.params.rdi
        if bits == 32:
            back, at = case.words(case.params.rsp, 2)
            check(name + "stack", not back and not at % 4096 and not case.params.rdi
                  and (case.params.rsp + 4) % 16 == 0)
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


def check_calls(check, kexec):
    program_case.check_calls(check, kexec, [("ELF", elf(KERNEL))])


def check_broken(check, kexec):
    program_case.check_broken(check, kexec, BROKEN, NO_KERNEL)


if __name__ == "__main__":
    sys.exit(program_case.run(check_sound, check_linux, check_notes, check_calls,
                              check_broken))
