#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec -p on recorded machines with one defect each, or with less memory reserved: one
message and status 1, or an image in spite of it.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import recorded                                                     # noqa: E402

CPU = "sys/devices/system/cpu"
VMCOREINFO = "sys/kernel/vmcoreinfo"
KCORE = "proc/kcore"

# Defect, file, its content (None: missing; a function: changes it), status, words on
# stderr.
DEFECTS = [
    ("nothing wrong", "proc/version", None, 0, ""),
    ("no kcore", KCORE, None, 1, "CONFIG_PROC_KCORE"),
    ("kcore cut off", KCORE, lambda data: data[:100], 1, "/proc/kcore"),
    ("kcore of zeros", KCORE, lambda data: bytes(len(data)), 1, "not an ELF file"),
    ("kcore without the kernel", KCORE,
     lambda data: data.replace(b"\xff\xff\xff\xff", b"\x80\xff\xff\xff"), 1,
     "/proc/kcore"),
    ("no notes of an offline CPU", CPU + "/cpu1/crash_notes", None, 0, ""),
    ("notes at no address", CPU + "/cpu1/crash_notes", lambda data: b"here\n", 1,
     "cpu1/crash_notes"),
    ("notes of 5 MiB", CPU + "/cpu1/crash_notes_size", lambda data: b"5242880\n", 1,
     "cpu1/crash_notes"),
    ("no CPUs", CPU, None, 1, CPU),
    ("no vmcoreinfo", VMCOREINFO, None, 0, ""),
    ("vmcoreinfo of text", VMCOREINFO, lambda data: b"here it is\n", 1, "vmcoreinfo"),
    ("no iomem", "proc/iomem", None, 1, "proc/iomem"),
    ("iomem hidden", "proc/iomem",
     lambda data: b"00000000-00000000 : Crash kernel\n", 1, "run as root"),
    ("nothing reserved", "proc/iomem",
     lambda data: data.replace(b"Crash kernel", b"Moon dust"), 1, "crashkernel="),
]

KERNEL = {"size": 11 << 20, "init_size": 0x37dc000, "cmdline_size": 2047}
INITRD_SIZE = 9 << 20


def change(root, path, content):
    target = root / path
    if content is not None:
        fakes.write(target, content(target.read_bytes()))
    elif target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()


def load(place, root, *options):
    return subprocess.run(
        [os.environ["KEXEC"], "-p", "vmlinuz", "--initrd=initrd", "--dry-run",
         "--sysroot=%s" % root.resolve(), *options], cwd=place, timeout=60,
        capture_output=True, text=True, check=False)


def try_defects(check, place, machine):
    for name, path, content, status, words in DEFECTS:
        changed = machine.copy(place / "changed")
        change(changed.root, path, content)
        done = load(place, changed.root)
        lines = done.stderr.splitlines()
        check(name, done.returncode == status and words in done.stderr
              and len(lines) == (1 if status else 0)
              and bool(done.stdout) == (not status), done.stderr or done.returncode)
        if status == 0 and "crash_notes" in path:
            check(name + ": is said", "cpu1" in load(place, changed.root, "-d").stderr)
        shutil.rmtree(changed.root)


def resized(place, machine, size):
    """The machine with this many bytes reserved."""
    changed = machine.copy(place / "changed")
    text = (changed.root / "proc/iomem").read_text()
    start = int(re.search(r"([0-9a-f]+)-[0-9a-f]+ : Crash kernel", text)[1], 16)
    fakes.write(changed.root / "proc/iomem", re.sub(
        r"-[0-9a-f]+ : Crash kernel", "-%x : Crash kernel" % (start + size - 1), text))
    return changed


def try_sizes(check, place, machine):
    """The message names the missing size: with so much more it fits, with less it does
    not."""
    for size in (1 << 20, 16 << 20, 64 << 20):
        changed = resized(place, machine, size)
        done = load(place, changed.root)
        shutil.rmtree(changed.root)
        found = re.search(r"too small by (\d+) KiB: it has (\d+) KiB", done.stderr)
        check("%d: says by how much" % size, done.returncode == 1 and found and
              int(found[2]) == size >> 10 and "crashkernel=" in done.stderr, done.stderr)
        if not found:
            continue
        for less, status in ((4096, 1), (0, 0)):
            changed = resized(place, machine, size + int(found[1]) * 1024 - less)
            done = load(place, changed.root)
            check("%d: %d bytes less" % (size, less), done.returncode == status,
                  done.stderr)
            shutil.rmtree(changed.root)


def try_bounds(check, place, machine):
    done = load(place, machine.root, "--mem-max=0x20000000")
    check("bounds that leave nothing", done.returncode == 1
          and "leave no usable part of the crash kernel region" in done.stderr, done.stderr)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-crash-") as directory:
        place = Path(directory)
        (place / "vmlinuz").write_bytes(fakes.bzimage(**KERNEL))
        (place / "initrd").write_bytes(bytes(INITRD_SIZE))
        machine = recorded.unpack(
            Path(os.environ["MACHINES"]) / "ovmf-crashkernel.tar.xz", place / "machine")
        try_defects(checks, place, machine)
        try_sizes(checks, place, machine)
        try_bounds(checks, place, machine)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
