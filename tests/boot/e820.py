# SPDX-License-Identifier: GPL-2.0-only
"""The memory map that a kernel was given, from the lines of its log (BIOS-e820)."""

import re

# Linux 5.10 to 6.12 print "usable"; 7.2 and 7.3 print "System RAM".
RAM = re.compile(r"\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] +(?:usable|System RAM)")


def ram_bytes(lines):
    """Bytes of RAM in the lines; 0 if no line is RAM."""
    ranges = [match.groups() for match in map(RAM.fullmatch, lines) if match]
    return sum(int(end, 16) + 1 - int(start, 16) for start, end in ranges)
