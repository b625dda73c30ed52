# SPDX-License-Identifier: GPL-2.0-only
"""Marked pages of a guest's memory, see guest/marked-memory.c."""

import struct

PAGE_BYTES = 4096
MAGIC = 0xa6c3e5710b8d42f9
FACTORS = 0x9e3779b97f4a7c15, 0xd1b54a32d192ed03


def content(number):
    """What is in the marked page of that number."""
    seed = (number + 1) * FACTORS[0]
    words = [(seed ^ index * FACTORS[1]) % (1 << 64) for index in range(PAGE_BYTES // 8)]
    return struct.pack(f"<{len(words)}Q", MAGIC, number, *words[2:])


def left(case, machine):
    """How many of the pages that the first kernel marked are as they were; None if the case
    has no marks. QEMU looks, as the last kernel may use these pages as RAM."""
    if not case.marks:
        return None
    start, step, count = case.marks
    return sum(machine.memory(start + number * step, PAGE_BYTES) == content(number)
               for number in range(count))
