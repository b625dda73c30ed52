#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The ACPI root pointer for multiboot kernels: purgatory copies it to the places where
they look, and a first module that is Linux gets its address. Environment: KEXEC, CC."""

import gzip
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import program_case                                                 # noqa: E402
from program_case import MIB, Case                                  # noqa: E402
from program_writer import multiboot1, multiboot2                   # noqa: E402
from test_multiboot import EXTENDED, RSDP, copies, multiboot, tags  # noqa: E402

SYSTAB, BOOT_PARAMS = "sys/firmware/efi/systab", "sys/kernel/boot_params/data"
OTHER = 0x3ff70014      # an address that is not RSDP


def machine_with_root(directory, address, signature=None, **settings):
    """A machine whose boot_params have the address of the root pointer."""
    root = fakes.machine(directory, **settings)
    raw = bytearray((root / BOOT_PARAMS).read_bytes())
    struct.pack_into("<Q", raw, 0x70, address)
    if signature:
        raw[0x1c0:0x1c4] = signature
    (root / BOOT_PARAMS).write_bytes(raw)
    return root


def root_page(data):
    """A page of memory with the root pointer."""
    return (bytes(RSDP % 4096) + data).ljust(4096, b"\0")


def check_root_pointer(check, kexec):
    """Whether this program can read the root pointer makes no difference: purgatory reads
    it. It has to know where it is."""
    efi, headers = kexec.root, {"mb1": multiboot1(3), "mb2": multiboot2()}
    unread = {name: Case(kexec, multiboot(header)).params for name, header in headers.items()}
    for name, header in headers.items():
        def load(*options, header=header):
            return Case(kexec, multiboot(header), *options)

        fakes.write(efi / "physical_memory" / ("%016x" % (RSDP & ~4095)),
                    root_page(b"something else"))
        case = load()
        check(name + ": memory does not matter", case.rc == 0 and not case.result.err and
              copies(case) == (unread[name].rsdp, unread[name].rsdp_tags,
                               unread[name].rsdp_bios_memory), case.result)
        check(name + ": mapped by purgatory", case.params.pool_end - case.params.pool_start
              == 40 * 4096 and case.params.ram_end and case.params.physical_limit
              and case.image.plan["identity_map"]["mode"] == "in-place"
              and [entry["what"] for entry in case.image.plan["identity_map"]["ranges"]]
              == ["ACPI root pointer"], case.image.plan["identity_map"])
        # The places that purgatory writes to are verified as they were loaded.
        check(name + ": verified", all(
            case.image.find(segment).verified for segment in ("parameters", "BIOS memory")))

        kexec.root = fakes.machine(kexec.directory / ("unknown-" + name))
        (kexec.root / SYSTAB).write_text("SMBIOS=0x3f5cc000\n")
        case = load()
        check(name + ": an unknown address", case.rc == 0 and copies(case) == (0, 0, 0)
              and case.image.plan["acpi_root_pointer"] is None
              and not case.image.find("identity map")
              and case.result.one_message("will not find the ACPI tables"), case.result)
        # boot_params comes first, as in Linux, with and without EFI.
        for number, (text, signature) in enumerate((
                ("", b"EL64"), ("ACPI20=%#x\n" % RSDP, b"EL64"), ("", bytes(4)))):
            kexec.root = machine_with_root(
                kexec.directory / ("%s-%d" % (name, number)), OTHER, signature)
            (kexec.root / SYSTAB).write_text(text)
            case = load()
            check("%s: boot_params' address %s %s" % (name, text, signature),
                  case.rc == 0 and copies(case)[0] == OTHER
                  and case.params.rsdp_bios_memory == EXTENDED + 16
                  and not case.result.err, case.result)
        # A BIOS has it where all kernels look.
        kexec.root = machine_with_root(kexec.directory / ("low-" + name), MIB - 16, bytes(4))
        case = load()
        check(name + ": below 1 MiB without EFI", copies(case) == (0, 0, 0)
              and not case.image.find("BIOS memory") and not case.result.err, case.result)
        kexec.root = efi


def check_no_place(check, kexec):
    """Without BIOS memory, only version 2 of the information has a place for it."""
    efi = kexec.root
    kexec.root = fakes.machine(kexec.directory / "no-first-page")
    entry = kexec.root / "sys/firmware/memmap/0/start"
    check("the first page", entry.read_text() == "0x0\n")
    entry.write_text("0x1000\n")
    case = Case(kexec, multiboot(multiboot2()))
    check("mb2: only tags", case.rc == 0 and copies(case)[0] == RSDP
          and case.params.rsdp_tags and not case.params.rsdp_bios_memory
          and case.result.one_message("if the new kernel is Xen, it will not find",
                                      "first page is not RAM"), case.result)
    case = Case(kexec, multiboot(multiboot1(3)))
    check("mb1: no place", case.rc == 0 and copies(case) == (0, 0, 0) and
          case.result.one_message("will not find the ACPI tables",
                                  "first page is not RAM"),
          case.result)
    kexec.root = efi


def check_first_domain(check, kexec):
    """A first module that is Linux gets the address on its command line."""
    (kexec.directory / "linux").write_bytes(fakes.bzimage())
    (kexec.directory / "linux.gz").write_bytes(gzip.compress(fakes.bzimage()))
    bios = machine_with_root(kexec.directory / "bios-domain", MIB - 16, efi=False)
    unknown = machine_with_root(kexec.directory / "unknown-domain", 0)
    (unknown / SYSTAB).write_text("")
    added = " acpi_rsdp=%#x" % RSDP
    for header, texts in ((multiboot1(3), texts_of_1), (multiboot2(), texts_of_2)):
        for root, modules, wanted in (
                (kexec.root, ("linux a=b  c", "initrd"), ("linux a=b  c" + added, "initrd")),
                (kexec.root, ("linux.gz", "initrd"), ("linux.gz" + added, "initrd")),
                (kexec.root, ("linux a -- b",), ("linux a%s -- b" % added,)),
                (kexec.root, ("linux acpi_rsdp=0x1",), ("linux acpi_rsdp=0x1",)),
                (kexec.root, ("initrd", "linux x"), ("initrd", "linux x")),
                (kexec.root, (), ()),
                (bios, ("linux a",), ("linux a",)), (unknown, ("linux a",), ("linux a",))):
            efi, kexec.root = kexec.root, root
            case = Case(kexec, multiboot(header), *("--module=" + one for one in modules))
            kexec.root = efi
            check("first domain: %s" % (modules,), case.rc == 0
                  and bool(case.result.err) == (root == unknown)
                  and texts(case) == wanted and
                  any("acpi_rsdp" in note for note in case.image.plan["notes"])
                  == (modules != wanted), case.result)


def texts_of_1(case):
    info = case.words(case.params.rbx, 29)
    return tuple(case.text(case.words(info[6] + 16 * i, 4)[2]) for i in range(info[5]))


def texts_of_2(case):
    return tuple(body[8:-1].decode() for kind, body in tags(case, case.params.rbx)[0]
                 if kind == 3)


if __name__ == "__main__":
    sys.exit(program_case.run(check_root_pointer, check_no_place, check_first_domain))
