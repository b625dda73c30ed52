# SPDX-License-Identifier: GPL-2.0-only
"""Marked pages of a guest's memory, see guest/marked-memory.c."""

import struct

PAGE_BYTES = 4096
MAGIC = 0xa6c3e5710b8d42f9
FACTORS = 0x9e3779b97f4a7c15, 0xd1b54a32d192ed03


def content(number):
    """The content of the marked page with that number."""
    seed = (number + 1) * FACTORS[0]
    words = [(seed ^ index * FACTORS[1]) % (1 << 64) for index in range(PAGE_BYTES // 8)]
    return struct.pack(f"<{len(words)}Q", MAGIC, number, *words[2:])


def left(case, machine):
    """The number of pages that still have the content which the first kernel wrote; None
    if the case has no marks. They are read by QEMU, because the last kernel may use them
    as RAM."""
    if not case.marks:
        return None
    start, step, count = case.marks
    return sum(machine.memory(start + number * step, PAGE_BYTES) == content(number)
               for number in range(count))
