# SPDX-License-Identifier: GPL-2.0-only
"""Evaluates the record that purgatory leaves, as kexec --check=after,json shows it in
each kernel of a case that asks for it (Case.record)."""

import json
import re
import statistics
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "loader"))

import json_output                                      # noqa: E402

# setup_data of that type: purgatory/record.h.
NODE = "0x4b585243"
# The program calls rates of two kernels different from a thousandth on. If one of them
# is right within half of that, the other is wrong by at least as much.
RATE_OFF = 0.0005
# Kexecs of a long chain.
LONG = 10


def check(case, results):
    """A list of errors; empty for a case that does not ask."""
    if not case.record:
        return []
    wrong = []
    for stage in range(2, results.last_stage() + 1):
        if case.surveyed and stage not in case.surveyed:
            continue
        wanted = case.record[min(stage - 2, len(case.record) - 1)]
        wrong += [f"stage {stage}: record: {text}"
                  for text in check_stage(case, results, stage, wanted)]
    return wrong + check_known(results)


def check_known(results):
    """In a long chain the time until the new kernel's clock is known at least once. On a
    busy emulator that clock may run ahead at first, which makes the time unknown."""
    records = [read(results, stage) for stage in range(2, results.last_stage() + 1)]
    totals = [record["kexec"]["microseconds"]["total"] for record in records
              if record and record["kexec"]]
    if len(totals) < LONG or any(totals):
        return []
    return [f"the total time is unknown in all of {len(totals)} kernels"]


def output(results, stage):
    """The output of --check=after,json; empty if it cannot be read."""
    try:
        return json.loads(results.value(stage, "record") or "")
    except ValueError:
        return {}


def read(results, stage):
    """The record, or None without one that can be read."""
    return output(results, stage).get("record")


def check_stage(case, results, stage, wanted):
    record = read(results, stage)
    if record is None:
        return [f"--check=after says {results.value(stage, 'record')!r}"]
    wrong = json_output.problems(output(results, stage))
    if wrong:
        return [f"--check=after,json is not as its schema says: {wrong}"]
    nodes = results.facts[stage]["setup_data"].count(NODE)
    if record["state"] != wanted:
        return [f"{record['state']}, not {wanted}: {record['reason']}"]
    if nodes != (wanted == "ours"):
        return [f"{nodes} nodes"]
    return check_ours(case, results, stage, record["kexec"]) if wanted == "ours" else []


def check_ours(case, results, stage, kexec):
    """It is about the kexec from the stage before, and its times fit into the time in
    which the machine said nothing."""
    wrong = []
    before = results.value(stage - 1, "boot_id")
    if before and kexec["load"]["boot_id"] != before:
        wrong.append(f"boot ID {kexec['load']['boot_id']}, the kernel before had {before}")
    if kexec["load"]["on_crash"] != case.crash:
        wrong.append("crash kernel or not")
    if kexec["skipped"] or kexec["digests"] != "equal":
        wrong.append(f"skipped {kexec['skipped']}, digests {kexec['digests']}")
    if case.place and len(kexec["mapped"]) < 2:
        wrong.append(f"mapped {kexec['mapped']}")
    loader_hertz = int(results.value(stage, "record_rate") or 0)
    return wrong + check_times(kexec, results.gaps.get(stage),
                               measured_wrong(loader_hertz, results.console))


def measured_wrong(hertz, console):
    """Whether a rate of the time stamp counter differs from the one that the kernels of
    the case print when they have measured it for a second."""
    printed = [float(megahertz) * 1e6 for megahertz in re.findall(
        r"tsc: Refined TSC clocksource calibration: ([0-9.]+) MHz", console)]
    return bool(printed) and abs(hertz / statistics.median(printed) - 1) > RATE_OFF


def check_times(kexec, gap, rate_wrong):
    """gap: seconds in which the machine said nothing, or None. rate_wrong: the loader has
    measured a wrong rate, as may happen on a busy emulator. Only then rate and times may
    be unknown, but the stamps are there."""
    times = kexec["microseconds"]
    stamps = [int(stamp, 0) for stamp in kexec["stamps"].values()]
    in_purgatory = [times[name] for name in ("verify", "map", "enter")]
    if len(stamps) != 4 or not 0 < stamps[0] or stamps != sorted(stamps):
        return [f"stamps {kexec['stamps']}"]
    if rate_wrong and not kexec["tsc_hertz"] and not any(times.values()):
        return []
    if None in in_purgatory or not kexec["tsc_hertz"]:
        return [f"times {times}, {kexec['tsc_hertz']} Hz"]
    if gap and not 0 < (times["total"] or sum(in_purgatory)) < gap * 1e6:
        return [f"{times}, but the machine was silent for {gap:.1f} s"]
    return []
