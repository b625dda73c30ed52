# SPDX-License-Identifier: GPL-2.0-only
"""Every kernel of Debian's suites as the running and as the next one: a reboot and a
crash for each pair. Without --all, `run` takes each kernel with itself, and the oldest
and the newest with each other."""

from case import Case, crash_case

# Oldest first, and what the cases call them.
KERNELS = {"5.10": "debian-5.10", "6.1": "debian-6.1", "6.12": "debian-6.12",
           "sid": "debian-sid", "experimental": "debian-experimental"}
# Whose own crashes are dumped whole (-d 0): crash-symbols does it for 6.1, --all for all.
FULL_DUMPS = {"5.10", "6.12", "experimental"}
ENDS = {"5.10", "experimental"}


def pair(running, following):
    settings = {
        "first": KERNELS[running], "next": (KERNELS[following],), "timeout": 240,
        "with_all_only": running != following and {running, following} != ENDS}
    name = f"{running}-to-{following}"
    return (Case(f"matrix-{name}", **settings),
            crash_case(f"matrix-crash-{name}",
                       full_dump=running == following and running in FULL_DUMPS,
                       **{**settings, "timeout": 300}))


CASES = tuple(case for running in KERNELS for following in KERNELS
              for case in pair(running, following))
