# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kdump-tools with all it calls, as a directory tree for the guest.

The packages are unpacked and not installed: no maintainer script has to run in
a machine without a network, and what kdump-config needs of them is files. They
come from the cache, in a directory named after their versions.
"""

import hashlib
import stat
from pathlib import Path

from cache import Missing, cached, note, package_versions, unpack_packages
from images import Cpio
from vm import CannotPrepare

# What kdump-config calls when it loads, shows and unloads, and the libraries of
# these programs.
PACKAGES = (
    "kdump-tools", "sysvinit-utils", "dash", "coreutils", "diffutils", "file",
    "findutils", "grep", "sed", "bsdextrautils", "bsdutils", "util-linux",
    "procps",
    "libc6", "libacl1", "libattr1", "libbz2-1.0", "libgmp10", "liblzma5",
    "libmagic1", "libmagic-mgc", "libmount1", "libblkid1", "libpcre2-8-0",
    "libproc2-0", "libselinux1", "libsmartcols1", "libsystemd0", "libcap2",
    "libgcrypt20", "libgpg-error0", "liblz4-1", "libzstd1", "libtinfo6",
    "libncursesw6", "zlib1g",
)

# Documentation, translations and what only the other programs need.
LEAVE_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale",
             "usr/share/lintian", "usr/share/bash-completion", "usr/share/info",
             "usr/lib/x86_64-linux-gnu/gconv", "usr/lib/systemd", "lib/systemd")


def debian_root():
    """The directory that the packages were unpacked into."""
    def fill(into):
        note("downloading kdump-tools and what it needs")
        unpack_packages(versions, into)

    try:
        versions = package_versions(PACKAGES)
        listing = " ".join(f"{name}={version}" for name, version in versions.items())
        digest = hashlib.sha256(listing.encode()).hexdigest()[:16]
        return cached("kdump-tools",
                      f"kdump-tools-{versions['kdump-tools']}-{digest}", fill)
    except Missing as reason:
        raise CannotPrepare(str(reason)) from reason


def debian_archive(kexec):
    """All that below /debian, with the program under test as its /sbin/kexec."""
    root = debian_root()
    archive = Cpio()
    # First, and therefore with its own libraries should they differ: a newer C
    # library runs Debian's programs too, an older one not this one.
    archive.program("debian/sbin/kexec", kexec, "debian")
    archive.tree("debian", root, LEAVE_OUT)
    for name in ("proc", "sys", "dev", "tmp"):
        archive.add("debian/" + name, stat.S_IFDIR | 0o755)
    config = (Path(root) / "usr/share/kdump-tools/kdump-tools.conf").read_bytes()
    archive.file("debian/etc/default/kdump-tools", config)
    return archive.bytes()
