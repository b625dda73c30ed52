# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kexec-tools and our kexec, both on the same recorded machine.

Both believe that they run on that machine: paths of its files lead to the recorded tree,
and system calls that act are caught (tests/loader/preload.c and interfaces.c for both,
redirect.c for the absolute paths of kexec-tools). The segments given to kexec_load are
kept.
"""

import os
import shlex
import subprocess
from pathlib import Path

import fakes
import kexec_tools

HERE = Path(__file__).resolve().parent


def shared_object(source, directory):
    """Compiled libraries to be preloaded."""
    compiled = directory / source.replace(".c", ".so")
    compiler = shlex.split(os.environ.get("CC") or "cc")
    subprocess.run([*compiler, "-shared", "-fPIC", "-O1", "-o", compiled, HERE / source,
                    "-ldl"], check=True)
    return compiled


class Program(fakes.Kexec):
    """One of the two programs. on() runs it on a machine. The segments of the load stay
    in `segments` until the next call."""

    # kexec-tools puts a kernel at the lowest place.
    options = ("--no-random-placement",)

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
        return self(*self.options, *arguments, SEGMENTS=self.segments, CPUS=machine.cpus(), **settings)

    def environment(self, settings):
        environment = super().environment(settings)
        environment["LD_PRELOAD"] = " ".join(map(str, self.preloads))
        return environment


class KexecTools(Program):
    """Debian's."""

    options = ()

    def __init__(self, directory, package):
        super().__init__(directory, package / "sbin/kexec")
        self.preloads.insert(0, shared_object("redirect.c", directory))
        self.libraries = ":".join(map(str, kexec_tools.library_places(package)))

    def environment(self, settings):
        environment = super().environment(settings)
        environment["LD_LIBRARY_PATH"] = self.libraries
        return environment
