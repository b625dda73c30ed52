#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The machine that was recorded with every kind of EFI config table: what kexec reports
about each, which memory it avoids, and the findings of --check. All are compared with the
results of a separate reader (tests/boot/guest/read-tables.c) on that machine.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402
from test_check import KEXECED, Run, memory                         # noqa: E402
from xxh64 import xxh64                                             # noqa: E402

MACHINE = "ovmf-tables"
# Names in read-tables and in kexec.
NAMES = {"ACPI": "ACPI 1.0", "ACPI2": "ACPI 2.0", "SMBIOS": "SMBIOS", "ESRT": "ESRT",
         "memory-attributes": "memory attributes", "MOK-variables": "MOK variables",
         "RNG-seed": "Linux random seed", "TPM-event-log": "TPM event log",
         "TPM-final-events": "TPM final events",
         "reservations": "Linux memory reservations"}
PIECES = {"ACPI-RSDT", "ACPI-XSDT", "ACPI-FACP", "ACPI-FACS", "ACPI-DSDT", "ACPI-APIC",
          "ACPI-TPM2", "SMBIOS-structures", "reservations-area0", "reservations-node1",
          "reservations-area1"}
INITRDS = {"small": 9 << 20, "large": 128 << 20}
# The large initrd takes all memory from the highest free place down to below every table.
LOADS = ("-l", "-l --initrd=small", "-l --initrd=large", "-p", "-p --initrd=small",
         "-l --initrd=large --no-efi-map-config", "-l --efi-map-config=copy",
         "-l --noefi --initrd=large")
RAM, RESERVED = recorded.TYPES["System RAM"], recorded.TYPES["Reserved"]


class Blind(recorded.Machine):
    """Runs kexec as if the tables were unknown."""

    def tables(self):
        return []


def owners(piece):
    """The tables that lead to this one, by their names in read-tables."""
    if piece.guid != "-":
        return {piece.name}
    if piece.name.startswith("ACPI"):
        return {"ACPI-RSDT": {"ACPI"}, "ACPI-XSDT": {"ACPI2"}}.get(
            piece.name, {"ACPI", "ACPI2"})
    return {piece.name.partition("-")[0]} & set(NAMES)


def overlaps(one, other):
    return one[0] < other[1] and other[0] < one[1]


def ranges(entries):
    return [(int(entry["start"], 16), int(entry["end"], 16)) for entry in entries]


def kind_at(memory_map, address):
    return next((kind for start, end, kind in memory_map if start <= address < end), None)


def contents(machine, parts):
    return b"".join(machine.physical(start, end - start) for start, end in parts)


# ------------------------------------------------------------------- the record

def check_record(check, machine):
    """Whether the recording has all kinds of tables."""
    tables = {table.name: table for table in machine.tables()}
    check("all kinds of tables", not {*NAMES, *PIECES} - set(tables),
          {*NAMES, *PIECES} - set(tables))
    for table in tables.values():
        found = machine.physical(table.start, table.end - table.start)
        check("%s is there as a whole" % table.name, found and (
            not table.digest or table.digest == hashlib.sha256(found).hexdigest()))
    blind = Blind(machine.root)
    in_ram = [table for table in tables.values()
              if kind_at(blind.firmware_map(), table.start) == RAM]
    unkept = [table for table in in_ram if kind_at(blind.memory(), table.start) == RAM]
    check("tables that only the runtime map keeps, and tables that nothing does",
          len(in_ram) > len(unkept) > 1, in_ram)


# ------------------------------------------------------------ what --dry-run says

def plan(place, machine, load):
    done = subprocess.run(
        [os.environ["KEXEC"], *load.split(), "vmlinuz", "--append=x",
         "--sysroot=%s" % machine.root.resolve(), "--dry-run=json"], cwd=place,
        capture_output=True, text=True, timeout=60, check=False)
    good = not done.returncode and not done.stderr
    return json_output.read(done.stdout) if good else None


def reserved_by(machine, pieces):
    """Who has to keep the pieces of a table, from the files alone."""
    blind = Blind(machine.root)
    if any(kind_at(blind.memory(), piece.start) == RAM for piece in pieces):
        return "kexec"
    if kind_at(blind.firmware_map(), pieces[0].start) != RAM:
        return "firmware"
    return "runtime map" if any(
        d.physical <= pieces[0].start < d.physical + d.pages * recorded.PAGE
        for d in blind.runtime_map()) else "kernel"


def check_listed(check, machine, listed):
    """Each table appears once, with its full length and all tables that it leads to."""
    names = {number: name for name, number in recorded.TYPES.items() if name != "reserved"}
    for name in NAMES:
        pieces = [piece for piece in machine.tables() if name in owners(piece)]
        # The root comes first; the order of the others does not matter.
        pieces.sort(key=lambda piece: piece.name != name)
        found = [table for table in listed if table["name"] == NAMES[name]]
        check("%s is listed" % name, len(found) == 1, found)
        if len(found) != 1:
            continue
        table, parts = found[0], ranges(found[0]["parts"])
        check("%s: address" % name, int(table["address"], 16) == pieces[0].start
              == parts[0][0], table)
        check("%s: pieces and their lengths" % name, sorted(parts) == sorted(
            (piece.start, piece.end) for piece in pieces), (parts, pieces))
        check("%s: intact" % name, table["state"] == "intact"
              and table["problem"] is None, table)
        check("%s: in what memory" % name, table["memory"] == names[
            kind_at(machine.firmware_map(), pieces[0].start)], table)
        check("%s: kept by" % name, table["kept_by"] == reserved_by(machine, pieces), table)


def lost(machine, planned):
    """The tables that the next kernel would no longer find."""
    memory_map = [(start, end, entry["type"]) for entry, (start, end) in zip(
        planned["memory_map"], ranges(planned["memory_map"]))]
    for table in machine.tables():
        pages = table.pages()
        for segment, span in zip(planned["segments"], ranges(planned["segments"])):
            if overlaps(span, pages):
                yield "%s: %s lies on it" % (table.name, segment["name"])
        for page in range(pages.start, pages.end, recorded.PAGE):
            expected = kind_at(machine.firmware_map(), page)
            expected = RESERVED if expected == RAM else expected
            if kind_at(memory_map, page) != expected:
                yield "%s: %#x is not %d in the e820" % (table.name, page, expected)


def without_names(machine, place):
    """The same machine with an array of unknown GUIDs."""
    blind = machine.copy(place / "blind")
    array = next(one for one in machine.tables() if one.name == "table-array")
    for entry in range(array.start, array.end, 24):
        memory(entry, b"\xff" * 16)(blind)
    return blind


def check_loads(check, machine, place):
    blind = without_names(machine, place)
    for load in LOADS:
        planned = plan(place, machine, load)
        check("%s: a plan" % load, planned)
        if planned:
            check("%s: nothing is lost" % load, not list(lost(machine, planned)),
                  "\n".join(lost(machine, planned)))
        if planned and planned["efi"]["config_tables"]:
            check_listed(lambda name, *rest, load=load: check(
                "%s: %s" % (load, name), *rest), machine,
                planned["efi"]["config_tables"])
        # The negative control: without knowledge of the tables, some are lost.
        control = plan(place, blind, load)
        gone = list(lost(machine, control)) if control else []
        check("%s: the control loses reservations" % load,
              any("reservations-area1: " in one for one in gone), gone)
        check("%s: the control overwrites them" % load, "large" not in load or any(
            "reservations-area1: initrd lies on it" in one for one in gone), gone)


# ---------------------------------------------------------------------- --check

def states(run):
    return {table["name"]: table for table in run.json()["efi"]["config_tables"]}


def check_intact(check, machine):
    """The machine as recorded, and as if kexec had started it."""
    run = Run(machine.root, "--check=json")
    check("--check passes", run.rc == 0 and run.json()["passed"], run)
    check_listed(lambda name, *rest: check("--check: " + name, *rest), machine,
                 run.json()["efi"]["config_tables"])
    tables = states(run)
    for name in NAMES:
        table = tables[NAMES[name]]
        changing = any(piece.digest is None for piece in machine.tables()
                       if piece.name == name) or name == "reservations"
        # The FACS is left out: its bytes change.
        parts = [part for part in ranges(table["parts"])
                 if machine.physical(part[0], 4) != b"FACS"]
        digest = "%016x" % xxh64(contents(machine, parts))
        check("--check: digest of %s" % name,
              table["digest"] == (None if changing else digest), table)
    acpi = [one for one in (machine.root / "sys/firmware/acpi/tables").iterdir()
            if one.is_file()]
    check("--check: ACPI", run.json()["acpi"]["answer"] is True
          and run.json()["acpi"]["table_count"] == len(acpi) > 5, run.json()["acpi"])


# Header bytes that every table of its kind must have: name, offset.
HEADERS = [("memory-attributes", 0), ("ESRT", 8), ("TPM-event-log", 8),
           ("TPM-final-events", 0), ("MOK-variables", 263), ("reservations", 5),
           ("RNG-seed", 3)]
# Bytes of the contents without a checksum.
CONTENTS = [("memory-attributes", 30), ("ESRT", 40), ("TPM-event-log", 100),
            ("TPM-final-events", 20), ("MOK-variables", 300), ("SMBIOS-structures", 100)]
# A letter of the maker's name (ACPI 6.5, 5.2.5.3 and 5.2.6), or a byte that SMBIOS leaves
# to vendors (SMBIOS 3.6, 5.2.1): only the checksum shows a change.
UNUSED = 12


def flipped(machine, place, piece, offset):
    changed = machine.copy(place / "flipped" / ("%s-%d" % (piece.name, offset)))
    byte, = machine.physical(piece.start + offset, 1)
    memory(piece.start + offset, bytes([byte ^ 0x80]))(changed)
    return changed


def check_lost(check, changed, piece, before):
    """Changes one byte of a table. --check exits with `before`, --check=after with 1, and
    exactly the tables that lead to the byte are named."""
    first = Run(changed.root, "--check=json")
    check("%s: --check" % piece.name, first.rc == before, first)
    KEXECED(changed)
    for mode in ("--check=after", "--check=after,json"):
        run = Run(changed.root, mode)
        check("%s: %s" % (piece.name, mode), run.rc == 1, run)
    broken = {name for name, table in states(run).items()
              if table["state"] not in ("intact", "not examined", "used up")}
    check("%s: which" % piece.name,
          broken == {NAMES[owner] for owner in owners(piece)}, broken)
    check("%s: one problem for each" % piece.name,
          len(run.json()["problems"]) == len(broken) and all(
              any('"%s" at ' % name in problem for problem in run.json()["problems"])
              for name in broken), run)
    if piece.guid == "-":
        check("%s: its address" % piece.name, all(
            "%#x" % piece.start in problem for problem in run.json()["problems"]), run)


def check_flipped(check, machine, place):
    tables = {table.name: table for table in machine.tables()}
    check("all kinds of headers", {name for name, _ in HEADERS} | {
        "ACPI", "ACPI2", "SMBIOS"} == set(NAMES))
    summed = [table for table in tables.values() if table.name.startswith("ACPI")
              and table.name != "ACPI-FACS"] + [tables["SMBIOS"]]
    for piece in summed:
        # A wrong checksum below the root may come from the firmware.
        check_lost(check, flipped(machine, place, piece, UNUSED), piece,
                   0 if piece.guid == "-" else 1)
    for name, offset in HEADERS:
        check_lost(check, flipped(machine, place, tables[name], offset), tables[name], 1)
    before = states(Run(machine.root, "--check=json"))
    for name, offset in CONTENTS:
        run = Run(flipped(machine, place, tables[name], offset).root, "--check=json")
        check("%s: no header shows it" % name, run.rc == 0, run)
        check("%s: the digest does" % name, {
            one for one, table in states(run).items()
            if table["digest"] != before[one]["digest"]}
            == {NAMES[owner] for owner in owners(tables[name])}, run)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-recorded-tables-") as directory:
        place = Path(directory)
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        for name, size in INITRDS.items():
            with open(place / name, "wb") as stream:
                stream.truncate(size)
        machine = recorded.unpack(
            Path(os.environ["MACHINES"]) / (MACHINE + ".tar.xz"), place / MACHINE)
        check_record(check, machine)
        check_loads(check, machine, place)
        check_intact(check, machine)
        after = machine.copy(place / "after")
        KEXECED(after)
        run = Run(after.root, "--check=after")
        check("--check=after passes", run.rc == 0 and not run.err, run)
        check_flipped(check, machine, place)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
