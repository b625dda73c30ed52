#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The table of watchdog drivers (kexec/load/watchdog_drivers.c) and the one in
docs/watchdog.md say the same as the kernel's source. Reads the source package that the
boot tests use, or the archives that are named; without one: SKIP."""

import fnmatch
import re
import sys
import tarfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
ARCHIVE = Path("/usr/src/linux-source-6.1.tar.xz")
SKIP = 77
NEWER = {"advantech_ec_wdt": (6, 12), "simatic-ipc-wdt": (6, 1)}
# Before, it had a notifier of its own and no device in /sys/class/watchdog.
OF_THE_CORE_SINCE = {"f71808e_wdt": (6, 1)}
# These differ from the rule, and the comment in the table says why.
ENDS = {"softdog": "ASKED", "mei_wdt": "ASKED"}
RULES = (("ENDS", re.compile(r"register_reboot_notifier\(|^\s*\.shutdown\s*=", re.M)),
         ("ASKED", re.compile(r"\bwatchdog_stop_on_reboot\(")))
WORDS = {"asked": "ASKED", "runs on": "KEEPS", "stopped": "ENDS", "ends": "ENDS"}


def program_rows():
    """(identity, driver, habit) of the program's table."""
    text = (TOP / "kexec/load/watchdog_drivers.c").read_text()
    text = text.replace("WATCHDOG_IPMI_IDENTITY", '"IPMI"')
    return re.findall(r'\{ "([^"]+)", "([^"]+)", WATCHDOG_(\w+) \}', text)


def document_rows():
    """Driver and habit of the document's table."""
    text = (TOP / "docs/watchdog.md").read_text()
    table = text[text.index("| driver | identity"):].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table]
    return {row[0].split(" ")[0]: WORDS[re.match("|".join(WORDS), row[2])[0]]
            for row in rows}


def read_sources(archive):
    """Version, and the text of each driver by its name. The archive's top directory is
    linux-source-VERSION, and its names are sorted."""
    sources, version = {}, None
    with tarfile.open(archive) as tar:
        for member in tar:
            top, _, path = member.name.partition("/")
            version = version or tuple(map(int, re.findall(r"\d+", top)))
            found = re.fullmatch(r"drivers/(?:watchdog|char/ipmi)/(\w[\w-]*)\.c", path)
            if found:
                sources[found[1]] = tar.extractfile(member).read().decode()
            elif path > "drivers/watchdogs":
                break       # the rest takes seconds to uncompress
    return version, sources


def habit_of(source):
    """The habit by the rules in the comment of the program's table."""
    return next((habit for habit, rule in RULES if rule.search(source)), "KEEPS")


def names(source):
    """The texts of the source that may be an identity; %s stands for a chip."""
    return re.findall(r'"([^"\n]+)"', source)


def has_identity(pattern, driver, source):
    if driver == "simatic-ipc-wdt":     # KBUILD_MODNAME
        return pattern == "simatic_ipc_wdt" and "KBUILD_MODNAME" in source
    texts = names(source)
    chips = [text for text in texts if re.fullmatch(r"[\w-]+", text)]
    return any(fnmatch.fnmatchcase(text, pattern) for text in texts) or any(
        fnmatch.fnmatchcase(text.replace("%s", chip), pattern)
        for text in texts if text.count("%s") == 1 for chip in chips)


def compare(version, sources):
    """Yields a text for each difference."""
    rows = program_rows()
    documented = document_rows()
    if len(rows) < 19:
        yield f"only {len(rows)} rows were found in the program's table"
    if {driver: habit for _, driver, habit in rows} != documented:
        yield f"docs/watchdog.md has other drivers or habits: {documented}"
    for pattern, driver, habit in rows:
        if version < NEWER.get(driver, version) or \
                version < OF_THE_CORE_SINCE.get(driver, version):
            continue
        source = sources.get(driver)
        if source is None:
            yield f"{driver}: no such source"
            continue
        found = habit_of(source)
        if driver == "ipmi_watchdog":   # its notifier lengthens the time
            found = "KEEPS" if "SYS_POWER_OFF || code == SYS_HALT" in source else found
        if found != (ENDS[driver] if driver in ENDS else habit):
            yield f"{driver}: {habit} in the table, {found} by its source"
        # Before 7.x all chips of w83627hf_wdt had one name.
        if pattern != "NCT6* Watchdog" and not has_identity(pattern, driver, source):
            yield f"{driver}: its source has no identity {pattern!r}"


def main():
    archives = list(map(Path, sys.argv[1:])) or [ARCHIVE]
    if not archives[0].exists():
        print(f"SKIP {archives[0]} is missing: install the package linux-source-6.1")
        return SKIP
    failed = 0
    for archive in archives:
        for text in compare(*read_sources(archive)):
            failed += 1
            print(f"FAIL {archive.name}: {text}")
    print("%d failed" % failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
