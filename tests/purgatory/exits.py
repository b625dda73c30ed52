# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios that leave long mode, and scenarios that go back to the kernel that jumped.
"""

import re

from machine import (GIB, JUMP_BACK, MIB, MEMORY, MODE_32BIT, MODE_64BIT, MODE_REAL,
                     NEXT16_OFFSET, NEXT16_SEGMENT, NEXT32, SKIP_VERIFY, Machine,
                     cpu_state)
from scenario import RESETTING, expect, found, scenario

COMMAND_LINE = 0x5000000
TEXT = b" kexec_jump_back_entry=0x"
RETURN_ADDRESS = 0x123456789ABCDEF
OTHER_KERNEL = 0x50000FF0  # not in the first kernel's page tables

CR0_PE, CR0_CACHES = 1, 0x60000000
EFLAGS_FORBIDDEN = 0x20700  # VM, DF, IF, TF

# The first instruction of the firmware: a far jump to f000:e05b.
RESET_VECTOR = int.from_bytes(b"\xea\x5b\xe0\x00", "little")


def protected_machine(tools, **arguments):
    machine = Machine(tools, **arguments)
    machine.flags = 0
    machine.map.map(0, GIB, 2 * MIB)
    machine.put(NEXT32, tools.next32)
    machine.mode = MODE_32BIT
    machine.rip, machine.rsp, machine.watched = NEXT32, 0x3FFFFF0, NEXT32
    machine.rax, machine.rbx, machine.rsi = 0x2BADB002, 0xF0010000, 0xC0020000
    return machine


def real_machine(tools, purgatory_at=0x30000, **arguments):
    machine = Machine(tools, purgatory_at=purgatory_at, **arguments)
    machine.flags = 0
    machine.map.map(0, GIB, 2 * MIB)
    start = NEXT16_SEGMENT * 16 + NEXT16_OFFSET
    machine.put(start, tools.next16)
    machine.mode, machine.watched = MODE_REAL, start
    machine.code_segment, machine.data_segment = NEXT16_SEGMENT, 0x6000
    machine.rip, machine.rsp = NEXT16_OFFSET, 0xFFF0
    machine.rax, machine.rbx, machine.rsi = 0xA0010000, 0xB0020080, 0xC0030000
    return machine


def check_registers(machine, state):
    for name, value in (("EAX", machine.rax), ("EBX", machine.rbx), ("ECX", 0),
                        ("EDX", 0), ("ESI", machine.rsi), ("EDI", 0), ("EBP", 0),
                        ("EIP", machine.rip), ("A20", 1), ("CR4", 0), ("EFER", 0)):
        expect(state[name] == value, f"{name} {value:#x}, not {state[name]:#x}")
    expect(state["EFL"] & EFLAGS_FORBIDDEN == 0, "no interrupts, up, no traps")


def check_segments(state, names, value):
    """value: selector, base, limit, type byte and granularity. QEMU prints no more."""
    for name in names:
        selector, base, limit, flags = state[f"{name} parts"]
        expect((selector, base, limit, flags >> 8 & 0xFE, flags >> 20 & 0xE) == value,
               f"{name} like {value}, not {state[name + ' parts']}")


def check_protected(machine, directory, output):
    """Boot.rst, "32-bit Boot Protocol"; Multiboot specification 0.6.96, 3.2."""
    state = cpu_state(directory)
    check_registers(machine, state)
    # Granularity: 4 KiB units, 32 bits, not 64.
    check_segments(state, ["CS"], (0x10, 0, 0xFFFFFFFF, 0x9A, 0xC))
    check_segments(state, ["DS", "ES", "FS", "GS", "SS"],
                   (0x18, 0, 0xFFFFFFFF, 0x92, 0xC))
    expect(state["CR0"] & ~CR0_CACHES & ~0x10 == CR0_PE, "PE alone in CR0")
    expect(state["IDT parts"] == (0, 0), "no interrupt descriptor table")
    gdt, limit = state["GDT parts"]
    own = range(machine.purgatory_at, machine.purgatory_at + len(machine.tools.purgatory))
    expect(gdt in own and limit >= 0x1F, "purgatory's GDT with both segments")
    expect(found(output, "limit") == [0xFFFFFFFF] * 2, "4 GiB in the GDT")
    expect([rights & 0xC0FE00 for rights in found(output, "rights")] ==
           [0xC09A00, 0xC09200], "code and data in the GDT")
    expect(found(output, "probe") == [RESET_VECTOR], "memory that no page table had")
    return state


@scenario
def enters_protected_mode(tools, directory):
    for levels in (4, 5):
        machine = protected_machine(tools, levels=levels)
        machine.region("kernel", 0x4000000, b"kernel" * 5000)
        output, ended = machine.run(directory)
        expect(ended, f"next to end the run, from {levels} levels")
        state = check_protected(machine, directory, output)
        expect(state["ESP"] == machine.rsp, "the stack asked for")


@scenario
def enters_protected_mode_on_its_own_stack(tools, directory):
    # Bits 16 to 31 of an address matter, too, because purgatory writes the far jump's
    # operand.
    for address in (0x110000, 0x3FFF0000):
        machine = protected_machine(tools, purgatory_at=address)
        machine.rsp = machine.rax = machine.rbx = machine.rsi = 0
        output, ended = machine.run(directory)
        expect(ended, f"next to end the run from {address:#x}")
        state = check_protected(machine, directory, output)
        offset = state["ESP"] - address
        expect(0x1000 < offset <= len(tools.purgatory), "purgatory's own stack")


@scenario
def passes_registers_on_in_long_mode(tools, directory):
    machine = Machine(tools)
    machine.flags = 0
    machine.map.map(0, GIB, 2 * MIB)
    machine.watched = tools.next
    machine.rax, machine.rbx = 0x1122334455667788, 0x99AABBCCDDEEFF00
    machine.rdi = 0x0F1E2D3C4B5A6978
    output, ended = machine.run(directory)
    expect(ended and found(output, "cr4") == [0x20], "next to end the run")
    state = cpu_state(directory)
    for name, value in (("RAX", machine.rax), ("RBX", machine.rbx), ("RCX", 0),
                        ("RDX", 0), ("RSI", machine.rsi), ("RDI", machine.rdi),
                        ("RBP", 0)):
        expect(state[name] == value, f"{name} {value:#x}, not {state[name]:#x}")


@scenario
def enters_real_mode(tools, directory):
    for levels, address in ((4, 0x30000), (5, 0x10000)):
        machine = real_machine(tools, levels=levels, purgatory_at=address)
        machine.region("kernel", 0x4000000, b"kernel" * 5000)
        output, ended = machine.run(directory)
        expect(ended, f"next to end the run from {address:#x}, {levels} levels")

        # Boot.rst, "Running the Kernel".
        state = cpu_state(directory)
        check_registers(machine, state)
        expect(state["ESP"] == machine.rsp, "the stack pointer")
        for name, value in (("CS", machine.code_segment), *(
                (name, machine.data_segment) for name in ("DS", "ES", "FS", "GS", "SS"))):
            check_segments(state, [name], (value, value * 16, 0xFFFF,
                                           0x9A if name == "CS" else 0x92, 0))
        expect(state["CR0"] & ~CR0_CACHES & ~0x10 == 0, "nothing in CR0")
        expect(state["IDT parts"] == (0, 0x3FF), "the BIOS' vectors")
        check_bios(output)


def check_bios(output):
    """The BIOS's answers about a machine whose real values the runner knows."""
    expect(found(output, "int12") == [639], "KiB of low memory without the BIOS' own")
    expect(found(output, "int10") == [0x5003], "80 columns, mode 3")
    starts = [high << 32 | low for high, low in zip(found(output, "start_high"),
                                                    found(output, "start"))]
    memory = dict(zip(starts, zip(found(output, "size"), found(output, "type"))))
    expect(memory[0] == (639 * 1024, 1), "low memory")
    size, kind = memory[MIB]
    expect(kind == 1 and MEMORY - MIB < MIB + size <= MEMORY, "memory above 1 MiB")
    expect(found(output, "mask") == [0xF8, 0xFF], "timer, keyboard and cascade enabled")
    expect("next: end\n" in output, "the clock to tick")


@scenario
def refuses_a_mode_that_cannot_be(tools, directory):
    """Without the check the jump would also end in a reset, but without a message."""
    for change, reason in (
            (lambda m: setattr(m, "mode", 3), "is not known"),
            (lambda m: setattr(m, "mode", MODE_REAL),
             "cannot be reached from purgatory's place"),
            (lambda m: setattr(m, "rip", 1 << 32), "has no registers for such values")):
        machine = protected_machine(tools)
        change(machine)
        refused(machine, directory, reason)


@scenario
def refuses_protected_mode_from_above_4_gib(tools, directory):
    for mode in (MODE_32BIT, MODE_64BIT):
        machine = protected_machine(tools, purgatory_at=4 * GIB)
        machine.type = "pc,max-ram-below-4g=1G"
        machine.map.map(4 * GIB, 4 * GIB + 2 * MIB, 2 * MIB)
        machine.mode = mode
        if mode == MODE_32BIT:
            refused(machine, directory, "cannot be reached from purgatory's place")
            continue
        # The negative control: with the exit from long mode it gets through.
        machine.rip, machine.watched = tools.next, 0
        output, ended = machine.run(directory)
        expect(ended and found(output, "cs") == [0x10], "next to end the run")


def refused(machine, directory, reason):
    output, ended = machine.run(directory)
    end = machine.purgatory_at + len(machine.tools.purgatory)
    expect(not ended and "next:" not in output, "a reset before next")
    expect(f"purgatory [{machine.purgatory_at:#x}, {end:#x}) is to enter mode "
           f"{machine.mode}, which {reason}" + RESETTING in output, "the message")


@scenario
def verifies_for_every_mode(tools, directory):
    for create in (protected_machine, real_machine):
        machine = create(tools)
        machine.region("kernel", 0x4000000, b"kernel" * 5000)
        machine.put(0x4000000, b"kernel" * 4999 + b"kernal")
        output, ended = machine.run(directory)
        expect(not ended and "next:" not in output, "a reset before next")
        expect("has changed since it was loaded" + RESETTING in output, "the message")

        machine.flags |= SKIP_VERIFY
        output, ended = machine.run(directory)
        expect(ended, "next to end the run when verification is off")


def jumping_machine(tools, room, return_address=RETURN_ADDRESS):
    machine = Machine(tools)
    machine.flags = 0
    machine.map.map(0, GIB, 2 * MIB)
    machine.region("parameters", COMMAND_LINE, b"root=/x\0" + b"\xFF" * 56)
    machine.jump_back = (COMMAND_LINE + 7, room)
    machine.return_address = return_address
    machine.probes = list(range(COMMAND_LINE, COMMAND_LINE + 64, 8))
    return machine


def command_line(output):
    values = found(output, "probe")
    return b"".join(value.to_bytes(8, "little") for value in values)


@scenario
def says_where_to_come_back_to(tools, directory):
    for address in (RETURN_ADDRESS, 0x1000):
        text = TEXT + f"{address:x}".encode() + b"\0"
        # Exactly as much room as the text needs.
        machine = jumping_machine(tools, len(text), address)
        output, ended = machine.run(directory)
        expect(ended, "next to end the run")
        expect(command_line(output) == (b"root=/x" + text).ljust(64, b"\xFF"),
               f"the text, not {command_line(output)}")


@scenario
def leaves_the_command_line_alone(tools, directory):
    needed = len(TEXT) + 15 + 1
    for room, address, end, message in (
            (needed - 1, RETURN_ADDRESS, 7, "does not fit behind the command line"),
            (0, RETURN_ADDRESS, 7, "does not fit behind the command line"),
            (needed, RETURN_ADDRESS, 6, "is not for the end of a command line"),
            (1 << 63, RETURN_ADDRESS, 1 << 63, "has no place in memory"),
            (needed, 0, 7, None), (needed, RETURN_ADDRESS, None, None)):
        machine = jumping_machine(tools, room, address)
        machine.jump_back = (0 if end is None else COMMAND_LINE + end, room)
        output, ended = machine.run(directory)
        expect(ended, "next to end the run")
        expect(command_line(output) == b"root=/x\0" + b"\xFF" * 56, "no change")
        if message:
            expect(f"kexec_jump_back_entry={address:#x} [" in output and
                   message + ", skipping it\n" in output, message)
        else:
            expect("skipping" not in output, "nothing to say")


@scenario
def verifies_before_it_writes(tools, directory):
    """If it refuses to enter, it leaves the text unchanged; the digest covers the text.
    """
    machine = jumping_machine(tools, 56)
    machine.put(COMMAND_LINE, b"root=/y\0" + b"\xFF" * 56)
    output, ended = machine.run(directory)
    expect(not ended and "next:" not in output, "a reset before next")
    expect("the segment parameters" in output, "the message")


@scenario
def returns_to_the_other_kernel(tools, directory):
    """With the stack that the first kernel came with, whose top word says where to return
    to."""
    for flags in (JUMP_BACK, 0):
        machine = Machine(tools)
        machine.map.map(0, GIB, 2 * MIB)
        machine.flags = flags
        machine.rip = OTHER_KERNEL
        # Intel SDM vol. 2: PUSH imm32, RET.
        machine.put(OTHER_KERNEL, b"\x68" + tools.next.to_bytes(4, "little") + b"\xC3")
        machine.return_address = RETURN_ADDRESS
        stack = tools.symbol("stage", "first_stack_end") - 8
        machine.probes = [stack]
        output, ended = machine.run(directory)
        if flags:
            expect(ended and found(output, "rsp") == [stack], "the first kernel's stack")
            expect(found(output, "probe") == [RETURN_ADDRESS], "what it put there")
        else:
            expect(not ended, "a reset")
            expect(re.search(f"exception 14, .*, CR2 {OTHER_KERNEL:#x}" + RESETTING,
                             output), "the report")
