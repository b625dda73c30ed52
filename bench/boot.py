# SPDX-License-Identifier: GPL-2.0-only
"""Time between the kernels: from reboot(2), which prints "Starting new kernel", to the
first instruction of the next kernel, in a virtual machine, for both programs.

Both ends are read from the guest's TSC. QEMU's emulator derives it from the host's, and
no code between the kernels sets it, so the difference is the elapsed time. The "next
kernel" is a bzImage with only guest/entry.S, so that no decompressor is included. Only
the ratio is meaningful: code is emulated.

The parts of kexec-efi's interval come from purgatory's record. For these the next kernel
is a real one, which can read the record."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import fakes
import images
import vm
from results import Values
from timed import alternate

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
INITRD_MIB = 128
MEMORY = "1536M"
SECONDS = 300
# Where the protected-mode part of fakes.bzimage() begins, and in it the 64-bit entry.
ENTRY = 5 * 512 + 0x200
COMMAND_LINE = "console=ttyS0,115200 panic=-1 no_timer_check rdinit=/init"


def prepared_kernel():
    done = subprocess.run([sys.executable, TESTS / "boot/kernels/prepare", "unfixed"],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode:
        raise vm.CannotPrepare(done.stderr.strip().splitlines()[-1])
    return done.stdout.split()[1]


def next_kernel(place):
    """A bzImage whose 64-bit entry is guest/entry.S."""
    compiler = shlex.split(os.environ.get("CC") or "cc")
    part, code = place / "entry.o", place / "entry.bin"
    subprocess.run([*compiler, "-c", HERE / "guest/entry.S", "-o", part], check=True)
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", part, code], check=True)
    image, text = bytearray(fakes.bzimage(size=1 << 20)), code.read_bytes()
    image[ENTRY:ENTRY + len(text)] = text
    return bytes(image)


class Guest:
    """Files that all machines boot from. record: the next kernel is a real one."""

    def __init__(self, bench, record=False):
        self.place, self.count, self.record = bench.place, 0, record
        self.kernel = prepared_kernel()
        compiler = shlex.split(os.environ.get("CC") or "cc")
        stamp = self.place / "stamp.so"
        subprocess.run([*compiler, "-shared", "-fPIC", "-O2", HERE / "guest/stamp.c", "-o",
                        stamp, "-ldl"], check=True)
        base = images.guest_base(HERE / "guest/init", files=[("lib/stamp.so", stamp)],
                                 programs=[("sbin/kexec-efi", bench.ours.program.program)])
        extra = images.Cpio()
        if record:
            extra.file("next", Path(self.kernel).read_bytes())
            extra.file("next-initrd", base)
        else:
            extra.file("next", next_kernel(self.place))
            extra.file("next-initrd", b"070701")
        theirs = images.archive_of("sbin/kexec-tools", bench.theirs.program.program,
                                   bench.theirs.libraries.split(":"))
        self.archive = self.place / "guest.cpio"
        self.archive.write_bytes(base + theirs + extra.bytes())

    def stamps(self, program, option=""):
        """Stamps of the TSC by name, in hexadecimal, from a machine of its own."""
        last = "jump" if self.record else "entered"
        self.count += 1
        place = self.place / ("vm-%s%d" % (last, self.count))
        place.mkdir()
        settings = "bench_program=%s bench_option=%s bench_mib=%d bench_record=%s" % (
            program, option, INITRD_MIB, "first" if self.record else "")
        found = {}
        with vm.Machine(["-m", MEMORY, *vm.ovmf_drives(place), "-kernel", self.kernel,
                         "-initrd", str(self.archive), "-append",
                         "%s %s" % (COMMAND_LINE, settings)], place, SECONDS) as machine:
            for kind, value in machine.events():
                name, _, number = (value or "").partition("=")
                found[name] = number
                if kind != "result" or name in (last, "failed"):
                    break
            if found.get("loaded") != "0" or last not in found:
                raise RuntimeError("%s in the virtual machine: %s\n%s" % (
                    program, found, machine.console()[-1000:]))
        return found

    def ticks(self, program, option=""):
        """Ticks of the TSC from reboot(2) to the next kernel."""
        found = self.stamps(program, option)
        return int(found["entered"], 16) - int(found["leaving"], 16)


MOMENTS = ("leaving", "entry", "verified", "mapped", "jump")
PARTS = ("the running kernel", "verification", "mapping", "the rest of purgatory")


def parts(bench):
    """Purgatory's own time stamps, from the record that the next kernel got."""
    what = "parts of kexec-efi's time between the kernels"
    try:
        guest = Guest(bench, record=True)
        runs = [[int(found[name], 16) for name in MOMENTS]
                for found in (guest.stamps("kexec-efi") for _ in range(bench.options.boots))]
    except vm.CannotPrepare as reason:
        bench.results.skip(what, str(reason))
        return
    for run in runs:
        if sorted(run) != run:
            raise RuntimeError("the time stamps are not in order: %s" % run)
    found = {name: Values([run[i + 1] - run[i] for run in runs])
             for i, name in enumerate(PARTS)}
    whole = Values([run[-1] - run[0] for run in runs]).median
    bench.results.add(what, "", None, "%s (%d boots; emulated CPU)" % (", ".join(
        "%s %.2f %%" % (name, 100 * values.median / whole)
        for name, values in found.items()), len(runs)),
        parts_of_purgatory={name: values.json() for name, values in found.items()},
        unit="TSC ticks")


def boot(bench):
    what = "between the kernels, %d MiB initrd" % INITRD_MIB
    try:
        guest = Guest(bench)
        found = {option: [Values(ticks) for ticks in alternate(
            bench.options.boots, *(lambda program=program, option=option:
            guest.ticks(program, option)
                    for program in ("kexec-tools", "kexec-efi")))]
            for option in ("", "-i")}
    except vm.CannotPrepare as reason:
        bench.results.skip(what, str(reason))
        return
    for option, title, least in (("", what, 3), ("-i", "between the kernels, with -i", 0)):
        theirs, ours = found[option]
        ratio = theirs.median / ours.median
        bench.results.add(title, "≥ %g ×" % least if least else "",
                          ratio >= least if least else None,
                          "%.2f × (%d boots each; emulated CPU)" % (ratio, len(ours.values)),
                          ratio=ratio, theirs=theirs.json(), ours=ours.json(),
                          unit="TSC ticks")
    # -i leaves out the verification.
    theirs, ours = (found[""][i].median - found["-i"][i].median for i in (0, 1))
    bench.results.add("between the kernels, the verification alone", "", None,
                      "%.2f × (of kexec-tools' time %.0f %%, of kexec-efi's %.0f %%)" % (
                          theirs / ours, *(100 * part / found[""][i].median
                                           for i, part in enumerate((theirs, ours)))),
                      ratio=theirs / ours)


ROWS = (boot, parts)
