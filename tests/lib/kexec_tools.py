# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kexec-tools with the libraries it is linked with, unpacked but not installed.
"""

import functools
import hashlib
import re

from cache import cached, note, output, package_versions, unpack_packages


def needed(package):
    """The package and the libraries that it depends on, recursively. The C library is
    this computer's, because it has to match the program that loads it."""
    # One call for all, because apt-cache takes up to a second to start.
    listing = output("apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests",
                     "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances",
                     package)
    depends = {name: re.findall(r"^ +Depends: (lib\S+)$", lines, re.M)
               for name, lines in re.findall(r"^(\S+)\n((?: .*\n)*)", listing, re.M)}
    known = [package]
    for one in known:      # it grows meanwhile
        known += [name for name in dict.fromkeys(depends.get(one, ()))
                  if name != "libc6" and name not in known]
    return known


@functools.lru_cache(maxsize=None)
def fetch():
    """(version, directory) of the unpacked package and its libraries; fetched once."""
    versions = package_versions(needed("kexec-tools"))
    listing = " ".join(f"{name}={version}" for name, version in sorted(versions.items()))
    digest = hashlib.sha256(listing.encode()).hexdigest()[:16]

    def fill(into):
        note("downloading kexec-tools and its libraries")
        unpack_packages(versions, into)

    version = versions["kexec-tools"]
    return version, cached("kexec-tools", f"kexec-tools-{version}-{digest}", fill)


def library_places(package):
    """The directory of the libraries in the unpacked package."""
    return [package / place for place in ("usr/lib/x86_64-linux-gnu",
                                          "lib/x86_64-linux-gnu")]
