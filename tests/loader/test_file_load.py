#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec_file_load: which system call is tried first, its arguments, and the result if it
refuses. All calls are caught (preload.c). Environment: KEXEC, CC, MACHINES."""

import gzip
import os
import re
import sys
import tempfile
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import recorded                                                     # noqa: E402
from program_writer import Load, elf                                # noqa: E402

FILE, LOAD = "kexec_file_load", "kexec_load"
INITRD_TABLE = uuid.UUID("5568e427-68fc-4f3d-ac74-ca555231cc68")

# EFI machine, running kernel, options -> the calls in order, if both refuse with ENOSYS.
ORDERS = [
    (False, "6.1.0", "", [FILE, LOAD]),
    (False, "6.1.0", "-a", [FILE, LOAD]),
    (False, "6.1.0", "-c", [LOAD]),
    (False, "6.1.0", "-s", [FILE]),
    (False, "6.1.0", "--efi-map-config", [FILE, LOAD]),
    (True, "6.1.0", "", [LOAD, FILE]),
    (True, "6.1.0", "-a", [LOAD, FILE]),
    (True, "6.1.0", "-s", [FILE]),
    (True, "6.1.0", "-s -c", [LOAD]),
    (True, "6.1.0", "-c -s", [FILE]),
    (True, "6.1.0", "-s -a", [LOAD, FILE]),
    (True, "6.1.0", "--noefi", [LOAD, FILE]),
    (True, "6.1.0", "--no-efi-map-config", [LOAD, FILE]),
    (True, "6.11.9", "", [LOAD, FILE]),
    (True, "6.12.1-1-amd64", "", [LOAD, FILE]),
    (True, "7.0", "-a", [LOAD, FILE]),
    (True, "7.0", "-s", [FILE]),
    (True, "7.0", "--noefi", [LOAD, FILE]),
    (True, "6.12.1", "--efi-map-config", [LOAD, FILE]),
    (True, "6.12.1", "--efi-map-config --noefi", [LOAD, FILE]),
    (True, "nonsense", "", [LOAD, FILE]),
]

# errno of kexec_file_load; whether kexec_load is tried then; exit status without and with
# -s; words of the message with -s.
ANSWERS = [
    ("ENOSYS", True, 253, "CONFIG_KEXEC_FILE"),
    ("EINVAL", True, 253, "Invalid argument"),
    ("ENOEXEC", True, 253, "Exec format error -c"),
    ("EOPNOTSUPP", True, 253, "Operation not supported"),
    ("EADDRNOTAVAIL", True, 253, "Cannot assign requested address"),
    ("EPERM", False, 255, "Operation not permitted"),
    ("EBUSY", False, 255, "try again"),
    ("ENOMEM", False, 255, "Cannot allocate memory"),
    ("ENOKEY", False, 255, "Required key not available enrol"),
    ("EKEYREJECTED", False, 255, "Key was rejected by service enrol"),
    ("ENODATA", False, 255, "No data available signature"),
    ("EBADMSG", False, 255, "Bad message signature"),
]


def calls(result):
    return [line.split()[0] for line in result.log if line.startswith("kexec_")]


def check_orders(kexec, check, efi_machine):
    live = kexec.root
    for efi, release, options, expected in ORDERS:
        kexec.root = efi_machine if efi else live
        fakes.write(kexec.root / "proc/sys/kernel/osrelease", release + "\n")
        result = kexec("-l", "vmlinuz", *options.split(), LOAD="ENOSYS")
        name = "%s, %s, %s" % ("EFI" if efi else "no EFI", release, options)
        check("order: " + name, calls(result) == expected and result.rc in (253, 255)
              and "not implemented" in result.err, result)
    kexec.root = live


def check_answers(kexec, check):
    for name, falls_back, status, words in ANSWERS:
        result = kexec("-l", "vmlinuz", FILE_LOAD=name)
        good = result.rc == 0 and result.silent() if falls_back else result.rc == 255
        check(name, good and len(result.loads()) == falls_back, result)
        result = kexec("-s", "-l", "vmlinuz", FILE_LOAD=name)
        check("-s: " + name, result.rc == status and not result.loads()
              and result.one_message("kexec_file_load", *words.split(" ")), result)


def check_arguments(kexec, check):
    rows = [
        ("-l vmlinuz", "initrd=-1 flags=0x4 cmdline="),
        ("-l vmlinuz --initrd=initrd --append=quiet", "initrd=10006 flags=0 cmdline=quiet"),
        ("-l vmlinuz --initrd=initrd --initrd=initrd", "initrd=20014 flags=0 cmdline="),
        ("-p vmlinuz --initrd=initrd", "initrd=10006 flags=0x2 cmdline="),
        ("-l vmlinuz --reuse-cmdline --append=x", "cmdline=root=/dev/vda1 quiet x"),
        ("-l vmlinuz --no-cma --force-dtb", "flags=0x34"),
    ]
    for line, words in rows:
        result = kexec("-s", *line.split(), FILE_LOAD="OK")
        check(line, result.rc == 0 and calls(result) == [FILE]
              and "kernel=1051136 " in result.log[0] and words in result.log[0], result)
    result = kexec("-s", "-l", "vmlinuz.gz", FILE_LOAD="OK")
    check("an uncompressed kernel is passed", "kernel=1051136 " in result.log[0], result)
    for release, flags in (("6.7.12", "0x4"), ("6.8.0", "0xc"), ("7.0", "0xc")):
        fakes.write(kexec.root / "proc/sys/kernel/osrelease", release + "\n")
        for answer, status in (("OK", 0), ("EINVAL", 253)):
            result = kexec("-d", "-s", "-l", "vmlinuz", FILE_LOAD=answer)
            check("-d on %s, %s: one call" % (release, answer), result.rc == status
                  and calls(result) == [FILE] and "flags=%s " % flags in result.log[0], result)
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.1.0\n")


def check_warning(kexec, check, efi_machine):
    live, kexec.root = kexec.root, efi_machine
    result = kexec("-s", "-l", "vmlinuz", "--efi-map-config", FILE_LOAD="OK")
    check("-s --efi-map-config warns", result.rc == 0 and
          result.one_message("warning", "--efi-map-config", "running kernel"), result)
    result = kexec("-l", "vmlinuz", "--efi-map-config", LOAD="EPERM", FILE_LOAD="OK")
    check("so does the fallback", result.rc == 0 and calls(result) == [LOAD, FILE]
          and result.one_message("warning", "--efi-map-config"), result)
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.1.0\n")
    result = kexec("-l", "vmlinuz", LOAD="EPERM", FILE_LOAD="OK")
    check("without the option it is silent", result.rc == 0 and result.silent(), result)
    kexec.root = live
    result = kexec("-s", "-l", "vmlinuz", "--efi-map-config", FILE_LOAD="OK")
    check("no EFI, no warning", result.rc == 0 and result.silent(), result)


def check_stale_initrd(kexec, check, efi_machine):
    """Without --initrd, where the config table array names a released initrd."""
    live, kexec.root = kexec.root, efi_machine
    fakes.write(kexec.root / "proc/sys/kernel/osrelease", "6.12.0\n")
    page = efi_machine / "physical_memory" / ("%016x" % (fakes.CONFIG_TABLE_ARRAY & ~4095))
    whole = page.read_bytes()
    result = kexec("-d", "-s", "-l", "vmlinuz", FILE_LOAD="OK")
    check("no initrd table, no initrd", "initrd=-1 flags=0xc" in result.log[0]
          and "no --initrd was given" not in result.err, result)
    at = fakes.CONFIG_TABLE_ARRAY % 4096 + 24
    page.write_bytes(whole[:at] + INITRD_TABLE.bytes_le + whole[at + 16:])
    fakes.write_dev_mem(efi_machine)
    for line, flags in (("-s -l vmlinuz", "0"), ("-l vmlinuz", "0"),
                        ("-s -p vmlinuz", "0x2")):
        result = kexec(*line.split(), LOAD="EPERM", FILE_LOAD="OK")
        check("initrd table: " + line, result.rc == 0 and result.silent()
              and "initrd=124 flags=%s " % flags in result.log[-1], result)
    result = kexec("-d", "-s", "-l", "vmlinuz", FILE_LOAD="OK")
    check("-d says so", "no --initrd was given, but" in result.err, result)
    result = kexec("-s", "-l", "vmlinuz", "--initrd=initrd", FILE_LOAD="OK")
    check("a given initrd stays", "initrd=10006 flags=0 " in result.log[0], result)
    page.write_bytes(whole[:at] + INITRD_TABLE.bytes_le + b"\xff" * 8 + whole[at + 24:])
    fakes.write_dev_mem(efi_machine)
    result = kexec("-d", "-s", "-l", "vmlinuz", FILE_LOAD="OK")
    check("initrd table withdrawn by purgatory", "initrd=-1 flags=0xc" in result.log[0]
          and "no --initrd was given" not in result.err, result)
    page.unlink()
    (efi_machine / "dev/mem").unlink()
    result = kexec("-s", "-l", "vmlinuz", FILE_LOAD="OK")
    check("array unreadable", "initrd=124 flags=0 " in result.log[0], result)
    page.write_bytes(whole)
    fakes.write_dev_mem(efi_machine)
    kexec.root = live


def check_unknown_machine(kexec, check, efi_machine):
    """If facts for kexec_load's image are missing, kexec_file_load is used."""
    live, kexec.root = kexec.root, efi_machine
    iomem = efi_machine / "proc/iomem"
    kept = iomem.read_bytes()
    result = kexec("-p", "vmlinuz", FILE_LOAD="OK")
    check("nothing reserved", result.rc == 1 and not result.log
          and result.one_message("crashkernel="), result)
    fakes.write(iomem, b"01000000-3fffffff : System RAM\n"
                       b"  10000000-1fffffff : Crash kernel\n")
    result = kexec("-p", "vmlinuz", FILE_LOAD="OK")
    check("no kcore", result.rc == 0 and result.silent() and calls(result) == [FILE]
          and "flags=0x6 " in result.log[0], result)
    result = kexec("-p", "vmlinuz", FILE_LOAD="EPERM")
    check("no kcore, and refused", result.rc == 255
          and result.one_message("kcore", "then: kexec_file_load"), result)
    for line in ("-c -p vmlinuz", "-p vmlinuz --efi-map-config"):
        result = kexec(*line.split(), FILE_LOAD="OK")
        check("no kcore, " + line, result.rc == 1 and not result.log
              and result.one_message("kcore"), result)
    lockdown = efi_machine / "sys/kernel/security/lockdown"
    fakes.write(lockdown, "none integrity [confidentiality]\n")
    result = kexec("-p", "vmlinuz", "--efi-map-config", FILE_LOAD="OK")
    check("no kcore under lockdown", result.rc == 0 and calls(result) == [FILE]
          and result.one_message("warning", "--efi-map-config"), result)
    lockdown.unlink()
    iomem.write_bytes(kept)
    kexec.root = live


def check_other_types(kexec, check, efi_machine):
    """Loads that only kexec_load can do are not tried with kexec_file_load."""
    live, kexec.root = kexec.root, efi_machine
    result = kexec("-l", "vmlinux", LOAD="EPERM", FILE_LOAD="OK")
    check("ELF, kexec_load refused", result.rc == 255 and calls(result) == [LOAD]
          and result.one_message("kexec_load: "), result)
    kexec.root = live
    result = kexec("-l", "vmlinux", FILE_LOAD="OK")
    check("ELF, no EFI", result.rc == 0 and calls(result) == [LOAD], result)


def check_tables_at_risk(kexec, check, machines):
    """A load that may lose the tables in RAM names them."""
    live = kexec.root
    for name, words in (("ovmf", r"may get lost: .*memory attributes"), ("seabios", "")):
        kexec.root = machines[name].root
        if words:
            fakes.write_dev_mem(kexec.root)
        result = kexec("-d", "-s", "-l", "vmlinuz", "--initrd=initrd", FILE_LOAD="OK")
        check("-d -s, " + name, result.rc == 0 and bool(words) == ("get lost" in result.err)
              and re.search(words, result.err), result)
        result = kexec("-s", "-l", "vmlinuz", "--initrd=initrd", FILE_LOAD="OK")
        check("-s, " + name, result.rc == 0 and (
            result.one_message("warning", "may get lost: memory attributes") if words
            else result.silent()), result)
        result = kexec("-d", "-c", "-l", "vmlinuz", "--initrd=initrd", FILE_LOAD="OK")
        check("-d -c, " + name, "get lost" not in result.err, result)
    kexec.root = live


def check_junk(kexec, check):
    """An initrd that is not an archive is loaded with a warning, by either call."""
    live = kexec.root
    for name, content, known in (("junk", b"hello" * 1000, False), ("elf", b"\x7fELF", False),
                                 ("packed", gzip.compress(b"x"), True),
                                 ("early", b"070701" + bytes(90), True)):
        (kexec.directory / name).write_bytes(content)
        for call in ("-c", "-s"):
            result = kexec(call, "-l", "vmlinuz", "--initrd=" + name, FILE_LOAD="OK")
            check("%s %s" % (name, call), result.rc == 0
                  and calls(result) == [LOAD if call == "-c" else FILE]
                  and (result.silent() if known else result.one_message(
                      "warning: the initrd %s does not begin as an archive" % name)), result)
    result = kexec("-c", "-l", "vmlinuz", "--initrd=early", "--initrd=junk")
    check("the second of two", result.one_message("warning: the initrd junk does not"), result)
    result = kexec("--check", "-l", "vmlinuz", "--initrd=junk", FILE_LOAD="OK")
    check("--check", "  * the initrd junk does not begin as an archive" in result.out, result)
    result = kexec("-c", "-l", "vmlinux", "--initrd=junk")
    check("ELF kernels take any file", result.rc == 0 and "does not begin" not in result.err,
          result)
    kexec.root = live


def check_changes(kexec, check):
    for name in ("vmlinuz", "initrd"):
        path = kexec.directory / name
        content = path.read_bytes()
        for what in ("touch", "shrink"):
            result = kexec("-s", "-l", "vmlinuz", "--initrd=initrd", FILE_LOAD="OK",
                           LATE="%s:%s" % (what, path))
            check("%s %s" % (what, name), result.rc == 1 and calls(result) == [FILE, FILE]
                  and "flags=0x1 " in result.log[1]
                  and result.one_message(name, "has changed"), result)
            path.write_bytes(content)


def check_unload(kexec, check):
    for line, expected in (("-u", [LOAD]), ("-u -a", [LOAD]), ("-u -c", [LOAD]),
                           ("-u -s", [FILE]), ("-s -p -u", [FILE]), ("-a -p -u", [LOAD])):
        result = kexec(*line.split(), FILE_LOAD="OK")
        check(line, result.rc == 0 and calls(result) == expected, result)
    result = kexec("-u", UNLOAD="EPERM", FILE_LOAD="OK")
    check("locked down, -u", result.rc == 0 and calls(result) == [LOAD, FILE], result)
    result = kexec("-s", "-p", "-u", FILE_LOAD="OK")
    check("the crash kernel's flags", "flags=0x3 " in result.log[0], result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-file-load-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        efi_machine, kexec.root = kexec.root, fakes.machine(place / "bios", efi=False)
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        (place / "vmlinux").write_bytes(elf(Load(16 << 20, bytes(range(256)) * 16)))
        (place / "vmlinuz.gz").write_bytes(gzip.compress(fakes.bzimage()))
        (place / "initrd").write_bytes(b"070701" + bytes(10000))
        check_orders(kexec, check, efi_machine)
        check_answers(kexec, check)
        check_arguments(kexec, check)
        check_warning(kexec, check, efi_machine)
        check_stale_initrd(kexec, check, efi_machine)
        check_unknown_machine(kexec, check, efi_machine)
        check_other_types(kexec, check, efi_machine)
        check_tables_at_risk(kexec, check, {
            name: recorded.unpack(Path(os.environ["MACHINES"]) / (name + ".tar.xz"),
                                  place / name) for name in ("ovmf", "seabios")})
        check_junk(kexec, check)
        check_changes(kexec, check)
        check_unload(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
