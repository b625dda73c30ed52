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
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import uki_writer                                                   # noqa: E402

SLOW, FROZEN = 600, 0       # milliseconds between two readings of the clock
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
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

    def run(self, command, clock, columns=80, during=None, prepare=None, **settings):
        """(exit status, output on stderr). during(PROCESS, TERMINAL) is called when the
        program is where STALL makes it wait, prepare() before it is started."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        environment = self.kexec.environment(dict(settings, CLOCK=clock))
        environment["NO_COLOR"] = "1"       # of the picture that -d prints
        self.kexec.log.unlink(missing_ok=True)

        def take_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            # nohup, for example, leaves SIGHUP ignored.
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            if prepare:
                prepare()

        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=slave,
                                   stdout=subprocess.DEVNULL, cwd=self.kexec.directory,
                                   env=environment, preexec_fn=take_terminal)
        os.close(slave)
        output = b""
        while True:
            if during and self.logged("stall "):
                # The bar has been drawn before, and the output is read again.
                during(process, master)
                during = None
            if during and not select.select([master], [], [], 0.05)[0]:
                continue
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

    def logged(self, text):
        log = self.kexec.log
        return log.exists() and text in log.read_text()

    def loads(self):
        return self.logged("kexec_load ")


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
    pieces = widest.replace(b"\n", b"\r").split(b"\r")
    check("as wide as the terminal, but for ^C and a column",
          max(len(piece.rstrip()) for piece in pieces) == 57, widest)
    check("erased with ^C", max(map(len, pieces)) == 59, widest)
    # The first has 3 MiB, the second one 9 MiB. A report comes after 4 MiB at the latest.
    rc, output = terminal(*LOAD, "--initrd=large")
    check("two initrds are joined", rc == 0 and screen(output) == []
          and re.findall(rb"joining initrds \[#+\.*\] +(\d+) %", output) == [b"25", b"58", b"91",
                                                                           b"100"], output)
    check("one is not", b"joining" not in terminal(*LOAD)[1])
    rc, output = terminal("-c", "-l", "uki")
    check("sections are copied", rc == 0 and b"copying the kernel [" in output
          and b"copying the initrd [" in output and screen(output) == [], output)


def check_call(check, terminal):
    """The system call: nobody knows how much of it is done."""
    for name, arguments, settings in (
            ("kexec_load", LOAD, {}),
            ("kexec_file_load", ["-s", "-l", "vmlinuz"], {"FILE_LOAD": "OK"})):
        rc, output = terminal(*arguments, STALL="call:1200", **settings)
        check(name + " shows what it waits for", rc == 0
              and b"\rkexec: handing over to the kernel ..." in output
              and len(set(re.findall(rb"kernel \.\.\. [1-9][0-9]* s", output))) >= 3
              and screen(output) == [], output)
    rc, output = terminal(*LOAD, "-i", STALL="call:600")
    check("-i computes no digests", rc == 0 and b"digests" not in output
          and b"handing over" in output and screen(output) == [], output)
    rc, output = terminal(*LOAD, "-q", STALL="call:600")
    check("-q shows nothing", rc == 0 and not output, output)
    rc, output = terminal(*LOAD, clock=FROZEN, STALL="call:600")
    check("a call that takes no time", rc == 0 and not output, output)
    rc, output = terminal(*LOAD, STALL="call:600", LOAD="ENOMEM")
    lines = screen(output)
    check("a call that fails", rc == 255 and b"handing over" in output
          and lines[0].startswith("kexec: kexec_load: ")
          and all(line.startswith("  [") for line in lines[1:]), output)


def press(key):
    return lambda process, terminal: os.write(terminal, key)


def send(number):
    return lambda process, terminal: process.send_signal(number)


def is_clear(output):
    """The terminal may print its ^C after the bar has been erased."""
    return screen(output) in ([], ["^C"], ["^\\"])


def check_signals(check, terminal):
    """Ctrl-C, and what else ends a program: the bar goes, and the signal ends kexec at
    once."""
    for name, during, number in (
            ("Ctrl-C", press(b"\x03"), signal.SIGINT),
            ("SIGTERM", send(signal.SIGTERM), signal.SIGTERM),
            ("SIGHUP", send(signal.SIGHUP), signal.SIGHUP),
            ("SIGQUIT", send(signal.SIGQUIT), signal.SIGQUIT)):
        for where, text in (("clock", b"computing digests ["),
                            ("call", b"handing over to the kernel ...")):
            begun = time.monotonic()
            rc, output = terminal(*LOAD, STALL=where + ":20000", during=during)
            check("%s at %s" % (name, where), rc == -number and text in output
                  and time.monotonic() - begun < 15 and is_clear(output),
                  (rc, output))
            check("%s at %s: what was loaded" % (name, where),
                  terminal.loads() == (where == "call"))


def check_signal_after(check, terminal, kexec):
    """Between the end of the call and that of the load, a signal waits."""
    memo = kexec.root / "run/kexec/normal.json"
    memo.parent.parent.mkdir(exist_ok=True)
    memo.unlink(missing_ok=True)
    rc, output = terminal(*LOAD, STALL="memo:700", during=press(b"\x03"))
    check("Ctrl-C after the call waits for the record of the load",
          rc == -signal.SIGINT and memo.exists() and is_clear(output), (rc, output))
    rc, output = terminal("-c", "-f", "vmlinuz", STALL="memo:700", during=press(b"\x03"))
    check("and the kernel is not started", rc == -signal.SIGINT
          and terminal.loads() and not terminal.logged("reboot"), (rc, output))
    rc, output = terminal("-c", "-f", "vmlinuz")
    check("signals are as before when the kernel is started", rc == 0
          and terminal.logged("reboot") and not terminal.logged("SIGINT is blocked"))
    rc, output = terminal(*LOAD, STALL="call:700", during=press(b"\x03"),
                          prepare=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    check("a signal that is ignored stays so", rc == 0 and terminal.loads()
          and is_clear(output), (rc, output))


def check_no_bar(check, terminal, kexec):
    for name, arguments, settings in (
            ("a load that takes no time", LOAD, {"clock": FROZEN}),
            ("-q", [*LOAD, "-q"], {}), ("-lq", ["-clq", *LOAD[2:]], {}),
            ("--quiet", ["--quiet", *LOAD], {}),
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
        fakes.write(directory / "large", b"070701" + bytes((9 << 20) - 6))
        fakes.write(directory / "uki", uki_writer.uki(kernel, b"070701" + bytes(9000)))
        fakes.write(directory / "initrd", b"070701" + os.urandom((3 << 20) - 6))
        check_bar(check, terminal)
        check_no_bar(check, terminal, kexec)
        check_call(check, terminal)
        check_signals(check, terminal)
        check_signal_after(check, terminal, kexec)
        check_messages(check, terminal, kexec)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
