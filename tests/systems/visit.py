# SPDX-License-Identifier: GPL-2.0-only
"""One run of a case: the steps that several cases share, and the errors found."""

import re
from pathlib import Path

import kernel_log
import package
from dialogue import Broken

README = Path(__file__).resolve().parents[2] / "README.md"
# Debian's names of what README.md calls /boot/vmlinuz and /boot/initrd.img.
PLACES = {"/boot/vmlinuz": "/vmlinuz", "/boot/initrd.img": "/initrd.img"}
# The line of --check=after that says how this kernel was started.
STARTED = "Started by +kexec "
# Makes an EFI variable, reads it back and removes it. The GUID is LINUX_EFI_CRASH_GUID,
# because the kernel makes variables of most other vendors immutable.
VARIABLE = r"""set -e
v=/sys/firmware/efi/efivars/KexecTest-cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0
printf '\007\000\000\000whole system' >$v
[ "$(cat $v | tail -c +5)" = "whole system" ]
rm $v
[ ! -e $v ]
"""


def readme_loads():
    """The commands of README.md, "A fast reboot: what to type", that load a kernel: one
    for the boot loader's default entry, and one for files."""
    section = README.read_text().split("## A fast reboot: what to type", 1)[1]
    by_entry = re.search(r"^    sudo (kexec -l .*) && sudo systemctl kexec$", section, re.M)[1]
    by_files = re.search(r"`sudo (kexec -l [^`]*--initrd[^`]*)`", section)[1]
    for theirs, debians in PLACES.items():
        by_files = re.sub(rf"{theirs}(?=\s|$)", debians, by_files)
    return by_entry, by_files


def words(line):
    """A command line without the words that boot loaders add to it."""
    return [word for word in line.split() if not word.startswith(("BOOT_IMAGE=", "initrd="))]


class Visit:
    def __init__(self, case, dialogue, kexecs):
        self.case, self.dialogue, self.kexecs = case, dialogue, kexecs
        self.wrong, self.remarks = [], []
        # Facts about the cold boot that each later kernel is compared with.
        self.cold_log, self.cold_line, self.cold_failed = "", "", ""

    def expect(self, condition, text):
        if not condition:
            self.wrong.append(text)
        return condition

    def says(self, script, words="", status=0):
        """The script has to exit with the status and print the words (a regular
        expression). Returns its output."""
        found, text = self.dialogue.run(script)
        self.expect(found == status, f"{script}: exit status {found}, not {status}: "
                    + text.strip()[-300:])
        self.expect(re.search(words, text), f"{script}: does not say {words!r} but "
                    + repr(text.strip()[-300:]))
        return text

    def needs(self, script):
        """The script has to succeed, or the case cannot go on. Returns its output."""
        status, text = self.dialogue.run(script)
        if status:
            raise Broken(f"{script}: exit status {status}: {text.strip()[-300:]}")
        return text.strip()

    def system_is_up(self):
        """Waits for the end of the start-up; multi-user.target has to be reached."""
        self.dialogue.run("systemctl is-system-running --wait")
        self.says("systemctl is-active multi-user.target", "^active$")

    def cold_boot(self, install=True):
        """The firmware boots the system, and kexec-efi replaces kexec-tools."""
        self.dialogue.boot()
        self.system_is_up()
        self.cold_log = self.needs(kernel_log.SCRIPT)
        self.cold_line = self.needs("cat /proc/cmdline")
        self.cold_failed = self.needs("systemctl list-units --plain --no-legend --failed")
        if install:
            self.install()

    def install(self):
        self.needs(package.INSTALL)
        self.says("kexec --version", "kexec-efi")
        self.says(f"dpkg -S /{self.case.system.sbin}/kexec", "^kexec-efi: ")

    def kexec(self, load="", silent=True):
        """Loads a kernel, unless the script is empty, and reboots by systemctl."""
        if load:
            text = self.says(load)
            self.expect(not text or not silent, f"{load}: not silent: {text.strip()}")
        self.dialogue.leave("systemctl kexec")
        self.system_is_up()

    def same_command_line(self, when):
        """The command line is that of a cold boot of the default entry."""
        line = self.needs("cat /proc/cmdline")
        self.expect(words(line) == words(self.cold_line),
                    f"{when}: the command line is {line!r}, after a cold boot it was "
                    f"{self.cold_line!r}")

    def nothing_lost(self, when):
        """The checks after each kexec."""
        self.says(VARIABLE)
        self.says("kexec --check=after", STARTED)
        failed = self.needs("systemctl list-units --plain --no-legend --failed")
        self.expect(failed == self.cold_failed, f"{when}: units failed: {failed}")
        self.kernel_log(when)

    def kernel_log(self, when):
        """Compares the warnings of the kernel log with the cold boot's."""
        unexplained, explained = kernel_log.new(self.cold_log,
                                                self.needs(kernel_log.SCRIPT))
        self.expect(not unexplained, f"{when}: new in the kernel log: "
                    + " | ".join(unexplained))
        for line in explained:
            remark = f"explained: {line}"
            if remark not in self.remarks:
                self.remarks.append(remark)
