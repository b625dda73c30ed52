#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--status=text and --status=json, and the files in /run/kexec from which they know which
kernel is loaded. -S and --status stay silent, as in kexec-tools. A load ends with a line
that sums it up.

Environment: KEXEC, the program.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402

BOOT = "11111111-2222-3333-4444-555555555555"
LOAD = ("-l", "vmlinuz", "--initrd=initrd", "--append=root=/dev/vda1 a\tb")


class Machine:
    def __init__(self, place):
        self.kexec = fakes.Kexec(place, os.environ["KEXEC"])
        self.run = self.kexec.root / "run/kexec"
        fakes.write(place / "vmlinuz", fakes.bzimage())
        fakes.write(place / "initrd", bytes(100))
        fakes.write(self.kexec.root / "run/other", "")
        self.boot(BOOT)
        self.loaded(0, 0)

    def boot(self, boot_id):
        fakes.write(self.kexec.root / "proc/sys/kernel/random/boot_id", boot_id + "\n")

    def loaded(self, normal, crash):
        fakes.write(self.kexec.root / "sys/kernel/kexec_loaded", "%d\n" % normal)
        fakes.write(self.kexec.root / "sys/kernel/kexec_crash_loaded", "%d\n" % crash)

    def status(self):
        """The members about the two kernels; those that all outputs have are left out."""
        result = self.kexec("--status=json")
        if not result.out:
            return result
        return {name: value for name, value in json_output.read(result.out).items()
                if name not in json_output.HEAD}


def check_remembers(check, machine):
    result = machine.kexec(*LOAD)
    check("a load is silent", result.rc == 0 and result.silent(), result)
    check("one file, and no other", os.listdir(machine.run) == ["normal.json"])
    check("not loaded by the kernel's word: ignored", machine.status() == {
        "normal": {"loaded": False, "load": None},
        "crash": {"loaded": False, "load": None}}, machine.status())
    machine.loaded(1, 0)
    load = machine.status()["normal"]["load"]
    check("what was loaded", load and load["kernel"] == "vmlinuz" and load["initrds"] ==
          ["initrd"] and load["command_line"] == "root=/dev/vda1 a\tb"
          and load["system_call"] == "kexec_load" and load["uid"] == os.getuid()
          and load["boot_id"] == BOOT and re.fullmatch(r"0x[0-9a-f]+", load["identity"])
          and load["time"].endswith("Z"), load)
    text = machine.kexec("--status=text")
    check("text", "Kernel               loaded\n    File             vmlinuz\n" in text.out
          and "root=/dev/vda1 a\\x09b" in text.out
          and "Crash kernel         not loaded" in text.out and not text.err, text)
    machine.kexec(*LOAD[:2], "--append=second", "-s", FILE_LOAD="OK")
    load = machine.status()["normal"]["load"]
    check("the last one", load["command_line"] == "second" and load["identity"] is None
          and load["system_call"] == "kexec_file_load", load)
    refused = machine.kexec(*LOAD, LOAD="EPERM", FILE_LOAD="EPERM")
    check("a load that fails changes nothing", refused.rc == 255
          and machine.status()["normal"]["load"] == load, refused)
    machine.kexec("-l", "vmlinuz", "--dry-run")
    check("--dry-run changes nothing", machine.status()["normal"]["load"] == load)


def check_exit_status(check, machine):
    """That of kexec-tools, with and without output."""
    for normal, crash in ((0, 0), (1, 0), (0, 1), (1, 1)):
        machine.loaded(normal, crash)
        for words in (["-S"], ["--status"], ["--status=text"], ["--status=json"]):
            for options, status in (([], crash), (["-l"], normal), (["-p"], crash)):
                result = machine.kexec(*words, *options)
                silent = words[0] in ("-S", "--status")
                check("%s %s: status" % (words, options), result.rc == status, result)
                check("%s %s: output" % (words, options), bool(result.out) != silent
                      and not result.err, result)
    check("a wrong word", machine.kexec("--status=yes").one_message("text or json"))


def check_ignored(check, machine):
    """Files that are not about a kernel of this boot, or not what kexec writes."""
    machine.loaded(1, 1)
    path = machine.run / "normal.json"
    good = path.read_text()
    check("it is used before", machine.status()["normal"]["load"])
    for name, content in [
            ("empty", ""), ("not JSON", "{"), ("a number", "1"), ("null", "null"),
            ("an array", '["boot_id", "%s"]' % BOOT), ("no boot ID", "{}"),
            ("a boot ID that is a number", '{"boot_id": 1}'),
            ("of another boot", good.replace(BOOT, BOOT[::-1])),
            ("too long", good + " " * (1 << 20)), ("deep", "[" * 100000)]:
        path.write_text(content)
        status = machine.status()
        check("ignored: " + name, status == {
            "normal": {"loaded": True, "load": None},
            "crash": {"loaded": True, "load": None}}, status)
        text = machine.kexec("--status=text")
        check("text: " + name, "loaded; which kernel it is, is unknown" in text.out
              and text.rc == 1, text)
    for name, content in [
            ("odd values", '{"boot_id": "%s", "kernel": 3, "initrds": {"a": 1}}'),
            ("odd items", '{"boot_id": "%s", "initrds": [1, null, [], "a\\u001b[2J"]}')]:
        path.write_text(content % BOOT)
        load = machine.status()["normal"]["load"]
        check(name + ": JSON", load and load.pop("boot_id") == BOOT
              and load.pop("initrds") in ([], ["a\x1b[2J"])
              and set(load.values()) == {None}, load)
        text = machine.kexec("--status=text")
        check(name, text.rc == 1 and "\x1b" not in text.out and "File" not in text.out, text)
    path.write_text(good)
    machine.boot(BOOT[::-1])
    check("after a reboot", machine.status()["normal"]["load"] is None)
    machine.boot(BOOT)
    check("and it was the boot ID", machine.status()["normal"]["load"])


def check_forgets(check, machine):
    machine.kexec("-u", "-p")
    check("-u -p leaves the normal one", os.listdir(machine.run) == ["normal.json"])
    refused = machine.kexec("-u", UNLOAD="EPERM", FILE_LOAD="EPERM")
    check("not after a refusal", refused.rc == 255 and (machine.run / "normal.json").exists())
    result = machine.kexec("-u")
    check("-u", result.rc == 0 and result.silent() and not os.listdir(machine.run), result)
    result = machine.kexec("-u")
    check("-u once more", result.rc == 0 and result.silent(), result)


def check_cannot_write(check, machine):
    """A load succeeds, silently unless -d is given."""
    machine.run.rmdir()
    machine.run.write_text("a file")
    for options in ([], ["-d"]):
        result = machine.kexec(*LOAD, *options)
        said = "kexec: cannot open /run/kexec: Not a directory" in result.err
        check("load %s" % options, result.rc == 0 and said == bool(options), result)
    result = machine.kexec("-u")
    check("unload", result.rc == 0 and result.silent(), result)
    check("json-c is missing", machine.kexec(*LOAD, NO_LIBRARY="libjson").rc == 0)


def check_summary(check, machine):
    """The last line of a plan."""
    for line, settings, words in (
            (["-l", "-d", "vmlinuz"], {},
             "kexec_load loads this kernel because kexec_file_load does not lose less"),
            (["-l", "-d", "vmlinuz", "-c", "-i"], {},
             "because of -c; kexec -e or systemctl kexec starts it; purgatory does not "
             "verify it (-i)"),
            (["-l", "-d", "vmlinuz", "-s"], {"FILE_LOAD": "OK"},
             "kexec_file_load loads this kernel because of -s"),
            (["-l", "-d", "vmlinuz"], {"LOAD": "EPERM", "FILE_LOAD": "OK"},
             "kexec_file_load loads this kernel because kexec_load, which comes first"),
            (["-l", "-d", "vmlinuz", "-c"], {},
             "purgatory verifies 1.0 MiB first, in about 0.00")):
        result = machine.kexec(*line, **settings)
        summary = " ".join(result.err.rpartition("Summary: ")[2].split())
        check("%s %s: summary" % (line, settings), result.rc == 0 and words in summary,
              result)
    result = machine.kexec("vmlinuz", "--dry-run")
    check("--dry-run: the last lines",
          result.out.split("\n\n")[-1].startswith("Summary: "), result)
    plan = json_output.read(machine.kexec("vmlinuz", "--dry-run=json").out)
    check("--dry-run=json", plan["summary"].startswith("Summary: kexec_load")
          and plan["digest"]["bytes"] > 1 << 20
          and plan["digest"]["bytes_per_second"] > 1 << 20, plan["digest"])


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-status-") as directory:
        machine = Machine(Path(directory))
        check_remembers(check, machine)
        check_exit_status(check, machine)
        check_ignored(check, machine)
        check_forgets(check, machine)
        check_cannot_write(check, machine)
        check_summary(check, machine)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
