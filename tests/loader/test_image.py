#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The image that kexec makes on every recorded machine, read back field by field.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines;
PURGATORY_BIN, purgatory's flat file.
"""

import gzip
import lzma
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402

FOUR_GIB = 1 << 32


def serial_console(check, run):
    console = run.params
    check("console", console.console == 7 and console.serial_port == 0x2f8
          and console.serial_divisor == 12)
    check("--panic-wait for a console", console.wait_seconds == 5)


def no_console(check, run):
    check("no console", run.params.console == 0)
    check("no framebuffer", run.params.framebuffer == (0,) * 7
          and run.params.framebuffer_map == (0,) * 7)
    check("no --panic-wait", run.params.wait_seconds == run.params.wait_ticks == 0)


def sixty_seconds(check, run):
    params = run.params
    rate = params.record_load.tsc_hertz
    check("--panic-wait", params.wait_seconds == 60, params.wait_seconds)
    check("its ticks", params.wait_ticks == (
        60 * rate if params.record_load.flags & params.record_load.STAMPS else 0))


def above_512_mib(check, run):
    check("--mem-min", all(s.start >= 0x20001000 for s in run.image.segments))


def below_512_mib(check, run):
    check("--mem-max", all(s.end <= 0x20000000 for s in run.image.segments))


def below_4_gib(check, run):
    parts = [run.image.find(name) for name in ("kernel", "initrd", "parameters")]
    check("below 4 GiB", all(part.end <= FOUR_GIB for part in parts))


def low_initrd(check, run):
    check("initrd at its limit", run.image.find("initrd").end - 1 <= 0x1fffffff)


def at_its_address(check, run):
    check("kernel where it has to be", run.image.find("kernel").start == 0x4003000)


def said_to_be(name):
    return lambda check, run: check("the plan names the container",
                                    run.plan["kernel"]["compression"] == name)


def all_named(check, run):
    files = [s["file"] for s in run.plan["segments"] if s["name"] == "initrd"]
    check("the plan names all initrds", files == [" + ".join(
        "initrd-%d" % i for i in range(len(ic.INITRDS)))], files)


def nothing_more(check, run):
    check("no compression", run.plan["kernel"]["compression"] is None)


# Name, options, fields of the kernel's header, arguments of check_all, one more check.
CASES = [
    ("usual", [], {}, {}, nothing_more),
    ("no console", [], {}, {}, no_console),
    ("--efi-map-config", ["--efi-map-config"], {}, {}, no_console),
    ("--noefi", ["--noefi"], {}, {"mapped": False}, nothing_more),
    ("--no-efi-map-config", ["--no-efi-map-config"], {}, {"mapped": False}, nothing_more),
    ("-i", ["-i"], {}, {"skip_verify": True}, nothing_more),
    ("--reuse-cmdline", ["--reuse-cmdline"], {}, {}, nothing_more),
    ("consoles", ["--console-serial", "--console-vga", "--reset-vga", "--serial=0x2f8",
                  "--serial-baud=9600"], {}, {}, serial_console),
    ("--panic-wait", ["--panic-wait=60"], {}, {}, sixty_seconds),
    ("--mem-min", ["--mem-min=0x20000001"], {}, {}, above_512_mib),
    ("--mem-max", ["--mem-max=0x20000ffe"], {}, {}, below_512_mib),
    ("gzip", [], {"pack": gzip.compress}, {}, said_to_be("gzip")),
    ("initrd of several regions", [], {"initrds": [ic.LONG_INITRD]}, {}, nothing_more),
    ("four initrds", [], {"initrds": ic.INITRDS}, {}, all_named),
    ("kernel that must stay below 4 GiB", [], {"xloadflags": 0x7d}, {}, below_4_gib),
    ("kernel without EFI_KEXEC", [], {"xloadflags": 0x6f}, {"mapped": False},
     nothing_more),
    ("kernel not relocatable", [], {"relocatable_kernel": 0, "pref_address": 0x4003000,
                                    "kernel_alignment": 4096}, {}, at_its_address),
    ("kernel aligned to 64 MiB", [], {"kernel_alignment": 64 << 20}, {}, nothing_more),
    ("low initrd limit", [], {"initrd_addr_max": 0x1fffffff}, {}, low_initrd),
    ("header that ends at 0x264", [], {"jump": 0x62eb}, {}, nothing_more),
    ("older protocol", [], {"version": 0x20c}, {}, nothing_more),
]
if os.environ.get("LIBLZMA") == "yes":
    CASES += [("xz", [], {"pack": lzma.compress}, {}, said_to_be("xz")),
              ("lzma", [], {"pack": lambda kernel: lzma.compress(kernel, lzma.FORMAT_ALONE)},
               {}, said_to_be("lzma"))]
if os.environ.get("LIBZSTD") == "yes":
    CASES += [("zstd", [], {"pack": fakes.zstd}, {}, said_to_be("zstd"))]


def try_cases(checks, place, name, machine):
    for case, options, header, what, extra in CASES:
        check = ic.Named(checks, "%s, %s" % (name, case))
        run = ic.Run(place, machine, *options, **header)
        ic.check_all(check, run, **what)
        if not run.rc:
            extra(check, run)
        shutil.rmtree(run.directory)


def five_levels(checks, place, name, machine):
    """A kernel that supports only four levels, when the running kernel uses five."""
    run = ic.Run(place, machine, xloadflags=0x1f)
    if "la57" in machine.cpu()[1]:
        checks("%s: 5 levels refused" % name, run.rc == 1 and "5-level" in run.err,
               run.err)
    else:
        checks("%s: 4 levels taken" % name, run.rc == 0, run.err)


def add_range(machine, index, start, last, kind):
    entry = machine.root / "sys/firmware/memmap" / str(index)
    for name, text in (("start", hex(start)), ("end", hex(last)), ("type", kind)):
        fakes.write(entry / name, text + "\n")


def many_ranges(count):
    """Spreads ACPI storage over the RAM: two more ranges for each piece."""
    def change(machine):
        for i in range(count // 2):
            start = 0x4000000 + i * 0x41000
            add_range(machine, 1000 + i, start, start + 0xfff,
                      "ACPI Non-volatile Storage")
    return change


def only_above_4_gib(machine):
    """Below 1 MiB are 640 KiB of RAM and the firmware's own ranges."""
    for entry in machine.numbered("sys/firmware/memmap"):
        start = recorded.number(entry / "start")
        if 0x100000 <= start < FOUR_GIB:
            kind = entry / "type"
            kind.write_text(kind.read_text().replace("System RAM", "Reserved"))


def high_array(machine):
    """Puts array and system table beyond the reach of large pages and 32-bit numbers."""
    fakes.write(machine.root / "sys/firmware/efi/config_table", "0x123456789098\n")
    data = bytearray(machine.boot_params())
    data[0x1d8:0x1dc] = (0x1234).to_bytes(4, "little")
    fakes.write(machine.root / "sys/kernel/boot_params/data", bytes(data))


def kernel_reservations(machine):
    """Ranges that the kernel keeps are only in /proc/iomem, and need not be whole pages.
    """
    with open(machine.root / "proc/iomem", "a") as stream:
        stream.write("20000000-20003fff : Reserved\n  3f7fe800-3f7feffe : ACPI Tables\n"
                     "    3fe00010-3fee0ffe : reserved\n")


# The kernel's names (drivers/firmware/memmap.c and arch/x86/kernel/e820.c), with the
# numbers of the boot protocol.
OTHER_TYPES = [("Soft Reserved", 0xefffffff), ("Persistent Memory", 7),
               ("Persistent Memory (legacy)", 12), ("Unusable memory", 5),
               ("Reserved", 2), ("ACPI Tables", 3), ("ACPI Non-volatile Storage", 4)]
OTHERS_AT = 0x2000000000


def other_types(machine):
    """A GiB of each type, far above all RAM."""
    for i, (name, _) in enumerate(OTHER_TYPES):
        start = OTHERS_AT + i * ic.GIB
        add_range(machine, 2000 + i, start, start + ic.GIB - 1, name)


def other_types_in_iomem(machine):
    """The same ranges without the firmware's map."""
    shutil.rmtree(machine.root / "sys/firmware/memmap")
    with open(machine.root / "proc/iomem", "a") as stream:
        for i, (name, _) in enumerate(OTHER_TYPES):
            start = OTHERS_AT + i * ic.GIB
            stream.write("%x-%x : %s\n" % (start, start + ic.GIB - 1, name))


def has_other_types(run):
    e820 = run.boot_params.e820()
    return all((OTHERS_AT + i * ic.GIB, OTHERS_AT + (i + 1) * ic.GIB, number) in e820
               for i, (_, number) in enumerate(OTHER_TYPES))


def odd_boot_params(machine):
    """Fills every field that is passed on; no other field may appear in the result."""
    data = bytearray(b"\xcc" * 4096)
    data[0x00:0x40] = bytes(range(1, 65))
    data[0x70:0x78] = bytes(range(0x70, 0x78))
    data[0x1c0:0x1e0] = machine.boot_params()[0x1c0:0x1e0]
    data[0x1e9:0x1eb] = b"\1\2"
    data[0x1ec] = 3
    for start, end in ((0x140, 0x1c0), (0x23c, 0x248), (0x290, 0x2d0), (0xd00, 0xeec)):
        data[start:end] = bytes(1 + i % 99 for i in range(end - start))
    fakes.write(machine.root / "sys/kernel/boot_params/data", bytes(data))


# Name of the original machine, name, change, expected result.
MADE = [
    ("ovmf", "127 ranges more", many_ranges(127), lambda run: True),
    ("ovmf", "more ranges than boot_params hold", many_ranges(400),
     lambda run: len(run.boot_params.node(1).data) == 20 * (
         len(run.machine.memory()) - 128)),
    ("seabios", "more ranges than boot_params hold", many_ranges(200),
     lambda run: run.boot_params.e820_entries == 128),
    ("ovmf-6g", "RAM above 4 GiB only", only_above_4_gib,
     lambda run: all(s.start >= FOUR_GIB for s in run.image.segments)
     and run.boot_params.ext_cmd_line_ptr and run.boot_params.ext_ramdisk_image
     and run.boot_params.efi_memmap_hi and run.boot_params.setup_data >= FOUR_GIB),
    ("ovmf", "tables above all RAM", high_array,
     lambda run: run.params.config_table_array == 0x123456789098
     and run.params.system_table >> 32 == 0x1234),
    ("ovmf", "ranges that the kernel reserved", kernel_reservations,
     lambda run: (0x20000000, 0x20004000, 2) in run.boot_params.e820()
     and (0x3f7fe800, 0x3f7fefff, 3) in run.boot_params.e820()),
    ("ovmf-6g", "memory of all types", other_types, has_other_types),
    ("seabios", "memory of all types", other_types, has_other_types),
    ("ovmf", "boot_params full of values", odd_boot_params, lambda run: True),
    ("seabios", "boot_params full of values", odd_boot_params, lambda run: True),
]


def try_made(checks, place, machines):
    for i, (origin, name, change, seen) in enumerate(MADE):
        machine = machines[origin].copy(place / ("made-%d" % i))
        change(machine)
        check = ic.Named(checks, "%s, %s" % (origin, name))
        run = ic.Run(place, machine)
        ic.check_all(check, run)
        if not run.rc:
            check("as it was made", bool(seen(run)))
    machine = machines["ovmf-6g"].copy(place / "made-iomem")
    other_types_in_iomem(machine)
    run = ic.Run(place, machine)
    checks("memory of all types, from iomem", run.rc == 0 and has_other_types(run)
           and run.boot_params.e820()[0].start == 0, run.err)
    machine = machines["ovmf-6g"].copy(place / "made-low-kernel")
    only_above_4_gib(machine)
    run = ic.Run(place, machine, xloadflags=0x7d)
    checks("RAM above 4 GiB only, for a kernel that cannot be there", run.rc == 1
           and "no free memory for the kernel" in run.err, run.err)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-image-") as directory:
        place = Path(directory)
        machines = {archive.name[:-len(".tar.xz")]: recorded.unpack(
            archive, place / archive.name) for archive in
            recorded.archives(os.environ["MACHINES"], dom0=False)}
        for name, machine in machines.items():
            try_cases(checks, place, name, machine)
            five_levels(checks, place, name, machine)
        try_made(checks, place, machines)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
