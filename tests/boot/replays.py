# SPDX-License-Identifier: GPL-2.0-only
"""Evaluates what guest/init reports of a load that it has planned twice before making it:
on the machine itself, and from the record that kexec --record makes of that machine."""

import re

# Of an archive before compression.
RECORD_BYTES_MAX = 1_000_000
# The stages in which it is tried: the firmware's kernel, and one that kexec started.
STAGES = (1, 2)
# A plan is longer than any message of an error.
PLAN_BYTES_MIN = 1000


def check(case, results):
    """A list of errors. Each stage that has loaded a kernel must have said something."""
    if not case.replay:
        return []
    wrong = []
    for stage in STAGES:
        facts = results.facts[stage] if stage in results.facts else {}
        # The program of the second kexec may be another one.
        ours = case.program if stage == 1 or not case.later else case.later[0].split()[0]
        if facts.get("load_rc") and ours == "kexec":
            wrong += [f"stage {stage}: {text}" for text in check_stage(facts)]
    return wrong


def check_stage(facts):
    same = re.fullmatch(r"the same, (\d+) bytes", (facts.get("replay") or ["nothing"])[0])
    size = int((facts.get("record_bytes") or ["0"])[0] or 0)
    if facts.get("record_rc") != ["0"]:
        yield f"kexec --record: {facts.get('record_rc')} {facts.get('record_says')}"
    elif not 0 < size <= RECORD_BYTES_MAX:
        yield f"the record has {size} bytes"
    if not same:
        yield (f"the plan from the record: {facts.get('replay')}"
               f" {(facts.get('replay_differs') or [])[:4]}")
    elif int(same[1]) < PLAN_BYTES_MIN:
        yield f"{same[1]} bytes are not a plan"
