#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec-selftest on a made-up machine, which another kernel runs at every start. In
kexec's place is a script that hands --check and --dry-run on to kexec, which reads a
recorded machine.

Environment: KEXEC, KEXEC_SELFTEST, SELFTEST_PARTS, MACHINES."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

FAKE_KEXEC = """#!/bin/sh
place=${0%/*}
printf '%s\\0' "$@" >>"$place/called"
printf '\\n' >>"$place/called"
case $1 in
--check*) cat "$place/check.json"; cat "$place/check.errors" >&2
	exit "$(cat "$place/check.status")" ;;
--dry-run*) cat "$place/plan.json"; exit "$(cat "$place/plan.status")" ;;
--status=json) cat "$place/status.errors" >&2; cat "$place/status.json"
	exit "$(cat "$place/status.status")" ;;
-l) cat "$place/load.errors" >&2; exit "$(cat "$place/load.status")" ;;
esac
"""
FAKE_SYSTEMCTL = """#!/bin/sh
place=${0%/*}
case $1 in
list-units) cat "$place/failed" ;;
kexec) echo "systemctl kexec" >>"$place/log" ;;
*) echo "$*" >>"$place/log"; exit "$(cat "$place/systemctl.status")" ;;
esac
"""
LINE = 'root=/dev/vda1 ro name="two  words"'
# The recorded kernel has no digests of tables that its record does not hold.
DIGEST = "xxh64:0123456789abcdef"


def real_output(kexec, machine, *options):
    done = subprocess.run([kexec, f"--sysroot={machine}", *options], text=True,
                          capture_output=True, timeout=60)
    return json.loads(done.stdout)


class Machine:
    def __init__(self, place, recorded):
        self.place, self.root = place, place / "root"
        self.program, self.state = place / "bin", place / "state"
        before = real_output(os.environ["KEXEC"], recorded, "--check=json")
        for number, table in enumerate(before["efi"]["config_tables"]):
            table["digest"] = f"{DIGEST}{number:x}" if number % 2 else None
        before["efi"]["config_tables"].append(
            {"name": "Linux initrd", "address": "0x1000", "digest": DIGEST})
        self.facts = before
        for name, text in (
                ("kexec", FAKE_KEXEC), ("failed", ""),
                ("systemctl", FAKE_SYSTEMCTL), ("systemctl.status", "0"),
                ("status.errors", ""), ("status.status", "0"),
                ("status.json", json.dumps(real_output(os.environ["KEXEC"], recorded,
                                                       "--status=json"))),
                ("check.errors", ""), ("check.status", "0"), ("load.errors", ""),
                ("load.status", "0"), ("plan.status", "0"),
                ("plan.json", json.dumps({"kernel": None, "command_line": LINE, "x": 1},
                                         indent=2))):
            self.put(self.program / name, text).chmod(0o755)
        for name, text in (
                ("proc/cmdline", LINE + "\n"), ("proc/meminfo", "MemTotal:  1000000 kB\n"),
                ("proc/uptime", "12.50 11.00\n"), ("proc/sys/kernel/tainted", "4096\n"),
                ("sys/kernel/kexec_loaded", "0\n"),
                ("sys/devices/system/cpu/online", "0-3\n"),
                ("sys/block/vda/size", "2048\n"), ("sys/block/sda/size", "4096\n"),
                ("sys/block/sda/device/model", "DISK\n"), ("sys/block/loop0/size", "8\n"),
                ("sys/devices/0000:00:03.0/net", ""),
                ("sys/firmware/efi/efivars/Boot0000-1", ""),
                ("sys/firmware/efi/efivars/BootOrder-1", "")):
            self.put(self.root / name, text)
        (self.root / "run/systemd/system").mkdir(parents=True)
        self.link = self.root / "sys/class/net/eth0"
        self.link.mkdir(parents=True)
        (self.link / "device").symlink_to(self.root / "sys/devices/0000:00:03.0")
        self.boots = 0
        self.boot(kexeced=False)

    @staticmethod
    def put(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def boot(self, kexeced=True):
        """Another kernel runs."""
        self.boots += 1
        self.put(self.root / "proc/sys/kernel/random/boot_id", f"boot-{self.boots}\n")
        self.facts["kernel"]["kexeced"] = kexeced
        # The record comes before the tables, and has a member of the same name.
        self.facts = {"record": {"config_tables": 12, "microseconds": {
            "verify": 40000, "total": 1234567}}, **{
                key: value for key, value in self.facts.items() if key != "record"}}
        self.write_facts()

    def write_facts(self):
        # As kexec writes it: a member on each line, and null where nothing is known.
        self.put(self.program / "check.json", json.dumps(self.facts, indent=2) + "\n")

    def says(self, name, text):
        self.put(self.program / name, text)

    def calls(self):
        path = self.program / "called"
        found = [line.split("\0")[:-1] for line in path.read_text().split("\n")[:-1]] \
            if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    def systemctl(self):
        log = self.program / "log"
        return log.read_text().splitlines() if log.exists() else []

    def run(self, *arguments):
        done = subprocess.run(
            [os.environ["KEXEC_SELFTEST"], f"--root={self.root}", f"--state={self.state}",
             f"--kexec={self.program}/kexec", f"--parts={os.environ['SELFTEST_PARTS']}",
             *arguments], capture_output=True, text=True, timeout=120,
            env={**os.environ, "PATH": f"{self.program}:{os.environ['PATH']}"})
        return done.returncode, done.stdout, done.stderr


def points(text):
    """Names of the points of TAP that passed, failed and were skipped, and the comments.
    """
    found = {"ok": [], "not ok": [], "skipped": [], "comments": []}
    numbers = []
    for line in text.splitlines():
        point = re.fullmatch(r"(ok|not ok) (\d+) - (round \d+: [^#]*?)( # SKIP .*)?", line)
        if point:
            numbers.append(int(point[2]))
            found["skipped" if point[4] else point[1]].append(point[3])
        elif line.startswith("# "):
            found["comments"].append(line[2:])
    lines = text.splitlines()
    if lines[:1] != ["TAP version 13"] or lines[-1] != f"1..{len(numbers)}" \
            or numbers != list(range(1, len(numbers) + 1)):
        return None
    return found


class Suite:
    def __init__(self, directory, recorded):
        self.directory, self.recorded = Path(directory), recorded
        self.count = {True: 0, False: 0}

    def machine(self):
        return Machine(self.directory / f"machine {sum(self.count.values())}", self.recorded)

    def check(self, name, condition, result=""):
        self.count[bool(condition)] += 1
        print(f"{'ok' if condition else 'FAIL'}: {name}"
              + ("" if condition else f": {result}"))


def prepared(suite, *options):
    machine = suite.machine()
    suite.check("prepare is silent", machine.run("prepare", *options) == (0, "", ""))
    return machine


NAMES = ["no problem is known before", "the kernel is loaded",
         "started by kexec", "kexec --check=after finds no loss",
         "the command line that was loaded", "the same CPUs", "as much memory",
         "the EFI tables", "the EFI variables", "the disks", "the network interfaces",
         "no new taint of the kernel", "no unit fails that did not fail before"]


def test_success(suite):
    machine = prepared(suite)
    suite.check("kexec's options", machine.calls() == [
        ["--status=json"], ["--check=json", "--boot-entry"], ["--dry-run=json", "--boot-entry"],
        ["-l", "--boot-entry"]])
    suite.check("the state is private", machine.state.stat().st_mode & 0o777 == 0o700)
    suite.check("not started yet", machine.run("finish")[0] == 75)
    suite.check("no result yet", machine.run("result")[0] == 75)
    suite.check("nothing to wait for", machine.run("--timeout=1", "wait")[0] == 75)
    machine.boot()
    status, text, errors = machine.run("finish")
    found = points(text)
    suite.check("all points pass", status == 0 and not errors and found
                and found["ok"] == [f"round 1: {name}" for name in NAMES]
                and not found["not ok"] and not found["skipped"], text + errors)
    phases = [line.split(": ")[1] for line in found["comments"]]
    suite.check("phases", phases == ["check", "load", "shutdown", "between the kernels",
                                     "boot"], text)
    suite.check("times", "round 1: between the kernels: 1.23 s" in found["comments"]
                and "round 1: boot: 12.50 s" in found["comments"], text)
    suite.check("the result again", machine.run("result") == (0, text, ""))
    suite.check("wait", machine.run("wait") == (0, text, ""))
    suite.check("finish again", machine.run("finish") == (0, text, ""))
    suite.check("nothing was started", "systemctl kexec" not in machine.systemctl())
    keep = machine.put(machine.state / "other", "x")
    suite.check("clean", machine.run("clean") == (0, "", "")
                and list(machine.state.iterdir()) == [keep])
    suite.check("result of nothing", machine.run("result")[0] == 77)


def change_table(machine, field, value):
    table = [table for table in machine.facts["efi"]["config_tables"] if table["digest"]][0]
    table[field] = value
    machine.write_facts()


def add_failed_unit(machine):
    machine.says("failed", "old.service loaded failed\nnew.service loaded failed\n")


# The name of the point that has to fail, and no other; words of its comment; the loss.
LOSSES = (
    ("the EFI tables", "gone, moved or changed", lambda m: change_table(m, "digest", "x")),
    ("the EFI tables", "gone, moved or changed", lambda m: change_table(m, "address", "0x1")),
    ("the EFI tables", "gone, moved or changed", lambda m: change_table(m, "digest", None)),
    ("the EFI variables", "gone: BootOrder-1",
     lambda m: (m.root / "sys/firmware/efi/efivars/BootOrder-1").unlink()),
    ("the disks", "gone or changed (sectors, model): 4096 DISK",
     lambda m: (m.root / "sys/block/sda/size").unlink()),
    ("the disks", "2048", lambda m: m.put(m.root / "sys/block/vda/size", "2047\n")),
    ("the network interfaces", "gone: 0000:00:03.0", lambda m: (m.link / "device").unlink()),
    ("the same CPUs", "before: 0-3, now: 0-2",
     lambda m: m.put(m.root / "sys/devices/system/cpu/online", "0-2\n")),
    ("as much memory", "before: 1000000 KiB, now: 989999 KiB",
     lambda m: m.put(m.root / "proc/meminfo", "MemTotal:  989999 kB\n")),
    ("no new taint of the kernel", "new bits: 512",
     lambda m: m.put(m.root / "proc/sys/kernel/tainted", "4608\n")),
    ("no unit fails that did not fail before", "new.service", add_failed_unit),
    ("the command line that was loaded", 'planned: root=/dev/vda1 ro name="two words", now: '
     "other", lambda m: m.put(m.root / "proc/cmdline", "other\n")),
)
# Changes that are not losses.
HARMLESS = (
    ("less than one percent of the memory",
     lambda m: m.put(m.root / "proc/meminfo", "MemTotal:  990000 kB\n")),
    ("a taint that is gone", lambda m: m.put(m.root / "proc/sys/kernel/tainted", "0\n")),
    ("a unit that works again", lambda m: m.says("failed", "")),
    ("a new variable", lambda m: m.put(m.root / "sys/firmware/efi/efivars/New-1", "")),
    ("another name of a disk",
     lambda m: (m.root / "sys/block/sda").rename(m.root / "sys/block/sdb")),
    ("another name of a network interface",
     lambda m: m.link.rename(m.link.parent / "enp0s3")),
    ("another loop device", lambda m: m.put(m.root / "sys/block/loop0/size", "16\n")),
    ("the withdrawn initrd table",
     lambda m: m.facts["efi"]["config_tables"].pop() and m.write_facts()),
    ("a table whose bytes are not known",
     lambda m: m.facts["efi"]["config_tables"][0].update(address="0x2") or m.write_facts()),
)


def test_losses(suite):
    for number, (name, words, lose) in enumerate(LOSSES):
        machine = prepared(suite)
        machine.boot()
        lose(machine)
        status, text, _ = machine.run("finish")
        found = points(text)
        suite.check(f"loss {number}: {name}", status == 1
                    and found["not ok"] == [f"round 1: {name}"]
                    and any(words in line for line in found["comments"]), text)
    for name, change in HARMLESS:
        machine = suite.machine()
        machine.says("failed", "old.service loaded failed\n")
        machine.run("prepare")
        machine.boot()
        change(machine)
        status, text, _ = machine.run("finish")
        suite.check(f"no loss: {name}", status == 0, text)


def test_problems(suite):
    machine = suite.machine()
    machine.says("check.status", "1")
    machine.says("check.errors", "kexec: a problem\n")
    suite.check("a problem before does not end the test", machine.run("prepare")[0] == 0)
    machine.boot()
    status, text, _ = machine.run("finish")
    suite.check("problems before and after", status == 1 and points(text)["not ok"] == [
        "round 1: no problem is known before",
        "round 1: kexec --check=after finds no loss"]
        and text.count("# exit status 1: kexec: a problem") == 2, text)

    machine = suite.machine()
    machine.says("load.status", "255")
    machine.says("load.errors", "kexec: it cannot be loaded\n")
    status, text, _ = machine.run("prepare")
    suite.check("the load fails", status == 1 and "# kexec: it cannot be loaded" in text
                and points(text)["not ok"] == ["round 1: the kernel is loaded"], text)

    machine = suite.machine()
    machine.says("plan.status", "1")
    machine.run("prepare")
    machine.boot()
    machine.put(machine.root / "proc/cmdline", "other\n")
    status, text, _ = machine.run("finish")
    suite.check("no plan", status == 0 and points(text)["skipped"]
                == ["round 1: the command line that was loaded"], text)
    status, text, _ = machine.run("--format=junit", "result")
    tree = ElementTree.fromstring(text)
    suite.check("skipped in JUnit", status == 0 and tree.get("skipped") == "1"
                and len(tree.findall("testcase/skipped")) == 1, text)

    machine = suite.machine()
    for table in machine.facts["efi"]["config_tables"]:
        table["digest"] = None
    machine.write_facts()
    for path in (machine.root / "sys/firmware/efi/efivars").iterdir():
        path.unlink()
    machine.run("prepare")
    machine.boot()
    status, text, _ = machine.run("finish")
    suite.check("nothing was read before", status == 0 and points(text)["skipped"]
                == ["round 1: the EFI tables", "round 1: the EFI variables"], text)

    machine = prepared(suite)
    machine.boot(kexeced=False)
    machine.says("check.status", "1")
    machine.says("check.errors", "kexec: not kexec'ed\n")
    status, text, _ = machine.run("finish")
    suite.check("started by the firmware", status == 1 and points(text)["not ok"]
                == ["round 1: started by kexec"]
                and "the EFI tables" not in text, text)


def test_junit(suite):
    machine = prepared(suite)
    machine.boot()
    machine.says("check.status", "1")
    (machine.program / "check.errors").write_bytes(b'kexec: <&"]]> \x01 \xe4 -- end\n')
    status, text, _ = machine.run("--format=junit", "finish")
    tree = ElementTree.fromstring(text)
    cases = tree.findall("testcase")
    failure = tree.findall("testcase/failure")
    suite.check("JUnit", status == 1 and tree.tag == "testsuite"
                and int(tree.get("tests")) == len(cases) == len(NAMES) + 5
                and tree.get("failures") == "1" and len(failure) == 1
                and failure[0].get("message") == 'exit status 1: kexec: <&"]]> ? ? -- end', text)
    times = {case.get("name"): float(case.get("time")) for case in cases if case.get("time")}
    suite.check("times in JUnit", times["phase: boot"] == 12.5
                and times["phase: between the kernels"] == 1.23
                and abs(sum(times.values()) - float(tree.get("time"))) < 0.02, text)


def test_run(suite):
    machine = suite.machine()
    status, text, errors = machine.run("--rounds=2", "run", "--", "/my kernel", "--append=a * ?")
    suite.check("run", status == 0 and not errors and "kexec-selftest wait" in text
                and machine.systemctl() == ["enable --quiet kexec-selftest.service",
                                            "systemctl kexec"], (text, machine.systemctl()))
    suite.check("words of options", machine.calls()[-1] == ["-l", "/my kernel",
                                                            "--append=a * ?"])
    suite.check("resume in the same kernel", machine.run("resume")[0] == 75)
    machine.boot()
    status, text, errors = machine.run("resume")
    suite.check("the second round starts", (status, text, errors) == (0, "", "")
                and machine.systemctl()[2:] == ["systemctl kexec"], text + errors)
    suite.check("options of the second round", machine.calls()[-1] == [
        "-l", "/my kernel", "--append=a * ?"])
    suite.check("no result between", machine.run("result")[0] == 75)
    machine.boot()
    status, text, _ = machine.run("resume")
    found = points(text)
    suite.check("the result of both", status == 0 and found["ok"] == [
        f"round {number}: {name}" for number in (1, 2) for name in NAMES], text)
    suite.check("no third round", len(machine.systemctl()) == 4
                and machine.systemctl()[3] == "disable --quiet kexec-selftest.service",
                machine.systemctl())
    suite.check("resume after the end", machine.run("resume")[0] == 77)

    machine = suite.machine()
    machine.run("--rounds=5", "--format=junit", "run")
    machine.boot(kexeced=False)
    status, text, _ = machine.run("resume")
    suite.check("a failed start ends the test, in the format of run", status == 1
                and ElementTree.fromstring(text).get("failures") == "1"
                and machine.systemctl()[-1].startswith("disable"), text)

    machine = suite.machine()
    machine.says("systemctl.status", "1")
    status, _, errors = machine.run("run")
    suite.check("the unit cannot be enabled", status == 77 and "cannot be enabled" in errors
                and machine.calls()[-1] == ["-u"], errors)

    machine = suite.machine()
    status, text, _ = machine.run("--start=echo started; false", "run")
    suite.check("the start fails", status == 1
                and points(text.split("\n", 2)[2])["not ok"] == ["round 1: the kernel is started"],
                text)


def test_usage(suite):
    machine = suite.machine()
    for arguments in ((), ("what",), ("run", "prepare"), ("--format=xml", "result"),
                      ("--rounds=0", "run"), ("--rounds=-1", "run"), ("--rounds=x", "run"),
                      ("--timeout=", "wait"), ("finish", "--", "-c"), ("--rounds", "3"),
                      ("prepare", "--", "--append=a\nb")):
        status, text, errors = machine.run(*arguments)
        suite.check(f"usage {arguments}", status == 2 and not text
                    and errors.startswith("kexec-selftest: ")
                    and len(errors.splitlines()) == 1, (status, text, errors))
    suite.check("help", machine.run("--help")[1].startswith("Usage: kexec-selftest"))
    answer = (machine.program / "status.json").read_text()
    machine.says("status.json", "")
    machine.says("status.status", "255")
    machine.says("status.errors", "kexec: the library libjson-c.so.5 is needed\n")
    status, _, errors = machine.run("prepare")
    suite.check("no JSON", status == 77 and "kexec-selftest: kexec: the library libjson-c"
                in errors and ["-l", "--boot-entry"] not in machine.calls(), errors)
    # A crash kernel is loaded; the running kernel cannot have one.
    machine.says("status.json", answer)
    for code, errors in (("1", ""), ("255", "kexec: -S: cannot read a file\n")):
        machine.says("status.status", code)
        machine.says("status.errors", errors)
        status, _, errors = machine.run("prepare")
        suite.check(f"exit status {code} of --status", status == 0, errors)
    machine.says("status.errors", "")
    machine.says("status.status", "0")
    (machine.root / "sys/kernel/kexec_loaded").unlink()
    status, _, errors = machine.run("prepare")
    suite.check("no kexec", status == 77 and "built without kexec" in errors, errors)
    machine.put(machine.root / "sys/kernel/kexec/loaded", "0\n")
    suite.check("the file of newer kernels", machine.run("prepare") == (0, "", ""))


def main():
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(f"{os.environ['MACHINES']}/ovmf.tar.xz") as archive:
            archive.extractall(f"{directory}/recorded")
        suite = Suite(directory, f"{directory}/recorded")
        for part in (test_success, test_losses, test_problems, test_junit, test_run,
                     test_usage):
            part(suite)
    print(f"{suite.count[True]} passed, {suite.count[False]} failed")
    sys.exit(1 if suite.count[False] or not suite.count[True] else 0)


if __name__ == "__main__":
    main()
