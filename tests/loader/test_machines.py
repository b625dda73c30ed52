#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--dry-run on every recorded machine against tests/machines/expected/NAME.txt, and with
-p against NAME.crash.txt on those whose /proc/kcore was recorded, which it needs. --check
on all of them against NAME.check.txt.

    test_machines.py            compares
    test_machines.py --update   writes the files; check the difference before a commit

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import recorded                                                     # noqa: E402

LOAD = ["vmlinuz", "--initrd=initrd.img", "--reuse-cmdline", "--append=quiet", "--dry-run"]

# The sizes of a distribution's kernel and of a small initrd.
KERNEL = {"size": 11 << 20, "init_size": 0x37dc000, "cmdline_size": 2047}
INITRD_SIZE = 9 << 20

# Purgatory's size depends on the compiler. It comes last in memory, so its address and
# the entry differ from build to build. Nothing else may differ.
OF_THE_BUILD = [
    (r"^(  purgatory ) .*\n.*$", r"\1(place and size depend on the compiler)"),
    (r"0x[0-9a-f]+ \(purgatory\)", "(purgatory)"),
    # The picture shows purgatory, too; test_picture.py reads it.
    (r"(?s)\nPicture of memory:\n.*?\n(?=\n)", ""),
    (r"segments have [0-9.]+ [KMG]iB", "segments have (with purgatory)"),
    # How long verifying takes is measured.
    (r"(?s)(?<=\n)Summary: .*", lambda match: " ".join(match[0].split()) + "\n"),
    (r" in about [0-9.]+ s \([0-9.]+ [KMGT]iB/s, ", " in about (this machine's speed, "),
    # Without libefivar the tables are named by their GUIDs.
    (r"(EFI tables in memory that the Xen hypervisor has reused): .*", r"\1: (names)"),
]

# Without libefivar the tables are named by their GUIDs, which may break lines.
TABLE = re.compile(r"^(  (?:  )?0x[0-9a-f]{16})  .*(?:\n {40,}.*)*$", re.M)
GUID = re.compile(r"^  (?:  )?0x[0-9a-f]{16} .{12}  [0-9a-f]{8}(-[0-9a-f]{4}){3}-", re.M)


def run(place, machine, arguments):
    """The output, without parts that depend on the build, and after it the warnings."""
    link = place / "machine"
    link.unlink(missing_ok=True)
    link.symlink_to(machine.root)
    done = subprocess.run([os.environ["KEXEC"], "--sysroot=machine", *arguments],
                          cwd=place, timeout=60, capture_output=True, text=True,
                          check=False)
    # An error fails the test.
    text = done.stdout if not done.returncode else "rc %d\n" % done.returncode
    text += done.stderr
    for pattern, replacement in OF_THE_BUILD:
        text = re.sub(pattern, replacement, text, flags=re.M)
    return text


def same(found, expected):
    if found != expected and len(GUID.findall(found)) > len(GUID.findall(expected)):
        found, expected = (TABLE.sub(r"\1", text) for text in (found, expected))
    return found == expected


def difference(name, found, expected):
    return "\n".join(difflib.unified_diff(expected.splitlines(), found.splitlines(),
                                          name, "found", lineterm=""))


def compare(checks, path, found):
    if not path.exists():
        checks("%s is there" % path.name, False, "make it with --update")
        return
    expected = path.read_text()
    checks(path.stem, same(found, expected), difference(path.name, found, expected))


def main():
    update = sys.argv[1:] == ["--update"]
    checks = fakes.Checks()
    archives = recorded.archives(os.environ["MACHINES"])
    expected = Path(os.environ["MACHINES"]) / "expected"
    known = set()
    with tempfile.TemporaryDirectory(prefix="kexec-machines-") as directory:
        place = Path(directory)
        (place / "vmlinuz").write_bytes(fakes.bzimage(**KERNEL))
        (place / "initrd.img").write_bytes(bytes(INITRD_SIZE))
        for archive in archives:
            name = archive.name[:-len(".tar.xz")]
            machine = recorded.unpack(archive, place / name)
            commands = {name + ".txt": ["-l", *LOAD], name + ".check.txt": ["--check"]}
            if (machine.root / "proc/kcore").exists():
                commands[name + ".crash.txt"] = ["-p", *LOAD]
            for file, arguments in commands.items():
                found = run(place, machine, arguments)
                if update:
                    expected.mkdir(exist_ok=True)
                    (expected / file).write_text(found)
                compare(checks, expected / file, found)
            known |= set(commands)
    checks("no file without a machine",
           {path.name for path in expected.glob("*.txt")} == known)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
