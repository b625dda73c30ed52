#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks the bench without measuring: the stand-in for the kernel
copies every byte, the derived machines are as large as they claim, the plot and the
document get what they are given. Environment: KEXEC, CC."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "bench"), *(str(TOP / "tests" / name) for name in (
    "differential", "loader", "lib"))]

import document                                         # noqa: E402
import fakes                                            # noqa: E402
import growth                                           # noqa: E402
import machines                                         # noqa: E402
import plot                                             # noqa: E402
import programs                                         # noqa: E402
import results                                          # noqa: E402
import timed                                            # noqa: E402
import verification                                     # noqa: E402

MIB = 1 << 20
SVG = "{http://www.w3.org/2000/svg}"


class Fixture:
    """Our program as the bench runs it, and files to load."""

    def __init__(self, place):
        self.place, self.kernel, self.initrd = place, place / "KERNEL", place / "INITRD"
        self.kernel.write_bytes(fakes.bzimage(cmdline_size=2047))
        self.initrd.write_bytes(b"070701" + os.urandom(3 * MIB - 1))
        self.pool = place / "pool"
        program = programs.Program(place / "ours", os.environ["KEXEC"])
        self.plain = program.preloads
        self.ours = timed.Timed(program, [timed.preload(place), *self.plain], "", self.pool)
        self.machines = machines.Machines(TOP / "tests/machines", place)

    def load(self, action="-l"):
        return ["-c", action, self.kernel, "--initrd=%s" % self.initrd, "--append=quiet",
                "--no-random-placement"]

    def segments(self, machine):
        """The same load, caught by tests/loader/preload.c: [(bytes, size in memory)]"""
        program = self.ours.program
        program.preloads, kept = self.plain, program.preloads
        result = program.on(machine, self.load())
        program.preloads = kept
        sizes = [int(line.split("memsz=")[1].split()[0], 0) for line in result.log
                 if line.startswith("segment ")]
        files = sorted(program.segments.iterdir())
        return [(file.read_bytes(), size) for file, size in zip(files, sizes)]

    def plan(self, machine, action="-l"):
        """The load as the bench measures it: not with --sysroot but as on a live machine,
        whose paths lead to the recorded tree."""
        done = subprocess.run(
            [self.ours.program.program, *map(str, self.load(action)), "--dry-run=json"],
            env=self.ours.environment(machine, copying=False), check=False,
            stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout) if done.stdout else {}


def check_copying(check, fixture):
    machine = fixture.machines.base
    segments = fixture.segments(machine)
    expected = b"".join(data + bytes(size - len(data)) for data, size in segments)
    check("there are segments", len(segments) >= 5 and len(expected) > 7 * MIB)
    # Zeros have to be written, too.
    fixture.pool.write_bytes(b"\xaa" * (len(expected) + 4096))
    run = fixture.ours.once(machine, fixture.load())
    copied = fixture.pool.read_bytes()
    check("each byte of each segment is copied", copied[:len(expected)] == expected)
    check("and nothing else", copied[len(expected):] == b"\xaa" * 4096)
    check("the parts of a run are parts of it",
          0 < run.copying and 0 < run.before and 0 < run.after and
          abs(run.before + run.copying + run.after - run.wall) < 1e-9)
    check("memory is told of", 0 < run.anonymous_kib() <= run.most_anonymous_kib())
    # A smaller pool is used again from its start.
    fixture.pool.write_bytes(bytes(MIB))
    fixture.ours.once(machine, fixture.load())
    end = len(expected) - len(expected) % MIB
    last = expected[end:] + expected[end - MIB:][len(expected) - end:MIB]
    check("a smaller pool holds what came last", fixture.pool.read_bytes() == last)


def check_failure(check, fixture):
    try:
        fixture.ours.once(fixture.machines.base, ["-c", "-l", fixture.place / "MISSING"])
        check("a load that fails is not a measurement", False)
    except RuntimeError as error:
        check("a load that fails is not a measurement", "MISSING" in str(error), str(error))


def check_machines(check, fixture):
    made = fixture.machines
    machine = made.ranges(200)
    check("200 ranges", len(machine.numbered("sys/firmware/memmap")) == 200)
    check("that many in the next kernel's map",
          200 <= len(fixture.plan(machine).get("memory_map", [])) < 210)
    for count in (10, 4096):
        efi = fixture.plan(made.tables(count)).get("efi", {})
        check("%d entries" % count, len(efi.get("config_tables", [])) == count, efi)
    sizes = []
    for count in (1, 33):
        found = fixture.plan(made.processors(count), "-p").get("segments", [])
        sizes += [one["data_size"] for one in found if one["name"] == "ELF core header"]
    # elf.h: a program header takes 56 bytes.
    check("32 CPUs more", len(sizes) == 2 and sizes[1] - sizes[0] == 32 * 56, sizes)
    found = [one for one in fixture.plan(made.large()).get("memory_map", [])
             if int(one["start"], 0) == 4 << 30]
    check("room for large initrds", len(found) == 1, found)


def check_object_files(check, place):
    """An object file inside of a program, at an unaligned offset."""
    source, part = place / "part.c", place / "part.o"
    source.write_text("int verify_sha256_digest(void) { return 0; }\n")
    compiler = shlex.split(os.environ.get("CC") or "cc")
    subprocess.run([*compiler, "-c", source, "-o", part], check=True)
    content = part.read_bytes()
    whole = b"\x7fELF\x02\x01\x01" + bytes(77) + content + b"behind it"
    check("the object is found", list(verification.object_files(whole)) == [content])
    check("but not where it is cut off",
          not list(verification.object_files(whole[:len(content)])))


def check_plot(check):
    check("linear is linear", growth.bend([(10, 1.0), (100, 1.9), (1000, 10.9)]) < 1.01)
    check("a square is not", growth.bend([(n, 1e-4 * n * n) for n in (10, 512, 2048)]) > 4)
    check("no growth is linear", growth.bend([(10, 1.0), (100, 0.9), (1000, 1.0)]) <= 2)
    svg = plot.svg([("initrd", "MiB", {"kexec-tools": [(64, 0.2), (4096, 12.5)],
                                       "kexec-efi": [(64, 0.02), (4096, 1.25)]}),
                    ("core header", "CPUs", {"kexec-tools": [], "kexec-efi": [(1, 0.01)]})])
    tree = xml.etree.ElementTree.fromstring(svg)
    curves = [[tuple(map(float, place.split(","))) for place in curve.get("points").split()]
              for curve in tree.iter(SVG + "polyline")]
    check("a curve for each line with points", [len(c) for c in curves] == [2, 2, 1], svg)
    # With logarithmic axes, a tenth of the cost at every size is the same curve further
    # down.
    lower = [b[1] - a[1] for a, b in zip(curves[0], curves[1])]
    check("a factor is a distance", lower[0] > 0 and abs(lower[0] - lower[1]) < 0.5, lower)
    words = ["".join(one.itertext()) for one in tree.iter(SVG + "text")]
    check("legends and sizes", {"kexec-tools", "kexec-efi", "64", "4096"} <= set(words))


def check_document(check):
    text = (TOP / "docs/performance.md").read_text()
    found = results.Results({
        "cpu": "a CPU", "cpus": 2, "load_average": 0,
        "load_average_at_end": 0, "kexec_tools": "1", "runs": 3})
    sample = dict.fromkeys(("wall", "before", "copying", "after", "cpu"), 1.25)
    two, one = results.Values([2.0, 3.0, 1.0]), results.Values([1.0])
    found.faster("a load", 1.5, two, one, parts={"kexec-tools": sample,
                                                 "kexec-efi": sample})
    found.faster("another", 6, two, one)
    found.skip("a third", "it is not there")
    after = document.insert(text, json.loads(json.dumps(found.json())))
    for line in ("| a load | ≥ 1.5 × | met | 2.00 ×; kexec-tools 2.000 s (1.000 to 3.000), "
                 "kexec-efi 1.000 s (1.000 to 1.000) |",
                 "| a load | kexec-efi | 1250 ms | 1250 ms | 1250 ms | 1250 ms | 1250 ms |",
                 "| a third | skipped: it is not there |"):
        check("the document has the row", line in after.splitlines(), line)
    check("a goal that is missed", "| another | ≥ 6 × | **not met** |" in after)
    check("twice is the same as once", document.insert(after, found.json()) == after)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-bench-test-") as directory:
        place = Path(directory)
        fixture = Fixture(place)
        check_copying(check, fixture)
        check_failure(check, fixture)
        check_machines(check, fixture)
        check_object_files(check, place)
    check_plot(check)
    check_document(check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
