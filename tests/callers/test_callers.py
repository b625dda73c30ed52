#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command lines with which known programs call kexec, one row each.

What they look at is the exit status, and that success is silent: so each row says what
the line must lead to, with every call caught (../loader/preload.c). "L" and "P" load the
normal and the crash kernel, "E" starts, "U" and "PU" unload, "LE" and "LS" load and then
start or run shutdown; "0" does nothing.

Environment: KEXEC, MACHINES, CC."""

import os
import shlex
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "loader"))

import fakes                                                        # noqa: E402
import recorded                                                     # noqa: E402

CALLS = [
    ("Debian kdump-tools", "P",
     "-p --command-line='root=/dev/vda1 irqpoll nr_cpus=1' --initrd=initrd vmlinuz"),
    ("Debian kdump-tools, Secure Boot", "P",
     "-p -s --command-line='root=/dev/vda1 irqpoll' --initrd=initrd vmlinuz"),
    ("Debian kdump-tools, ELF kernel's option and ours", "P",
     "-p --args-linux --efi-map-config --command-line=quiet --initrd=initrd vmlinuz"),
    ("Debian kdump-tools, unload", "PU", "-p -u"),
    ("Debian kdump-tools, unload, Secure Boot", "PU", "-s -p -u"),
    ("Debian kexec-load", "L", "-l vmlinuz --initrd=initrd --append='root=/dev/vda1 ro'"),
    ("Debian kexec", "E", "-e"),
    ("Fedora kdumpctl", "P", "-s -p --command-line=quiet --initrd=initrd vmlinuz"),
    ("Fedora kdumpctl, Secure Boot", "P",
     "-s -s -p --command-line=quiet --initrd=initrd vmlinuz"),
    ("Fedora kdumpctl, debug", "P", "-s -d -p --command-line=quiet --initrd=initrd vmlinuz"),
    ("Fedora kdumpctl, ours", "P",
     "-c --efi-map-config -p --command-line=quiet --initrd=initrd vmlinuz"),
    ("Fedora kdumpctl, unload", "PU", "-s -p -u"),
    ("Fedora sysconfig files", "P",
     "--elf64-core-headers -p --command-line=quiet --initrd=initrd vmlinuz"),
    ("SUSE load.sh", "P", "-p vmlinuz --append='quiet irqpoll' --initrd=initrd -a"),
    ("SUSE load.sh, ours", "P",
     "-p vmlinuz --append='quiet irqpoll' --initrd=initrd --efi-map-config -a"),
    ("SUSE unload", "PU", "-a -p -u"),
    ("SUSE kexec-bootloader", "L",
     "--kexec-syscall-auto --load 'vmlinuz' --initrd='initrd' --append='root=/dev/vda1'"),
    ("SUSE linuxrc", "L", "-a -l vmlinuz --initrd=initrd --append='quiet'"),
    ("openSUSE tukit", "L", "-a -l vmlinuz --initrd=initrd --reuse-cmdline"),
    ("systemctl kexec", "L", "--load vmlinuz --append 'root=/dev/vda1 ro' --initrd initrd"),
    ("systemctl kexec without an initrd", "L", "--load vmlinuz --append 'root=/dev/vda1'"),
    ("NixOS prepare-kexec", "L", "--load vmlinuz --initrd=initrd --append='init=/nix quiet'"),
    ("nixpkgs kexec-boot.sh", "L", "--load --initrd=initrd --command-line='init=/nix' -- "
     "vmlinuz"),
    ("nixos-images", "L", "--load 'vmlinuz' --kexec-syscall-auto --initrd='initrd' "
     "--no-checks --command-line 'init=/nix'"),
    ("nixos-anywhere, extra flags", "L", "--load 'vmlinuz' --kexec-syscall-auto -c "
     "--efi-map-config --initrd='initrd' --no-checks --command-line 'init=/nix'"),
    ("nixos-anywhere, extra flags reach -e", "E", "-e -c --efi-map-config"),
    ("zfsbootmenu", "L", "-a -l vmlinuz --initrd=initrd --command-line='root=zfs:a ro'"),
    ("zfsbootmenu, start", "E", "-e -i"),
    ("Heads", "L", "-d -l vmlinuz --initrd=initrd --append='a' --append=''"),
    ("SONiC", "L", "-l vmlinuz --initrd=initrd --append='quiet' -a"),
    ("SONiC, unload", "U", "-u -a"),
    ("ONIE", "L", "--load --initrd=initrd --append='quiet' vmlinuz"),
    ("ONIE, start", "E", "--exec"),
    ("Arch wiki", "L", "-l vmlinuz --initrd=initrd --reuse-cmdline"),
    ("CoreOS bootengine", "L", "--reuse-cmdline --append='quiet acpi_rsdp=0x1' --load vmlinuz"),
    ("Intel LKP", "L", "--noefi -l vmlinuz --initrd=initrd --append='acpi_rsdp=0x1'"),
    ("kexecboot", "L", "-d --mem-min=0x2000000 -i -c -l vmlinuz --command-line=quiet "
     "--initrd=initrd"),
    ("Xpenology", "L", "--noefi -l vmlinuz --initrd 'initrd' --command-line='quiet'"),
    ("Xpenology, start", "E", "-e -a"),
    ("Xpenology, start by force", "E", "-f -e"),
    ("Xpenology, unload", "U", "-u"),
    ("kernel selftests", "L", "--load vmlinuz"),
    ("kernel selftests, file", "L", "--load --kexec-file-syscall vmlinuz"),
    ("kernel selftests, unload", "U", "--unload --kexec-file-syscall"),
    ("kernel liveupdate selftests", "L", "-l -s --reuse-cmdline vmlinuz --initrd=initrd"),
    ("plain", "LS", "vmlinuz --initrd=initrd"),
    ("by force", "LE", "-f vmlinuz --initrd=initrd"),
    ("presence test", "0", "-v"),
    ("autopkgtest of makedumpfile", "0", "--print-ckr-size"),
]

PRINTS = ("-v", "--print-ckr-size")


def done(log):
    """The caught calls, in the letters of the table."""
    letters = ""
    for line in log:
        words = dict(word.split("=", 1) for word in line.split() if "=" in word)
        flags = int(words.get("flags", "0"), 16)
        if line.startswith("kexec_load "):
            letters += "P" * (flags & 1) + ("U" if words["segments"] == "0" else
                                            "" if flags & 1 else "L")
        elif line.startswith("kexec_file_load "):
            letters += "P" * (flags >> 1 & 1) + ("U" if flags & 1 else
                                                 "" if flags & 2 else "L")
        elif line.startswith("reboot"):
            letters += "E"
        elif line.startswith("exec "):
            letters += "S"
    return letters or "0"


LOSES = {"-s", "--kexec-file-syscall"}


def check_call(check, kexec, caller, expected, line):
    words = shlex.split(line)
    result = kexec(*words, FILE_LOAD="OK")
    # With -s on this machine the array may not be mapped, and the load says so.
    quiet = (result.one_message("warning: with kexec_file_load") if LOSES.intersection(words)
             and expected in ("L", "P") else not result.err)
    silent = quiet and not (result.out and line not in PRINTS)
    check("%s: kexec %s" % (caller, line), result.rc == 0 and done(result.log) == expected
          and (silent or "-d" in words), result)


def check_crash_by_force(check, kexec):
    """-p -f loads a crash kernel, and starts the kernel that -l loaded."""
    loaded = kexec.root / "sys/kernel/kexec_loaded"
    for text, status, expected in (("1\n", 0, "PE"), ("0\n", 1, "P")):
        loaded.write_text(text)
        for line in ("-p -f vmlinuz", "-f -p vmlinuz"):
            result = kexec(*line.split(), FILE_LOAD="OK")
            check("%s, normal image: %s" % (line, text.strip()), result.rc == status and
                  done(result.log) == expected and
                  ("sync" in result.log) == (status == 0) and
                  (result.silent() or result.one_message("no kernel is loaded")), result)
    loaded.write_text("1\n")


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-callers-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        archive = Path(os.environ["MACHINES"]) / "ovmf-crashkernel.tar.xz"
        kexec.root = recorded.unpack(archive, place / "machine").root
        fakes.write(kexec.root / "sys/kernel/kexec_loaded", "1\n")
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        (place / "initrd").write_bytes(b"070701" + bytes(10000))
        for caller, expected, line in CALLS:
            check_call(check, kexec, caller, expected, line)
        check_crash_by_force(check, kexec)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
