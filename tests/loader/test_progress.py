#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The progress bar: shown on a terminal if a load takes long, and removed afterwards. The
test controls the program's clock (preload.c), so no result depends on speed.
Environment: KEXEC, CC."""

import fcntl
import gzip
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

SLOW, FROZEN = 600, 0       # milliseconds between two readings of the clock
LOAD = ["-c", "-l", "vmlinuz", "--initrd=initrd"]


def screen(output):
    """The lines that a terminal shows after this output: a carriage return overwrites."""
    lines = []
    for text in output.decode("ascii").split("\n"):
        line = []
        for piece in text.split("\r"):
            line[:len(piece)] = piece
        lines.append("".join(line).rstrip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Terminal:
    """A pseudo-terminal; run() starts its foreground job."""

    def __init__(self, kexec):
        self.kexec = kexec

    def run(self, command, clock, columns=80, **settings):
        """(exit status, output on stderr)"""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        environment = self.kexec.environment(dict(settings, CLOCK=clock))
        self.kexec.log.unlink(missing_ok=True)

        def take_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=slave,
                                   stdout=subprocess.DEVNULL, cwd=self.kexec.directory,
                                   env=environment, preexec_fn=take_terminal)
        os.close(slave)
        output = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:     # EIO: the other end was closed
                break
            if not piece:
                break
            output += piece
        os.close(master)
        return process.wait(timeout=60), output

    def __call__(self, *arguments, clock=SLOW, **settings):
        return self.run([self.kexec.program, *arguments], clock, **settings)

    def loads(self):
        log = self.kexec.log
        return log.exists() and "kexec_load " in log.read_text()


def check_bar(check, terminal):
    rc, output = terminal(*LOAD)
    check("drawn", rc == 0 and terminal.loads() and b"\rkexec: computing digests [" in output
          and b"#]" in output and b" 100 %" in output, output)
    check("gone", screen(output) == [], output)
    rc, output = terminal("-c", "-l", "vmlinuz.gz", "--initrd=initrd")
    first, second = output.find(b"uncompressing ["), output.find(b"computing digests [")
    check("compressed", rc == 0 and 0 <= first < second and screen(output) == [], output)
    rc, output = terminal("-s", "-l", "vmlinuz.gz", FILE_LOAD="OK")
    check("for kexec_file_load", rc == 0 and b"uncompressing [" in output
          and screen(output) == [], output)
    widest = terminal(*LOAD, columns=60)[1]
    check("as wide as the terminal, but for a column",
          max(map(len, widest.replace(b"\n", b"\r").split(b"\r"))) == 59, widest)


def check_no_bar(check, terminal, kexec):
    for name, arguments, settings in (
            ("a load that takes no time", LOAD, {"clock": FROZEN}),
            ("-q", [*LOAD, "-q"], {}), ("-lq", ["-clq", *LOAD[2:]], {}),
            ("--quiet", ["--quiet", *LOAD], {}), ("-i", [*LOAD, "-i"], {}),
            ("a narrow terminal", LOAD, {"columns": 30})):
        rc, output = terminal(*arguments, **settings)
        check("none: " + name, rc == 0 and terminal.loads() and not output, output)
    result = kexec(*LOAD, CLOCK=SLOW)
    check("none: a pipe", result.rc == 0 and result.loads() and result.silent(), result)
    # With -m, sh starts it as a background job, which does not own the terminal.
    rc, output = terminal.run(["sh", "-mc", '"$@" & wait $!', "sh",
                               kexec.program, *LOAD], SLOW)
    check("none: in the background", rc == 0 and terminal.loads()
          and b"digests" not in output, output)


def check_messages(check, terminal, kexec):
    """Every message is at the start of a line, and the rest of the line is clear of the
    bar."""
    initrd = kexec.directory / "initrd"
    content = initrd.read_bytes()
    plain = kexec(*LOAD, EARLY="shrink:%s" % initrd)
    initrd.write_bytes(content)
    rc, output = terminal(*LOAD, EARLY="shrink:%s" % initrd)
    initrd.write_bytes(content)
    check("an error", rc == plain.rc == 1 and not terminal.loads()
          and b"computing digests [" in output
          and screen(output) == plain.err.splitlines(), output)
    plain = kexec("-c", "-l", "broken.gz", CLOCK=SLOW)
    rc, output = terminal("-c", "-l", "broken.gz")
    check("a broken container", rc == plain.rc == 1 and b"uncompressing [" in output
          and screen(output) == plain.err.splitlines(), output)
    plain = kexec(*LOAD, "-d")
    rc, output = terminal(*LOAD, "-d")
    check("notes", rc == plain.rc == 0 and b"computing digests [" in output
          and without_speed(screen(output)) == without_speed(
              [line.rstrip() for line in plain.err.splitlines()]), output)


def without_speed(lines):
    """The last line of a plan tells how fast digests were computed."""
    return [re.sub(r" in about .* measured", " measured", line) for line in lines]


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-test.") as name:
        directory = Path(name)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        terminal = Terminal(kexec)
        kernel = fakes.bzimage() + os.urandom(1 << 20)
        packed = gzip.compress(kernel)
        fakes.write(directory / "vmlinuz", kernel)
        fakes.write(directory / "vmlinuz.gz", packed)
        fakes.write(directory / "broken.gz", packed[:-100000])
        fakes.write(directory / "initrd", b"070701" + os.urandom((3 << 20) - 6))
        check_bar(check, terminal)
        check_no_bar(check, terminal, kexec)
        check_messages(check, terminal, kexec)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
