# SPDX-License-Identifier: GPL-2.0-only
"""Debian's programs that call kexec, with all programs that they call, as directory
trees for the guest; and the kernel's own tests of kexec.

The packages are unpacked and not installed, because these programs need only their
files, and maintainer scripts could not run in a machine without a network. They come
from the cache, in a directory named after their versions.
"""

import hashlib
import re
import stat
import subprocess
from pathlib import Path

from cache import (Missing, cached, download_packages, note, output, package_versions,
                   unpack_packages)
from images import Cpio
from vm import CannotPrepare

# The programs that Debian's scripts expect on every system, and their libraries.
SYSTEM = (
    "dash", "coreutils", "grep", "sed", "bsdextrautils", "util-linux",
    "libc6", "libacl1", "libattr1", "libblkid1", "libgcrypt20", "libgmp10",
    "libgpg-error0", "liblz4-1", "liblzma5", "libmount1", "libpcre2-8-0",
    "libselinux1", "libsmartcols1", "libsystemd0", "libcap2", "libtinfo6",
    "libzstd1", "zlib1g",
)

# The sets of packages. A set is named after the package under test.
SETS = {
    # kdump-config, and the programs that it calls to load, show and unload.
    "kdump-tools": (
        "kdump-tools", "sysvinit-utils", "diffutils", "file", "findutils",
        "bsdutils", "procps", "libbz2-1.0", "libmagic1", "libmagic-mgc",
        "libproc2-0", "libncursesw6", *SYSTEM,
    ),
    # /etc/init.d/kexec and kexec-load, which read the grub configuration too.
    "kexec-tools": (
        "kexec-tools", "sysvinit-core", "sysvinit-utils", "debianutils", "mawk", *SYSTEM,
    ),
    # dracut, and the programs that it copies into an initramfs.
    "dracut-core": (
        "dracut-core", "bash", "cpio", "findutils", "gzip", "kmod", "less",
        "libc-bin", "libcrypt1", "libfdisk1", "libkmod2", "libncursesw6",
        "libssl3", "libudev1", "libuuid1", "mount", "sysvinit-core",
        "sysvinit-utils", "udev", "util-linux-extra", "libcap-ng0", *SYSTEM,
    ),
    # tools/testing/selftests/kexec asks who signed the kernel.
    "pesign": (
        "pesign", "attr", "debianutils", "findutils", "kmod", "mount", "libefivar1",
        "libnspr4", "libnss3", "libpopt0", "libssl3", "libuuid1", *SYSTEM,
    ),
}

# Documentation, translations and files that the tested programs do not need. Only
# dracut's initramfs needs systemd's directories, for udev.
LEAVE_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale",
             "usr/share/lintian", "usr/share/bash-completion", "usr/share/info",
             "usr/lib/x86_64-linux-gnu/gconv", "lib/modules", "boot/vmlinuz",
             "boot/System.map")
SYSTEMD = ("usr/lib/systemd", "lib/systemd")

SOURCE_PACKAGE = "linux-source-6.1"
SOURCE = Path("/usr/src") / (SOURCE_PACKAGE + ".tar.xz")
SELFTESTS = "tools/testing/selftests/kexec"


def kernel_package():
    """The package of the kernel debian-6.1, which contains its build configuration."""
    depends = output("apt-cache", "depends", "linux-image-cloud-amd64")
    packages = re.findall(r"Depends: (linux-image-6\.1\.\S*)", depends)
    if not packages:
        raise Missing("apt-cache does not know a 6.1 kernel behind linux-image-cloud-amd64")
    return packages[0]


def debian_root(name):
    """The directory that the packages of a set were unpacked into."""
    def fill(into):
        note(f"downloading {name} and what it needs")
        unpack_packages(versions, into)

    packages = SETS[name]
    if name == "pesign":
        packages += (kernel_package(),)
    versions = package_versions(packages)
    listing = " ".join(f"{package}={version}" for package, version in versions.items())
    digest = hashlib.sha256(listing.encode()).hexdigest()[:16]
    return cached(name, f"{name}-{versions[name]}-{digest}", fill)


def selftests():
    """The directory with the kernel's tests of kexec."""
    def extract(into):
        note(f"unpacking {SELFTESTS} from {SOURCE.name}")
        output("tar", "-C", str(into), "--strip-components=1", "-xJf", str(SOURCE),
               f"{SOURCE_PACKAGE}/{SELFTESTS}")

    if not SOURCE.exists():
        raise Missing(f"{SOURCE} is missing: install the package {SOURCE_PACKAGE}")
    version = output("dpkg-query", "-W", "-f", "${Version}", SOURCE_PACKAGE)
    return cached("selftests", f"selftests-{version}", extract)


def kernel_symbols(vmlinuz):
    """The vmlinux with debug symbols of the kernel debian-6.1, whose bzImage is given."""
    def extract(into):
        note(f"downloading {package} (some hundred MB)")
        archive = download_packages({package: version}, into)[0]
        with open(into / "vmlinux", "wb") as target:
            unpacked = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive],
                                        stdout=subprocess.PIPE)
            done = subprocess.run(["tar", "-xO", "--wildcards",
                                   "./usr/lib/debug/boot/vmlinux-*"],
                                  stdin=unpacked.stdout, stdout=target, check=False)
            unpacked.stdout.close()
            if done.returncode or unpacked.wait():
                raise Missing(f"{archive.name} cannot be unpacked")
        archive.unlink()

    package = kernel_package() + "-dbg"
    try:
        version = package_versions([package])[package]
        # The symbols of another build would not fit the dump.
        if not Path(vmlinuz).parent.name.endswith("-" + re.sub("[/~:]", "_", version)):
            raise Missing(f"the kernel is not of the version of {package}, {version}")
        return cached("symbols", f"symbols-{version}", extract) / "vmlinux"
    except Missing as reason:
        raise CannotPrepare(str(reason)) from reason


def debian_archive(name, kexec):
    """A set of packages below /debian, with the program under test as /sbin/kexec."""
    try:
        root = debian_root(name)
        tests = selftests() if name == "pesign" else None
    except Missing as reason:
        raise CannotPrepare(str(reason)) from reason
    archive = Cpio()
    # The archive keeps the first of two files with the same name. So kexec comes first,
    # with its libraries: a C library newer than Debian's also runs Debian's programs.
    archive.program("debian/sbin/kexec", kexec, "debian")
    archive.tree("debian", root, LEAVE_OUT + (SYSTEMD if name != "dracut-core" else ()))
    for place in ("proc", "sys", "dev", "tmp", "run", "boot"):
        archive.add("debian/" + place, stat.S_IFDIR | 0o755)
    if name == "kdump-tools":
        archive.file("debian/etc/default/kdump-tools",
                     root / "usr/share/kdump-tools/kdump-tools.conf")
    if tests:
        archive.tree("debian/selftests", tests / SELFTESTS)
    return archive.bytes()
