#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""systemd-analyze accepts the systemd units, calls them well enough sandboxed, and
reports each mistake that is made in a copy of them.

Environment: KEXEC_LOAD_UNIT, the path of kexec-load.service beside the other units. Exit
status 77 (SKIP): systemd is not installed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = Path("/lib/systemd/system")
NAMES = ("kexec-load.service", "kexec-load-reload.service", "kexec-load-shutdown.service",
         "kexec-load.path")


def system(directory, units, program):
    """A system with only these units and systemd's own."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(UNITS, directory / "usr/lib/systemd/system", symlinks=True)
    for name in (program, "/bin/sleep"):
        place = directory / name.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    (directory / "etc/systemd/system").mkdir(parents=True)
    for name, text in units.items():
        (directory / "etc/systemd/system" / name).write_text(text)


def complaints(directory, name):
    """The output of systemd-analyze for this unit."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={directory}",
         f"/etc/systemd/system/{name}"], text=True, capture_output=True)
    return "\n".join(line for line in done.stderr.splitlines() if "kexec-load" in line)


def exposure(directory, name):
    """systemd's level of exposure in tenths, from 0 (sandboxed) to 100."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=49", "--no-pager",
         str(directory / "etc/systemd/system" / name)], text=True, capture_output=True)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    return round(float(found[1]) * 10) if found else done.stdout + done.stderr


def main():
    if not shutil.which("systemd-analyze") or not (UNITS / "sysinit.target").exists():
        print("SKIP: systemd-analyze or its units are missing (Debian: systemd)")
        return 77
    build = Path(os.environ["KEXEC_LOAD_UNIT"]).parent
    units = {name: (build / name).read_text() for name in NAMES}
    unit = units[NAMES[0]]
    program = re.search(r"^ExecStart=(/\S+/kexec-load) load$", unit, re.M)[1]
    wrong = 0

    def check(name, good, found=""):
        nonlocal wrong
        print(f"{'ok' if good else 'FAIL'}: {name}{'' if good else f': {found}'}")
        wrong += not good

    with tempfile.TemporaryDirectory(prefix="kexec-unit-") as directory:
        place = Path(directory) / "system"
        system(place, units, program)
        for name in NAMES:
            found = complaints(place, name)
            check(name, not found, found)
            if name.endswith(".service"):
                level = exposure(place, name)
                check(f"{name}: exposure below 5", isinstance(level, int) and level < 50,
                      level)
        loose = re.sub("^(Protect|Private|Restrict|Capability|System|Device).*\n", "", unit,
                       flags=re.M)
        (place / "etc/systemd/system/kexec-load.service").write_text(loose)
        level = exposure(place, NAMES[0])
        check("without a sandbox: exposure", isinstance(level, int) and level >= 50, level)
        for name, text, expected in (
                ("misspelt key", unit.replace("Type=", "Typ="), "Unknown key"),
                ("other program", unit.replace("kexec-load load", "gone load"),
                 "not executable"),
                ("nothing to do", re.sub("^Exec.*\n", "", unit, flags=re.M),
                 "ExecStart")):
            system(place, {**units, NAMES[0]: text}, program)
            found = complaints(place, NAMES[0])
            check(name, expected in found, found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
