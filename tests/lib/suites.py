# SPDX-License-Identifier: GPL-2.0-only
"""Packages of other Debian suites than this computer's.

Each suite has an apt of its own below the cache: a list of sources, package lists and an
empty list of installed packages. The computer's own apt configuration supplies the mirror
and the network settings, and is not changed.
"""

import fcntl
import subprocess
import time
from pathlib import Path

from cache import CACHE, Missing, note, output

# The package lists of a suite are downloaded again when they are older than this.
FRESH_SECONDS = 24 * 3600
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def mirror():
    """The address of the Debian archive that this computer's apt uses."""
    addresses = output("apt-get", "indextargets", "--format", "$(REPO_URI)",
                       "Created-By: Packages", "Origin: Debian", "Label: Debian").split()
    if not addresses:
        raise Missing("apt has no package lists of the Debian archive: run apt-get update")
    return addresses[0]


def apt_options(root):
    return ("-o", f"Dir::Etc::SourceList={root}/sources.list",
            "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "Dir::Etc::Preferences=/dev/null",
            "-o", "Dir::Etc::PreferencesParts=/dev/null",
            "-o", "APT::Default-Release=",
            "-o", f"Dir::State::Lists={root}/lists",
            "-o", f"Dir::State::Status={root}/status",
            "-o", f"Dir::Cache={root}/cache",
            "-o", f"Dir::Cache::PkgCache={root}/cache/pkgcache.bin",
            "-o", f"Dir::Cache::SrcPkgCache={root}/cache/srcpkgcache.bin",
            # apt's unprivileged user may not be able to enter the cache.
            "-o", "APT::Sandbox::User=root",
            "-o", "Acquire::Languages=none")


def set_up(root, suite):
    for directory in ("lists/partial", "cache/archives/partial"):
        (root / directory).mkdir(parents=True, exist_ok=True)
    (root / "status").touch()
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    (root / "sources.list").write_text(f"deb {signed}{mirror()} {suite} main\n")


def is_fresh(stamp):
    return stamp.exists() and time.time() - stamp.stat().st_mtime < FRESH_SECONDS


def suite_apt(suite):
    """Options that make apt-get and apt-cache work on a suite, whose package lists are
    downloaded if they are missing or old. Old lists serve if the download fails: the
    cache may hold the packages."""
    root = CACHE / f"apt-{suite}"
    options, stamp = apt_options(root), root / "updated"
    root.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"apt-{suite}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_fresh(stamp):
            return options
        set_up(root, suite)
        note(f"downloading the package lists of {suite}")
        try:
            output("apt-get", "-qq", *options, "-o", "APT::Update::Error-Mode=any", "update",
                   stdin=subprocess.DEVNULL)
            stamp.touch()
        except Missing as reason:
            if not stamp.exists():
                raise Missing(f"the package lists of {suite} cannot be downloaded: "
                              f"{reason}") from reason
            note(f"{suite}: using the package lists of an earlier run: {reason}")
    return options
