# SPDX-License-Identifier: GPL-2.0-only
"""The Debian package in a bare system of a suite: built twice, checked by lintian,
installed over kexec-tools, and tested by autopkgtest. Each step needs those before it."""

import re
import shutil
from pathlib import Path

from chroot import Failure, bare

TOP = Path(__file__).resolve().parents[2]
CONFIG = "/etc/default/kexec"
# The lines that an administrator has written into kexec-tools' configuration.
SETTINGS = 'LOAD_KEXEC=true\\nKERNEL_IMAGE="/vmlinuz"\\n'
# How the names of packages begin whose libraries the program loads when needed.
LIBRARIES = {"Depends": ("libelf1",), "Recommends": ("zlib1g", "libzstd1"),
             "Suggests": ("libjson-c", "liblzma", "libefivar", "libxenmisc")}
# Two builds differ in these: directory, time zone, language, umask and user.
FIRST = ("/build/one", "TZ=UTC LC_ALL=C.UTF-8", "022", "builder")
SECOND = ("/build/a-longer/name/two", "TZ=Asia/Kathmandu LC_ALL=C", "002", "other")


class DebianPackage:
    """directory: where chroot and log go. with_tests: run "make check" in the first
    build."""

    def __init__(self, suite, tarball, directory, with_tests):
        self.suite, self.tarball = suite, Path(tarball)
        self.with_tests = with_tests
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.chroot = None
        match = re.fullmatch(r"kexec-efi-(.*)[.]tar[.]xz", self.tarball.name)
        if not match:
            raise Failure(f"{tarball} is not named like a tarball of make dist")
        self.upstream = match[1]

    def steps(self):
        return (("system", self.system), ("build", self.build),
                ("reproducible", self.reproducible), ("lintian", self.lintian),
                ("install", self.install), ("remove", self.remove),
                ("autopkgtest-loader", self.loader), ("autopkgtest-boot", self.boot))

    def system(self):
        """A bare system with the build dependencies."""
        self.chroot = bare(self.suite, self.directory / "root", self.directory / "log")
        self.chroot.install("build-essential", "lintian", "autopkgtest")
        for place, _, _, user in (FIRST, SECOND):
            self.chroot.sh(f"useradd -m {user} && mkdir -p {place} && chown {user}: {place}")
            self.chroot.copy(self.tarball, f"{place}/kexec-efi_{self.upstream}.orig.tar.xz")
            self.chroot.sh(f"cd {place} && tar --no-same-owner -xf *.orig.tar.xz && "
                           f"test ! -e kexec-efi-{self.upstream}/debian")
            self.chroot.copy(TOP / "debian", f"{place}/kexec-efi-{self.upstream}/debian")
            self.chroot.sh(f"chown -R {user}: {place}")
        self.chroot.sh(f"apt-get build-dep -y --no-install-recommends "
                       f"{FIRST[0]}/kexec-efi-{self.upstream}/")

    def make(self, build, options):
        place, variables, umask, user = build
        command = (f"umask {umask} && cd {place}/kexec-efi-{self.upstream} && {variables} "
                   f"DEB_BUILD_OPTIONS='{options}' dpkg-buildpackage -us -uc -F")
        output = self.chroot.sh(
            f"runuser -u {user} -- sh -ec '{command.replace(chr(39), chr(34))}'")
        # Compilers of other releases warn of other things.
        warnings = re.findall(r"^\S+[.][chS]:\d.* warning: .*", output, re.M)
        if warnings:
            raise Failure("the compiler warns:\n" + "\n".join(sorted(set(warnings))))

    def build(self):
        """Source and binary packages, with the tests of "make check". They name the
        libraries that the program loads."""
        self.make(FIRST, "parallel=2" + ("" if self.with_tests else " nocheck"))
        for field, wanted in LIBRARIES.items():
            names = self.chroot.sh(f"dpkg-deb -f {FIRST[0]}/kexec-efi_*.deb {field}")
            lost = [name for name in wanted if not re.search(rf"(^|, ){name}", names)]
            if lost:
                raise Failure(f"{field}: {names.strip()}, which lacks {', '.join(lost)}")

    def reproducible(self):
        """A build elsewhere gives the same packages to the bit."""
        self.make(SECOND, "parallel=2 nocheck")
        digests = [self.chroot.sh(f"cd {place} && sha256sum *.deb *.debian.tar.xz")
                   for place, *_ in (FIRST, SECOND)]
        if digests[0] != digests[1] or digests[0].count(".deb\n") != 2:
            raise Failure(f"two builds differ:\n{digests[0]}{digests[1]}")

    def lintian(self):
        """Neither errors nor warnings, in source and binary packages."""
        self.chroot.sh(f"runuser -u builder -- lintian --fail-on error,warning "
                       f"{FIRST[0]}/*.changes")

    def installed(self, *packages):
        for package in packages:
            status = self.chroot.sh(f"dpkg-query -W -f '${{db:Status-Abbrev}}' {package}")
            if status.strip() != "ii":
                raise Failure(f"{package}: {status}, not installed")

    def install(self):
        """Over kexec-tools, with kdump-tools, whose dependency it satisfies."""
        chroot = self.chroot
        chroot.install("kexec-tools", "kdump-tools")
        sbin = str(Path(chroot.sh("dpkg -L kexec-tools | grep '/sbin/kexec$'").strip()).parent)
        chroot.sh(f"printf '{SETTINGS}' > {CONFIG}")
        chroot.sh(f"apt-get install -y {FIRST[0]}/kexec-efi_*.deb")
        self.installed("kexec-efi", "kdump-tools")
        chroot.sh("apt-get check && dpkg --audit")
        chroot.sh(f"test \"$(printf '{SETTINGS}')\" = \"$(cat {CONFIG})\"")
        for name in ("kexec", "vmcore-dmesg", "kexec-load", "kexec-load-kernel",
                     "kexec-selftest"):
            chroot.sh(f"test -x {sbin}/{name} && dpkg -S {sbin}/{name} | grep -q ^kexec-efi:")
        chroot.sh(f"{sbin}/kexec -v | grep -q kexec-efi")
        enabled = chroot.sh("find /etc/systemd -name 'kexec-load*'")
        if enabled:
            raise Failure(f"enabled without being asked: {enabled}")
        # The units are there, and systemd finds nothing wrong in them.
        chroot.sh("systemd-analyze verify --man=no kexec-load.service kexec-load.path "
                  "kexec-load-shutdown.service kexec-load-reload.service")

    def remove(self):
        """kexec-tools comes back; what is purged leaves nothing behind."""
        chroot = self.chroot
        chroot.install("kexec-tools")
        self.installed("kexec-tools", "kdump-tools")
        chroot.sh("dpkg --purge kexec-efi")
        chroot.sh(f"test -e {CONFIG}")
        chroot.sh(f"apt-get purge -y kexec-tools kdump-tools && test ! -e {CONFIG}")
        chroot.sh(f"apt-get install -y {FIRST[0]}/kexec-efi_*.deb && "
                  f"cmp {CONFIG} /usr/share/kexec-efi/kexec.default")
        chroot.sh(f"apt-get purge -y kexec-efi && test ! -e {CONFIG}")
        left = chroot.sh("find /etc /usr /var/lib/systemd -name '*kexec*' -print | "
                         "while read -r file; do "
                         "dpkg -S \"$file\" >/dev/null 2>&1 || "
                         # Debian 12 lists the files of systemd below /lib.
                         "dpkg -S \"${file#/usr}\" >/dev/null 2>&1 || echo $file; done")
        if left:
            raise Failure(f"left behind: {left}")

    def autopkgtest(self, name):
        self.chroot.sh("rm -rf /build/results")
        output = self.chroot.sh(
            f"cd {FIRST[0]} && autopkgtest --output-dir=/build/results --test-name={name} "
            f"*.dsc kexec-efi_*.deb -- null")
        if not re.search(rf"^{name} +PASS$", output, re.M):
            raise Failure(self.chroot.read("/build/results/summary"))

    def loader(self):
        """The loader tests, on the installed program."""
        self.autopkgtest("loader")

    def boot(self):
        """A kexec in a virtual machine, by the installed program."""
        self.autopkgtest("boot")

    def clean(self):
        shutil.rmtree(self.directory / "root", ignore_errors=True)
