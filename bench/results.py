# SPDX-License-Identifier: GPL-2.0-only
"""Results: rows, printed as they are measured and kept for bench.json."""

import statistics


class Values:
    """Values of several runs: seconds, bytes per second, ticks."""

    def __init__(self, values):
        self.values = sorted(values)

    @property
    def median(self):
        return statistics.median(self.values)

    def json(self):
        return {"min": self.values[0], "median": self.median, "max": self.values[-1]}

    def seconds(self):
        return self.text(1, "%.3f", "s")

    def milliseconds(self):
        return self.text(1e3, "%.2f", "ms")

    def gigabytes(self):
        return self.text(1e-9, "%.2f", "GB/s")

    def text(self, factor, form, unit):
        """The median, and in brackets the minimum and the maximum."""
        return "%s %s (%s to %s)" % (form % (self.median * factor), unit,
                                     form % (self.values[0] * factor),
                                     form % (self.values[-1] * factor))


class Results:
    """about: facts about the computer."""

    def __init__(self, about):
        self.about, self.rows = about, []

    def add(self, what, goal, met, measured, **values):
        """A row of the table. goal is a text, or "" without a goal, and met is None then.
        """
        self.rows.append(dict(what=what, goal=goal, met=met, measured=measured, **values))
        mark = {None: "", True: "met", False: "NOT MET"}[met]
        print("%-8s%-52s%-18s%s" % (mark, what, goal, measured), flush=True)

    def faster(self, what, least, theirs, ours, **values):
        """A row with a goal for the ratio of two times, Values in seconds."""
        ratio = theirs.median / ours.median
        self.add(what, "≥ %g ×" % least if least else "",
                 ratio >= least if least else None,
                 "%.2f ×; kexec-tools %s, kexec-efi %s" % (
                     ratio, theirs.seconds(), ours.seconds()),
                 ratio=ratio, theirs=theirs.json(), ours=ours.json(), **values)

    def skip(self, what, reason):
        self.add(what, "", None, "skipped: %s" % reason, skipped=True)

    def find(self, what):
        """The row of that name, or None."""
        return next((row for row in self.rows if row["what"] == what), None)

    def json(self):
        return dict(self.about, rows=self.rows)
