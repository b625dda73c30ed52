# SPDX-License-Identifier: GPL-2.0-only
"""Reads pictures of memory, as text and as SVG, and compares them with the rows that they
should have. The axis is computed a second time here, from the pieces that a picture
names."""

import re
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

PAGE, PICTURE_END = 4096, 1 << 52
GROUPS = ("Memory", "Segments", "EFI tables", "Mapped by purgatory")
TYPES = {1: "System RAM", 2: "Reserved", 3: "ACPI Tables", 4: "ACPI Non-volatile Storage",
         5: "Unusable memory", 7: "Persistent Memory", 12: "Persistent Memory (legacy)",
         0xefffffff: "Soft Reserved"}
# A column of a row shows a range, or a mark between two pieces, or nothing.
RANGES, MARKS = "░▒▓█.=#+", "┊≈:~"
PIECE = re.compile(r"([a-z]) +\[(0x[0-9a-f]+|0), (0x[0-9a-f]+)\) +([0-9.]+ \w+),")
# An average character of a sans-serif font, and of a bold one, in parts of its size.
CHARACTER, BOLD = 0.6, 0.68
SVG = "{http://www.w3.org/2000/svg}"


class Row(NamedTuple):
    group: str
    name: str
    ranges: list


class Piece(NamedTuple):
    start: int
    end: int
    first: int
    cells: int


def number(text):
    return int(text, 16)


def size_text(size):
    """As kexec prints sizes."""
    units = ["B", "KiB", "MiB", "GiB", "TiB"]
    unit = next((i for i in range(4) if size < 1024 ** (i + 1)), 4)
    return "%.*f %s" % (1 if unit else 0, size / 1024 ** unit, units[unit])


def expected_rows(machine, plan):
    """The rows for a recorded machine and the plan of a load as JSON."""
    memory, rows = machine.memory(), []
    for kind, name in TYPES.items():
        found = [(r.start, r.end) for r in memory if r.type == kind]
        if found:
            rows.append(Row("Memory", name, found))
    crash = [(start, end) for start, end, name in machine.iomem()
             if name == "Crash kernel"]
    if crash:
        rows.append(Row("Memory", "Crash kernel", crash))
    rows += [Row("Segments", one["name"], [(number(one["start"]), number(one["end"]))])
             for one in sorted(plan["segments"], key=lambda one: number(one["start"]))]
    efi = plan["efi"]
    for name, key, size in (
            ("system table", "system_table", 120),
            ("config table array", "config_table_array", 24 * efi["config_table_count"])):
        if efi[key]:
            start = number(efi[key])
            rows.append(Row("EFI tables", name, [(start, start + size)]))
    for tables in (efi["config_tables"], plan["setup_data_tables"]):
        for table in sorted(tables, key=lambda table: number(table["address"])):
            parts = [(number(part["start"]), number(part["end"]))
                     for part in table["parts"]]
            address = number(table["address"])
            rows.append(Row("EFI tables", table["name"], parts or [(address, address)]))
    rows += [Row("Mapped by purgatory", one["what"],
                 [(number(one["start"]), number(one["end"] or one["start"]))])
             for one in plan["identity_map"]["ranges"]]
    return rows


def shown(span):
    """The bytes of a range that are drawn: of one without an end the first; None if it
    is above all physical addresses."""
    start, end = span[0], min(max(span[1], span[0] + 1), PICTURE_END)
    return (start, end) if start < end else None


def cells_of(span, pieces):
    """The first cell that shows a range and the one behind the last."""
    start, end = span
    inside = [piece for piece in pieces if start < piece.end and end > piece.start]
    first, last = inside[0], inside[-1]

    def place(piece, address):
        return (address - piece.start) * piece.cells, piece.end - piece.start

    before, size = place(first, max(start, first.start))
    behind, size_behind = place(last, min(end, last.end))
    return first.first + before // size, last.first - -behind // size_behind


def piece_problems(pieces, rows):
    """Pieces are by address, and each range that is drawn lies in them completely."""
    for one, other in zip(pieces, pieces[1:]):
        if one.end > other.start:
            yield f"pieces overlap at {other.start:#x}"
    for row in rows:
        for span in filter(None, map(shown, row.ranges)):
            covered = sum(max(0, min(span[1], piece.end) - max(span[0], piece.start))
                          for piece in pieces)
            if covered != span[1] - span[0]:
                yield f"{row.name}: {span[0]:#x} has no piece of the axis"


# ---------------------------------------------------------------------------- text


class Text:
    """The picture in the output of --dry-run."""

    def __init__(self, output):
        lines = output.split("\nPicture of memory:\n")[1].split("\n\n")[0].split("\n")
        axis, lines = lines[0], lines[1:]
        self.left = axis.index("a")
        self.width = max(map(len, [axis, *lines]))
        self.axis_width = len(axis)
        self.lines = [axis, *lines]
        listed = next(i for i, line in enumerate(lines) if PIECE.match(line.strip()))
        found = PIECE.findall(" ".join(line.strip() for line in lines[listed:]))
        starts = [i - self.left for i, letter in enumerate(axis) if letter.islower()]
        ends = [start - 1 for start in starts[1:]] + [len(axis) - self.left]
        self.letters = [letter for letter, *_ in found]
        self.pieces = [Piece(number(start), number(end), first, behind - first)
                       for (_, start, end, _), first, behind in zip(found, starts, ends)]
        self.rows, group = [], None
        for line in lines[:listed]:
            if not line.startswith(" "):
                group = line[:self.left].strip()
            else:
                self.rows.append((group, line[2:self.left].rstrip(),
                                  line[self.left:].ljust(len(axis) - self.left)))


def is_short_for(label, name):
    """A label begins with the name, or with its beginning and an ellipsis."""
    if label.startswith(name):
        return True
    cut = re.match(r"(.+?)(?:…|\.)(?= |$)", label)
    return bool(cut) and name.startswith(cut[1])


def text_problems(text, rows):
    """How the picture differs from its rows, one line each."""
    yield from piece_problems(text.pieces, rows)
    if len(text.rows) != len(rows):
        yield f"{len(text.rows)} rows, not {len(rows)}"
    for (group, label, cells), row in zip(text.rows, rows):
        if group != row.group or not is_short_for(label, row.name):
            yield f"{group}: {label} instead of {row.group}: {row.name}"
        spans = list(filter(None, map(shown, row.ranges)))
        if not spans:
            if "above 4 PiB" not in cells:
                yield f"{row.name} is not drawn"
            continue
        filled = {cell for span in spans for cell in range(*cells_of(span, text.pieces))}
        found = {i for i, cell in enumerate(cells) if cell in RANGES}
        if found != filled:
            yield f"{row.name}: columns {sorted(found)}, not {sorted(filled)}"
        strange = set(cells) - set(RANGES + MARKS + " ")
        if strange:
            yield f"{row.name}: {strange}"
        total = sum(end - start for start, end in row.ranges)
        if text.axis_width >= 70 and total:
            sizes = re.findall(r"([0-9.]+) +([KMGT]?i?B)$", label)
            if not sizes or " ".join(sizes[0]) != size_text(total):
                yield f"{row.name}: {label} lacks {size_text(total)}"


# ----------------------------------------------------------------------------- SVG


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def meets(self, other):
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)


def text_box(element):
    size = float(element.get("font-size", "12"))
    bold = element.get("font-weight") == "bold"
    width = len(element.text) * size * (BOLD if bold else CHARACTER)
    left, base = float(element.get("x")), float(element.get("y"))
    if element.get("text-anchor") == "end":
        left -= width
    return Box(left, base - 0.8 * size, left + width, base + 0.2 * size, element.text)


class Picture:
    """A picture of --dry-run=svg."""

    def __init__(self, output):
        root = ElementTree.fromstring(output)
        self.title = root.findtext(SVG + "title")
        self.size = [float(value) for value in root.get("viewBox").split()]
        self.names = {element.tag.replace(SVG, "") for element in root.iter()}
        self.texts = [text_box(element) for element in root.iter(SVG + "text")]
        self.lines = [element.text for element in root.iter(SVG + "text")]
        self.ranges, self.boxes = [], []
        for element in root.iter(SVG + "rect"):
            x, y, width, height = (float(element.get(name, "0"))
                                   for name in ("x", "y", "width", "height"))
            title = element.findtext(SVG + "title")
            box = Box(x, y, x + width, y + height, title)
            self.boxes.append(box)
            if title:
                self.ranges.append(box)
        axis = [re.fullmatch(r"M(\d+) (\d+)h(\d+)", element.get("d"))
                for element in root.iter(SVG + "path")]
        axis = [(int(match[1]), int(match[3])) for match in axis if match]
        found = [PIECE.match(line) for line in self.lines]
        self.pieces = [Piece(number(match[2]), number(match[3]), *place)
                       for match, place in zip(filter(None, found), axis)]


def svg_problems(picture, rows):
    """How the picture differs from its rows, one line each."""
    yield from piece_problems(picture.pieces, rows)
    _, _, width, height = picture.size
    for box in picture.boxes + picture.texts:
        if box.left < 0 or box.top < 0 or box.right > width or box.bottom > height:
            yield f"outside: {box.what}"
    by_place = sorted(picture.texts, key=lambda box: box.top)
    for i, box in enumerate(by_place):
        for other in by_place[i + 1:]:
            if other.top >= box.bottom:
                break
            if box.meets(other):
                yield f"{box.what} and {other.what} overlap"
        for bar in picture.ranges:
            if box.meets(bar):
                yield f"{box.what} lies on {bar.what}"
    if picture.names != {"svg", "title", "rect", "text", "path"}:
        yield f"elements {picture.names}"
    wanted = [(row.name, span) for row in rows for span in row.ranges if shown(span)]
    if len(wanted) != len(picture.ranges):
        yield f"{len(picture.ranges)} ranges, not {len(wanted)}"
    for (name, span), box in zip(wanted, picture.ranges):
        end = "%#x), %s" % (span[1], size_text(span[1] - span[0]))
        title = "%s [%s, %s" % (name, hex(span[0]) if span[0] else "0",
                                end if span[1] > span[0] else "unknown)")
        if box.what != title:
            yield f"{box.what} instead of {title}"
        left, right = cells_of(shown(span), picture.pieces)
        # A narrow range is three pixels wide, and may begin further left for that.
        if right - left < 3 and (box.right - box.left != 3 or abs(box.left - left) > 2):
            yield f"{title}: from {box.left} to {box.right}, not about {left}"
        elif right - left >= 3 and (box.left, box.right) != (left, right):
            yield f"{title}: from {box.left} to {box.right}, not {left} to {right}"
    for row in rows:
        if not any(line == row.name or is_short_for(line, row.name)
                   for line in picture.lines):
            yield f"{row.name} has no label"
