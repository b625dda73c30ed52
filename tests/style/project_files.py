# SPDX-License-Identifier: GPL-2.0-only
"""The files that the checks of tests/style read."""

import re
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

# Not written by this project: the licence, recorded data, and files that a build makes.
SKIPPED = re.compile(r"^(COPYING|docs/.*[.]svg|tests/data/.*|tests/fuzz/corpus/.*"
                     r"|tests/machines/expected/.*|build.*|autom4te.cache/.*|m4/.*"
                     r"|configure~?|aclocal[.]m4|config[.].*|.*Makefile[.]in|.*[.](xz|pyc|o|a))$")


def files(top):
    """The names of the project's files, from git, or all below an unpacked tarball."""
    if (top / ".git").exists():
        command = ["git", "-C", str(top), "ls-files", "-z", "--cached", "--others",
                   "--exclude-standard"]
        names = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        names = names.decode().split("\0")
    else:
        names = [str(path.relative_to(top)) for path in top.rglob("*")]
    names = sorted(name for name in set(names)
                   if name and not SKIPPED.match(name) and (top / name).is_file())
    if len(names) < 100:
        raise SystemExit(f"{top}: {len(names)} files are too few to be all")
    return names


def text_of(path):
    """The file's text, or None if it is binary."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None
