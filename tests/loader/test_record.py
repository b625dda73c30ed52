#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--check=after with a record that purgatory left: what it says, and that a record which
is damaged or about an earlier kexec neither makes it fail nor is believed. --check says
whether the next kernel will get one.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent),
                str(Path(__file__).resolve().parents[1] / "lib")]

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import record_writer                                                # noqa: E402
import recorded                                                     # noqa: E402

BOOT_PARAMS = "sys/kernel/boot_params/data"
BOOT_ID = "0d3f0a55-8f4c-4e3c-9a0e-1f2f3f4f5f6f"


def kexec(root, *arguments):
    return subprocess.run([os.environ["KEXEC"], "--sysroot=%s" % root, *arguments],
                          capture_output=True, text=True, timeout=60, check=False)


def with_nodes(machine, nodes, kexeced=True):
    boot_params = bytearray((machine.root / BOOT_PARAMS).read_bytes())
    boot_params[0x210] = 0xd0 if kexeced else 0x72
    fakes.write(machine.root / BOOT_PARAMS, bytes(boot_params))
    fakes.write(machine.root / "proc/sys/kernel/random/boot_id", BOOT_ID + "\n")
    for i, data in enumerate(nodes):
        node = machine.root / ("sys/kernel/boot_params/setup_data/%d" % i)
        fakes.write(node / "type", "%#x\n" % record_writer.TYPE)
        fakes.write(node / "data", data)


def after(check, name, root, status=0):
    """Text and JSON of --check=after; the record never changes its exit status."""
    text, data = kexec(root, "--check=after"), kexec(root, "--check=after,json")
    check(name + ": exit status", text.returncode == data.returncode == status,
          text.stdout + text.stderr)
    return text.stdout, json_output.read(data.stdout)


class Machines:
    """Copies of a recorded machine, with records; and one without EFI."""

    def __init__(self, place, machine, bios):
        self.place, self.machine, self.bios, self.count = place, machine, bios, 0

    def record(self):
        return record_writer.Record(self.machine.boot_params())

    def with_nodes(self, *nodes, **settings):
        self.count += 1
        copy = self.machine.copy(self.place / ("copy-%d" % self.count))
        with_nodes(copy, nodes, **settings)
        return copy.root


def check_ours(check, machines):
    text, result = after(check, "ours", machines.with_nodes(machines.record().bytes()))
    record = result["record"]
    check("ours: state", record["state"] == "ours" and record["reason"] is None, record)
    kexec_ = record["kexec"]
    check("ours: the loader's part", kexec_["load"] == {
        "identity": "0xfedcba9876543210", "version": "0.1.0",
        "kernel": "6.1.0-56-cloud-amd64", "time": "2026-11-29T06:00:00Z",
        "boot_id": "00000000-1111-2222-3333-444444444444", "on_crash": False,
        "entry_mode": "64-bit", "verified_bytes": 64 << 20}, kexec_)
    # 2 GHz; how long the new kernel took is not known on a recorded machine.
    check("ours: times", kexec_["microseconds"] == {
        "verify": 20000, "map": 250, "enter": 250, "rest": None, "total": None}
        and kexec_["tsc_hertz"] == 2_000_000_000, kexec_)
    check("ours: stamps", [int(kexec_["stamps"][name], 16) for name in (
        "entry", "verified", "mapped", "jump")] == machines.record().stamps, kexec_)
    check("ours: mapped", [(area["what"], area["start"], area["pages_added"])
                           for area in kexec_["mapped"]] == [
        ("the EFI system table", "0x3f5eb018", 1),
        ("the EFI config table array", "0x3f5ebc98", 1)], kexec_)
    check("ours: nothing skipped", kexec_["skipped"] == [] and kexec_["skip_count"] == 0
          and kexec_["digests"] == "equal" and kexec_["pages_added"] == 2, kexec_)
    for words in ("kexec-efi 0.1.0 loaded this kernel 2026-11-29T06:00:00Z, on Linux "
                  "6.1.0-56-cloud-amd64", "64.0 MiB, unchanged since the load",
                  "unknown in all: 0.020000 s to verify, 0.000250 s to map",
                  "the EFI config table array, 1 added"):
        check("ours: " + words, words in text, text)


def change(name, value):
    return lambda record: setattr(record, name, value)


def no_stamps(record):
    record.flags, record.stamps = 0, [0] * 4


# Name, change, part of the text.
KINDS = [
    ("no stamps", no_stamps, "must not read the time stamp counter here"),
    ("rate unknown", change("tsc_hertz", 0),
     "41000000 ticks in purgatory, of an unknown rate (40000000 to verify, 500000 to map)"),
    ("-i", change("digests", record_writer.NOT_COMPARED), "not at all (-i)"),
    ("-p", change("flags", record_writer.STAMPS | record_writer.CRASH),
     "loaded this capture kernel"),
    ("32-bit", change("entry_mode", 1), "unchanged"),
    ("stamps of one tick", change("stamps", [2000] * 4), "0.000000 s to verify"),
    ("ten thousand years", change("stamps", [2000, 2000, 2000, 2 ** 64 - 1]),
     "unknown to leave purgatory"),
    ("skips of unknown kinds", change("skips", [(99, 0, 1), (3, 99, 2)]),
     "an unknown step, 0x1, for a reason that this kexec does not know"),
    ("more skips than there is room for", change("skip_count", 0xffffffff), "unchanged"),
]


def check_kinds(check, machines):
    for name, apply, words in KINDS:
        record = machines.record()
        apply(record)
        text, result = after(check, name, machines.with_nodes(record.bytes()))
        check(name + ": ours", result["record"]["state"] == "ours", result["record"])
        check(name + ": text", words in text, text)


def check_skips(check, machines):
    """Each number has its words."""
    for step, step_name in enumerate(record_writer.STEPS):
        for reason in (step + 1, len(record_writer.REASONS) - 1 - step):
            record = machines.record()
            record.skips = [(step, reason, 0x1234500 + step)]
            name = "step %d, reason %d" % (step, reason)
            text, result = after(check, name, machines.with_nodes(record.bytes()))
            skip, = result["record"]["kexec"]["skipped"]
            check(name, skip["step"] == step and skip["reason"] == reason
                  and skip["step_name"] == step_name
                  and record_writer.REASONS[reason] in skip["reason_text"]
                  and skip["value"] == "%#x" % (0x1234500 + step), skip)
            wanted = "purgatory skipped a step: %s, %s, " % (step_name, skip["value"])
            check(name + ": a remark", any(wanted in one for one in result["remarks"])
                  and wanted in text, text)


# Name, change to the record, part of the reason.
STALE = [
    ("other command line", change("command_line", 0x1000), "other boot parameters"),
    ("other initrd", change("initrd", 0x123456000), "other boot parameters"),
    ("other list", change("setup_data", 0x1000), "other boot parameters"),
    ("this boot", change("boot_id", BOOT_ID), "for a kernel that the running one loaded"),
]
DAMAGED = [
    ("not written", lambda record: bytes(640), "has not written it"),
    ("empty", lambda record: b"", "cut off"),
    ("15 bytes", lambda record: record.bytes()[:15], "cut off"),
    ("639 bytes", lambda record: record.bytes()[:639], "size is wrong"),
    ("641 bytes", lambda record: record.bytes() + b"\0", "size is wrong"),
    ("magic", change("magic", b"KEXECREX"), "magic number"),
    ("version", change("record_version", 2), "a version that this kexec does not know"),
    ("size", change("size", 641), "size is wrong"),
    ("text without end", change("kernel", b"x" * 64), "a text in it"),
    ("control character", change("kernel", b"6.1\x1b[2J"), "a text in it"),
    ("text behind a text", change("version", b"1.0\0x"), "a text in it"),
    ("no version", change("version", b""), "a text in it"),
    ("entry mode", change("entry_mode", 3), "mode of entry"),
    ("digests", change("digests", 3), "result of verifying"),
    ("no entry", change("stamps", [0, 42, 43, 44]), "do not ascend"),
    ("back in time", change("stamps", [2000, 4000, 3999, 5000]), "do not ascend"),
    ("before the load", change("stamps", [999, 4000, 4000, 5000]), "do not ascend"),
    ("stamps without permission", change("flags", 0), "do not ascend"),
    ("reversed", change("areas", [(5, 4, 0, 1)]), "a range ends"),
    ("neither mapped nor not", change("areas", [(4, 5, 0, 2)]), "a range ends"),
    ("more pages than all", change("areas", [(4, 5, 3, 1)]), "a range ends"),
]


def check_not_believed(check, machines):
    for state, rows in (("stale", STALE), ("unusable", DAMAGED)):
        for name, apply, words in rows:
            record = machines.record()
            data = apply(record)
            root = machines.with_nodes(record.bytes() if data is None else data)
            text, result = after(check, name, root)
            found = result["record"]
            check(name + ": " + state, found["state"] == state and found["kexec"] is None
                  and words in found["reason"], found)
            check(name + ": a remark", any(found["reason"] in one
                                           for one in result["remarks"]), result)
            check(name + ": text", "%s: " % state in text and "kexec-efi 0.1.0" not in text,
                  text)
    root = machines.with_nodes(machines.record().bytes(), kexeced=False)
    _, result = after(check, "boot loader", root, status=1)
    check("not kexec'ed: stale", result["record"]["state"] == "stale", result["record"])


def check_several(check, machines):
    """Of several, the one about the running kernel; without any, the reason."""
    other = machines.record()
    other.initrd = 0x1000
    ours = machines.record()
    ours.version = "0.2.0"
    for order in ([other, ours], [ours, other]):
        root = machines.with_nodes(*(record.bytes() for record in order))
        _, result = after(check, "two", root)
        check("two: ours", result["record"]["state"] == "ours"
              and result["record"]["kexec"]["load"]["version"] == "0.2.0", result["record"])
    _, result = after(check, "none", machines.with_nodes())
    check("none: missing", result["record"]["state"] == "missing"
          and "another program" in result["record"]["reason"], result["record"])


def check_before(check, place, machines):
    """Whether the next kernel will get a record."""
    fakes.write(place / "vmlinuz", fakes.bzimage())
    efi, bios = machines.machine.root, machines.bios.root
    for root, arguments, answer, words in (
            (efi, [], True, ""), (efi, ["%s/vmlinuz" % place], True, "writes what it did"),
            (efi, ["-s"], False, "kexec_file_load"),
            (efi, ["-s", "%s/vmlinuz" % place], False, "kexec_file_load"),
            (efi, ["%s/missing" % place], False, "not possible"),
            (bios, ["-c", "%s/vmlinuz" % place], True, ""),
            (bios, ["-c", "--real-mode", "%s/vmlinuz" % place], False, "no boot_params")):
        done = kexec(root, "--check=json", *arguments)
        fact = json_output.read(done.stdout)["loading"]["leaves_record"]
        check("before, %s" % arguments, fact["answer"] is answer
              and words in fact["reason"], fact)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-record-") as directory:
        place = Path(directory)
        archives = {one.name: one for one in recorded.archives(os.environ["MACHINES"])}
        machines = Machines(place, *(recorded.unpack(
            archives[name + ".tar.xz"], place / name) for name in ("ovmf", "seabios")))
        check_ours(check, machines)
        check_kinds(check, machines)
        check_skips(check, machines)
        check_not_believed(check, machines)
        check_several(check, machines)
        check_before(check, place, machines)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
