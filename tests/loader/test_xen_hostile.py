#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The record of a Xen dom0 with one defect each in the hypervisor's answers: kexec
reports it in one line, or makes an image that still fits the machine.

Environment: KEXEC; MACHINES.
"""

import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import xen_dom0                                                     # noqa: E402

PAGE = 4096


def replaced(old, new):
    """Another text in xen/memory; old must be there."""
    def change(machine):
        path = machine.root / "xen/memory"
        text = path.read_text()
        assert old in text, old
        fakes.write(path, text.replace(old, new))
    return change


def without(name):
    """xen/memory without the lines of that name."""
    def change(machine):
        path = machine.root / "xen/memory"
        lines = path.read_text().splitlines(True)
        fakes.write(path, "".join(line for line in lines if name not in line))
    return change


def added(line):
    def change(machine):
        with open(machine.root / "xen/memory", "a", encoding="ascii") as stream:
            stream.write(line + "\n")
    return change


def holds(content):
    return lambda machine: fakes.write(machine.root / "xen/memory", content)


def is_missing(machine):
    (machine.root / "xen/memory").unlink()


def system_table(offset, form, value):
    """Another number in the system table."""
    def change(machine):
        address = machine.system_table()
        path = machine.root / "physical_memory" / ("%016x" % address)
        data = bytearray(path.read_bytes())
        struct.pack_into("<" + form, data, offset, value)
        fakes.write(path, bytes(data))
    return change


FAILS, WARNS, SILENT = 1, "warning", ""

# Defect, change, result, words of the message. A warning is that EFI is not handed over.
DEFECTS = [
    ("missing", is_missing, FAILS, "xen/memory"),
    ("empty", holds(""), FAILS, "/xen/memory of the recorded machine has no line"),
    ("noise", holds(bytes(range(1, 256)) * 9), FAILS, "/xen/memory of the recorded"),
    ("without RAM", without("System RAM"), FAILS, "memory map has no RAM"),
    ("one page of RAM", holds("100000-100fff : System RAM\n"), FAILS,
     "no free memory for the kernel"),
    ("all is reserved", added("0-ffffffffffffffff : Reserved"), FAILS,
     "memory map has no RAM"),
    ("addresses hidden", holds("00000000-00000000 : System RAM\n"), FAILS, ""),
    ("lines of noise", added("x\n : \n-\n9-8 : System RAM\n\x1b[2J-1 : System RAM"), SILENT,
     ""),
    ("unknown names", added("0-ffffffff : Moon dust\n0-fff : EFI memory x y"), SILENT, ""),
    ("notes everywhere", added("0-ffffffffffffffff : Xen crash note\n" * 1000), SILENT, ""),
    ("no EFI at all", without("EFI "), SILENT, ""),
    ("no array", without("EFI config tables"), SILENT, ""),
    ("no system table", without("EFI system table"), WARNS, "EFI system table is"),
    ("no EFI memory", without("EFI memory"), WARNS, "runtime services are at 0x"),
    ("EFI memory without attributes", replaced("800000000000000f", "f"), WARNS,
     "runtime services are at 0x"),
    ("array at another address", replaced(": EFI config tables", ": x\n"
     "12345000-12345fff : EFI config tables"), WARNS, "0x12345000"),
    ("system table at another address", replaced(": EFI system table", ": x\n"
     "7f512345-7f5123bc : EFI system table"), WARNS, "0x7f512345"),
    ("array at the end of all addresses", replaced(": EFI config tables", ": x\n"
     "fffffffffffffff0-ffffffffffffffff : EFI config tables"), WARNS, ""),
    ("system table with another signature", system_table(0, "Q", 0), WARNS, "system table"),
    ("system table with too many tables", system_table(104, "Q", 1 << 40), WARNS, "system"),
    ("runtime services at a virtual address",
     system_table(88, "Q", 0xfffffffeff400b98), WARNS, "moved them to virtual addresses"),
]


def check_defect(checks, place, dom0, defect):
    name, change, outcome, words = defect
    machine = dom0.derived(name)
    change(machine)
    for options in ([], ["--efi-map-config"], ["--noefi"]):
        check = ic.Named(checks, "%s %s" % (name, " ".join(options)))
        run = ic.Run(place, machine, *options)
        lines = [line for line in run.err.splitlines()
                 if not line.startswith(xen_dom0.REUSED)]
        fails = outcome == FAILS or outcome == WARNS and options == ["--efi-map-config"]
        warns = outcome == WARNS and not options
        check("exit status", run.rc == fails, "%s %s" % (run.rc, run.err))
        check("one line, or none", len(lines) == (fails or warns), run.err)
        check("its reason", all(words in line and line.startswith(
            "kexec: warning: " if warns else "kexec: ") for line in lines), run.err)
        check("nothing that a terminal obeys", run.err.replace("\n", "").isprintable())
        if run.rc:
            check("nothing on stdout", not run.out and not run.dump.exists(), run.out)
            continue
        ic.check_placement(check, run, dom0.machine.memory(), dom0.machine.in_use())
        check("EFI", not warns or not any(run.boot_params.raw[0x1c0:0x1e0]))


# Defect, change, exit status and words of -p.
CRASH = [
    ("no region", without("Crash kernel"), 1, "has not reserved memory"),
    ("a region of one page", replaced("65593000-75592fff", "65593000-65593fff"), 1,
     "too small"),
    ("a region in reserved memory", replaced("65593000-75592fff", "b0000000-bfffffff"), 1,
     ""),
    ("a region that ends before its start", replaced("65593000-75592fff",
                                                     "65593000-1000"), 1, "not reserved"),
    ("no notes", without("crash note"), 1, "no notes"),
    ("a note of all memory", replaced("7fdf9780-7fdf9973", "0-ffffffffffffffff"), None, ""),
]


def check_crash(checks, dom0):
    for name, change, status, words in CRASH:
        machine = dom0.derived("crash " + name)
        change(machine)
        dom0.kexec.root = machine.root
        result = dom0.planned("-p", "--dry-run")
        lines = [line for line in result.err.splitlines()
                 if not line.startswith(xen_dom0.REUSED)]
        checks("-p, %s" % name, result.rc in ((0, 1) if status is None else (status,))
               and len(lines) == (result.rc != 0)
               and all(words in line for line in lines), result)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-xen-hostile-") as directory:
        dom0, place = xen_dom0.Dom0(directory), Path(directory)
        for defect in DEFECTS:
            check_defect(checks, place, dom0, defect)
        check_crash(checks, dom0)
        # The opposite: without a defect it loads.
        run = ic.Run(place, dom0.derived("whole"))
        checks("whole", run.rc == 0 and run.err.startswith(xen_dom0.REUSED), run.err)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
