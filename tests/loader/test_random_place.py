#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The random place of a kernel, in the calls that the program makes: it changes from load
to load, a seed repeats it, and with options and command lines that rule it out the kernel
is at its lowest place. All calls are caught (preload.c). Environment: KEXEC, CC."""

import os
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402

MIB = 1 << 20
LOWEST, ROOM, STEP = 16 * MIB, 4 * MIB, 2 * MIB
RAM = [(start, last + 1) for start, last, kind in fakes.MEMORY if kind == "System RAM"]
# All places for a kernel of 4 MiB in the RAM of the made-up machine.
PLACES = [at for at in range(LOWEST, 1 << 30, STEP)
          if any(start <= at and at + ROOM <= end for start, end in RAM)]
LINE = ["-c", "-l", "vmlinuz", "--initrd=initrd"]
CALL = re.compile(r"segment mem=(0x\w+) memsz=(0x\w+) ")


def segments(result):
    return [(int(found.group(1), 16), int(found.group(1), 16) + int(found.group(2), 16))
            for found in map(CALL.match, result.log) if found]


def kernel(result):
    """The kernel is the first segment."""
    return segments(result)[0][0]


def check_places(kexec, check):
    """Twenty loads that all get the same place of these would be a miracle."""
    seen = set()
    for number in range(20):
        result = kexec(*LINE, REAL_RANDOM=1)
        found = segments(result)
        check("load %d" % number, result.rc == 0 and result.silent()
              and found[0][0] in PLACES and found[0][1] - found[0][0] == ROOM
              and all(any(start <= low and high <= end for start, end in RAM)
                      for low, high in found)
              and all(a[1] <= b[0] for a, b in zip(sorted(found), sorted(found)[1:])), result)
        seen.add(found[0][0])
    check("several places", len(seen) >= 10, seen)


def check_seed(kexec, check):
    places = {}
    for seed in ("0", "1", "2", "3", "0xffffffffffffffff"):
        found = {kernel(kexec(*LINE, "--placement-seed=" + seed)) for _ in range(3)}
        places[seed] = found
        check("seed " + seed, len(found) == 1 and found <= set(PLACES), found)
        plan = json_output.read(
            kexec(*LINE, "--placement-seed=" + seed, "--dry-run=json").out)
        check("its plan", int(plan["segments"][0]["start"], 0) in found
              and plan["kernel"]["random_places"] == len(PLACES)
              and int(plan["kernel"]["placement_seed"], 0) == int(seed, 0), plan["kernel"])
    check("seeds differ", len(set.union(*places.values())) >= 3, places)
    result = kexec(*LINE, "-d", REAL_RANDOM=1)
    words = re.search(r"at place (\d+) of (\d+), drawn with --placement-seed=(0x\w+)",
                      result.err)
    check("-d names the seed", words and int(words.group(2)) == len(PLACES)
          and PLACES[int(words.group(1)) - 1] == kernel(result), result)
    check("which repeats the place", words and kernel(result)
          == kernel(kexec(*LINE, "--placement-seed=" + words.group(3))), result)
    text = kexec(*LINE, "--dry-run", "--placement-seed=5").out
    check("text", "Kernel place:  one of %d, drawn with --placement-seed=0x5\n" % len(PLACES)
          in text, text)
    for value in ("x", "-1", "0x10000000000000000", ""):
        result = kexec(*LINE, "--placement-seed=" + value)
        check("seed %s" % value, result.rc == 1 and not result.log
              and result.one_message("--placement-seed"), result)


def check_plans(kexec, check):
    """Without a seed a plan is the same each time."""
    for _ in range(4):
        plan = json_output.read(kexec(*LINE, "--dry-run=json").out)
        check("plan", int(plan["segments"][0]["start"], 0) == LOWEST
              and plan["kernel"]["random_places"] == len(PLACES)
              and plan["kernel"]["placement_seed"] is None, plan["kernel"])
    text = kexec(*LINE, "--dry-run").out
    check("plan, text", "Kernel place:  the lowest of %d; a load draws one of them at random\n"
          % len(PLACES) in text, text)
    text = kexec(*LINE, "--dry-run", "--no-random-placement").out
    check("no choice, text", "Kernel place" not in text, text)


def check_exceptions(kexec, check):
    fakes.write(kexec.root / "proc/cmdline", "root=/dev/vda1 nokaslr\n")
    for options in ("--no-random-placement", "--no-random-placement --placement-seed=3",
                    "--append=nokaslr", "--append=mem=512M", "--append=memmap=1M$64M",
                    "--append=movable_node", "--reuse-cmdline"):
        found = {kernel(kexec(*LINE, *options.split(), REAL_RANDOM=1)) for _ in range(5)}
        check(options, found == {LOWEST}, found)
    result = kexec(*LINE, "-d", "--append=quiet nokaslr")
    check("-d says why", "not placed at random, because of nokaslr" in result.err, result)
    found = {kernel(kexec(*LINE, "--mem-min=0x20000000", "--mem-max=0x2fffffff",
                          REAL_RANDOM=1))
             for _ in range(8)}
    check("within the limits", len(found) > 1
          and all(0x20000000 <= at <= 0x30000000 - ROOM for at in found), found)


def check_splits(kexec, check):
    """Of 48 MiB an initrd needs 40, which fit only beside low and high places."""
    (kexec.directory / "large").write_bytes(b"070701" + bytes(40 * MIB - 6))
    given_up = 0
    for seed in range(1, 9):
        result = kexec("-c", "-l", "vmlinuz", "--initrd=large", "-d", "--mem-min=0x1000000",
                       "--mem-max=0x3ffffff", "--placement-seed=%d" % seed)
        words = "leaves no room for another part" in result.err
        given_up += words
        check("large initrd, seed %d" % seed, result.rc == 0 and len(segments(result)) == 5
              and (kernel(result) == LOWEST if words else
                   kernel(result) <= 20 * MIB or kernel(result) >= 56 * MIB), result)
    check("some places do not do", given_up, result)
    (kexec.directory / "large").unlink()


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-random-place-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        (place / "initrd").write_bytes(b"070701" + bytes(10000))
        for part in (check_places, check_seed, check_plans, check_exceptions, check_splits):
            part(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
