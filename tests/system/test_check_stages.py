#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""./check refuses a stage that it does not have, before it tests or installs anything.
Otherwise a mistake in a name would end with "0 failed"."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CHECK = Path(__file__).resolve().parents[2] / "check"
REFUSED = [["packge"], ["style", "packge"], ["packge", "style"], ["--help"], [""],
           ["style gcc"], ["stage"]]


def main():
    failed = []
    for stages in REFUSED:
        with tempfile.TemporaryDirectory(prefix="kexec-check-") as directory:
            build = Path(directory) / "build"
            done = subprocess.run([CHECK, *stages], text=True, capture_output=True,
                                  timeout=60,
                                  env={**os.environ, "CHECK_BUILD": str(build)})
            good = (done.returncode == 2 and not done.stdout and not build.exists()
                    and "no stage is called" in done.stderr
                    and "package" in done.stderr)
        print(f"{'PASS' if good else 'FAIL'} {stages}" + ("" if good else f"\n{done}"))
        failed.extend([] if good else [stages])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
