# SPDX-License-Identifier: GPL-2.0-only
"""Whether a load goes into ordinary RAM, from what guest/plan reports; and where the next
kernels run."""

import vmcore


def outside(results):
    """The segments that are not in what the running kernel uses as ordinary RAM."""
    ram = vmcore.joined(vmcore.iomem(results.facts[1]["iomem"], "System RAM"))
    segments = [[int(word, 16) for word in line.split()]
                for line in results.facts[1]["segment"]]
    return [f"{start:#x}-{end:#x} is to be loaded where the running kernel has no RAM"
            for start, end in segments
            if not any(low <= start and end <= high for low, high in ram)]


def planned(results):
    return [] if results.facts[1]["segment"] else ["guest/plan did not report any segment"]


# With so many kexecs, so many different places are certain: each kernel of the chain has
# about 500 places to choose from.
CHAIN, PLACES = 20, 10


def places(results):
    """The physical addresses of the kernels that kexec has started."""
    return {results.value(stage, "kernel_code")
            for stage in range(2, results.last_stage() + 1)}


def repeated(case, results):
    if case.kexecs < CHAIN or case.program != "kexec" or case.surveyed:
        return []
    found = places(results)
    return [] if len(found) >= PLACES else [
        f"the kernels of {case.kexecs} kexecs ran at {sorted(found)} only"]


def check(case, results):
    """Lists the segments that are in a wrong place."""
    return repeated(case, results) + misplaced(case, results)


def misplaced(case, results):
    if case.before != "plan" or case.program != "kexec":
        return []
    return planned(results) + outside(results)


def misplaces(_, results):
    """The control of check(): passes if a segment is outside."""
    if results.ended != "finished":
        return [f"the machine did not go on: {results.ended}"]
    return planned(results) or ([] if outside(results) else [
        "every segment is in ordinary RAM: this shows nothing"])
