# SPDX-License-Identifier: GPL-2.0-only
"""Debian's kexec-tools and ours on one derived machine, timed. No call reaches the
running kernel: kernel.c catches kexec_load and does the copying, and the libraries of
tests/differential and tests/loader redirect all paths to the machine's directory. Both
programs get the same environment, so that both pay the same for it."""

import os
import shlex
import subprocess
import time
from pathlib import Path

import kexec_tools
import programs
from results import Values

HERE = Path(__file__).resolve().parent
MIB = 1 << 20
# More than a CPU's caches hold, so that the copying reaches memory.
POOL_BYTES = 64 * MIB


def preload(directory):
    compiled = directory / "kernel.so"
    compiler = shlex.split(os.environ.get("CC") or "cc")
    subprocess.run([*compiler, "-shared", "-fPIC", "-O2", "-o", compiled,
                    HERE / "kernel.c", "-ldl"], check=True)
    return compiled


class Run:
    """One run. Times in seconds, without the bench's own part in kexec_load:

    wall      from start to end
    before    until kexec_load was entered
    copying   in kexec_load
    after     from there to the end
    own       all except the copying
    cpu       time on a CPU, of all threads, the copying (and the bench's part) included
    status    /proc/self/status when kexec_load was entered, in KiB
    read      blocks that had to be read from a disk
    """

    def __init__(self, start, end, usage, record):
        stamps, self.status = {}, {}
        for line in record.splitlines():
            words = line.replace(":", " ").split()
            if words[0] in ("entered", "ready", "copied", "left"):
                stamps[words[0]] = int(words[1]) * 1e-9
            elif words[-1] == "kB":
                self.status[words[0]] = int(words[1])
        self.cpu = usage.ru_utime + usage.ru_stime
        self.read = usage.ru_inblock
        self.wall = end - start
        if stamps:
            self.before = stamps["entered"] - start
            self.copying = stamps["copied"] - stamps["ready"]
            self.wall -= stamps["left"] - stamps["entered"] - self.copying
            self.own = self.wall - self.copying
            self.after = self.own - self.before

    def anonymous_kib(self):
        """Memory when kexec_load was entered."""
        return self.status["RssAnon"]

    def most_anonymous_kib(self):
        """The maximum until then. It may be too large: files and shared memory are
        subtracted with their size at that moment."""
        return self.status["VmHWM"] - self.status["RssFile"] - self.status["RssShmem"]


class Timed:
    """One of the two programs."""

    def __init__(self, program, preloads, libraries, pool):
        self.program, self.pool = program, pool
        self.record = program.directory / "record"
        self.errors = program.directory / "errors"
        program.preloads, self.libraries = preloads, libraries

    def environment(self, machine, copying):
        self.program.root = machine.root.resolve()
        environment = dict(self.program.environment({"CPUS": machine.cpus()}),
                           LD_LIBRARY_PATH=self.libraries,
                           KEXEC_BENCH_RECORD=str(self.record))
        if copying:
            environment["KEXEC_BENCH_POOL"] = str(self.pool)
        return environment

    def once(self, machine, arguments, copying=True):
        """A Run. A run that fails is not a measurement and raises an error."""
        command = [str(word) for word in (self.program.program, *arguments)]
        environment = self.environment(machine, copying)
        self.record.write_text("")
        with open(self.errors, "wb") as errors:
            start = time.monotonic()
            process = subprocess.Popen(command, env=environment, stderr=errors,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            end = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError("%s: exit status %d: %s" % (
                " ".join(command), process.returncode, self.errors.read_text()))
        return Run(start, end, usage, self.record.read_text())


def memory_file(size):
    """The name of a file in memory, so that nothing is written to a disk. It exists as
    long as this process."""
    fd = os.memfd_create("pool")
    os.truncate(fd, size)
    return "/proc/%d/fd/%d" % (os.getpid(), fd)


def pair(directory, kexec):
    """(version of kexec-tools, its unpacked package, theirs, ours)"""
    version, package = kexec_tools.fetch()
    theirs = programs.KexecTools(directory / "theirs", package)
    ours = programs.Program(directory / "ours", kexec)
    pool = memory_file(POOL_BYTES)
    preloads = [preload(directory), *theirs.preloads]
    return version, package, *(Timed(program, preloads, theirs.libraries, pool)
                               for program in (theirs, ours))


def alternate(runs, *actions):
    """The results of each function, called alternately, so that other load on the
    computer affects all of them."""
    found = [[] for _ in actions]
    for _ in range(runs):
        for action, into in zip(actions, found):
            into.append(action())
    return found


def values(runs, name):
    """One figure of several Runs."""
    return Values([getattr(run, name) for run in runs])
