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
    """Lists the tables that the last kernel of a pair finds changed or not at all."""
    if not case.name.startswith("matrix-"):
        return []
    same, found = survival.kept(results)
    if not found:
        return ["the first kernel has not found any table"]
    return [f"{name} is not as the first kernel found it" for name in found
            if name not in same]


# ------------------------------------------------------------------ the report

def warnings(results, stage):
    """{a warning of the kernel log with its numbers left out: the warning}"""
    return {re.sub(r"0x[0-9a-f]+|[0-9a-f]{8,}|[0-9]+", "N", line): line
            for line in results.facts[stage]["warning"]}


def new_warnings(kept, results):
    """Warnings that a cold boot of the same kernel does not show. Returns None if this
    run had no such cold boot."""
    last = results.last_stage()
    cold = [one for one in kept.values()
            if one.facts[1]["kernel"] == results.facts[last]["kernel"]]
    known = {key for one in cold for key in warnings(one, 1)}
    return [line for key, line in warnings(results, last).items()
            if key not in known] if cold else None


def table(kept, ended):
    """The report's lines, in Markdown, or nothing without a case of the matrix. kept:
    {case name: results}; ended: (case, status, reason, seconds) of each case."""
    rows, said = [], []
    for case, status, _, seconds in sorted(ended, key=lambda one: one[0].name):
        if not case.name.startswith("matrix-"):
            continue
        cells = ["-", "-"]
        if case.name in kept:
            results = kept[case.name]
            same, found = survival.kept(results)
            new = new_warnings(kept, results)
            cells = [f"{len(same)} of {len(found)}", "-" if new is None else str(len(new))]
            said += [f"* {case.name}: `{line}`" for line in new or []]
        rows.append(f"| {case.name.removeprefix('matrix-')} | {status} | {cells[0]} | "
                    f"{cells[1]} | {seconds:.0f} |")
    if not rows:
        return []
    return ["| pair | result | tables kept | warnings that a cold boot does not show | seconds |",
            "| --- | --- | --- | --- | --- |", *rows, *[""] * bool(said), *said]
