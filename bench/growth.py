# SPDX-License-Identifier: GPL-2.0-only
"""Growth of the cost: CPU time of all threads, the minimum of several runs, which a busy
computer changes little. The row for initrds includes digests and the kernel's copying. In
the others, kernel and initrd are small and -i leaves the digests out, so that they do not
hide the growth."""

import machines
import plot
from timed import alternate

# Limit for the cost per unit in the larger half, divided by that in the smaller half.
# Linear growth gives 1; with the sizes below, quadratic growth would give 4.6 to 5.
BEND = 2
# Changes below this many seconds, or this part of the cost, do not count as growth.
NOTHING, NOTHING_OF = 0.0005, 0.05


def bend(points):
    """The ratio described above; 0 without growth."""
    (a, x), (b, y), (c, z) = points[0], points[len(points) // 2], points[-1]
    if z - x < max(NOTHING, NOTHING_OF * x):
        return 0
    return (z - y) / (c - b) / (max(y - x, NOTHING) / (b - a))


def cost(program, machine, arguments, runs, copying):
    """The minimum of CPU time, or None if the program cannot load this."""
    try:
        found, = alternate(runs, lambda: program.once(machine, arguments, copying).cpu)
    except RuntimeError as error:
        print("        %s" % str(error).strip().splitlines()[-1])
        return None
    return min(found)


def subjects(bench):
    """(subject, unit, sizes, function from a size to machine and arguments)"""
    made = bench.machines
    small = ["-c", "-i", bench.small, "--initrd=%s" % bench.initrd(1), "--append=quiet"]
    return (
        ("initrd", "MiB", (64, 256, 1024, 4096),
         lambda n: (bench.large, bench.load(bench.initrd(n)))),
        ("e820", "ranges", (machines.RANGES, 128, 512, 1024, 2048),
         lambda n: (made.ranges(n), ["-l", *small])),
        ("config table array", "entries", (10, 512, 1024, 2048, 4096),
         lambda n: (made.tables(n), ["-l", *small])),
        ("core header", "CPUs", (1, 64, 128, 256, 512),
         lambda n: (made.processors(n), ["-p", *small])))


def growth(bench):
    panels = []
    for title, unit, sizes, prepared in subjects(bench):
        lines = {"kexec-tools": [], "kexec-efi": []}
        large = title == "initrd"
        for size in sizes:
            machine, arguments = prepared(size)
            for name, program in (("kexec-tools", bench.theirs), ("kexec-efi", bench.ours)):
                seconds = cost(program, machine, arguments,
                               min(bench.runs, 3) if large else bench.runs * 2, large)
                if seconds is not None:
                    lines[name].append((size, seconds))
            if large and size > 1024:
                bench.forget_initrd(size)
        panels.append((title, unit, lines))
        points = lines["kexec-efi"]
        bench.results.add(
            "growth: %s %d → %d %s" % (title, sizes[0], sizes[-1], unit), "linear",
            bend(points) <= BEND, "; ".join("%s %s ms" % (name, ", ".join(
                "%.1f" % (seconds * 1e3) for _, seconds in found))
                for name, found in lines.items()),
            sizes=sizes, unit=unit, bend=bend(points), points=lines)
    (bench.into / "growth.svg").write_text(plot.svg(panels))


ROWS = (growth,)
