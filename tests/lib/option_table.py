# SPDX-License-Identifier: GPL-2.0-only
"""kexec's option table, as "print_completion options" prints it.

Environment: OPTIONS, the file with its output."""

import os
from pathlib import Path
from typing import NamedTuple


class Option(NamedTuple):
    """letter: "" without one. value: "none", "required" or "optional". metavar: ""
    without a value; in lower case it has the words themselves, as in "text|json"."""
    name: str
    letter: str
    value: str
    metavar: str
    accepted: bool

    def words(self):
        """The words that the value may be; empty for other values."""
        return self.metavar.split("|") if self.metavar.islower() else []


def options():
    """All of them. kexec refuses those that are not accepted."""
    found = []
    for line in Path(os.environ["OPTIONS"]).read_text().splitlines():
        name, letter, value, metavar, state = line.split("\t")
        found.append(Option(name, letter.strip("-"), value, metavar.strip("-"),
                            state == "accepted"))
    assert len(found) > 60, found
    return found


def accepted():
    return [option for option in options() if option.accepted]
