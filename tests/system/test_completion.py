#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Completion in bash: it is loaded and called as by readline, and its words are compared
with the option table.

Environment: KEXEC, COMPLETION, OPTIONS."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import option_table                                     # noqa: E402

# Word separators of readline. Only = and : occur in these command lines.
SCRIPT = r"""
. "$COMPLETION"
compopt() { echo "compopt $*"; }        # compopt fails outside of readline
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p kexec | sed 's/.*-F \([^ ]*\).*/\1/')
"$function" kexec "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def offered(directory, *words):
    """The offered words, and the requests to readline about them."""
    done = subprocess.run(["bash", "--norc", "-uc", SCRIPT, "bash", "kexec", *words],
                          cwd=directory, text=True, capture_output=True,
                          env={**os.environ, "PATH": f"{directory.parent}/bin:"
                               + os.environ["PATH"]})
    lines = sorted(line for line in done.stdout.splitlines() if line)
    asked = [line for line in lines if line.startswith("compopt ")]
    return ([line for line in lines if line not in asked]
            + [f"error: {done.stderr}"] * bool(done.stderr), " ".join(asked))


def option_forms():
    """Each form of an option: "-l", "--load", "--append=", "--dry-run"."""
    found = []
    for option in option_table.accepted():
        found += [f"-{option.letter}"] * bool(option.letter)
        found += [f"--{option.name}" + "=" * (option.value == "required")]
    return found


def image_types(directory):
    kernel = directory / "vmlinuz"
    done = subprocess.run([os.environ["KEXEC"], "-l", "--type=?", "--dry-run", kernel],
                          text=True, capture_output=True)
    listing = re.search(r"expected one of (.*)", done.stderr)
    return sorted(listing[1].split(", ")) if listing else [done.stderr]


def rows(directory):
    """(words after kexec, expected words, expected requests to readline if they matter)
    """
    every = option_forms()
    assert len(every) > 50, every
    files = ["image dir", "initrd.img", "vmlinuz"]
    speeds = ["115200", "19200", "38400", "57600", "9600"]
    types = image_types(directory)
    return [
        (["-"], sorted(every)),
        (["-l", "--"], sorted(name for name in every if name.startswith("--"))),
        (["--efi-m"], ["--efi-map-config"], ""),
        (["--ini"], ["--initrd="], "compopt -o nospace"),
        (["--reuseini"], []),           # refused, so not offered
        ([""], files),
        (["-l", "vm"], ["vmlinuz"], "compopt -o filenames"),
        (["-l", "vmlinuz", "--initrd", "=", "in"], ["initrd.img"]),
        (["-l", "vmlinuz", "--initrd", "="], files),
        (["-l", "vmlinuz", "--initrd=in"], ["--initrd=initrd.img"]),
        (["-l", "vmlinuz", "--initrd", "in"], ["initrd.img"]),
        (["--dump-image", "=", ""], ["image dir"]),
        (["--dump-image", "i"], ["image dir"]),
        (["--sysroot", "=", ""], files, "compopt -o filenames"),
        (["--record", "=", "in"], ["initrd.img"], "compopt -o filenames"),
        (["--dry-run", "=", ""], ["json", "svg", "text"]),
        (["--dry-run", "=", "j"], ["json"]),
        (["--dry-run", "vm"], ["vmlinuz"]),     # the value is given after = or not at all
        (["--efi-map-config", "=", ""], ["copy", "in-place", "required"]),
        (["--append", "=", ""], []),
        (["--append", ""], []),
        (["--mem-min", ""], []),
        (["-l", "--boot-entry", "=", ""], ["a.conf", "a\\ b.conf"]),
        (["-l", "--boot-entry", "=", "a."], ["a.conf"]),
        (["-l", "--boot-entry", "=", "b"], []),
        (["--serial", "=", "tt"], [f"ttyS{number}" for number in range(4)]),
        (["--serial-baud", ""], speeds),
        (["--type", "=", ""], types),
        (["-t", ""], types),
    ]


def main():
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="kexec-completion-") as place:
        directory = Path(place) / "here"
        directory.mkdir()
        (directory / "vmlinuz").write_bytes(bytes(4096))
        (directory / "initrd.img").touch()
        (directory / "image dir").mkdir()
        # The completion calls kexec for the IDs; a tree stands for the machine.
        entries = Path(place) / "root/boot/loader/entries"
        entries.mkdir(parents=True)
        for name in ("a.conf", "a b.conf"):
            (entries / name).write_text("linux /loader/entries/a.conf\n")
        program = Path(place) / "bin/kexec"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {os.environ["KEXEC"]} --sysroot={place}/root '
                           '"$@"\n')
        program.chmod(0o755)
        for words, expected, *expected_asked in rows(directory):
            found, asked = offered(directory, *words)
            good = found == expected and expected_asked in ([], [asked])
            print(f"{'ok' if good else 'FAIL'}: kexec {' '.join(words)}"
                  + ("" if good else f": {found} {asked}, expected {expected}"))
            wrong += not good
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
