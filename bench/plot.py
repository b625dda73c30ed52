# SPDX-License-Identifier: GPL-2.0-only
"""The growth rows as SVG: a panel for each, both axes logarithmic, so that linear growth
is a line of slope 1 and a fixed cost one of slope 0."""

import math

WIDTH, HEIGHT = 380, 260
LEFT, TOP, RIGHT, BELOW = 70, 40, 24, 58
COLUMNS = 2
COLOURS = {"kexec-tools": "#b04030", "kexec-efi": "#2060a0"}


class Axis:
    """A logarithmic axis from the power of ten (of two, for sizes) at or below the
    smallest value to the one at or above the largest, over this many pixels."""

    def __init__(self, values, base, pixels):
        logs = [math.log(value, base) for value in values]
        self.base, self.pixels = base, pixels
        self.first = math.floor(min(logs) + 1e-9)
        self.last = max(math.ceil(max(logs) - 1e-9), self.first + 1)

    def place(self, value):
        return self.pixels * (math.log(value, self.base) - self.first) / (
            self.last - self.first)

    def powers(self):
        return [self.base ** n for n in range(self.first, self.last + 1)]


def text(x, y, words, anchor="middle", more=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>' % (x, y, anchor, more,
                                                                     words)


def line(x1, y1, x2, y2):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#ddd"/>' % (x1, y1, x2, y2)


def frame(title, unit, sizes, across, up):
    """Everything except the curves. The measured sizes are marked."""
    parts = [text(LEFT, TOP - 14, title, "start", ' font-weight="bold"'),
             text(LEFT + WIDTH / 2, TOP + HEIGHT + 40, unit),
             text(LEFT - 56, TOP - 14, "ms CPU", "start")]
    for size in sizes:
        x = LEFT + across.place(size)
        parts += [line(x, TOP, x, TOP + HEIGHT), text(x, TOP + HEIGHT + 18, "%d" % size)]
    for value in up.powers():
        for step in range(1, 10) if value < up.powers()[-1] else (1,):
            y = TOP + HEIGHT - up.place(value * step)
            parts.append(line(LEFT, y, LEFT + WIDTH, y))
        parts.append(text(LEFT - 6, TOP + HEIGHT - up.place(value) + 4, "%g" % value, "end"))
    parts.append('<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#888"/>'
                 % (LEFT, TOP, WIDTH, HEIGHT))
    return parts


def curve(name, number, places):
    colour = COLOURS[name]
    parts = ['<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>' % (
        colour, " ".join("%.1f,%.1f" % place for place in places))]
    parts += ['<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>' % (x, y, colour)
              for x, y in places]
    y = TOP + 18 + 18 * number
    return parts + [
        '<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"/>' % (
            LEFT + 10, y - 4, LEFT + 30, y - 4, colour),
        text(LEFT + 36, y, name, "start")]


def guide(points, across, up):
    """The line of linear growth through the last point, as far as it is inside."""
    size, cost = points[-1]
    least = max(min(across.powers()), size * min(up.powers()) / cost)
    (x1, y1), (x2, y2) = ((LEFT + across.place(n), TOP + HEIGHT - up.place(cost * n / size))
                          for n in (least, size))
    return ['<path d="M%.1f %.1f L%.1f %.1f" stroke="#888" stroke-dasharray="4 4"/>' % (
        x1, y1, x2, y2), text((x1 + x2) / 2 + 12, (y1 + y2) / 2 + 14, "linear", "start",
                              ' fill="#888"')]


def panel(title, unit, lines):
    """lines: {program: [(size, seconds)]}"""
    lines = {name: [(size, seconds * 1e3) for size, seconds in points]
             for name, points in lines.items() if points}
    points = [point for found in lines.values() for point in found]
    sizes = sorted({size for size, _ in points})
    across = Axis(sizes, 2, WIDTH)
    up = Axis([cost for _, cost in points], 10, HEIGHT)
    parts = frame(title, unit, sizes, across, up)
    if lines.get("kexec-efi"):
        parts += guide(lines["kexec-efi"], across, up)
    for number, (name, found) in enumerate(lines.items()):
        parts += curve(name, number, [(LEFT + across.place(size),
                                       TOP + HEIGHT - up.place(cost))
                                      for size, cost in found])
    return "\n".join(parts)


def svg(panels):
    """panels: (title, unit of the size, {program: [(size, seconds)]})"""
    wide, high = LEFT + WIDTH + RIGHT, TOP + HEIGHT + BELOW
    rows = -(-len(panels) // COLUMNS)
    parts = ['<g transform="translate(%d,%d)">\n%s\n</g>' % (
        i % COLUMNS * wide, i // COLUMNS * high, panel(*one))
        for i, one in enumerate(panels)]
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
            'font-family="sans-serif" font-size="12">\n'
            '<rect width="100%%" height="100%%" fill="white"/>\n%s\n</svg>\n'
            % (wide * COLUMNS, high * rows, "\n".join(parts)))
