#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--check and --check=after: exit status, text and JSON, on recorded machines, intact and
with one defect each, and on a live one whose kernel refuses. The text for the intact
machines is in tests/machines/expected, see test_machines.py.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import gzip
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent),
                str(Path(__file__).resolve().parents[1] / "lib")]

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402
from xxh64 import xxh64                                             # noqa: E402

EFI = "sys/firmware/efi"
BOOT_PARAMS = "sys/kernel/boot_params/data"
LOADER_TYPE, SECURE_BOOT = 0x210, 0x1ec
ACPI = "sys/firmware/acpi/tables"
VARIABLE = EFI + "/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


class Run:
    def __init__(self, root, *arguments, directory=None):
        done = subprocess.run([os.environ["KEXEC"], "--sysroot=%s" % root, *arguments],
                              cwd=directory, capture_output=True, text=True, timeout=60,
                              check=False)
        self.rc, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json_output.read(self.out)

    def __str__(self):
        return "rc %d\n%s%s" % (self.rc, self.out, self.err)


# ------------------------------------------------------- changes to a machine

def patch(path, offset, content):
    def change(machine):
        data = bytearray((machine.root / path).read_bytes())
        data[offset:offset + len(content)] = content
        fakes.write(machine.root / path, bytes(data))
    return change


def holds(path, content):
    return lambda machine: fakes.write(machine.root / path, content)


def lacks(path):
    return lambda machine: (machine.root / path).rename(machine.root / "gone")


def unreadable(address):
    """The memory at this address was not recorded."""
    def change(machine):
        run_with(machine, address).unlink()
    return change


def run_with(machine, address):
    for run in (machine.root / "physical_memory").iterdir():
        start = int(run.name, 16)
        if start <= address < start + run.stat().st_size:
            return run
    raise KeyError(hex(address))


def memory(address, content):
    """Overwrites bytes of physical memory."""
    def change(machine):
        run = run_with(machine, address)
        data = bytearray(run.read_bytes())
        at = address - int(run.name, 16)
        data[at:at + len(content)] = content
        run.write_bytes(bytes(data))
    return change


def both(*changes):
    def change(machine):
        for one in changes:
            one(machine)
    return change


def acpi_table(signature, wrong=0):
    data = bytearray(signature + struct.pack("<I", 44) + bytes(range(36)))
    data[9] = (-sum(data) + data[9] + wrong) % 256
    return bytes(data)


KEXECED = patch(BOOT_PARAMS, LOADER_TYPE, b"\xd0")
GOOD_ACPI = holds(ACPI + "/DSDT", acpi_table(b"DSDT"))
BAD_ACPI = both(GOOD_ACPI, holds(ACPI + "/SSDT1", acpi_table(b"SSDT", 1)))

# Addresses on the machine "ovmf".
SYSTEM_TABLE, ARRAY, SMBIOS, MEMORY_ATTRIBUTES = 0x3f5eb018, 0x3f5ebc98, 0x3f520000, \
    0x3e52b018
ARRAY_ENTRY = ARRAY + 24 * 6 + 16       # the pointer to SMBIOS


# Name, machine, change; then the exit status and the words of a problem or remark for
# --check, for --check=after, and for --check=after once kexec has started the kernel.
CASES = [
    ("as recorded", "ovmf", both(), (0, ""), (1, "not kexec'ed"), (0, "")),
    ("SeaBIOS", "seabios", both(), (0, ""), (1, "not kexec'ed"), (0, "")),
    ("loader unknown", "seabios", lacks(BOOT_PARAMS), (0, ""), (1, "unknown"), None),
    ("loader from the sysctl", "seabios", both(
        lacks(BOOT_PARAMS), holds("proc/sys/kernel/bootloader_type", "208\n")),
     (0, ""), (0, ""), None),
    ("memory attributes of another version", "ovmf",
     memory(MEMORY_ATTRIBUTES, b"\x05\x83\x75\xdc"),
     *[(1, '"memory attributes" at 0x3e52b018 is damaged')] * 3),
    ("memory attributes of zeros", "ovmf", memory(MEMORY_ATTRIBUTES, bytes(16)),
     *[(1, "is damaged")] * 3),
    ("memory attributes of 4 GiB", "ovmf",
     memory(MEMORY_ATTRIBUTES + 4, b"\xff\xff\xff\xff"), *[(1, "it claims")] * 3),
    ("SMBIOS overwritten", "ovmf", memory(SMBIOS, b"gone"),
     *[(1, '"SMBIOS" at 0x3f520000 is damaged')] * 3),
    ("SMBIOS with a wrong checksum", "ovmf", memory(SMBIOS + 4, b"\x5a"),
     *[(1, "checksum of the SMBIOS entry point")] * 3),
    ("system table without its signature", "ovmf", memory(SYSTEM_TABLE, bytes(8)),
     *[(1, "tables are lost: no EFI system table")] * 3),
    ("system table with 4 billion tables", "ovmf",
     memory(SYSTEM_TABLE + 104, b"\xff\xff\xff\xff\0\0\0\0"),
     *[(1, "tables are lost")] * 3),
    ("system table unreadable", "ovmf", unreadable(SYSTEM_TABLE),
     (0, "were not examined"), (1, "were not examined"), (0, "were not examined")),
    ("memory attributes unreadable", "ovmf", unreadable(MEMORY_ATTRIBUTES),
     *[(rc, "\"memory attributes\" at 0x3e52b018 could not be examined")
       for rc in (0, 1, 0)]),
    ("memory attributes dropped", "ovmf", memory(ARRAY + 24 * 9 + 16, b"\xff" * 8),
     *[(rc, "\"memory attributes\" was dropped by Linux") for rc in (0, 1, 0)]),
    ("SMBIOS at no memory", "ovmf", memory(ARRAY_ENTRY, struct.pack("<Q", 1 << 45)),
     *[(rc, "no memory at") for rc in (0, 1, 1)]),
    ("SMBIOS among registers", "ovmf",
     memory(ARRAY_ENTRY, struct.pack("<Q", 0xb0000000)),
     *[(rc, "no memory at") for rc in (0, 1, 1)]),
    ("ACPI in /sys", "ovmf", GOOD_ACPI, (0, ""), (1, ""), (0, "")),
    ("ACPI with a wrong checksum", "ovmf", BAD_ACPI,
     *[(rc, "the ACPI table SSDT1 has a wrong checksum") for rc in (0, 1, 1)]),
    ("ACPI with a wrong checksum, no EFI", "seabios", BAD_ACPI,
     *[(rc, "the ACPI table SSDT1 has a wrong checksum") for rc in (0, 1, 1)]),
    ("noefi", "ovmf", lacks(EFI), *[(1, "noefi")] * 3),
    ("no runtime map", "ovmf", lacks(EFI + "/runtime-map"), *[(1, "runtime-map")] * 3),
    ("no address of the array", "ovmf", lacks(EFI + "/config_table"),
     *[(1, "config_table")] * 3),
    ("Secure Boot", "ovmf", both(holds(VARIABLE, b"\6\0\0\0\1"),
                                 patch(BOOT_PARAMS, SECURE_BOOT, b"\3")),
     (0, ""), (1, ""), (0, "")),
    ("Secure Boot forgotten", "ovmf", both(holds(VARIABLE, b"\6\0\0\0\1"),
                                           patch(BOOT_PARAMS, SECURE_BOOT, b"\0")),
     *[(rc, "Secure Boot is on") for rc in (0, 1, 1)]),
    ("kexec_load_disabled", "ovmf", holds("proc/sys/kernel/kexec_load_disabled", "1\n"),
     (1, "kernel.kexec_load_disabled is set"), (1, ""), (0, "")),
    ("no more loads", "ovmf", holds("proc/sys/kernel/kexec_load_limit_reboot", "0\n"),
     (1, "kernel.kexec_load_limit_reboot is 0"), (1, ""), (0, "")),
    ("lockdown", "ovmf", holds("sys/kernel/security/lockdown",
                               "none [integrity] confidentiality\n"),
     (0, "locked down"), (1, ""), (0, "")),
    ("lockdown without signatures", "ovmf", both(
        holds("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
        holds("boot/config-6.1.0-56-cloud-amd64",
              "CONFIG_KEXEC=y\nCONFIG_KEXEC_FILE=y\n")),
     (1, "checks no signatures"), (1, ""), (0, "")),
    ("a kernel without kexec", "ovmf", holds(
        "boot/config-6.1.0-56-cloud-amd64", "CONFIG_EFI=y\n# CONFIG_KEXEC is not set\n"),
     (1, "loaded: the running kernel is built without CONFIG_KEXEC and "
         "CONFIG_KEXEC_FILE (/boot/config-6.1.0-56-cloud-amd64)"), (1, ""), (0, "")),
    ("no memory map", "ovmf", both(lacks("sys/firmware/memmap"),
                                   holds("proc/iomem", "")), *[(1, "no memory map")] * 3),
]


def check_run(check, name, root, arguments, status, words):
    """Text and JSON agree with the expected findings and with each other."""
    mode = arguments[0].partition("=")[2]
    text = Run(root, *arguments)
    data = Run(root, "--check=" + ",".join(filter(None, [mode, "json"])), *arguments[1:])
    label = "%s, %s" % (name, " ".join(arguments))
    check(label + ": exit status", text.rc == data.rc == status, text)
    check(label + ": no message beside the text", not text.err, text)
    check(label + ": words", words in text.out, text)
    result = data.json()
    check(label + ": schema", not json_output.problems(result), data)
    check(label + ": passed", result["passed"] == (not result["problems"])
          == (status == 0), data)
    check(label + ": the same findings", all(
        "  * " + finding in text.out
        for finding in result["problems"] + result["remarks"]), text)
    check(label + ": problems on stderr", data.err.splitlines() == [
        "kexec: " + problem for problem in result["problems"]], data)
    findings = result["problems"] if status else result["problems"] + result["remarks"]
    if "not kexec'ed" in "".join(findings):
        findings += result["remarks"]
    check(label + ": the right kind", any(words in finding for finding in findings)
          or not words, data)
    return result


def check_cases(check, place, machines):
    for number, (name, base, change, before, after, kexeced) in enumerate(CASES):
        machine = machines[base].copy(place / ("case-%d" % number))
        change(machine)
        check_run(check, name, machine.root, ["--check"], *before)
        check_run(check, name, machine.root, ["--check=after"], *after)
        if kexeced:
            KEXECED(machine)
            check_run(check, name + ", kexec'ed", machine.root, ["--check=after"],
                      *kexeced)


def check_digests(check, place, machines):
    """The digest of a table in --check is that of its bytes in memory."""
    machine = machines["ovmf"]
    tables = {table["name"]: table for table in
              Run(machine.root, "--check=json").json()["efi"]["config_tables"]}
    table = tables["memory attributes"]
    start, end = (int(table["parts"][0][key], 16) for key in ("start", "end"))
    run = run_with(machine, start)
    content = run.read_bytes()[start - int(run.name, 16):end - int(run.name, 16)]
    check("digest", len(table["parts"]) == 1 and len(content) > 100
          and table["digest"] == "%016x" % xxh64(content), table)
    # The structures of SMBIOS were not recorded, only their entry point.
    for name in ("SMBIOS", "Linux initrd", "ACPI 2.0", "DXE services"):
        check(name + ": no digest", tables[name]["digest"] is None, tables[name])
    changed = machine.copy(place / "changed")
    memory(MEMORY_ATTRIBUTES + 20, b"\xff")(changed)
    found = Run(changed.root, "--check=json").json()
    again = Run(machine.root, "--check=after,json").json()
    for name, tables_now, equal in (
            ("one byte changed", found["efi"]["config_tables"], False),
            ("before and after", again["efi"]["config_tables"], True)):
        check(name, (tables_now == list(tables.values())) == equal, tables_now)
    check("a change that no header shows is not a problem", found["passed"], found)


def check_config(check, place, machines):
    """Places of the kernel's configuration."""
    text = "CONFIG_KEXEC=y\n# CONFIG_KEXEC_FILE is not set\nCONFIG_CRASH_DUMP=y\n"
    for number, (path, content, found) in enumerate([
            ("boot/config-6.1.0-56-cloud-amd64", text.encode(), True),
            ("lib/modules/6.1.0-56-cloud-amd64/config", text.encode(), True),
            ("proc/config.gz", gzip.compress(text.encode()), True),
            ("proc/config.gz", gzip.compress(text.encode())[:30], False),
            ("proc/config.gz", b"", False),
            ("boot/config-6.1.0", text.encode(), False)]):
        machine = machines["ovmf"].copy(place / ("config-%d" % number))
        fakes.write(machine.root / path, content)
        run = Run(machine.root, "--check=json")
        loading = run.json()["loading"]
        options = loading["kernel_options"]
        check("configuration %s" % path, loading["kernel_config"] == (
            "/" + path if found else None), run)
        check("options of %s" % path, [options[name] for name in (
            "KEXEC", "KEXEC_FILE", "CRASH_DUMP", "FIRMWARE_MEMMAP")] == (
                [True, False, True, True] if found else [None, None, None, True]), run)
        check("a visible option stays, %s" % path, options["EFI_RUNTIME_MAP"], run)
    machine = machines["ovmf"].copy(place / "release")
    fakes.write(machine.root / "proc/sys/kernel/osrelease", "../../etc\n")
    check("no way out", Run(machine.root, "--check").rc == 0)


def signed_kernel(size):
    """A kernel with the headers of a PE file and a certificate table of this size."""
    image = bytearray(fakes.bzimage())
    struct.pack_into("<2s58xI", image, 0, b"MZ", 0x40)
    struct.pack_into("<4sHH12xHH", image, 0x40, b"PE\0\0", 0x8664, 0, 0xa0, 0)
    struct.pack_into("<H", image, 0x58, 0x20b)
    struct.pack_into("<I32xII", image, 0x58 + 108, 6, 0x8000, size)
    return bytes(image)


def check_loads(check, place, machines):
    """--check with a kernel prepares a load and stops before the system call."""
    fakes.write(place / "vmlinuz", fakes.bzimage())
    fakes.write(place / "signed", signed_kernel(1000))
    fakes.write(place / "unsigned", signed_kernel(0))
    fakes.write(place / "initrd", bytes(3 << 20))
    fakes.write(place / "text", "no kernel\n")
    (place / "large").write_bytes(b"")
    os.truncate(place / "large", 450 << 20)
    locked = machines["ovmf"].copy(place / "locked")
    fakes.write(locked.root / "sys/kernel/security/lockdown", "none [integrity]\n")
    full = machines["ovmf"].copy(place / "full")
    fakes.write(full.root / "proc/meminfo",
                "MemTotal:         859140 kB\nMemAvailable:      5000 kB\n")
    run = Run(full.root, "--check=json")
    check("memory is in bytes", run.json()["memory"] == {
        "total_bytes": 859140 * 1024, "available_bytes": 5000 * 1024}, run)
    ovmf, crash, none = (machines[name].root for name in (
        "ovmf", "ovmf-crashkernel", "ovmf-la57"))
    for root, line, status, words in [
            (ovmf, "vmlinuz", 0, ""),
            (ovmf, "vmlinuz --initrd=initrd", 0, ""),
            (ovmf, "-l vmlinuz", 0, ""),
            (ovmf, "vmlinuz --initrd=large", 1, "no more than half of its memory"),
            (ovmf, "missing", 1, "missing"),
            (ovmf, "text", 1, "text"),
            (ovmf, "vmlinuz --initrd=missing", 1, "missing"),
            (full.root, "vmlinuz --initrd=initrd", 1, "MiB of memory, and 4 MiB are"),
            (crash, "-p vmlinuz", 0, ""),
            (crash, "-p", 0, ""),
            (none, "-p vmlinuz", 1, "no memory is reserved"),
            (none, "-p", 1, "no memory is reserved"),
            (none, "vmlinuz", 0, "no memory is reserved"),
            (ovmf, "-s vmlinuz", 0, "may get lost: memory attributes"),
            (ovmf, "-s", 0, "may get lost: memory attributes"),
            (locked.root, "signed", 0, "may get lost: memory attributes"),
            (locked.root, "vmlinuz", 1, "carries no signature"),
            (locked.root, "unsigned", 1, "carries no signature"),
            (locked.root, "signed", 0, "locked down")]:
        arguments = ["--check", *("%s/%s" % (place, word) if (place / word).exists()
                                  else word.replace("=", "=%s/" % place)
                                  for word in line.split())]
        result = check_run(check, line, root, arguments, status, words)
        if result["load"] and not status:
            check(line + ": sizes", result["load"]["segment_bytes"] > 4 << 20
                  and (result["load"]["needed_bytes"] == 0) == ("-p" in line), result)


def check_live(check, place):
    """--check only asks the running kernel whether it would load, and changes nothing."""
    kexec = fakes.Kexec(place / "live", os.environ["KEXEC"])
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.1.0\n")
    for name, settings, status, words in [
            ("both calls", {"FILE_LOAD": "EINVAL"}, 0, "accepts the call"),
            ("kexec_load only", {}, 0, "CONFIG_KEXEC_FILE"),
            ("neither", {"LOAD": "ENOSYS"}, 1, "no kernel can be loaded"),
            ("no capability", {"NO_CAPABILITIES": 1}, 1, "CAP_SYS_BOOT"),
            ("kexec_load refused", {"LOAD": "EPERM", "FILE_LOAD": "EINVAL"}, 0,
             "kexec_load cannot be used")]:
        result = kexec("--check", **settings)
        check("live, %s" % name, result.rc == status and words in result.out
              and not result.err, result)
        asked = [line.split()[0] for line in result.log]
        check("live, %s: only asked" % name, asked in (
            [], ["kexec_load", "kexec_file_load"])
            and not result.loads() + result.unloads() or all(
                "asked" in line or "flags=0xff" in line for line in result.log), result)
    result = kexec("--check=after", FILE_LOAD="OK")
    check("live, after: not asked", not result.log, result)
    fakes.write(kexec.root / "proc/sys/kernel/kexec_load_limit_reboot", "3\n")
    result = kexec("--check")
    check("live, counted: not asked", result.rc == 0 and not result.log
          and "would count" in result.out, result)
    fakes.write(kexec.root / "proc/sys/kernel/kexec_load_limit_reboot", "-1\n")
    check("live, without a limit", "kexec_load asked" in kexec("--check").log)


NOT_BUILT = "the running kernel is built without CONFIG_KEXEC and CONFIG_KEXEC_FILE"
ROOT = "CAP_SYS_BOOT is missing; run kexec as root"

# Settings, the kernel's configuration, and the only problem and remark about the calls.
NO_CALLS = [
    ({}, None, NOT_BUILT + ", or a system call filter, as in a container, hides both calls",
     None),
    ({}, "# CONFIG_KEXEC is not set\n", NOT_BUILT + " (/proc/config.gz)", None),
    ({}, "CONFIG_KEXEC=y\nCONFIG_KEXEC_FILE=y\n",
     "the running kernel is built with CONFIG_KEXEC (/proc/config.gz), but a system call "
     "filter, as in a container, hides it", None),
    ({"NO_CAPABILITIES": 1}, None, ROOT, None),
    ({"NO_CAPABILITIES": 1}, "# CONFIG_KEXEC is not set\n", ROOT,
     NOT_BUILT + " (/proc/config.gz), so root cannot load a kernel, either"),
]

# Without root, on a kernel without the calls: command line, the call and its option.
NO_ROOT = [
    ("-l -c vmlinuz", "kexec_load: ", "CONFIG_KEXEC"),
    ("-l -s vmlinuz", "kexec_file_load of vmlinuz: ", "CONFIG_KEXEC_FILE"),
    ("-u", "kexec_load: ", "CONFIG_KEXEC"),
]


def check_no_calls(check, place):
    """In a container, on a kernel without kexec, and without root: one problem, one
    sentence, with the cause that comes first."""
    kexec = fakes.Kexec(place / "none", os.environ["KEXEC"])
    fakes.write(kexec.directory / "vmlinuz", fakes.bzimage())
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.1.0\n")
    config = kexec.root / "proc/config.gz"
    for settings, built, problem, remark in NO_CALLS:
        config.unlink(missing_ok=True)
        if built:
            fakes.write(config, gzip.compress(built.encode()))
        result = kexec("--check", LOAD="ENOSYS", UNLOAD="ENOSYS", **settings)
        text = result.out.partition("Problems:\n")[2].partition("\n\n")
        check("no calls: problem %s %s" % (settings, built), result.rc == 1 and text[0]
              == "  * no kernel can be loaded: " + problem, result)
        check("no calls: remark %s %s" % (settings, built), ("  * %s\n" % remark in text[2])
              == bool(remark) and ("so root cannot" in text[2]) == bool(remark), result)
        check("no calls: no record %s %s" % (settings, built),
              "Leaves a record      no: no kernel can be loaded\n" in result.out, result)
    for line, call, option in NO_ROOT:
        result = kexec(*line.split(), LOAD="ENOSYS", UNLOAD="ENOSYS", NO_CAPABILITIES=1)
        check("no root: " + line, result.err == "kexec: %s%s (even then it may fail: the "
              "running kernel is built without %s, or a system call filter hides it)\n"
              % (call, ROOT, option), result)


def check_opens(check, place, machines):
    """Each file of /proc and /sys is opened once at most, whatever is done with it."""
    kexec = fakes.Kexec(place / "opens", os.environ["KEXEC"])
    opened = place / "opened"
    live = ["--check %s", "--check -p %s", "--check=after", "--check -s %s", "-l %s",
            "-l -d %s --reuse-cmdline", "-l -s -d %s --reuse-cmdline", "-p %s", "-p -d %s"]
    rows = [(line, {}) for line in live] + [
        ("-d --check %s", {"LOAD": "EPERM"}),
        ("-l %s", {"LOAD": "EPERM"}), ("-p -l %s", {"LOAD": "EPERM"}),
        ("-l %s", {"LOAD": "EPERM", "FILE_LOAD": "EPERM"})]
    recorded_ones = [("--sysroot=%s %s" % (machines[name].root, line), {})
                     for name in ("ovmf", "ovmf-crashkernel", "ovmf-tables", "seabios")
                     for line in ("--check %s", "--check -p %s", "-l --dry-run %s",
                                  "-p --dry-run %s")]
    fakes.write(kexec.root / "proc/iomem",
                "01000000-3fffffff : System RAM\n  10000000-1fffffff : Crash kernel\n")
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.1.0\n")
    fakes.write(kexec.root / "sys/kernel/security/lockdown", "none [integrity]\n")
    fakes.write(kexec.root / "proc/sys/kernel/kexec_load_disabled", "0\n")
    for line, settings in rows + recorded_ones:
        opened.unlink(missing_ok=True)
        kexec(*(line % (place / "vmlinuz") if "%s" in line else line).split(),
              OPENED=opened, **{"FILE_LOAD": "OK", **settings})
        paths = opened.read_text().splitlines()
        twice = sorted({path for path in paths if paths.count(path) > 1})
        check("opened once: %s %s" % (line, settings), len(paths) > 20 and not twice,
              "%d files; more than once: %s" % (len(paths), twice))


def check_usage(check, root):
    for line in ("-e", "-u", "-f K", "-S", "--dry-run K", "--initrd=i", "=after K",
                 "=late"):
        run = Run(root, *("--check" + ("" if line[0] == "=" else " ") + line).split())
        check("wrong: --check " + line, run.rc == 1 and not run.out
              and run.err.count("\n") == 1 and run.err.startswith("kexec: "), run)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-check-") as directory:
        place = Path(directory)
        (place / "live").mkdir()
        (place / "opens").mkdir()
        machines = {archive.name[:-len(".tar.xz")]: recorded.unpack(
            archive, place / archive.name[:-len(".tar.xz")])
            for archive in recorded.archives(os.environ["MACHINES"])}
        check_cases(check, place, machines)
        check_digests(check, place, machines)
        check_config(check, place, machines)
        check_loads(check, place, machines)
        check_live(check, place)
        check_no_calls(check, place)
        check_opens(check, place, machines)
        check_usage(check, machines["ovmf"].root)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
