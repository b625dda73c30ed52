# SPDX-License-Identifier: GPL-2.0-only
"""Reads purgatory's text back from the pixels of a screen, by comparing glyphs with the
table of purgatory/font.c."""

import re
from pathlib import Path

COLUMNS, ROWS = 5, 9
CELL_COLUMNS, CELL_ROWS = 6, 10
AMBER, BLACK = (0xFF, 0xB0, 0x00), (0, 0, 0)

FONT = Path(__file__).resolve().parents[2] / "purgatory/font.c"


def glyphs():
    """{the rows of dots of a character: the character}"""
    rows = re.findall(r"^\t\{ (0x.*?) \}", FONT.read_text(), re.M)
    assert len(rows) == 95
    return {tuple(int(byte, 16) for byte in row.split(", ")): chr(32 + i)
            for i, row in enumerate(rows)}


def scale(width):
    """The pixels of a dot's edge on a screen of that width."""
    return min(max(width // 400, 1), 8)


def read_cell(pixel, size, left, top):
    """The dots of a character whose first pixel is there. None if a dot is not of one
    colour, or of another than that of text and background."""
    rows = []
    for dot_row in range(CELL_ROWS):
        bits = 0
        for dot in range(CELL_COLUMNS):
            colours = {pixel(left + dot * size + x, top + dot_row * size + y)
                       for x in range(size) for y in range(size)}
            if colours not in ({AMBER}, {BLACK}):
                return None
            bits = bits << 1 | (colours == {AMBER})
        rows.append(bits)
    # The gaps to the right and below are background.
    if rows[ROWS] or any(bits & 1 for bits in rows):
        return None
    return tuple(bits >> 1 for bits in rows[:ROWS])


def read_text(pixel, width, height):
    """The lines of text on a screen, each without blanks at its end; None for a line that
    has something else than purgatory's text. pixel(x, y): red, green and blue."""
    known, size, lines = glyphs(), scale(width), []
    for top in range(0, height - CELL_ROWS * size + 1, CELL_ROWS * size):
        line = []
        for left in range(0, width - CELL_COLUMNS * size + 1, CELL_COLUMNS * size):
            character = known.get(read_cell(pixel, size, left, top))
            if character is None:
                break
            line.append(character)
        else:
            lines.append("".join(line).rstrip())
            continue
        lines.append(None)
    return lines


def shows(lines, text):
    """Whether the text is on these lines, however it is broken into lines. A blank at the
    end of a line cannot be seen, so blanks do not count."""
    seen = "".join(line or "" for line in lines)
    return "".join(text.split()) in "".join(seen.split())


def read_pixmap(data):
    """Width, height and pixel function of a portable pixmap, as QEMU writes it."""
    magic, size, maximum, pixels = data.split(b"\n", 3)
    assert (magic, maximum) == (b"P6", b"255")
    width, height = map(int, size.split())

    def pixel(x, y):
        at = 3 * (y * width + x)
        return tuple(pixels[at:at + 3])

    return width, height, pixel
