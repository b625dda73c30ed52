# SPDX-License-Identifier: GPL-2.0-only
"""Firmware tables after 1, 2, 10 and 50 kexecs, with kexec-efi and with Debian's
kexec-tools on the same machine: the cases, their evaluation and the table of README.md.

The machine has tables that OVMF alone lacks: a TPM with a measured boot, a random seed,
and the tables of efi/plant.c. Its first kernel is Debian's, which knows these tables and
keeps them. The kernels after it are small and know fewer tables, so the tables survive
only if kexec marks their memory as reserved.

guest/read-tables.c reads the tables in the guest; it shares no code with kexec.
"""

import re

from case import Case
from e820 import ram_bytes

COUNTS = (1, 2, 10, 50)
# The stage that runs after so many kexecs.
STAGES = {count: count + 1 for count in COUNTS}

# The rows of the table, each with the names that read-tables uses for its data.
ROWS = (
    ("EFI system table", ("system-table",)),
    ("config table array", ("table-array",)),
    ("ACPI", ("ACPI", "ACPI2", "ACPI-XSDT", "ACPI-FACP", "ACPI-DSDT", "ACPI-APIC")),
    ("SMBIOS", ("SMBIOS", "SMBIOS-structures")),
    ("memory attributes", ("memory-attributes",)),
    ("ESRT", ("ESRT",)),
    ("MOK variables", ("MOK-variables",)),
    ("TPM event log", ("TPM-event-log",)),
    ("TPM final events", ("TPM-final-events",)),
    ("memory reservations, and what they reserve",
     ("reservations", "reservations-area0", "reservations-node1", "reservations-area1")),
)
NEEDED = tuple(name for _, names in ROWS for name in names)
SEED_ROW = "RNG seed"
# The size of the seed that Linux requests from the firmware (EFI_RANDOM_SEED_SIZE).
SEED_BYTES = 32

# iomem=relaxed: the first kernel lets read-tables read ACPI's memory too, as the small
# kernels do.
MACHINE = {"first": "debian-6.1", "first_append": "iomem=relaxed", "tpm": True,
           "devices": ("virtio-rng-pci",), "plant": {"esrt": 5, "mok": 6, "memreserve": 2},
           "survey": "survey-tables"}
CHAIN = {**MACHINE, "kexecs": COUNTS[-1], "surveyed": (1, *STAGES.values()),
         "timeout": 900}
OURS, THEIRS, NEWEST = "survival", "survival-kexec-tools", "survival-newest"
THEIR_LOAD = {"program": "kexec-tools", "load": "-c -i"}

CASES = (
    Case(OURS, expect="survives", **CHAIN),
    # The control: on the same machine with the same kernels, something must be lost.
    # -i skips the slow verification in the purgatory of kexec-tools. What is lost is lost
    # after the first kexec; all of them are for the table.
    Case("survival-control", expect="loses", **THEIR_LOAD, **MACHINE, kexecs=COUNTS[1],
         surveyed=(1, STAGES[1], STAGES[2]), timeout=300),
    Case(THEIRS, expect="loses", with_all_only=True, **THEIR_LOAD, **CHAIN),
    # All of it with the newest kernel, which takes longer to boot.
    Case(NEWEST, expect="survives", with_all_only=True,
         **{**CHAIN, "first": "debian-experimental", "next": ("debian-experimental",),
            "next_append": MACHINE["first_append"], "timeout": 2400}),
)


def tables(results, stage):
    """The tables that a stage has found, as {name: "GUID ADDRESS LENGTH DIGEST"}."""
    lines = results.facts[stage]["table"] if stage in results.facts else []
    return dict(line.split(" ", 1) for line in lines)


def missing(results):
    """The names of required tables that the first kernel has not found."""
    there = tables(results, 1)
    lacking = [name for name in NEEDED if name not in there]
    if seed_address(results, 1) is None:
        lacking.append(SEED_ROW)
    return lacking


def seed_address(results, stage):
    """The address of the seed's table; None if this stage's seed is not read."""
    if stage not in COUNTS or stage not in results.facts:
        return None
    for line in results.facts[1]["not_kept"]:
        match = re.fullmatch(r"RNG-seed \S+ (0x[0-9a-f]+) seed of "
                             f"{SEED_BYTES} bytes", line)
        if match:
            return int(match[1], 16)
    return None


def kept(results):
    """Two lists of names: the tables that the last stage finds as the first one did, and
    all tables that the first one found."""
    first, last = tables(results, 1), tables(results, results.last_stage())
    return [name for name in first if last.get(name) == first[name]], list(first)


# ------------------------------------------------------------------ the table

def cell(results, names, count):
    stage = STAGES[count]
    now, first = tables(results, stage), tables(results, 1)
    if not now:
        return "no kernel" if results.last_stage() < stage else "unreadable"
    if any(name not in now for name in names):
        return "lost"
    return "same" if all(now[name] == first[name] for name in names) else "changed"


def seed_cell(results, count):
    """The word in the table for the seed that the kernel after so many kexecs got."""
    seeds = [results.value(one, "seed") for one in COUNTS[:COUNTS.index(count) + 1]]
    seed = seeds.pop()
    if not seed:
        return "no kernel"
    if not seed.strip("0") or len(seed) != 2 * SEED_BYTES:
        return "lost"
    return "new" if seed not in seeds else "old"


def rows(results, counts=COUNTS):
    """The rows of the table: (name, a word for each number of kexecs)."""
    for name, names in ROWS:
        # Compare all ACPI tables of the first survey, not only the required ones.
        if name == "ACPI":
            names = [one for one in tables(results, 1) if one.startswith("ACPI")]
        yield name, [cell(results, names, count) for count in counts]
    yield SEED_ROW, [seed_cell(results, count) for count in counts]


def table(kept):
    """The lines of the survival table, from {case name: results}; empty if neither case
    has run."""
    columns = [(title, dict(rows(kept[name])))
               for title, name in (("kexec-efi", OURS), ("kexec-tools", THEIRS),
                                   ("kexec-efi, newest kernel", NEWEST))
               if name in kept and kept[name].facts[1]["table"]]
    if not columns:
        return []
    head = [f"{title}, {count}" for title, _ in columns for count in COUNTS]
    lines = ["| table \\ kexecs | " + " | ".join(head) + " |",
             "| --- |" + " --- |" * len(head)]
    for name in (*(name for name, _ in ROWS), SEED_ROW):
        words = [word for _, words in columns for word in words[name]]
        lines.append(f"| {name} | " + " | ".join(words) + " |")
    return lines


# ----------------------------------------------------------------- the verdicts

# MemTotal differs by a page or two between boots: Linux reserves what it finds in whole
# pages, and what lies across a page boundary takes one more. One page lost by each kexec
# is 196 kB after 50.
PAGES_APART_KB = 32


def lost_kb(before, after):
    """How many kB smaller MemTotal of one stage is than that of another."""
    return int(before["memory_kb"][0]) - int(after["memory_kb"][0])


def changes(case, results):
    """A list of facts that differ from those after the first kexec, and of failures."""
    wrong, second = [], results.facts[2]
    for count in COUNTS[1:]:
        stage = results.facts[STAGES[count]]
        for key in ("e820", "runtime_descriptor"):
            if stage[key] != second[key]:
                wrong.append(f"after {count} kexecs {key} is {stage[key]}, "
                             f"was {second[key]} after one")
        ram, before = ram_bytes(stage["e820"]), ram_bytes(second["e820"])
        if not 0 < before <= ram:
            wrong.append(f"after {count} kexecs there are {ram:#x} bytes of RAM, "
                         f"there were {before:#x} after one")
        if stage["kernel"] == second["kernel"] and lost_kb(second, stage) > PAGES_APART_KB:
            wrong.append(f"after {count} kexecs MemTotal is {stage['memory_kb']}, "
                         f"was {second['memory_kb']}")
        # Debian's kernels have efivarfs as a module, which the guest lacks.
        if stage["variable"] != ["written", "removed"] and case.name != NEWEST:
            wrong.append(f"after {count} kexecs EFI variables: {stage['variable']}")
    for stage in STAGES.values():
        if results.facts[stage]["check_rc"] != ["0"]:
            wrong.append(f"stage {stage}: --check=after: {results.facts[stage]['check']}")
    for stage in range(1, case.kexecs + 1):
        if results.facts[stage]["load_rc"] != ["0"]:
            wrong.append(f"stage {stage}: kexec exited with {results.facts[stage]['load_rc']}")
    return wrong


def not_survived(case, results):
    """A list of the tables that are not the same after each number of kexecs."""
    counts = [count for count in COUNTS if count <= case.kexecs]
    return [f"{name}: {', '.join(words)} after {', '.join(map(str, counts))} kexecs"
            for name, words in rows(results, counts)
            if set(words) != {"new" if name == SEED_ROW else "same"}]


def losses(case, results):
    """Evaluates the control: kexec-tools must lose something, and --check=after must
    report it."""
    if results.last_stage() < 2:
        return [f"no kernel after the first kexec ({results.ended})"]
    wrong = [] if not_survived(case, results) else ["nothing was lost: this shows nothing"]
    if results.facts[2]["check_rc"] != ["1"]:
        wrong.append(f"--check=after exits with {results.facts[2]['check_rc']}")
    return wrong
