# SPDX-License-Identifier: GPL-2.0-only
"""Every kernel of Debian's suites as the running and as the next one: a reboot and a
crash for each pair. Without --all, `run` takes each kernel with itself, and the oldest
and the newest with each other.

Both stages read the EFI tables, and --check=after runs in the last one. table() makes the
report of a run."""

import re

import survival
from case import CRASH, Case, crash_case

# Oldest first, and what the cases call them.
KERNELS = {"5.10": "debian-5.10", "6.1": "debian-6.1", "6.12": "debian-6.12",
           "sid": "debian-sid", "experimental": "debian-experimental"}
# Whose own crashes are dumped whole (-d 0): crash-symbols does it for 6.1, --all for all.
FULL_DUMPS = {"5.10", "6.12", "experimental"}
ENDS = {"5.10", "experimental"}


# read-tables reads ACPI's memory too.
RELAXED = "iomem=relaxed"


def pair(running, following):
    settings = {
        "survey": "survey-tables", "next_append": RELAXED, "first_append": RELAXED,
        "last_has": (("check_rc", "^0$"),),
        "first": KERNELS[running], "next": (KERNELS[following],), "timeout": 240,
        "with_all_only": running != following and {running, following} != ENDS}
    name = f"{running}-to-{following}"
    return (Case(f"matrix-{name}", **settings),
            crash_case(f"matrix-crash-{name}",
                       full_dump=running == following and running in FULL_DUMPS,
                       **{**settings, "timeout": 300,
                          **{key: f"{CRASH[key]} {RELAXED}"
                             for key in ("first_append", "next_append")}}))


CASES = tuple(case for running in KERNELS for following in KERNELS
              for case in pair(running, following))


def changes(case, results):
    """Lists the tables that the last kernel finds changed or not at all, in cases about
    pairs of kernels and about firmware."""
    if not case.name.startswith(("matrix-", "firmware-")):
        return []
    same, found = survival.kept(results)
    if not found:
        return ["the first kernel has not found any table"]
    return [f"{name} is not as the first kernel found it" for name in found
            if name not in same]


# ------------------------------------------------------------------ the report

def warnings(results, stage):
    """The warnings of the kernel log, with N for each number."""
    return {re.sub(r"0x[0-9a-f]+|[0-9a-f]{8,}|[0-9]+", "N", line)
            for line in results.facts[stage]["warning"]}


def new_warnings(kept, results):
    """Warnings that a cold boot of the same kernel does not show. Returns None if this
    run had no such cold boot."""
    last = results.last_stage()
    cold = [one for one in kept.values()
            if one.facts[1]["kernel"] == results.facts[last]["kernel"]]
    known = {line for one in cold for line in warnings(one, 1)}
    return sorted(warnings(results, last) - known) if cold else None


def table(kept, ended):
    """The report's lines, in Markdown, or nothing without a case of the matrix. kept:
    {case name: results}; ended: (case, status, reason, seconds) of each case."""
    rows, pairs_of = [], {}
    for case, status, _, seconds in sorted(ended, key=lambda one: one[0].name):
        if not case.name.startswith("matrix-"):
            continue
        pair, cells = case.name.removeprefix("matrix-"), ["-", "-"]
        if case.name in kept:
            results = kept[case.name]
            same, found = survival.kept(results)
            new = new_warnings(kept, results)
            cells = [f"{len(same)} of {len(found)}", "-" if new is None else str(len(new))]
            for line in new or []:
                pairs_of.setdefault(line, []).append(pair)
        rows.append(f"| {pair} | {status} | {cells[0]} | {cells[1]} | {seconds:.0f} |")
    if not rows:
        return []
    said = [f"* `{line}`: {', '.join(pairs)}" for line, pairs in
            sorted(pairs_of.items(), key=lambda one: (-len(one[1]), one[0]))]
    return ["| pair | result | tables kept | warnings that a cold boot does not show | seconds |",
            "| --- | --- | --- | --- | --- |", *rows, *[""] * bool(said), *said]


INTRODUCTION = """\
# Pairs of Debian's kernels

Written by `tests/boot/run --all --report=docs/kernel-pairs.md 'matrix-*'`, in the build
directory. Each row is a virtual machine with OVMF (QEMU's translator) and two of Debian's
kernels, named by their suite's version: the first one loads and starts the second one by
kexec-efi; with `crash-`, it panics, and the second one is its capture kernel.

A row passes if the second kernel comes up, `kexec --check=after` exits with 0, and every
table that the firmware's array named is as the first kernel found it, byte for byte. A
capture kernel also reads all of /proc/vmcore with read(), and makedumpfile reads it.

Kernels: KERNELS.
"""
NOTES = """\
Warnings of the second kernel that a cold boot of it does not show, with N for numbers.
The first one means that an interrupt of the old kernel's timer was still pending, which
Linux knows of kdump (local_apic_timer_interrupt() in arch/x86/kernel/apic/apic.c).
Calibration and lost interrupts come from a busy host, because the translator runs slowly
then.
"""


def document(kept, ended):
    """The text of docs/kernel-pairs.md, or nothing without a case of the matrix."""
    lines = table(kept, ended)
    if not lines:
        return ""
    kernels = sorted({one.facts[1]["kernel"][0] for one in kept.values()
                      if one.facts[1]["kernel"]})
    rows = [line for line in lines if line.startswith("|")]
    said = [line for line in lines if line.startswith("*")]
    text = INTRODUCTION.replace("KERNELS", ", ".join(kernels))
    return "\n".join([text, *rows, "", *([NOTES, *said, ""] if said else [])])
