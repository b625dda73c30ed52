#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Recorded machines with one defect each, named after it. kexec must report the defect in
one line, or make an image that still fits the machine.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import shutil
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402

MEMMAP = "sys/firmware/memmap"
EFI = "sys/firmware/efi"
RUNTIME = EFI + "/runtime-map"
BOOT_PARAMS = "sys/kernel/boot_params/data"


def holds(path, content):
    """A file that holds something else."""
    return lambda root: fakes.write(root / path, content)


def adds(path, content):
    """A file that goes on where it should end."""
    return lambda root: fakes.write(root / path, (root / path).read_text() + content)


def lacks(path):
    """Removes a file or directory."""
    def change(root):
        target = root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    return change


def both(*changes):
    def change(root):
        for one in changes:
            one(root)
    return change


def cut(path, size):
    """Cuts a file off."""
    return lambda root: fakes.write(root / path, (root / path).read_bytes()[:size])


def becomes(path, target):
    """Puts a symbolic link in place of a file; None: a directory."""
    def change(root):
        lacks(path)(root)
        if target is None:
            (root / path).mkdir()
        else:
            (root / path).symlink_to(target)
    return change


def patched(offset, form, value):
    """Changes a number in boot_params."""
    def change(root):
        data = bytearray((root / BOOT_PARAMS).read_bytes())
        struct.pack_into("<" + form, data, offset, value)
        fakes.write(root / BOOT_PARAMS, bytes(data))
    return change


def system_table(offset, form, value):
    """Changes a number in the page of the system table."""
    def change(root):
        machine = recorded.Machine(root)
        address = struct.unpack_from("<I", machine.boot_params(), 0x1c4)[0]
        page = root / "physical_memory" / ("%016x" % (address & ~4095))
        data = bytearray(page.read_bytes())
        struct.pack_into("<" + form, data, address % 4096 + offset, value)
        fakes.write(page, bytes(data))
    return change


def every(pattern, content):
    """Gives all files of a kind the same content."""
    def change(root):
        for path in root.glob(pattern):
            fakes.write(path, content)
    return change


FAIL, WARN, SILENT = "fails", "warns", "is silent"

# Defect, change to the machine, expected result, words on stderr. A warning is about EFI,
# which is then not passed on, so --efi-map-config fails.
DEFECTS = [
    ("memmap entry without a start", lacks(MEMMAP + "/3/start"), SILENT, ""),
    ("memmap entry without an end", lacks(MEMMAP + "/3/end"), SILENT, ""),
    ("memmap entry without a type", lacks(MEMMAP + "/3/type"), SILENT, ""),
    ("memmap entry cut off in its number", holds(MEMMAP + "/3/start", "0x"), SILENT, ""),
    ("memmap entry empty", holds(MEMMAP + "/3/end", ""), SILENT, ""),
    ("memmap entry that is text", holds(MEMMAP + "/0/start", "here\n"), SILENT, ""),
    ("memmap entry with a minus", holds(MEMMAP + "/0/start", "-1\n"), SILENT, ""),
    ("memmap entry of 65 bits", holds(MEMMAP + "/0/end", "0x1ffffffffffffffff\n"),
     SILENT, ""),
    ("memmap entry that ends before its start", both(
        holds(MEMMAP + "/0/start", "0x5000\n"), holds(MEMMAP + "/0/end", "0x1000\n")),
     SILENT, ""),
    ("memmap entry of an unknown type", holds(MEMMAP + "/3/type", "Moon dust\n"), SILENT,
     ""),
    ("memmap entry that is a directory", becomes(MEMMAP + "/3/type", None), SILENT, ""),
    ("memmap entry over all addresses", both(
        holds(MEMMAP + "/99/start", "0x0\n"),
        holds(MEMMAP + "/99/end", "0xffffffffffffffff\n"),
        holds(MEMMAP + "/99/type", "Reserved\n")), SILENT, ""),
    ("memmap link that leads out", becomes(MEMMAP + "/3/type", "/etc/passwd"), SILENT,
     ""),
    ("memmap link to itself", becomes(MEMMAP + "/3/type", "type"), SILENT, ""),
    ("memmap without RAM", every(MEMMAP + "/*/type", "Reserved\n"), SILENT, ""),
    ("memmap empty", both(lacks(MEMMAP), holds(MEMMAP + "/README", "")), SILENT, ""),
    ("memmap missing", lacks(MEMMAP), SILENT, ""),
    ("no memory map at all", both(lacks(MEMMAP), lacks("proc/iomem")), FAIL,
     "no memory map"),
    ("iomem missing", lacks("proc/iomem"), SILENT, ""),
    ("iomem empty", holds("proc/iomem", ""), SILENT, ""),
    ("iomem hidden", every("proc/iomem", "00000000-00000000 : System RAM\n"), SILENT, ""),
    ("iomem hidden and no memmap", both(
        lacks(MEMMAP), holds("proc/iomem", "00000000-00000000 : System RAM\n")), FAIL,
     "run as root"),
    ("iomem of noise", holds("proc/iomem", bytes(range(256)) * 64), SILENT, ""),
    ("iomem line that ends before its start", holds(
        "proc/iomem", "3f000000-3e000000 : Reserved\n"), SILENT, ""),
    ("iomem line over all addresses", holds(
        "proc/iomem", "00000000-ffffffffffffffff : Reserved\n"), FAIL,
     "no free memory for the kernel"),
    ("iomem line over all addresses, after those of RAM", adds(
        "proc/iomem", "00000000-ffffffffffffffff : Reserved\n"), FAIL,
     "no free memory for the kernel"),
    ("iomem line of a device over all addresses, after those of RAM", adds(
        "proc/iomem", "00000000-ffffffffffffffff : PCI Bus 0000:00\n"), FAIL,
     "no line \"System RAM\" for what the memory map calls RAM"),
    ("iomem with RAM over all addresses", adds(
        "proc/iomem", "00000000-ffffffffffffffff : System RAM\n"), SILENT, ""),
    ("iomem cut off", cut("proc/iomem", 300), FAIL, "no free memory for the kernel"),
    ("iomem cut off behind its RAM", cut("proc/iomem", 700), SILENT, ""),
    ("iomem without RAM", holds("proc/iomem", "000a0000-000bffff : Video RAM area\n"),
     FAIL, "nothing can be placed"),
    ("iomem hidden, and memmap= on the command line", both(
        every("proc/iomem", "00000000-00000000 : System RAM\n"),
        holds("proc/cmdline", "memmap=16M!64M quiet\n")), FAIL, "memmap="),
    ("boot_params missing", lacks(BOOT_PARAMS), WARN, "boot_params"),
    ("boot_params short", cut(BOOT_PARAMS, 4095), WARN, "4095 bytes instead of 4096"),
    ("boot_params empty", cut(BOOT_PARAMS, 0), WARN, "0 bytes instead of 4096"),
    ("boot_params long", holds(BOOT_PARAMS, bytes(4097)), WARN, "boot_params"),
    ("boot_params of noise", holds(BOOT_PARAMS, bytes(range(256)) * 16), SILENT, ""),
    ("boot_params without a system table", patched(0x1c4, "I", 0), WARN, "system table"),
    ("boot_params with descriptors of 0 bytes", patched(0x1c8, "I", 0), WARN,
     "descriptor size"),
    ("boot_params with descriptors of 4 GiB", patched(0x1c8, "I", 0xffffffff), WARN,
     "descriptor size"),
    ("boot_params with descriptors of version 2", patched(0x1cc, "I", 2), WARN,
     "version"),
    ("config_table missing", lacks(EFI + "/config_table"), WARN, "config_table"),
    ("config_table of noise", holds(EFI + "/config_table", b"\xff\0\x7f\x1b[2J"), WARN,
     "not a number"),
    ("config_table of many lines", holds(EFI + "/config_table", "x\n" * 1000), WARN,
     "not a number"),
    ("config_table 0", holds(EFI + "/config_table", "0x0\n"), WARN, "holds 0"),
    ("config_table at the last byte", holds(EFI + "/config_table",
                                            "0xffffffffffffffff\n"), SILENT, ""),
    ("config_table longer than a page", holds(EFI + "/config_table", "0x" + "0" * 9000),
     WARN, "config_table"),
    ("fw_vendor missing", lacks(EFI + "/fw_vendor"), SILENT, ""),
    ("fw_platform_size 128", holds(EFI + "/fw_platform_size", "128\n"), SILENT, ""),
    ("systab of noise", holds(EFI + "/systab", bytes(range(256))), SILENT, ""),
    ("systab missing", lacks(EFI + "/systab"), SILENT, ""),
    ("efi directory missing", lacks(EFI), WARN, "does not exist"),
    ("runtime-map missing", lacks(RUNTIME), WARN, "runtime-map"),
    ("runtime-map empty", both(lacks(RUNTIME), holds(RUNTIME + "/README", "")), WARN,
     "holds no entry"),
    ("runtime-map without an attribute", lacks(RUNTIME + "/2/attribute"), WARN,
     "/2/attribute"),
    ("runtime-map without an address", lacks(RUNTIME + "/0/phys_addr"), WARN,
     "/0/phys_addr"),
    ("runtime-map within a page", holds(RUNTIME + "/0/phys_addr", "0x1001\n"), WARN,
     "not page-aligned"),
    ("runtime-map that wraps", holds(RUNTIME + "/0/num_pages", "0xfffffffffffff\n"), WARN,
     "beyond the address space"),
    ("runtime-map with a type of 33 bits", holds(RUNTIME + "/0/type", "0x100000000\n"),
     WARN, "not an EFI memory type"),
    ("runtime-map over all RAM", both(
        holds(RUNTIME + "/0/phys_addr", "0x0\n"),
        holds(RUNTIME + "/0/num_pages", "0x10000000\n")), FAIL,
     "no free memory for the kernel"),
    ("system table without its signature", system_table(0, "Q", 0), SILENT, ""),
    ("system table with 4 billion tables", system_table(104, "Q", 0xffffffff), SILENT,
     ""),
    ("physical memory missing", lacks("physical_memory"), SILENT, ""),
    ("cmdline missing", lacks("proc/cmdline"), SILENT, ""),
    ("cmdline empty", holds("proc/cmdline", ""), SILENT, ""),
    ("cpuinfo missing", lacks("proc/cpuinfo"), SILENT, ""),
    ("cpuinfo with 64 address bits", holds(
        "proc/cpuinfo", "address sizes\t: 64 bits physical, 64 bits virtual\n\n"), SILENT,
     ""),
    ("cpuinfo that has what this CPU may not have", holds(
        "proc/cpuinfo", "flags\t\t: fpu la57\n\n"), SILENT, ""),
]


def check_messages(check, run, outcome, words):
    lines = run.err.splitlines()
    check("rc", run.rc == (1 if outcome == FAIL else 0),
          "rc %d\n%s" % (run.rc, run.err))
    check("one line, or none", len(lines) == (0 if outcome == SILENT else 1), run.err)
    prefix = "kexec: warning: " if outcome == WARN else "kexec: "
    check("what is wrong", all(line.startswith(prefix) and words in line
                               for line in lines), run.err)
    check("nothing that a terminal obeys", run.err.replace("\n", "").isprintable(),
          repr(run.err))


def try_defect(checks, place, machine, defect, options):
    name, change, outcome, words = defect
    # Without EFI boot data the EFI files are not needed, so none is missing.
    if "--noefi" in options:
        outcome, words = SILENT, ""
    required = "--efi-map-config" in options
    check = ic.Named(checks, "%s %s" % (name, " ".join(options)))
    changed = machine.copy(place / "changed")
    change(changed.root)
    if required and outcome == WARN:
        outcome = FAIL
    run = ic.Run(place, changed, *options)
    check_messages(check, run, outcome, words)
    if run.rc:
        check("nothing on stdout, nothing dumped",
              not run.out and not run.dump.exists(), run.out)
    else:
        # Ranges that the firmware uses are as recorded, whatever the defect. Without the
        # runtime map, some of them look like RAM.
        if defect[2] == WARN:
            ic.check_placement(check, run, machine.iomem_map(), [])
        else:
            ic.check_placement(check, run, machine.memory(), machine.in_use())
        ic.check_kernel(check, run)
        ic.check_header_only(check, run)
        if defect[2] == WARN:
            check("EFI is not handed over", not any(run.boot_params.raw[0x1c0:0x1e0])
                  and not run.boot_params.node(4) and run.params.flags & 2 == 0)
    shutil.rmtree(run.directory)
    shutil.rmtree(changed.root)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-hostile-") as directory:
        place = Path(directory)
        machine = recorded.unpack(
            Path(os.environ["MACHINES"]) / "ovmf.tar.xz", place / "ovmf")
        for defect in DEFECTS:
            try_defect(checks, place, machine, defect, [])
            if defect[2] == WARN:
                try_defect(checks, place, machine, defect, ["--efi-map-config"])
                try_defect(checks, place, machine, defect,
                           ["--efi-map-config", "--noefi"])
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
