# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of a multiboot kernel that gets a copy of the ACPI root pointer."""

import struct

from exits import check_protected, protected_machine
from machine import MIB
from scenario import RESETTING, expect, scenario

# In no page table, across two large pages; ACPI 6.5, 5.2.5.3.
ROOT = 0x50000000 - 12
# The place for tags ends a region, that for BIOS memory begins the next page.
TAGS, BIOS = 0x5000F80, 0x5001010
ROOM = struct.pack("<II", 0, 8) * 11


def root_pointer(revision):
    data = bytearray(b"RSD PTR \0BOCHS " + bytes([revision])
                     + struct.pack("<IIQB3x", 0x7F77D000, 36, 0x7F77C0E8, 0))
    data[8] = -sum(data[:20]) & 255
    data[32] = -sum(data) & 255
    return bytes(data)


def machine_with(tools, root, **arguments):
    machine = protected_machine(tools, **arguments)
    machine.put(ROOT, root)
    machine.rsdp = (ROOT, TAGS, BIOS)
    machine.region("parameters", TAGS - 64, bytes(64) + ROOM)
    machine.region("BIOS memory", BIOS - 16, b"\4" + bytes(4095))
    machine.kept = (TAGS - 64, BIOS + 4096 - TAGS)
    return machine


def copies(machine):
    """Information, with all behind it, and BIOS memory."""
    page = BIOS - 16 - machine.kept[0]
    return machine.kept_data[:page], machine.kept_data[page:]


def tag(kind, data):
    return struct.pack("<II", kind, 8 + len(data)) + data + bytes(4)


def check_copied(machine, root, tags):
    information, bios = copies(machine)
    whole = tags + ROOM[len(tags):]
    expect(information == (bytes(64) + whole).ljust(len(information), b"\0"),
           f"the tags, not {information[64:].hex()}")
    expect(bios == (b"\4" + bytes(15) + root).ljust(len(bios), b"\0"),
           f"the copy in BIOS memory, not {bios[:64].hex()}")


@scenario
def copies_the_root_pointer(tools, directory):
    for revision, levels in ((0, 4), (2, 4), (2, 5)):
        root = root_pointer(revision)
        machine = machine_with(tools, root, levels=levels)
        output, ended = machine.run(directory)
        expect(ended, "next to end the run")
        check_protected(machine, directory, output)
        size = 36 if revision else 20
        tags = tag(14, root[:20]) + (tag(15, root) if revision else b"")
        check_copied(machine, root[:size], tags)
        expect(f"purgatory: copied {size} bytes of the ACPI root pointer at {ROOT:#x}\n"
               in output, "the message")


@scenario
def copies_no_other_bytes(tools, directory):
    """A root pointer that is skipped does not keep the next kernel from starting."""
    root = root_pointer(2)
    for change, message in (
            (lambda m: m.put(ROOT, b"RSD PTX " + root[8:]), "has a wrong signature"),
            (lambda m: m.put(ROOT, root[:35] + b"\1"), "has a wrong checksum"),
            (lambda m: setattr(m, "pool_pages", 0), "needs more page tables"),
            (lambda m: setattr(m, "physical_limit", 0), "with impossible limits"),
            (lambda m: setattr(m, "rsdp", (1 << 40, TAGS, BIOS)),
             f"at {1 << 40:#x} lies beyond the CPU's address space"),
            (lambda m: setattr(m, "rsdp", (0, TAGS, BIOS)), None)):
        machine = machine_with(tools, root)
        change(machine)
        output, ended = machine.run(directory)
        expect(ended, f"next to end the run: {message}")
        check_protected(machine, directory, output)
        check_copied(machine, bytes(36), b"")
        expect("root pointer" not in output if message is None else
               message in output and ", skipping it\n" in output, f"the message: {message}")


@scenario
def verifies_the_places_of_the_root_pointer(tools, directory):
    """They are covered as they were loaded, and filled afterwards."""
    for address in (TAGS, BIOS + 36):
        machine = machine_with(tools, root_pointer(2))
        start = TAGS - 64 if address == TAGS else BIOS - 16
        data = bytearray(machine.memory[start])
        data[address - start] ^= 1
        machine.put(start, bytes(data))
        output, ended = machine.run(directory)
        expect(not ended and "has changed since it was loaded" + RESETTING in output,
               "a reset before next")
        expect("copied" not in output, "nothing to be copied")


assert ROOT % (2 * MIB) > 2 * MIB - 36
