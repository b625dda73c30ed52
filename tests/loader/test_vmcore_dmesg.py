#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""vmcore-dmesg on recorded crashes, and its command line.

Environment: VMCORE_DMESG, the program; VMCORES, the recorded crashes
(tests/vmcore). The output has to be what the crashed kernels' consoles
showed.
"""

import lzma
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VMCORE_DMESG", TOP / "build/vmcore-dmesg/vmcore-dmesg")
VMCORES = Path(os.environ.get("VMCORES", TOP / "tests/vmcore"))

FAILURES = []


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], timeout=60,
                          **{"capture_output": True, **options})


def check(name, condition, detail=""):
    if not condition:
        FAILURES.append(name)
        print(f"FAIL {name}: {detail}")


def shown_on_console(path):
    """Console output in the form in which vmcore-dmesg prints such bytes."""
    data = lzma.decompress(path.read_bytes()).replace(b"\r\n", b"\n")
    return re.sub(rb"[^\t\n -~]", lambda match: b"\\x%02x" % match[0][0], data)


def check_recorded(name, lines, whole):
    """lines: minimum number of lines; whole: whether all of the console is expected."""
    console = shown_on_console(VMCORES / f"{name}.console.xz")
    with tempfile.NamedTemporaryFile() as core:
        core.write(lzma.decompress((VMCORES / f"{name}.core.xz").read_bytes()))
        core.flush()
        done = run(core.name)
        check(name, done.returncode == 0 and not done.stderr,
              f"exit status {done.returncode}: {done.stderr}")
        check(f"{name}: number of lines", done.stdout.count(b"\n") >= lines,
              done.stdout.count(b"\n"))
        check(f"{name}: as on the console", console.endswith(done.stdout)
              and done.stdout.startswith(b"["), done.stdout[:300])
        check(f"{name}: all of the log", not whole or console == done.stdout,
              f"{len(console)} bytes on the console, {len(done.stdout)} printed")
        check(f"{name}: special records", b"] second line\n" in done.stdout
              and b"bell\\x07 escape \\x1b[31mred" in done.stdout
              and b"sysrq: Trigger a crash\n" in done.stdout, done.stdout[-3000:])
        check_cut(name, core, done.stdout)


def check_cut(name, core, complete):
    """A dump that is cut off: less is printed, or an error, but the program never
    crashes."""
    size = core.tell()
    for part in range(1, 32):
        core.truncate(size - size * part // 32)
        done = run(core.name)
        lost = [line for line in done.stdout.splitlines() if line not in complete]
        check(f"{name}, {part}/32 missing", done.returncode in (0, 1)
              and (done.returncode == 0 or done.stderr.count(b"\n") == 1)
              and (done.stderr or done.stdout == complete) and not lost,
              f"exit status {done.returncode}: {done.stderr} {lost[:3]}")


def with_note(data, name):
    """The dump with one more note: its first PT_NOTE moves to the end of the file."""
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for place in range(offset, offset + size * count, size):
        if struct.unpack_from("<I", data, place)[0] == 4:
            break
    start, = struct.unpack_from("<Q", data, place + 8)
    length, = struct.unpack_from("<Q", data, place + 32)
    text = b"PAGESIZE=4096\n\0\0"
    note = struct.pack("<III", len(name) + 1, len(text), 0) + \
        name.encode().ljust((len(name) + 4) & ~3, b"\0") + text
    changed = bytearray(data + b"\0" * (-len(data) % 4))
    struct.pack_into("<Q", changed, place + 8, len(changed))
    struct.pack_into("<QQ", changed, place + 32, *[length + len(note)] * 2)
    return bytes(changed) + data[start:start + length] + note


def check_xen(name):
    """A dump of a Xen machine is refused with a way out; another note does not matter."""
    data = lzma.decompress((VMCORES / f"{name}.core.xz").read_bytes())
    for note, refused in (("VMCOREINFO_XEN", True), ("VMCOREINFO_XYZ", False)):
        with tempfile.NamedTemporaryFile() as core:
            core.write(with_note(data, note))
            core.flush()
            done = run(core.name)
            check(f"{name}, note {note}", done.returncode == (1 if refused else 0)
                  and (b"Xen" in done.stderr and b"makedumpfile" in done.stderr) == refused
                  and done.stderr.count(b"\n") == refused and bool(done.stdout) != refused,
                  f"exit status {done.returncode}: {done.stderr}")


# arguments, exit status, beginnings of standard output and standard error
COMMANDS = [
    (["--help"], 0, b"Usage: vmcore-dmesg VMCORE\n", None),
    (["-h"], 0, b"Usage: vmcore-dmesg VMCORE\n", None),
    (["--version"], 0, b"vmcore-dmesg (kexec-efi ", None),
    (["-v"], 0, b"vmcore-dmesg (kexec-efi ", None),
    ([], 1, None, b"Usage: vmcore-dmesg VMCORE\n"),
    (["a", "b"], 1, None, b"Usage: vmcore-dmesg VMCORE\n"),
    (["--bogus", "a"], 1, None, b"vmcore-dmesg: unrecognized option '--bogus'\n"),
    (["/nonexistent"], 1, None,
     b"vmcore-dmesg: cannot open /nonexistent: No such file or directory\n"),
    (["/"], 1, None, b"vmcore-dmesg: cannot read /: Is a directory\n"),
    (["/dev/null"], 1, None, b"vmcore-dmesg: /dev/null is not a dump"),
    (["a\x1b[31mb"], 1, None, b"vmcore-dmesg: cannot open a\\x1b[31mb: No such"),
    ([sys.executable], 1, None, b"vmcore-dmesg: " + sys.executable.encode()
     + b" is an ELF file but not a dump"),
]


def check_commands():
    for arguments, status, output, message in COMMANDS:
        done = run(*arguments)
        good = done.returncode == status
        for text, expected in ((done.stdout, output), (done.stderr, message)):
            good = good and (text.startswith(expected) if expected else not text)
        check(f"vmcore-dmesg {arguments}", good, done)
    with open("/dev/full", "wb") as full:
        done = run("--help", stdout=full, capture_output=False,
                   stderr=subprocess.PIPE)
    check("a full disk", done.returncode == 1 and b"No space left" in done.stderr, done)


def main():
    check_recorded("linux-6.1-full", 1500, whole=False)
    check_recorded("linux-6.12", 350, whole=True)
    check_xen("linux-6.12")
    check_commands()
    print(f"{len(FAILURES)} failed")
    return 1 if FAILURES else 0


sys.exit(main())
