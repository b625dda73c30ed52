# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios about the framebuffer console. The framebuffer is RAM that the first kernel's
map lacks, and the runner reads it from the file that holds all RAM of the machine."""

import sys
from pathlib import Path

from efi_machine import ARRAY, efi_machine
from machine import FRAMEBUFFER, GIB, SERIAL
from records import Record, recording_machine
from scenario import RESETTING, expect, scenario

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

from screen_text import AMBER, read_text, shows                 # noqa: E402

START = 0x7C000000
HIGH = 5 * GIB + 0x40001000
# Byte of red, green and blue within a pixel.
RGB, BGR = (0, 1, 2), (2, 1, 0)
PICTURE = 0x5A
FRAMEBUFFER_STEP = 9


class Screen:
    def __init__(self, width, height, pixel_bytes=4, order=BGR, more=0, start=START):
        self.width, self.height, self.pixel_bytes = width, height, pixel_bytes
        self.order, self.start = order, start
        self.line_bytes = width * pixel_bytes + more

    def bytes(self):
        return self.line_bytes * self.height

    def attach(self, machine, console=FRAMEBUFFER):
        colour = sum(value << 8 * at for value, at in zip(AMBER, self.order))
        machine.console = console
        machine.framebuffer = (self.start, self.width, self.height, self.line_bytes,
                               self.pixel_bytes, colour)
        machine.put(self.start, bytes([PICTURE]) * self.bytes())
        # The page behind it, and the byte before it, must stay as they are.
        machine.kept = (self.start - 4096, self.bytes() + 8192)

    def read(self, data):
        """data: with a page on either side. The lines of text."""
        zeros = bytes(4096)
        expect(data[:4096] == zeros and data[-4096:] == zeros, "nothing outside of it")
        data = data[4096:-4096]
        for y in range(self.height):
            line = data[y * self.line_bytes:(y + 1) * self.line_bytes]
            more = line[self.width * self.pixel_bytes:]
            expect(more == bytes([PICTURE]) * len(more), "nothing behind a line's pixels")

        def pixel(x, y):
            at = y * self.line_bytes + x * self.pixel_bytes
            return tuple(data[at + i] for i in self.order)

        return read_text(pixel, self.width, self.height)


def run(machine, screen, directory):
    output, ended = machine.run(directory)
    return output, ended, screen.read(machine.kept_data)


SCREENS = {
    "32 bits": Screen(800, 600),
    "red first": Screen(800, 600, order=RGB),
    "24 bits": Screen(1024, 768, pixel_bytes=3),
    "24 bits, red first": Screen(640, 480, pixel_bytes=3, order=RGB, more=11),
    "long lines": Screen(1280, 800, more=1024),
    "not on a page": Screen(800, 600, start=START + 0x7f4),
    "above 4 GiB": Screen(800, 600, start=HIGH),
    "the largest": Screen(3840, 2184),
}


@scenario
def writes_to_the_framebuffer(tools, directory):
    for name, screen in SCREENS.items():
        for levels in (4, 5) if name in ("32 bits", "above 4 GiB") else (4,):
            machine = efi_machine(tools, levels=levels)
            screen.attach(machine)
            output, ended, lines = run(machine, screen, directory)
            expect(ended and "purgatory:" not in output, f"next, and silence: {name}")
            expect(shows(lines, "purgatory: the old kernel has left\n"
                         "purgatory: 2 pages of EFI tables were missing in the identity "
                         f"map\npurgatory: entering {machine.rip:#x}\n"),
                   f"the text on {name}: {lines}")
            expect(lines[-1] is None, f"the picture below the text stays: {name}")


@scenario
def leaves_the_framebuffer_alone_unless_asked(tools, directory):
    machine = efi_machine(tools)
    screen = Screen(800, 600)
    screen.attach(machine, SERIAL)
    output, ended, lines = run(machine, screen, directory)
    expect(ended and "purgatory: entering" in output, "next to end the run")
    expect(set(lines) == {None}, "no text")


@scenario
def shows_a_changed_segment(tools, directory):
    for ticks, seconds in ((0, 0), (1, 5), (0, 2)):
        machine = efi_machine(tools)
        machine.region("initrd", 0x5000000, bytes(100000))
        machine.put(0x5000000, bytes(99999) + b"\1")
        machine.wait = (ticks, seconds)
        screen = Screen(800, 600)
        screen.attach(machine)
        _, ended, lines = run(machine, screen, directory)
        expect(not ended, "a reset")
        when = f" in {seconds} seconds" if seconds else ""
        expect(shows(lines, "purgatory: the segment initrd [0x5000000, 0x50186a0) has "
                     f"changed since it was loaded{RESETTING}{when}"),
               f"the sentence: {lines}")


@scenario
def waits_before_the_reset(tools, directory):
    """By the real-time clock without ticks, by the time stamp counter with them, which in
    QEMU's emulation is the host's, of 1 to 6 GHz. A busy host makes a wait longer, never
    shorter. So the waits that must not take place would be a minute at least."""
    for ticks, seconds, least, most in ((0, 6, 5, 110), (20 * 10 ** 9, 60, 3, 59),
                                        (10 ** 12, 0, 0, 59)):
        machine = efi_machine(tools)
        machine.region("initrd", 0x5000000, bytes(16))
        machine.put(0x5000000, b"\1")
        machine.wait = (ticks, seconds)
        output, ended = machine.run(directory)
        expect(not ended and "has changed" in output, "a reset")
        expect(least <= machine.seconds <= most,
               f"{least} to {most} seconds, not {machine.seconds:.1f}")


@scenario
def shows_an_exception(tools, directory):
    """One of purgatory, which reads a region that is not mapped, and one of next."""
    for own in (True, False):
        machine = efi_machine(tools)
        if own:
            machine.region("nowhere", 0x60000000, bytes(16))
        else:
            machine.flags, machine.probes = 0, [ARRAY]
        screen = Screen(1280, 800)
        screen.attach(machine, FRAMEBUFFER | SERIAL)
        output, ended, lines = run(machine, screen, directory)
        expect(not ended, "a reset")
        report = output[output.index("purgatory: exception 14, error code 0x0, RIP 0x"):]
        address = 0x60000000 if own else ARRAY
        expect(f"CR2 {address:#x}{RESETTING}\n" in report, "the report on serial")
        expect(shows(lines, report.splitlines()[0]), f"the same on the screen: {lines}")


@scenario
def wraps_at_the_last_line(tools, directory):
    """A screen of three lines, of which one is kept blank."""
    machine = efi_machine(tools)
    screen = Screen(800, 60)
    screen.attach(machine)
    _, ended, lines = run(machine, screen, directory)
    expect(ended and len(lines) == 3, "next to end the run")
    expect("" in lines and f"purgatory: entering {machine.rip:#x}" in lines,
           f"the newest line and a blank one: {lines}")


@scenario
def skips_a_bad_framebuffer(tools, directory):
    for change, reason, message in (
            (lambda m: setattr(m, "framebuffer_pool_pages", 1), 7,
             "needs more page tables than there are"),
            (lambda m: setattr(m, "framebuffer", (1 << 41, 800, 600, 3200, 4, 1)), 6,
             "lies beyond the CPU's address space"),
            (lambda m: setattr(m, "framebuffer", (START, 800, 600, 3199, 4, 1)), 5,
             "is empty or wraps around"),
            (lambda m: setattr(m, "framebuffer", (START, 800, 600, 3200, 2, 1)), 5,
             "is empty or wraps around"),
            (lambda m: setattr(m, "framebuffer", (START, 800, 19, 3200, 4, 1)), 1,
             "has no room for text")):
        machine = recording_machine(tools)
        screen = Screen(800, 600)
        screen.attach(machine, FRAMEBUFFER | SERIAL)
        change(machine)
        output, ended, lines = run(machine, screen, directory)
        expect(ended and set(lines) == {None}, f"next, and no text: {message}")
        expect(f"purgatory: the framebuffer at {machine.framebuffer[0]:#x} {message}, "
               "skipping it\npurgatory: the old kernel has left\n" in output, message)
        record = Record(output)
        expect(record.skips[:record.skip_count] == [
            (FRAMEBUFFER_STEP, reason, machine.framebuffer[0])], f"{record.skips}")
