# SPDX-License-Identifier: GPL-2.0-only
"""Rows about loading: time and memory, everyday loads, a cold page cache, compressed
kernels, and actions other than a load."""

import os
import shutil
import subprocess
import time

from results import Values
from timed import MIB, alternate, values

PARTS = ("wall", "before", "copying", "after", "cpu")


def parts(runs):
    return {name: values(runs, name).median for name in PARTS}


def load(bench):
    """Kernel and 512 MiB, with digests and without."""
    arguments = bench.load(bench.initrd(512))
    theirs, ours = bench.both(bench.large, arguments)
    cpus = len(os.sched_getaffinity(0))
    bench.results.faster(
        "load, 512 MiB initrd, %d CPU%s" % (cpus, "s" * (cpus > 1)), 14 if cpus > 1 else 9,
        values(theirs, "wall"), values(ours, "wall"),
        parts={"kexec-tools": parts(theirs), "kexec-efi": parts(ours)})
    if cpus > 1:
        only = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(only)})
        try:
            both = bench.both(bench.large, arguments)
        finally:
            os.sched_setaffinity(0, only)
        bench.results.faster("the same on one CPU", 9,
                             *(values(runs, "wall") for runs in both))
    theirs, ours = bench.both(bench.large, [*arguments, "-i"])
    bench.results.faster("the same with -i", 6, values(theirs, "wall"),
                         values(ours, "wall"),
                         parts={"kexec-tools": parts(theirs), "kexec-efi": parts(ours)})
    bench.results.faster("the same with -i, without the kernel's copying", 0,
                         values(theirs, "own"), values(ours, "own"))


def memory(bench):
    """The maximum until kexec_load counts, not the value at its entry."""
    found = {}
    for mib in (64, 512):
        for name, program in (("theirs", bench.theirs), ("ours", bench.ours)):
            run = program.once(bench.large, bench.load(bench.initrd(mib)), copying=False)
            found[name, mib] = run.anonymous_kib(), run.most_anonymous_kib()
    most = {key: most / 1024 for key, (_, most) in found.items()}
    # malloc and threads round differently each time.
    met = most["ours", 512] <= 0.9 and abs(most["ours", 512] - most["ours", 64]) <= 0.5
    bench.results.add(
        "anonymous memory", "≤ 0.9 MiB", met,
        "%.1f MiB at kexec_load, never more than %.1f MiB (64 MiB initrd: %.1f); "
        "kexec-tools %.0f MiB (64 MiB initrd: %.0f)" % (
            found["ours", 512][0] / 1024, most["ours", 512], most["ours", 64],
            found["theirs", 512][0] / 1024, found["theirs", 64][0] / 1024),
        kib={"%s, %d MiB" % key: value for key, value in found.items()})


def cat(paths):
    start = time.monotonic()
    subprocess.run(["cat", *map(str, paths)], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def everyday(bench):
    files = [bench.kernel, bench.initrd(30)]
    reading, ours, theirs = alternate(
        bench.runs, lambda: cat(files),
        lambda: bench.ours.once(bench.large, bench.load(files[1])),
        lambda: bench.theirs.once(bench.large, bench.load(files[1])))
    of = {"kexec-tools": parts(theirs), "kexec-efi": parts(ours)}
    reading, ours, theirs = Values(reading), values(ours, "wall"), values(theirs, "wall")
    more = ours.median - reading.median
    bench.results.add("load, 30 MiB initrd", "≤ cat + 40 ms", more <= 0.04,
                      "cat %+.0f ms; cat %s, kexec-efi %s, %.0f ms of CPU time; kexec-tools "
                      "%s" % (more * 1e3, reading.milliseconds(), ours.milliseconds(),
                              of["kexec-efi"]["cpu"] * 1e3, theirs.milliseconds()), parts=of,
                      cat=reading.json(), ours=ours.json(), theirs=theirs.json())


def start(bench):
    machine = bench.machines.base
    (machine.root / "sys/kernel/kexec_crash_loaded").write_text("0\n")
    for option in ("-v", "-S", "-u"):
        # More runs, because one takes little longer than a tick of the clock.
        arguments = ["-c", option] if option == "-u" else [option]
        theirs, ours = (values(runs, "wall") for runs in
                        bench.both(machine, arguments, runs=bench.runs * 10))
        ratio = ours.median / theirs.median
        bench.results.add("kexec %s" % option, "≤ 1.2 × the time", ratio <= 1.2,
                          "%.2f ×; kexec-tools %s, kexec-efi %s" % (
                              ratio, theirs.milliseconds(), ours.milliseconds()),
                          ratio=ratio, theirs=theirs.json(), ours=ours.json())


def forget(paths):
    """Drops the files from the page cache, after they are written to the disk."""
    for path in paths:
        fd = os.open(path, os.O_RDONLY)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def cold(bench):
    """Neither kernel nor initrd is in the page cache."""
    what = "load, 512 MiB initrd, cold page cache"
    files = [bench.kernel, bench.initrd(512)]

    def once(program):
        forget(files)
        return program.once(bench.large, bench.load(files[1]))

    def read():
        forget(files)
        return cat(files)

    reading, ours, theirs = alternate(max(2, bench.runs // 2), read,
                                      lambda: once(bench.ours), lambda: once(bench.theirs))
    if min(run.read for run in ours + theirs) * 512 < 256 * MIB:
        bench.results.skip(what, "the page cache of %s cannot be emptied" % bench.place)
        return
    reading, ours, theirs = Values(reading), values(ours, "wall"), values(theirs, "wall")
    bench.results.add(what, "", None, "%.2f × cat, %.2f × kexec-tools; cat %s, kexec-efi "
                      "%s, kexec-tools %s" % (
                          ours.median / reading.median, ours.median / theirs.median,
                          *(v.seconds() for v in (reading, ours, theirs))),
                      cat=reading.json(), ours=ours.json(), theirs=theirs.json())


# Suffix, the command that compresses and decompresses, and its level.
FORMATS = (("gz", "gzip", "-6"), ("xz", "xz", "-1"), ("zst", "zstd", "-3"))


def compressed(bench, plain, suffix, tool, level):
    """{name: Values} of the format's own program and of each kexec that can load it."""
    path = plain.with_name("kernel.%s" % suffix)
    with open(path, "wb") as stream:
        subprocess.run([tool, level, "-c", str(plain)], check=True, stdout=stream)
    arguments = ["-c", "-i", "-l", path, "--initrd=%s" % bench.initrd(1),
                 "--append=quiet"]

    def by_tool():
        before = time.monotonic()
        subprocess.run([tool, "-dc", str(path)], check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - before

    actions = {"%s -dc" % tool: by_tool,
               "kexec-efi": lambda: bench.ours.once(bench.large, arguments).own,
               "kexec-tools": lambda: bench.theirs.once(bench.large, arguments).own}
    try:
        actions["kexec-tools"]()
    except RuntimeError:
        del actions["kexec-tools"]
    found = alternate(bench.runs, *actions.values())
    return dict(zip(actions, map(Values, found)))


def uncompress(bench):
    """A compressed kernel of 40 MiB, without the steps after decompression: digests and
    the kernel's copying."""
    plain = bench.compressible(40)
    for suffix, tool, level in FORMATS:
        what = "load with -i without copying, 40 MiB kernel as .%s" % suffix
        if not shutil.which(tool):
            bench.results.skip(what, "%s is not installed" % tool)
            continue
        found = compressed(bench, plain, suffix, tool, level)
        by_tool, ours = list(found.values())[:2]
        bench.results.add(what, "", None, "%.2f × %s -dc; %s%s" % (
            ours.median / by_tool.median, tool,
            ", ".join("%s %s" % (name, one.seconds()) for name, one in found.items()),
            "" if "kexec-tools" in found else "; kexec-tools cannot"),
            times={name: one.json() for name, one in found.items()})


ROWS = (load, memory, everyday, start, cold, uncompress)
