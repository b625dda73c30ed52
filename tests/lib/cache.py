# SPDX-License-Identifier: GPL-2.0-only
"""Kernels and Debian packages that are made or fetched once and kept. Each directory is
named after a hash of its inputs, so that a change of an input never finds stale contents,
and a second call returns at once."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get("KEXEC_TEST_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") /
             "kexec-efi")


class Missing(Exception):
    """Something that this computer lacks; not a fault of the project."""


def note(text):
    print("prepare: " + text, file=sys.stderr, flush=True)


def output(*command, **options):
    try:
        return subprocess.run(command, check=True, text=True,
                              stdout=subprocess.PIPE, **options).stdout
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise Missing(f"{' '.join(map(str, command))}: exit status "
                      f"{error.returncode}") from error


def cached(name, key, make):
    """Returns the cache's directory `key`. If it does not exist, make(DIRECTORY) fills
    it."""
    place = CACHE / re.sub("[/~:]", "_", key)
    if place.exists():
        return place
    CACHE.mkdir(parents=True, exist_ok=True)
    # One lock for each name: if two test runs ask for it at the same time, the second one
    # waits for the first instead of making it again.
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            fresh = Path(tempfile.mkdtemp(prefix=name + ".", dir=CACHE))
            try:
                make(fresh)
                fresh.rename(place)     # so the directory is complete if it exists
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return place


def package_versions(packages, apt=()):
    """The versions that apt would install, by package name. apt: more options for apt, as
    in suites.py."""
    policy = output("apt-cache", *apt, "policy", *packages)
    found = dict(re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (\S+)", policy, re.M))
    for package in packages:
        if found.get(package, "(none)") == "(none)":
            raise Missing(f"apt has no candidate for {package}")
    return found


def download_packages(versions, into, apt=()):
    """Download Debian packages into a directory. Returns the files in the order of their
    names. apt: as in package_versions."""
    # apt drops its rights to a user that may not enter a private directory.
    output("apt-get", "-qq", "-o", "APT::Sandbox::User=root", *apt, "download",
           *(f"{package}={version}" for package, version in versions.items()),
           cwd=into, stderr=subprocess.DEVNULL)
    return sorted(Path(into).glob("*.deb"))


def unpack_packages(versions, into, apt=()):
    """Downloads Debian packages and unpacks them without running their scripts."""
    with tempfile.TemporaryDirectory(prefix="kexec-efi-packages.") as work:
        for archive in download_packages(versions, work, apt):
            output("dpkg-deb", "-x", str(archive), str(into))
