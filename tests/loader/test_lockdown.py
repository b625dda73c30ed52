#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A running kernel that is locked down: nothing is opened or called of which the kernel
would only log the refusal; --efi-map-config=required loads nothing; --check and
--check=after say what is true. All calls are caught (preload.c). Environment: KEXEC, CC,
MACHINES."""

import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402

FILE, LOAD = "kexec_file_load", "kexec_load"
STATE = "sys/kernel/security/lockdown"
LEVELS = {"none": "[none] integrity confidentiality\n",
          "integrity": "none [integrity] confidentiality\n",
          "confidentiality": "none integrity [confidentiality]\n"}
LINE = ["-l", "vmlinuz", "--initrd=initrd"]
TYPE_OF_LOADER = 0x210


def calls(result):
    return [line.split()[0] for line in result.log if line.startswith("kexec_")]


def set_level(kexec, level):
    fakes.write(kexec.root / STATE, LEVELS[level])


def set_release(kexec, release):
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", release + "\n")


def check_untouched(kexec, check):
    """Nothing is tried that the kernel would refuse. Without lockdown it is."""
    opened = kexec.directory / "opened"
    for level in LEVELS:
        set_level(kexec, level)
        for words in (LINE, ["-p", *LINE[1:]], ["-c", *LINE], ["-u"], ["-c", "-u"],
                      ["--check", *LINE], ["--check=after"]):
            opened.unlink(missing_ok=True)
            result = kexec(*words, FILE_LOAD="OK", OPENED=opened)
            paths = opened.read_text() if opened.exists() else ""
            tried = LOAD in calls(result)
            name = "%s: %s" % (level, " ".join(words))
            if level != "none":
                check(name, not tried and "dev/mem" not in paths
                      and (level != "confidentiality" or "proc/kcore" not in paths), result)
            elif words == LINE:
                check(name, tried and "dev/mem" in paths and "proc/kcore" in paths, paths)
    set_level(kexec, "integrity")
    for words, status in ((["-c", *LINE], 255), (["-c", "-u"], 255)):
        result = kexec(*words, FILE_LOAD="OK")
        check("refused: %s" % words, result.rc == status and result.one_message(
            "kexec_load: Operation not permitted", "lockdown=integrity", "-s"), result)


def check_required(kexec, check):
    set_release(kexec, "6.1.0")
    for level, words, status, made in (
            ("none", "", 0, [LOAD]), ("integrity", "", 1, []), ("confidentiality", "", 1, []),
            ("none", "-s", 1, []), ("none", "-c", 0, [LOAD]), ("none", "-a", 0, [LOAD]),
            ("integrity", "--dry-run", 1, []), ("none", "--dry-run", 0, [])):
        set_level(kexec, level)
        result = kexec(*LINE, *words.split(), "--efi-map-config=required", FILE_LOAD="OK")
        name = "required, %s %s" % (level, words)
        check(name, result.rc == status and calls(result) == made and (
            result.one_message("--efi-map-config=required: nothing is loaded", FILE)
            if status else not result.err), result)
        if "--dry-run" in words:
            continue
        found = kexec("--check=json", *LINE, *words.split(), "--efi-map-config=required",
                      FILE_LOAD="OK")
        error = json_output.read(found.out)["load"]["error"] or ""
        check(name + ", --check", ("--efi-map-config=required" in error) == bool(status)
              and (found.rc == 1 or not status), found)
    set_level(kexec, "none")
    result = kexec(*LINE, "--efi-map-config=required", LOAD="EPERM", FILE_LOAD="OK")
    check("required, kexec_load refused", result.rc == 1 and calls(result) == [LOAD]
          and result.one_message("kexec_load: ", "then: --efi-map-config=required"), result)
    set_level(kexec, "integrity")
    result = kexec("--check", "--efi-map-config=required", FILE_LOAD="OK")
    check("required, --check", result.rc == 1
          and "Problems:\n  * with kexec_file_load nothing is added" in result.out, result)
    for words in ("--efi-map-config", "--efi-map-config=in-place", "--efi-map-config=copy"):
        result = kexec(*LINE, words, FILE_LOAD="OK")
        check(words + " loads with a warning", result.rc == 0 and calls(result) == [FILE]
              and result.one_message("warning: --efi-map-config"), result)
    result = kexec(*LINE, "--efi-map-config=require", FILE_LOAD="OK")
    check("a wrong word", result.rc == 1 and not result.log
          and result.one_message("expected in-place, copy or required"), result)


def check_mapped(kexec, check):
    """Linux 6.12 maps the array itself, and without tables in RAM nothing is lost."""
    live, kexec.root = kexec.root, fakes.machine(kexec.directory / "plain")
    set_level(kexec, "integrity")
    for release, status in (("6.1.0", 1), ("6.12.0", 0)):
        set_release(kexec, release)
        result = kexec(*LINE, "--efi-map-config=required", FILE_LOAD="OK")
        check("required, Linux %s" % release, result.rc == status
              and calls(result) == ([] if status else [FILE]), result)
    kexec.root = live


def check_reports(kexec, check):
    set_release(kexec, "6.1.0")
    set_level(kexec, "integrity")
    result = kexec("--check", *LINE, FILE_LOAD="OK")
    check("one call is named", "\nkexec_load           no: the running kernel is locked down "
          "(lockdown=integrity)\n" in result.out
          and "\nThis load            with kexec_file_load, " in result.out
          and "with kexec_load" not in result.out, result)
    remarks = [line for line in result.out.splitlines() if line.startswith("  * ")]
    check("the remark stands once", sum("kexec_file_load remains" in line
                                        for line in remarks) == 1
          and result.out.count("lockdown=integrity") == 1
          and result.out.count("/dev/mem is not opened") == 1, result.out)
    data = bytearray((kexec.root / "sys/kernel/boot_params/data").read_bytes())
    data[TYPE_OF_LOADER] = 0xd0
    (kexec.root / "sys/kernel/boot_params/data").write_bytes(data)
    result = kexec("--check=after")
    check("after: nothing was looked at", result.rc == 0 and result.out.endswith(
        "\n\nThe EFI config tables could not be looked at, so nothing is known about their "
        "loss.\n"), result)
    found = json_output.read(kexec("--check=after,json").out)
    check("after, JSON", found["efi"]["config_tables"] == []
          and "locked down" in found["efi"]["tables_unread"], found["efi"])


def check_debug(kexec, check):
    """With -d the last line says which call has loaded the kernel."""
    set_release(kexec, "6.1.0")
    set_level(kexec, "none")
    given = 'kexec_file_load gets the kernel vmlinuz, the initrd initrd, and the command line "x"'
    for words, settings, call in ((["-s"], {}, FILE), (["-c"], {}, LOAD),
                                  ([], {"LOAD": "EPERM"}, FILE)):
        result = kexec("-d", *words, *LINE, "--append=x", FILE_LOAD="OK", **settings)
        lines = result.err.splitlines()
        check("-d %s" % words, result.rc == 0
              and lines[-1] == "kexec: the kernel is loaded by " + call
              and (given in result.err) == (call == FILE), result)
    result = kexec("-d", "-s", *LINE, FILE_LOAD="EKEYREJECTED")
    check("-d, refused", result.rc == 255 and "is loaded by" not in result.err, result)
    result = kexec("-s", *LINE, FILE_LOAD="EKEYREJECTED")
    check("modified or not trusted", result.rc == 255 and result.one_message(
        "modified after it was signed", "Digest mismatch", "revoked", "trusts"), result)
    result = kexec("-s", *LINE, FILE_LOAD="ENOKEY")
    check("not trusted", "modified" not in result.err and "does not trust" in result.err,
          result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-lockdown-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        (place / "vmlinuz").write_bytes(fakes.bzimage(init_size=2 << 20))
        (place / "initrd").write_bytes(b"070701" + bytes(10000))
        kexec.root = recorded.unpack(
            Path(os.environ["MACHINES"]) / "ovmf-crashkernel.tar.xz", place / "ovmf").root
        fakes.write_dev_mem(kexec.root)
        for part in (check_untouched, check_required, check_mapped, check_reports,
                     check_debug):
            part(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
