#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The picture of memory, as text and as SVG, of several kinds of loads on every recorded
machine and on machines from 512 MiB to 16 TiB, compared with the files of the machine and
the plan as JSON.

    test_picture.py             compares
    test_picture.py --update    writes the pictures of docs/; look at them before a commit

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import fcntl
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
import json_output                                                  # noqa: E402
import pictures                                                     # noqa: E402
import recorded                                                     # noqa: E402

DOCS = Path(__file__).resolve().parents[2] / "docs"
KERNEL = {"size": 11 << 20, "init_size": 0x37dc000, "cmdline_size": 2047}
MIB, GIB, TIB = 1 << 20, 1 << 30, 1 << 40
LOAD = ["vmlinuz", "--initrd=initrd.img", "--append=quiet"]
LINES_MAX = 100
# No variable of the caller's terminal or locale decides.
PLAIN = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
for keep in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if keep in os.environ:
        PLAIN[keep] = os.environ[keep]
UTF8 = dict(PLAIN, LC_ALL="C.UTF-8", TERM="xterm")

# RAM from 4 GiB on, and other memory above.
LARGE = {
    "64 GiB": [(4 * GIB, 64 * GIB, "System RAM")],
    "1 TiB": [(4 * GIB, TIB, "System RAM"),
              (TIB, 2 * TIB, "Persistent Memory")],
    "16 TiB": [(4 * GIB, 16 * TIB, "System RAM")],
    "16 TiB, all types": [
        (4 * GIB, 16 * TIB, "System RAM"), (16 * TIB, 16 * TIB + 4096, "Unusable memory"),
        (20 * TIB, 20 * TIB + 512 * GIB, "Persistent Memory"),
        (21 * TIB, 21 * TIB + GIB, "Persistent Memory (legacy)"),
        (24 * TIB, 24 * TIB + 256 * GIB, "Soft Reserved")],
}
SMALL = [(0x0, 0x9ffff, "System RAM"), (0xf0000, 0xfffff, "Reserved"),
         (0x100000, 512 * MIB - 1, "System RAM")]


def enlarge(machine, ranges):
    """Adds memory to what the firmware and the running kernel say."""
    first = len(machine.numbered("sys/firmware/memmap"))
    lines = ""
    for i, (start, end, kind) in enumerate(ranges):
        entry = machine.root / "sys/firmware/memmap" / str(first + i)
        for name, text in (("start", hex(start)), ("end", hex(end - 1)), ("type", kind)):
            fakes.write(entry / name, text + "\n")
        lines += "%08x-%08x : %s\n" % (start, end - 1, kind)
    iomem = machine.root / "proc/iomem"
    iomem.write_text(iomem.read_text() + lines)
    return machine


def small_machine(root):
    """512 MiB and no EFI."""
    memory, fakes.MEMORY = fakes.MEMORY, SMALL
    try:
        return recorded.Machine(fakes.machine(root, efi=False))
    finally:
        fakes.MEMORY = memory


def machines(place):
    for archive in recorded.archives(os.environ["MACHINES"]):
        name = archive.name[:-len(".tar.xz")]
        yield name, recorded.unpack(archive, place / name)
    base = recorded.Machine(place / "ovmf-tables")
    for name, ranges in LARGE.items():
        yield name, enlarge(base.copy(place / name.replace(" ", "-")), ranges)
    yield "512 MiB", small_machine(place / "small")


class Program:
    """kexec in a directory with files to load."""

    def __init__(self, place):
        self.place = place
        (place / "vmlinuz").write_bytes(fakes.bzimage(**KERNEL))
        (place / "initrd.img").write_bytes(bytes(9 * MIB))

    def __call__(self, *arguments, environment=None):
        done = subprocess.run([os.environ["KEXEC"], *arguments], cwd=self.place,
                              capture_output=True, timeout=60, check=False,
                              env=environment or PLAIN)
        assert not done.returncode, done.stderr.decode()
        return done.stdout.decode()

    def on_terminal(self, columns, *arguments, environment):
        """The output on a terminal that is so wide."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        output = b""
        with subprocess.Popen([os.environ["KEXEC"], *arguments], cwd=self.place,
                              stdin=subprocess.DEVNULL, stdout=slave,
                              stderr=subprocess.DEVNULL, env=environment) as process:
            os.close(slave)
            while True:
                try:
                    data = os.read(master, 65536)
                except OSError:         # nobody has the other side open
                    break
                if not data:
                    break
                output += data
            process.wait(60)
        os.close(master)
        assert not process.returncode
        return output.decode().replace("\r\n", "\n")


def kinds_of_loads(machine):
    yield "-l", ["-l"]
    if machine.is_efi():
        yield "-l --noefi", ["-l", "--noefi"]
    if machine.tables():
        yield "copy", ["-l", "--efi-map-config=copy"]
    if (machine.root / "proc/kcore").exists():
        yield "-p", ["-p"]


def check_totals(check, name, output, plan, machine):
    """The lines below the picture."""
    lines = " ".join(output.split("\nTotals: ")[1].split("\n\n")[0].split())
    segments = sum(segment["size"] for segment in plan["segments"])
    ram = sum(r.end - r.start for r in machine.memory() if r.type == 1)
    calls = plan["system_calls"]
    check(name + ": totals", lines.startswith(
        "%d segments have %s; RAM has %s, and segments may lie in " % (
            len(plan["segments"]), pictures.size_text(segments),
            pictures.size_text(ram))), lines)
    order = "This would be loaded by %s; if refused" % calls["first"]
    if calls["second"]:
        *others, last = calls["second_after"]
        order += " with %s or %s, by %s" % (", ".join(others), last, calls["second"])
    else:
        # In a dom0, where Xen's call is the only one.
        order += ", not at all"
    check(name + ": calls", lines.endswith(" of it " + order), (lines, order))


def check_machine(check, program, name, machine):
    """Returns the text, the rows and the SVG of the last load."""
    for kind, options in kinds_of_loads(machine):
        line = [*options, *LOAD, f"--sysroot={machine.root}"]
        what = "%s %s" % (name, kind)
        plan = json_output.read(program(*line, "--dry-run=json"))
        rows = pictures.expected_rows(machine, plan)
        output = program(*line, "--dry-run")
        text = pictures.Text(output)
        found = list(pictures.text_problems(text, rows))
        check(what + ": text", not found, "\n".join(found + text.lines))
        check(what + ": 80 columns", text.axis_width == text.width == 80, text.width)
        check(what + ": ASCII, no escape sequences", output.isascii()
              and "\x1b" not in output, output)
        long = [one for one in output.splitlines() if len(one) > LINES_MAX]
        check(what + ": width of all lines", not long, "\n".join(long))
        starts = re.findall(r"^  \S.*?  \[(0x[0-9a-f]{16}), .*verified$", output, re.M)
        check(what + ": segments by address", len(starts) == len(plan["segments"])
              and starts == sorted(starts), starts)
        check_totals(check, what, output, plan, machine)
        svg = program(*line, "--dry-run=svg")
        found = list(pictures.svg_problems(pictures.Picture(svg), rows))
        check(what + ": SVG", not found, "\n".join(found))
    return output, rows, svg


def check_controls(check, output, rows, svg):
    """The comparison finds pictures that are wrong."""
    lines = output.splitlines()
    at = next(i for i, line in enumerate(lines) if re.match("  kernel .*#", line))
    moved = lines[at].replace("#", " ", 1)
    wrong = {
        "a column is missing": [*lines[:at], moved, *lines[at + 1:]],
        "a column too many": [*lines[:at], lines[at].rstrip() + "#", *lines[at + 1:]],
        "a row is missing": lines[:at] + lines[at + 1:],
        "another name": [*lines[:at], lines[at].replace("kernel", "kornel"),
                         *lines[at + 1:]],
        "another size": [*lines[:at], re.sub(r"\d\.\d", "9.9", lines[at]),
                         *lines[at + 1:]],
    }
    for name, changed in wrong.items():
        text = pictures.Text("\n".join(changed))
        check("control: " + name, list(pictures.text_problems(text, rows)))
    bar = re.search(r'<rect x="(\d+)"[^>]*><title>kernel ', svg)
    label = re.search(r'<text x="20" y="(\d+)">kernel<', svg)

    def with_bar(x):
        return svg[:bar.start(1)] + str(x) + svg[bar.end(1):]

    wrong = {
        "a shifted range": with_bar(int(bar[1]) + 4),
        "a range outside": with_bar(990),
        "a range is missing": re.sub("<rect[^>]*><title>kernel .*\n", "", svg),
        "labels overlap": svg[:label.start(1)] + str(int(label[1]) + 12)
                          + svg[label.end(1):],
        "a label is missing": svg.replace(">kernel<", "><"),
        "another title": svg.replace("<title>kernel ", "<title>kornel "),
        "a script": svg.replace("</svg>", "<script/></svg>"),
    }
    for name, changed in wrong.items():
        changed = changed.replace("></text>", "> </text>")
        check("control: " + name,
              list(pictures.svg_problems(pictures.Picture(changed), rows)))


def check_terminals(check, program, machine):
    line = ["-l", *LOAD, f"--sysroot={machine.root}", "--dry-run"]
    plan = json_output.read(program(*line[:-1], "--dry-run=json"))
    rows = pictures.expected_rows(machine, plan)
    for columns in (40, 80, 100, 200, 1000):
        for environment in (UTF8, PLAIN):
            output = program.on_terminal(columns, *line,
                                         environment=dict(environment, NO_COLOR="1"))
            text = pictures.Text(output)
            found = list(pictures.text_problems(text, rows))
            name = "terminal of %d columns, %s" % (columns, environment["LC_ALL"])
            check(name, not found, "\n".join(found + text.lines))
            check(name + ": as wide", text.axis_width == text.width == columns,
                  (text.axis_width, text.width))
            check(name + ": charset", ("█" in output) == (environment is UTF8)
                  and output.isascii() == (environment is PLAIN))
    for columns, width in ((0, 80), (20, 40), (5000, 1000)):
        text = pictures.Text(program.on_terminal(columns, *line, environment=PLAIN))
        check("terminal of %d columns" % columns, text.axis_width == width,
              text.axis_width)
    for name, changes, coloured in (
            ("a terminal", {}, True), ("NO_COLOR", {"NO_COLOR": "1"}, False),
            ("an empty NO_COLOR", {"NO_COLOR": ""}, True),
            ("a dumb terminal", {"TERM": "dumb"}, False)):
        output = program.on_terminal(80, *line, environment=dict(UTF8, **changes))
        check("colours: " + name, ("\x1b[" in output) == coloured, output)
        text = pictures.Text(re.sub(r"\x1b\[\d+m", "", output))
        check("colours: %s: the same picture" % name,
              not list(pictures.text_problems(text, rows)))
        # Each colour ends in its line.
        check("colours: %s: end" % name, all(
            re.findall(r"\x1b\[(\d+)m", one)[-1:] in ([], ["0"])
            for one in output.splitlines()), output)
    output = program.on_terminal(80, *line, environment=PLAIN)
    check("colours: without TERM", "\x1b[" not in output, output)
    check("a pipe: no colours", "\x1b" not in program(*line, environment=UTF8))


def check_long_words(check, program, machine):
    """Paths and command lines of any length."""
    deep = Path("d" * 100) / ("e" * 100)
    (program.place / deep).mkdir(parents=True)
    for name in ("vmlinuz", "initrd.img"):
        (program.place / deep / name).symlink_to(program.place / name)
    words = "root=UUID=%s %s" % ("0" * 36, " ".join("word%d=%s" % (i, "v" * i * 12)
                                                   for i in range(13)))
    output = program("-l", deep / "vmlinuz", f"--initrd={deep / 'initrd.img'}",
                     f"--append={words}", f"--sysroot={machine.root}", "--dry-run")
    long = [line for line in output.splitlines() if len(line) > LINES_MAX]
    check("long words: width", not long, "\n".join(long))
    joined = "".join(output.split())
    check("long words: complete", "".join(words.split()) in joined
          and joined.count(str(deep)) == 3, output)


def labels(picture):
    """The texts that neither purgatory's size nor its place changes."""
    return [line for line in picture.lines if not re.search(r"\d", line)]


def check_docs(check, program, place, update):
    """The pictures of docs/ are those of the program, but for addresses and sizes, which
    depend on the size of purgatory and so on the compiler."""
    for file, root in (("memory-2g.svg", place / "ovmf-crashkernel"),
                       ("memory-16t.svg", place / "16-TiB,-all-types")):
        svg = program("-l", *LOAD, f"--sysroot={root}", "--dry-run=svg")
        if update:
            (DOCS / file).write_text(svg)
        documented = pictures.Picture((DOCS / file).read_text())
        # Without libefivar the tables are named by their GUIDs.
        if "memory attributes" in svg:
            found = labels(documented), labels(pictures.Picture(svg))
            check("docs/" + file, found[0] == found[1] and len(found[0]) > 30, found)
        ranges = len(documented.ranges)
        found = list(pictures.svg_problems(documented, []))
        check("docs/%s can be read" % file, ranges > 30
              and found == ["%d ranges, not 0" % ranges], "\n".join(found))


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-picture-") as directory:
        place = Path(directory)
        program = Program(place)
        for name, machine in machines(place):
            result = check_machine(check, program, name, machine)
            if name == "ovmf":
                check_controls(check, *result)
        check_terminals(check, program, recorded.Machine(place / "ovmf-tables"))
        check_long_words(check, program, recorded.Machine(place / "ovmf"))
        check_docs(check, program, place, sys.argv[1:] == ["--update"])
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
