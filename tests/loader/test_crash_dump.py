#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The memory of a crash kernel, on machines derived from recorded ones: the ELF core
header has all RAM but the capture kernel's, to the byte, and e820 and memmap= have the
memory that the capture kernel may use. Also segments on machines with more than 64 TiB.

The files that --dump-image writes are read here, from the documents, without kexec.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402

MIB, FOUR_GIB, FOUR_LEVELS = 1 << 20, 1 << 32, 1 << 46
KERNEL = {"size": 4 << 20, "init_size": 16 << 20, "cmdline_size": 2047}
CMA_FILE = "sys/kernel/kexec/crash_cma_ranges"
CMA = (0x40000000, 0x60000000)


class Place:
    """A directory with a kernel, an initrd and machines."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.made = 0
        fakes.write(self.directory / "initrd", bytes(1 << 20))
        self.kernel()

    def kernel(self, **wrong):
        fakes.write(self.directory / "vmlinuz", fakes.bzimage(**KERNEL, **wrong))

    def machine(self, name):
        return recorded.unpack(Path(os.environ["MACHINES"]) / (name + ".tar.xz"),
                               self.path())

    def path(self):
        self.made += 1
        return self.directory / ("made%d" % self.made)

    def run(self, *arguments):
        return subprocess.run(
            [os.environ["KEXEC"], *map(str, arguments)], cwd=self.directory, timeout=60,
            capture_output=True, text=True, check=False)

    def dump(self, machine, *options):
        """The run, and the dump of a load; None without one."""
        target = self.path()
        done = self.run(*options, "vmlinuz", "--initrd=initrd", "-d",
                        "--dump-image=%s" % target, "--sysroot=%s" % machine.root.resolve())
        return done, Dump(target) if done.returncode == 0 else None


class Dump:
    def __init__(self, directory):
        self.plan = json_output.read((directory / "plan.json").read_text())
        self.directory = directory

    def segments(self):
        """{name: (start, end)}"""
        return {segment["name"]: (int(segment["start"], 16), int(segment["end"], 16))
                for segment in self.plan["segments"]}

    def e820(self):
        return [(int(entry["start"], 16), int(entry["end"], 16), entry["type"])
                for entry in self.plan["memory_map"]]

    def loads(self):
        """(start, end, file offset) of each PT_LOAD that is not the kernel text, whose
        addresses are above the direct map's (System V ABI, "Program Header")."""
        path, = self.directory.glob("*-ELF-core-header.bin")
        data = path.read_bytes()
        count, = struct.unpack_from("<H", data, 56)
        found = []
        for i in range(count):
            kind, _, offset, virtual, physical, _, size = struct.unpack_from(
                "<IIQQQQQ", data, 64 + 56 * i)
            if kind == 1 and virtual < 0xffffffff80000000:
                found.append((physical, physical + size, offset))
        return found

    def memmap(self, sign):
        return [(int(start) << 10, int(start) + int(size) << 10) for size, start in
                re.findall(r" memmap=(\d+)K\%s(\d+)K" % sign, self.plan["command_line"])]


def joined(ranges):
    result = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(ranges, start, end):
    pieces = [piece for a, b in ranges
              for piece in ((a, min(b, start)), (max(a, end), b))]
    return [(a, b) for a, b in pieces if a < b]


def crash_region(machine):
    return [(start, end) for start, end, name in machine.iomem()
            if name == "Crash kernel"]


def expected_dump(machine, taken):
    """All System RAM but the first MiB, the region, and the ranges that are taken."""
    ranges = joined((start, end) for start, end, name in machine.iomem()
                    if name.startswith("System RAM"))
    for start, end in [(0, MIB), *crash_region(machine), *taken]:
        ranges = without(ranges, start, end)
    return ranges


def check_dump(check, name, machine, dump, taken=()):
    loads = dump.loads()
    check(name + ": dumped", joined(load[:2] for load in loads)
          == expected_dump(machine, taken), loads)
    check(name + ": at its own place", all(start == offset for start, _, offset in loads),
          loads)


def own_ram(machine, dump, taken):
    """RAM that the capture kernel may have: below 1 MiB, the region, what is taken."""
    ranges = [(start, min(end, MIB)) for start, end, kind in machine.memory()
              if kind == 1 and start < MIB]
    ranges = joined(ranges + crash_region(machine) + list(taken))
    for start, end, kind in machine.memory():
        if kind != 1:
            ranges = without(ranges, start, end)
    return without(ranges, *dump.segments()["ELF core header"])


def check_e820(check, name, machine, dump, taken=()):
    ram = joined((start, end) for start, end, kind in dump.e820() if kind == 1)
    check(name + ": RAM in the e820", ram == own_ram(machine, dump, taken), ram)


def try_first_mebibyte(check, place):
    for name in ("ovmf-crashkernel", "ovmf-crashkernel-high", "ovmf-tables"):
        machine = place.machine(name)
        if not (machine.root / "proc/kcore").exists():
            continue
        done, dump = place.dump(machine, "-p")
        check(name, dump, done.stderr)
        check_dump(check, name, machine, dump)
        check_e820(check, name, machine, dump)


def try_old_kernel(check, place):
    """A running kernel that uses low memory: it is dumped from the copy alone."""
    machine = place.machine("ovmf-crashkernel")
    fakes.write(machine.root / "proc/sys/kernel/osrelease", "4.19.0\n")
    done, dump = place.dump(machine, "-p")
    check("old kernel", dump, done.stderr)
    copy = dump.segments()["low memory copy"]
    low = [load for load in dump.loads() if load[0] < MIB]
    check("old kernel: the copy", len(low) == 1 and low[0][2] == copy[0]
          and low[0][1] - low[0][0] <= copy[1] - copy[0], low)


def with_cma(place, text):
    machine = place.machine("ovmf-crashkernel")
    fakes.write(machine.root / CMA_FILE, text)
    return machine


def try_cma(check, place):
    machine = with_cma(place, "%08x-%08x\n" % (CMA[0], CMA[1] - 1))
    done, dump = place.dump(machine, "-p")
    check("cma", dump and "is not believed" not in done.stderr, done.stderr)
    check_dump(check, "cma", machine, dump, [CMA])
    check_e820(check, "cma", machine, dump, [CMA])
    done, dump = place.dump(machine, "-p", "--pass-memmap-cmdline")
    check("cma: memmap=", CMA in dump.memmap("@"), dump.plan["command_line"])


def try_bad_cma(check, place):
    """Nothing of a file that cannot be right is believed, and that is said."""
    for text in ("here it is\n", "40000000-5fffffff\n6b000000-6bffffff\n",
                 "40000000-ffffffffffffffff\n", "0-fffff\n", "40000000-5fffffff\n4",
                 "80000000-8fffffff\n", "\0\0\0\0", "40000000-4fffffff\n" * 1000):
        machine = with_cma(place, text)
        done, dump = place.dump(machine, "-p")
        name = "cma %r" % text[:40]
        check(name, dump and "crash_cma_ranges is not believed" in done.stderr,
              done.stderr)
        check_dump(check, name, machine, dump)
        check_e820(check, name, machine, dump)
        shutil.rmtree(machine.root)


def try_unlisted_cma(check, place):
    machine = place.machine("ovmf-crashkernel")
    fakes.write(machine.root / "proc/cmdline", "crashkernel=256M crashkernel=1G,cma\n")
    for release, warned in (("6.16.1", False), ("6.17.1", True)):
        fakes.write(machine.root / "proc/sys/kernel/osrelease", release + "\n")
        done = place.run("-p", "vmlinuz", "--dry-run",
                         "--sysroot=%s" % machine.root.resolve())
        check("cma of " + release, done.returncode == 0
              and ("crash_cma_ranges" in done.stderr) == warned, done.stderr)


def try_memmap(check, place):
    """--pass-memmap-cmdline: each reserved byte of the machine is, and no RAM of its
    own."""
    machine = place.machine("ovmf-crashkernel")
    done, dump = place.dump(machine, "-p", "--pass-memmap-cmdline")
    check("memmap=", dump, done.stderr)
    reserved = joined(dump.memmap("$"))
    missing = [(start, end) for start, end, kind in machine.memory()
               if kind == 2 and not any(a <= start and end <= b for a, b in reserved)]
    check("memmap=: reserved", reserved and not missing, missing)
    kept = [b for start, end in dump.memmap("@") for b in reserved
            if start < b[1] and b[0] < end]
    check("memmap=: RAM", dump.memmap("@") and not kept, kept)


def try_region_above(check, place):
    """A kernel that cannot be loaded above 4 GiB, and a region that lies there."""
    machine = place.machine("ovmf-crashkernel-high")
    highest = max(crash_region(machine))
    check("region above", highest[0] >= FOUR_GIB, highest)
    place.kernel(xloadflags=0x7d)
    done, dump = place.dump(machine, "-p")
    check("region above: refused", done.returncode == 1 and "above 4 GiB" in done.stderr
          and '",high"' in done.stderr and not dump, done.stderr)
    place.kernel()


def add_ram(machine, start, end):
    directory = machine.root / "sys/firmware/memmap"
    entry = directory / str(len(list(directory.iterdir())))
    for name, text in (("start", "0x%x" % start), ("end", "0x%x" % (end - 1)),
                       ("type", "System RAM")):
        fakes.write(entry / name, text + "\n")
    with open(machine.root / "proc/iomem", "a", encoding="ascii") as file:
        file.write("%x-%x : System RAM\n" % (start, end - 1))


def elf():
    """A 64-bit program at 16 MiB."""
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 16 << 20, 64, 0,
                         0, 64, 56, 1, 0, 0, 0)
    program = struct.pack("<IIQQQQQQ", 1, 7, 4096, 16 << 20, 16 << 20, 4096, 4096, 4096)
    return (header + program).ljust(4096, b"\0") + bytes(4096)


def highest_ends(dump):
    return {name: end for name, (_, end) in dump.segments().items()}


def try_64_tib(check, place):
    """Above 2^46 only with 5 levels of page tables on both sides."""
    rows = [("ovmf-6g", {}, [], False),
            ("ovmf-la57", {}, [], True),
            ("ovmf-la57", {}, ["--append=no5lvl"], False),
            ("ovmf-la57", {"xloadflags": 0x3f}, [], False)]
    for name, wrong, options, above in rows:
        machine = place.machine(name)
        add_ram(machine, 0x500000000000, 0x500100000000)
        place.kernel(**wrong)
        done, dump = place.dump(machine, "-l", *options)
        words = "64 TiB %s %s %s" % (name, wrong, options)
        check(words, dump, done.stderr)
        highest = max(highest_ends(dump).values())
        check(words + ": highest", (highest > FOUR_LEVELS) == above, highest_ends(dump))
        check(words + ": in the e820",
              (0x500000000000, 0x500100000000, 1) in dump.e820(), dump.e820())
    place.kernel()
    fakes.write(place.directory / "vmlinux", elf())
    for options, above in ((["--args-linux"], False), ([], True)):
        target = place.path()
        done = place.run("-l", "vmlinux", *options, "--dump-image=%s" % target,
                         "--sysroot=%s" % machine.root.resolve())
        check("64 TiB, ELF %s" % options, done.returncode == 0
              and (max(highest_ends(Dump(target)).values()) > FOUR_LEVELS) == above,
              done.stderr)


def try_second_dump(check, place):
    """A dump replaces an earlier one in the same directory, and nothing else."""
    machine, target = place.machine("ovmf-crashkernel"), place.path()
    target.mkdir()
    strangers = ["readme.txt", "plan.json.old", "1-kernel.bin", "123-kernel.bin",
                 "09kernel.bin", "09-kernel.bin.bak"]
    for name in [*strangers, "09-kernel.bin", "15-anything.bin", "plan.json"]:
        fakes.write(target / name, "x")
    for options in (["-p"], ["-l", "--noefi"]):
        done = place.run(*options, "vmlinuz", "--dump-image=%s" % target,
                         "--sysroot=%s" % machine.root.resolve())
        found = {path.name for path in target.iterdir()} - set(strangers)
        plan = json_output.read((target / "plan.json").read_text())
        names = {"%02d-%s.bin" % (i, segment["name"].replace(" ", "-"))
                 for i, segment in enumerate(plan["segments"])}
        check("second dump %s" % options, done.returncode == 0
              and found == names | {"plan.json"}, (done.stderr, found))
    check("second dump: strangers",
          all((target / name).read_text() == "x" for name in strangers))


def try_region_size(check, place):
    machine = place.machine("ovmf-crashkernel")
    (start, end), = crash_region(machine)
    root = "--sysroot=%s" % machine.root.resolve()
    for arguments in ([root, "--print-ckr-size"], ["--print-ckr-size", root],
                      ["--print-ckr-size", "--nonsense", "-p", root],
                      ["--print-ckr-size", "--sysroot", root.partition("=")[2]]):
        done = place.run(*arguments)
        check("size %s" % arguments[0], done.returncode == 0 and not done.stderr
              and done.stdout == "%d\n" % (end - start), done)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-dump-") as directory:
        place = Place(directory)
        for attempt in (try_first_mebibyte, try_old_kernel, try_cma, try_bad_cma,
                        try_unlisted_cma, try_memmap, try_region_above, try_64_tib,
                        try_second_dump, try_region_size):
            attempt(check, place)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
