# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kexec-tools and our kexec, both on the same recorded machine.

Neither knows that it is not at home: the paths of the machine's files lead to the
recorded tree, and no system call that acts gets through (tests/loader/preload.c and
interfaces.c for both, redirect.c for the absolute paths of kexec-tools). What kexec_load
was given is kept, segment by segment.
"""

import hashlib
import os
import re
import shlex
import subprocess
from pathlib import Path

import fakes
from cache import cached, note, output, package_versions, unpack_packages

HERE = Path(__file__).resolve().parent


def needed(package, known):
    """The libraries that a package depends on, and what they depend on. The C library is
    this computer's: it has to fit the program that loads it."""
    listing = output("apt-cache", "depends", "--no-recommends", "--no-suggests",
                     "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances",
                     package)
    for name in re.findall(r"^ +Depends: (lib\S+)$", listing, re.M):
        if name != "libc6" and name not in known:
            known.append(name)
            needed(name, known)
    return known


def debian_kexec_tools():
    """(version, directory) of the unpacked package and its libraries; fetched once."""
    versions = package_versions(needed("kexec-tools", ["kexec-tools"]))
    listing = " ".join(f"{name}={version}" for name, version in sorted(versions.items()))
    digest = hashlib.sha256(listing.encode()).hexdigest()[:16]

    def fill(into):
        note("downloading kexec-tools and its libraries")
        unpack_packages(versions, into)

    version = versions["kexec-tools"]
    return version, cached("kexec-tools", f"kexec-tools-{version}-{digest}", fill)


def shared_object(source, directory):
    """Compiled, to be preloaded."""
    compiled = directory / source.replace(".c", ".so")
    compiler = shlex.split(os.environ.get("CC") or "cc")
    subprocess.run([*compiler, "-shared", "-fPIC", "-O1", "-o", compiled, HERE / source,
                    "-ldl"], check=True)
    return compiled


class Program(fakes.Kexec):
    """One of the two. on() runs it on a machine; the segments of the load stay in
    `segments` until the next call."""

    def __init__(self, directory, program):
        directory.mkdir()
        super().__init__(directory, program)
        self.segments = directory / "segments"
        self.preloads = [shared_object("interfaces.c", directory), self.preload]

    def on(self, machine, arguments, **settings):
        self.root = machine.root.resolve()
        self.segments.mkdir(exist_ok=True)
        for old in self.segments.iterdir():
            old.unlink()
        return self(*arguments, SEGMENTS=self.segments, CPUS=machine.cpus(), **settings)

    def environment(self, settings):
        environment = super().environment(settings)
        environment["LD_PRELOAD"] = " ".join(map(str, self.preloads))
        return environment


class KexecTools(Program):
    """Debian's."""

    def __init__(self, directory, package):
        super().__init__(directory, package / "sbin/kexec")
        self.preloads.insert(0, shared_object("redirect.c", directory))
        places = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")
        self.libraries = ":".join(str(package / place) for place in places)

    def environment(self, settings):
        environment = super().environment(settings)
        environment["LD_LIBRARY_PATH"] = self.libraries
        return environment
