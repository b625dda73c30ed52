#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec-load on made-up systems, with a program in kexec's place that records its
arguments.

Environment: KEXEC, KEXEC_LOAD."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LOADED = "quiet loaded-by-the-running-kernel"

class System:
    """A directory that stands for a system, with kexec-load in it."""

    def __init__(self, place, settings="", loaded="0", files=(), path=""):
        self.place = place
        self.path = path
        for name, text in (("etc/default/kexec", settings),
                           ("proc/cmdline", LOADED + "\n"),
                           ("sys/kernel/kexec_loaded", loaded and loaded + "\n"),
                           ("vmlinuz", ""), ("initrd.img", ""), *files):
            if text is not None:
                self.write(name, text)
        self.write("kexec", '#!/bin/sh\nprintf "%s\\0" "$@" >"$0.called"\n'
                   "echo from kexec\nexit 253\n").chmod(0o755)

    def write(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run(self, *arguments):
        """(exit status, arguments of kexec or None, error messages)"""
        called = self.place / "kexec.called"
        called.unlink(missing_ok=True)
        done = subprocess.run(
            [os.environ["KEXEC_LOAD"], f"--root={self.place}",
             f"--kexec={self.place}/kexec", *arguments], cwd=self.place, text=True,
            capture_output=True, timeout=60,
            env={**os.environ, "PATH": self.path + os.environ["PATH"]})
        self.output = done.stdout
        words = None
        if called.exists():
            words = called.read_text().split("\0")[:-1]
            self.words = words
            words = [word.replace(f"{self.place}/", "/") for word in words
                     if word != f"--sysroot={self.place}"]
        return done.returncode, words, done.stderr


class Suite:
    def __init__(self, directory):
        self.directory = Path(directory)
        self.count = {True: 0, False: 0}

    def system(self, *arguments, **more):
        place = self.directory / f"system {sum(self.count.values())}"
        return System(place, *arguments, **more)

    def check(self, name, condition, result):
        self.count[bool(condition)] += 1
        print(f"{'ok' if condition else 'FAIL'}: {name}"
              + ("" if condition else f": {result}"))

    def calls(self, name, system, expected, *arguments):
        """kexec is called with these arguments, and its output and status are passed on.
        """
        result = system.run(*arguments)
        self.check(name, result == (253, expected, "")
                   and system.output == "from kexec\n", result)

    def nothing(self, name, system, *arguments):
        result = system.run(*arguments)
        self.check(name, result == (0, None, "") and system.output == "", result)

    def says(self, name, system, text, *arguments):
        """Nothing is loaded, which is not an error, and a message says why."""
        rc, words, errors = result = system.run(*arguments)
        self.check(name, rc == 0 and words is None and text in errors, result)

    def fails(self, name, system, text, *arguments):
        rc, words, errors = result = system.run(*arguments)
        self.check(name, rc == 1 and words is None and text in errors, result)


ON = 'LOAD_KEXEC=true\nKERNEL_IMAGE="/vmlinuz"\nINITRD="/initrd.img"\n'
LOAD = ["-l", "/vmlinuz", "--initrd=/initrd.img", "--reuse-cmdline"]
ENTRY = ["-l", "--boot-entry"]
OFF = "nothing is loaded, because /etc/default/kexec does not say LOAD_KEXEC=true"


def test_configuration(suite):
    suite.calls("plain", suite.system(ON), LOAD)
    suite.calls("with the action", suite.system(ON), LOAD, "load")
    suite.calls("no initrd", suite.system(ON + 'INITRD=""\n'), [*LOAD[:2], LOAD[3]])
    system = suite.system(ON + "APPEND='root=/dev/x a=\"b  c\" * $HOME'\n")
    suite.calls("command line", system,
                LOAD[:3] + ['--append=root=/dev/x a="b  c" * $HOME'])
    system = suite.system(ON + 'KEXEC_OPTIONS=" --efi-map-config  vm* -c "')
    suite.calls("options", system, LOAD + ["--efi-map-config", "vm*", "-c"])
    system = suite.system(ON + "KERNEL_IMAGE=\"/a b/it's\"\nINITRD='/a b/*'\n",
                          files=[("a b/it's", "")])
    suite.calls("names with spaces", system,
                ["-l", "/a b/it's", "--initrd=/a b/*", "--reuse-cmdline"])
    suite.calls("files in kexec.d", suite.system(
        ON, files=[("etc/default/kexec.d/b", "APPEND=$APPEND-b"),
                   ("etc/default/kexec.d/a", "APPEND=a"),
                   ("etc/default/kexec.d/c.dpkg-old", "APPEND=c"),
                   ("etc/default/kexec.d/d~", "APPEND=d")]), LOAD[:3] + ["--append=a-b"])
    suite.calls("kexec.d alone", suite.system(
        None, files=[("etc/default/kexec.d/a", ON)]), LOAD)
    for value in ("false", "", "1", "yes"):
        system = suite.system(ON + f"LOAD_KEXEC={value}\n")
        suite.says(f"LOAD_KEXEC={value}", system, OFF)
        suite.says(f"LOAD_KEXEC={value}, reload", system, OFF, "reload")
        suite.nothing(f"LOAD_KEXEC={value}, start", system, "start")
        suite.nothing(f"LOAD_KEXEC={value}, stop", system, "stop")
    suite.says("no configuration", suite.system(None), OFF)
    suite.fails("no such kernel", suite.system(ON + "KERNEL_IMAGE=/gone\n"),
                "/gone to load does not exist: see KERNEL_IMAGE")
    suite.calls("no kernel named", suite.system("LOAD_KEXEC=true\n"), ENTRY)
    suite.calls("sysconfig", suite.system(
        None, files=[("etc/sysconfig/kexec", "LOAD_KEXEC=true\n")]), ENTRY)
    suite.calls("sysconfig is read first", suite.system(
        ON, files=[("etc/sysconfig/kexec", "LOAD_KEXEC=false\nBOOT_ENTRY=x\n"),
                   ("etc/default/kexec.d/a", "BOOT_ENTRY=\n")]), LOAD)
    default = Path(__file__).resolve().parents[2] / "system/kexec.default"
    system = suite.system(default.read_text())
    suite.says("the example", system, OFF)
    system.write("etc/default/kexec.d/on", "LOAD_KEXEC=true\n")
    suite.calls("the example, switched on", system, ENTRY)


def test_actions(suite):
    suite.nothing("a kernel is loaded", suite.system(ON, loaded="1"))
    newer = "sys/kernel/kexec/loaded"
    suite.nothing("a kernel is loaded, newer file", suite.system(
        ON, loaded=None, files=[(newer, "1\n")]))
    suite.calls("no kernel is loaded, newer file", suite.system(
        ON, loaded=None, files=[(newer, "0\n")]), LOAD)
    suite.calls("reload", suite.system(ON, loaded="1"), LOAD, "reload")
    suite.nothing("start", suite.system(ON), "start")
    suite.fails("unknown action", suite.system(ON), "unknown argument 'restart'", "restart")
    suite.fails("unknown option", suite.system(ON), "unknown argument '--what'", "--what")
    system = suite.system(ON)
    rc, words, errors = result = system.run("--help")
    suite.check("help", rc == 0 and not words and not errors
                and "reload" in system.output, result)
    system = suite.system(ON, files=[("no-kexec-reboot", "")],
                          path=fake(suite, "runlevel", "2 6"))
    suite.nothing("no-kexec-reboot", system)
    marker = system.place / "no-kexec-reboot"
    suite.check("it stays", marker.exists(), "gone")
    suite.nothing("no-kexec-reboot at the reboot", system, "stop")
    suite.check("it is removed", not marker.exists(), "there")


def fake(suite, name, output):
    """A program on PATH that prints this text."""
    place = suite.directory / f"path {sum(suite.count.values())}"
    place.mkdir()
    program = place / name
    program.write_text(f"#!/bin/sh\ncat <<'EOF'\n{output}\nEOF\n")
    program.chmod(0o755)
    return f"{place}:"


def test_stop(suite):
    systemd = [("run/systemd/system/x", "")]
    for output, loads in (("12 reboot.target start waiting", True),
                          ("9 kexec.target  start waiting", True),
                          ("No jobs running.", False)):
        system = suite.system(ON, files=systemd, path=fake(suite, "systemctl", output))
        if loads:
            suite.calls(f"stop, {output}", system, LOAD, "stop")
        else:
            suite.nothing(f"stop, {output}", system, "stop")
    for output, loads in (("2 6", True), ("2 0", False), ("unknown", False)):
        system = suite.system(ON, path=fake(suite, "runlevel", output))
        if loads:
            suite.calls(f"stop, runlevel {output}", system, LOAD, "stop")
        else:
            suite.nothing(f"stop, runlevel {output}", system, "stop")
    suite.nothing("stop, loaded before", suite.system(
        ON, loaded="1", path=fake(suite, "runlevel", "2 6")), "stop")


def test_boot_entry(suite):
    for setting, expected in (
            ("BOOT_ENTRY=default", ENTRY), ("BOOT_ENTRY='a > b'", ["-l", "--boot-entry=a > b"]),
            ("BOOT_ENTRY='$(touch harm)'", ["-l", "--boot-entry=$(touch harm)"]),
            ("USE_GRUB_CONFIG=true", ENTRY),
            ("USE_GRUB_CONFIG=true\nKEXEC_OPTIONS='-s -d'", [*ENTRY, "-s", "-d"]),
            ("BOOT_ENTRY=\nUSE_GRUB_CONFIG=false", LOAD)):
        system = suite.system(ON + setting + "\n", files=[("boot/grub/grub.cfg", "")])
        suite.calls(repr(setting), system, expected)
    suite.check("nothing was run", not list(suite.directory.rglob("harm")), "it was")
    system = suite.system(ON + "USE_GRUB_CONFIG=true\n", files=[("boot/grub2/grub.cfg", "")])
    suite.calls("GRUB's configuration of Fedora and openSUSE", system, ENTRY)
    rc, words, errors = result = suite.system(ON + "USE_GRUB_CONFIG=true\n").run()
    suite.check("no grub.cfg", rc == 253 and words == LOAD and "cannot be read" in errors,
                result)
    system = suite.system("LOAD_KEXEC=true\n")
    system.run()
    suite.check("--root becomes --sysroot", f"--sysroot={system.place}" in system.words,
                system.words)


def test_real(suite):
    """kexec itself finds the entry of a configuration; nothing is loaded."""
    system = suite.system("LOAD_KEXEC=true\nKEXEC_OPTIONS=--dry-run=json\n", files=[
        ("boot/grub/grub.cfg", "menuentry m { linux /gone x }\n")])
    done = subprocess.run([os.environ["KEXEC_LOAD"], f"--root={system.place}",
                           f"--kexec={os.environ['KEXEC']}"], text=True,
                          capture_output=True, timeout=60)
    suite.check("kexec's own message and status", done.returncode == 1
                and "/gone is not in a file system" in done.stderr, done)


def main():
    with tempfile.TemporaryDirectory(prefix="kexec-load-") as directory:
        suite = Suite(directory)
        test_configuration(suite)
        test_actions(suite)
        test_stop(suite)
        test_boot_entry(suite)
        test_real(suite)
    print(f"{suite.count[True]} passed, {suite.count[False]} failed")
    return 1 if suite.count[False] else 0


if __name__ == "__main__":
    sys.exit(main())
