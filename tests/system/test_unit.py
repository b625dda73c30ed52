#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""systemd-analyze accepts the systemd unit, and reports each mistake that is made in a
copy of it.

Environment: KEXEC_LOAD_UNIT. Exit status 77 (SKIP): systemd is not installed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = Path("/lib/systemd/system")


def complaints(directory, unit, program):
    """The output of systemd-analyze for this unit, in a system with only this unit and
    systemd's own."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(UNITS, directory / "lib/systemd/system", symlinks=True)
    place = directory / program.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("#!/bin/sh\n")
    place.chmod(0o755)
    name = "etc/systemd/system/kexec-load.service"
    (directory / name).parent.mkdir(parents=True)
    (directory / name).write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={directory}", "/" + name],
        text=True, capture_output=True)
    return "\n".join(line for line in done.stderr.splitlines() if "kexec-load" in line)


def main():
    if not shutil.which("systemd-analyze") or not (UNITS / "sysinit.target").exists():
        print("SKIP: systemd-analyze or its units are missing (Debian: systemd)")
        return 77
    unit = Path(os.environ["KEXEC_LOAD_UNIT"]).read_text()
    program = re.search(r"^ExecStart=(/\S+/kexec-load) load$", unit, re.M)[1]
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="kexec-unit-") as directory:
        for name, text, expected in (
                ("unit", unit, ""),
                ("misspelt key", unit.replace("Type=", "Typ="), "Unknown key"),
                ("other program", unit.replace("kexec-load load", "gone load"),
                 "not executable"),
                ("nothing to do", re.sub("^Exec.*\n", "", unit, flags=re.M),
                 "ExecStart")):
            found = complaints(Path(directory) / "system", text, program)
            good = expected in found if expected else not found
            print(f"{'ok' if good else 'FAIL'}: {name}{'' if good else ': ' + found}")
            wrong += not good
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
