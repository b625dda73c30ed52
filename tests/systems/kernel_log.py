# SPDX-License-Identifier: GPL-2.0-only
"""Warnings and errors of a kernel's log that a cold boot of the same system lacks."""

import re

# A script that prints the messages of levels 0 to 4 that the kernel itself has written.
SCRIPT = "dmesg --kernel --level=emerg,alert,crit,err,warn"

# Lines that may be new after a kexec, with the reason.
EXPLAINED = (
    (r"(?i)clocksource|\btsc\b|APIC calibration|hrtimer: interrupt took|hogged CPU|"
     r"^sched: RT throttling|perf: interrupt took",
     "the emulator's clocks are late on a busy host, after a cold boot as well"),
    (r"^Spurious LAPIC timer interrupt on cpu N$",
     "an interrupt of the old kernel's timer was pending, which the kernel itself drops"),
)


def lines(text):
    """The messages without times, with N for each number."""
    found = []
    for line in text.splitlines():
        line = re.sub(r"^\[ *[0-9.]+\] ", "", line)
        found.append(re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9]+", "N", line))
    return found


def new(cold, later):
    """Two lists: the messages that are new and unexplained, and the new ones that are
    explained."""
    known = set(lines(cold))
    fresh = [line for line in dict.fromkeys(lines(later)) if line not in known]
    explained = [line for line in fresh
                 if any(re.search(pattern, line) for pattern, _ in EXPLAINED)]
    return [line for line in fresh if line not in explained], explained
