#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Multiboot kernels of both versions: each byte gets to its place, each kernel finds the
data that its document specifies, and a file with wrong headers is refused. Environment:
KEXEC, CC."""

import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import program_case                                                 # noqa: E402
from boot_params import PurgatoryParams                                    # noqa: E402
from program_case import CODE, DATA, KERNEL, MIB, Case              # noqa: E402
from program_writer import Load, elf, multiboot1, multiboot2, tag   # noqa: E402


def multiboot(head, *loads, **more):
    return elf(*(loads or (Load(MIB * 16, CODE, 5000),)), bits=32, head=head, **more)


MOVE = tag(10, 0x2000000, 0x3fffffff, 0x200000, 1)
FLAT = 16 * MIB
# Name, file, options, words of the message.
BROKEN = [
    ("mb1 unknown flag", multiboot(multiboot1(8)), "", "multiboot header flags 0x8"),
    ("mb1 no ELF", multiboot1(3) + CODE, "", "without addresses"),
    ("mb1 header before load", multiboot1(1 << 16, FLAT, FLAT + 1, 0, 0, FLAT) + CODE,
     "", "addresses invalid"),
    ("mb1 before the file", multiboot1(1 << 16, FLAT, FLAT - 4, 0, 0, FLAT) + CODE, "",
     "addresses invalid"),
    ("mb1 end before load", multiboot1(1 << 16, FLAT, FLAT, 1, 0, FLAT) + CODE, "",
     "addresses invalid"),
    ("mb1 cut off", multiboot1(1 << 16, FLAT, FLAT, FLAT + 20000, 0, FLAT) + CODE, "",
     "cut off"),
    ("mb1 bss before end", multiboot1(1 << 16, FLAT, FLAT, 0, FLAT + 1, FLAT) + CODE, "",
     "addresses invalid"),
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
    ("mb2 min over max", multiboot(multiboot2(tag(10, 2, 1, 1, 0))), "", "an invalid place"),
    ("mb2 no place", multiboot(multiboot2(tag(10, MIB, MIB * 2, 1 << 20, 0)),
                               Load(MIB * 16, CODE, MIB * 2)), "", "as its header wants"),
    ("mb2 no entry", multiboot2(tag(2, FLAT, FLAT, 0, 0)) + CODE, "", "entered"),
    ("mb2 entry nowhere", multiboot(multiboot2(tag(3, 77))), "", "entry point 0x4d"),
]

# The root pointer of fakes.machine().
RSDP = 0x3ff7e014
# The last page of low memory became that of the missing BIOS.
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
        params = case.params
        check(name + ": kernel", case.memory(start, len(body)) == body)
        check(name + ": registers", (params.mode, params.rip, params.rax)
              == (1, entry, 0x2badb002) and not params.flags & PurgatoryParams.MAP_EFI)
        info = case.words(params.rbx, 29)
        check(name + ": info", info[:3] == (0x24d, 636, 0x3f5e0000 - MIB >> 10)
              and params.rbx % 4 == 0, info)
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
    check("extended BIOS data", case.memory(EXTENDED, 4096) == b"\4" + bytes(4095))
    bios = fakes.machine(kexec.directory / "bios", efi=False)
    kexec.root, efi = bios, kexec.root
    case = Case(kexec, multiboot(multiboot1(3)))
    check("a real BIOS stays", case.rc == 0 and case.memory(0, 1) is None
          and not case.image.find("BIOS memory") and copies(case) == (0, 0, 0)
          and not case.image.find("identity map") and not case.result.err, case.result)
    case = Case(kexec, multiboot(multiboot2()))
    check("a real BIOS needs no tags", [kind for kind, _ in tags(case, case.params.rbx)[0]]
          == [1, 2, 4, 6, 21, 0], case.result)
    kexec.root = efi


def copies(case):
    """The root pointer, and where purgatory copies it: tags and BIOS memory. The plan has
    to say the same."""
    params, plan = case.params, case.image.plan["acpi_root_pointer"]
    found = params.rsdp, params.rsdp_tags, params.rsdp_bios_memory
    said = tuple(int(plan[key] or "0", 16) for key in (
        "address", "multiboot2_tags", "bios_memory")) if plan else (0, 0, 0)
    return found if not found[0] or said == found else (found, said)


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
        params = case.params
        check(name + "registers", (params.mode, params.rip, params.rax)
              == (1, entry, 0x36d76289) and params.rbx % 8 == 0, hex(params.rip))
        check(name + "kernel", case.memory(base, 15000) == CODE + bytes(5000)
              and case.memory(base - 0x10 + 0x10000, len(DATA)) == DATA)
        found, whole = tags(case, params.rbx)
        kinds = dict(found)
        check(name + "tags", whole and found[-1] == (0, b"")
              and [kind for kind, _ in found] == [1, 2, 3, 3, 4, 6, 21, *[0] * 11], found)
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
        # Room for tags of 20 and 36 bytes, 8 bytes before each and 4 behind: 10 end tags.
        check(name + "ACPI", copies(case) == (
            RSDP, case.params.rbx + case.words(case.params.rbx, 1)[0] - 88, EXTENDED + 16),
              copies(case))
        check(name + "load base", kinds[21] == struct.pack("<I", base))
    flat = multiboot2(tag(2, FLAT, FLAT, 0xffffffff, 0), tag(3, FLAT + 99))
    case = Case(kexec, flat + CODE)
    check("mb2 addresses", case.rc == 0 and case.memory(FLAT, len(flat + CODE))
          == flat + CODE and case.params.rip == FLAT + 99, case.result)


def check_order(check, kexec):
    """If a file is of several types, the first type wins, as in kexec-tools."""
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
    program_case.check_calls(check, kexec, [("mb1", multiboot(multiboot1(3))),
                                            ("mb2", multiboot(multiboot2()))])
    (kexec.directory / "program").write_bytes(multiboot(multiboot1(3)))
    done = kexec("-l", "program", "--module=initrd",
                 LATE="touch:%s" % (kexec.directory / "initrd"))
    check("module changes", done.rc == 1 and "initrd has changed" in done.err
          and done.unloads(), done)


def check_broken(check, kexec):
    program_case.check_broken(check, kexec, BROKEN)


if __name__ == "__main__":
    sys.exit(program_case.run(check_multiboot1, check_bios_data, check_multiboot2,
                              check_order, check_calls, check_broken))
