# SPDX-License-Identifier: GPL-2.0-only
"""rpm/kexec-efi.spec, built and looked at with Debian's rpmbuild and rpmlint. The names
of build dependencies are those of Fedora and openSUSE, so they are not checked here."""

import re
import shutil
from pathlib import Path

from chroot import Failure, run

TOP = Path(__file__).resolve().parents[2]
SPEC = TOP / "rpm/kexec-efi.spec"
# Errors of rpmlint's configuration in Debian, which are not about the package: packages
# are signed when they are published, and those tags are obsolete. The last one is a guess
# from the name's end.
ACCEPTED = ("no-signature", "no-packager-tag", "no-group-tag",
            "no-dependency-on locales-efi")
FILES = ("/etc/sysconfig/kexec", "/usr/sbin/kexec", "/usr/sbin/kexec-load",
         "/usr/sbin/kexec-load-kernel", "/usr/sbin/kexec-selftest", "/usr/sbin/vmcore-dmesg",
         "/usr/lib/systemd/system/kexec-load.service",
         "/usr/lib/systemd/system/kexec-selftest.service",
         "/usr/share/bash-completion/completions/kexec",
         "/usr/share/kexec-efi/kexec-json.schema.json",
         "/usr/share/kexec-efi/selftest/machine.sh")


class RpmPackage:
    def __init__(self, tarball, directory):
        self.directory, self.log = Path(directory), Path(directory) / "log"
        (self.directory / "SOURCES").mkdir(parents=True)
        shutil.copy(tarball, self.directory / "SOURCES")

    def steps(self):
        return (("build", self.build), ("files", self.files),
                ("relations", self.relations), ("rpmlint", self.lint))

    def package(self):
        found = list(self.directory.glob("RPMS/x86_64/*.rpm"))
        if len(found) != 1:
            raise Failure(f"one package is expected, not {found}")
        return found[0]

    def build(self):
        run("rpmbuild", "-bb", "--nodeps", "--without", "tests", "--define",
            f"_topdir {self.directory}", SPEC, log=self.log)

    def files(self):
        listed = run("rpm", "-qlp", self.package(), log=self.log).splitlines()
        lacking = [name for name in FILES if name not in listed]
        if lacking:
            raise Failure(f"not in the package: {lacking}")
        if run("rpm", "-qcp", self.package()).split() != ["/etc/sysconfig/kexec"]:
            raise Failure("/etc/sysconfig/kexec is not the only configuration file")

    def relations(self):
        for option, words in (("--provides", "kexec-tools = "), ("--conflicts", "kexec-tools"),
                              ("--requires", "libelf.so.1()(64bit)"),
                              ("--recommends", "libzstd.so.1()(64bit)")):
            found = run("rpm", "-qp", option, self.package(), log=self.log)
            if words not in found:
                raise Failure(f"{option} lacks {words!r}: {found}")

    def lint(self):
        try:
            found = run("rpmlint", self.package(), SPEC, log=self.log)
        except Failure as errors:
            found = str(errors)
        errors = [line for line in re.findall(r"^.*: E: .*$", found, re.M)
                  if not line.endswith(ACCEPTED)]
        if errors or "specfiles checked" not in found:
            raise Failure("\n".join(errors) or found)

    def clean(self):
        shutil.rmtree(self.directory / "BUILD", ignore_errors=True)
