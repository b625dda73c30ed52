#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec-load on made-up systems, with a program in kexec's place that records its
arguments.

Environment: KEXEC_LOAD."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LOADED = "quiet loaded-by-the-running-kernel"

# In the form of grub-mkconfig's files: an if chooses the default; there are functions,
# submenus, entries without a kernel, and kernels on a file system of their own.
GRUB = """\
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set boot_once=true
else
   set default="DEFAULT"
fi
function some_function {
  if [ x$all = xy ]; then
    insmod all
  fi
}
menuentry 'Linux' --class gnu $menuentry_id_option 'simple' {
\tsome_function
\tif [ x$grub_platform = xxen ]; then insmod gzio; fi
\techo\t'Loading {'
\tlinux\t/vmlinuz-2 root=/dev/vda1 ro foo="a  b" $vt_handoff
\tinitrd\t/initrd.img-2
}
submenu 'More of "Linux"' $menuentry_id_option 'advanced' {
\tfunction another {
\t  true
\t}
\tmenuentry 'Linux 2' --class gnu --id 'two' {
\t\tlinux\t/vmlinuz-2 two
\t\tinitrd\t/microcode.cpio /initrd.img-2
\t}
\tmenuentry "Linux 1, it's old" --id one {
\t\tlinux\t/vmlinuz-1 one `touch $HARM` $(touch harm) ${gone} 'x' \\\\
\t}
}
menuentry 'Firmware' --id 'firmware' {
\tfwsetup
}
menuentry 'EFI' { # a comment
\tset root=x
}
menuentry 'Other' --id other {
    linuxefi  /boot/vmlinuz-3
}
"""


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
            words = [word.replace(f"{self.place}/", "/") for word in words]
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

    def fails(self, name, system, text, *arguments):
        rc, words, errors = result = system.run(*arguments)
        self.check(name, rc == 1 and words is None and text in errors, result)


ON = 'LOAD_KEXEC=true\nKERNEL_IMAGE="/vmlinuz"\nINITRD="/initrd.img"\n'
LOAD = ["-l", "/vmlinuz", "--initrd=/initrd.img", f"--append={LOADED}"]


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
                ["-l", "/a b/it's", "--initrd=/a b/*", f"--append={LOADED}"])
    suite.calls("files in kexec.d", suite.system(
        ON, files=[("etc/default/kexec.d/b", "APPEND=$APPEND-b"),
                   ("etc/default/kexec.d/a", "APPEND=a"),
                   ("etc/default/kexec.d/c.dpkg-old", "APPEND=c"),
                   ("etc/default/kexec.d/d~", "APPEND=d")]), LOAD[:3] + ["--append=a-b"])
    suite.calls("kexec.d alone", suite.system(
        None, files=[("etc/default/kexec.d/a", ON)]), LOAD)
    for value in ("false", "", "1", "yes"):
        suite.nothing(f"LOAD_KEXEC={value}", suite.system(ON + f"LOAD_KEXEC={value}\n"))
    suite.nothing("no configuration", suite.system(None))
    suite.fails("no such kernel", suite.system(ON + "KERNEL_IMAGE=/gone\n"),
                "/gone to load does not exist: see KERNEL_IMAGE")
    suite.fails("no kernel named", suite.system("LOAD_KEXEC=true\n"),
                "KERNEL_IMAGE is not set")


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


def grub_system(suite, default, saved=None, directory="", **more):
    files = [("boot/grub/grub.cfg", GRUB.replace("DEFAULT", default)),
             ("boot/grub/grubenv", saved and f"# GRUB\nsaved_entry={saved}\n####\n")]
    files += [(f"{directory}{name}", "") for name in
              ("vmlinuz-1", "vmlinuz-2", "initrd.img-2", "microcode.cpio")]
    files.append(("boot/vmlinuz-3", ""))
    return suite.system(ON + "USE_GRUB_CONFIG=true\nAPPEND=mine\n", files=files, **more)


SIMPLE = ["-l", "/vmlinuz-2", "--initrd=/initrd.img-2",
          '--append=root=/dev/vda1 ro foo="a  b"']
TWO = ["-l", "/vmlinuz-2", "--initrd=/microcode.cpio", "--initrd=/initrd.img-2",
       "--append=two"]
ONE = ["-l", "/vmlinuz-1", "--append=one `touch ` $(touch harm)  'x' \\\\"]
OTHER = ["-l", "/boot/vmlinuz-3", f"--append={LOADED}"]


def test_grub(suite):
    for default, expected in (
            ("0", SIMPLE), ("Linux", SIMPLE), ("simple", SIMPLE), ("", SIMPLE),
            ("99", SIMPLE), ("1", SIMPLE), ("two", SIMPLE), ("1>0", TWO),
            ("advanced>two", TWO), ("advanced>Linux 2", TWO),
            ("More of \"Linux\">0".replace('"', '\\"'), SIMPLE),
            ("1>1", ONE), ("advanced>Linux 1, it's old", ONE), ("4", OTHER),
            ("other", OTHER)):
        system = grub_system(suite, default)
        suite.calls(f"GRUB's default {default!r}", system, expected)
    suite.check("nothing was run", not list(suite.directory.rglob("harm")), "it was")
    for saved, expected in (("advanced>one", ONE), ("other", OTHER), (None, SIMPLE)):
        system = grub_system(suite, "${saved_entry}", saved)
        suite.calls(f"saved entry {saved!r}", system, expected)
    system = grub_system(suite, "advanced>two", directory="boot/")
    suite.calls("/boot is a file system", system,
                [word.replace("=/", "=/boot/").replace("/vm", "/boot/vm")
                 for word in TWO])
    for default in ("2", "firmware", "3"):
        suite.fails(f"GRUB's default {default} is not Linux", grub_system(suite, default),
                    "grub.cfg: the default menuentry")
    suite.fails("the kernel is gone", suite.system(
        ON + "USE_GRUB_CONFIG=true\n",
        files=[("boot/grub/grub.cfg", GRUB)]), "/vmlinuz-2 to load does not exist")
    suite.fails("no entries", suite.system(
        ON + "USE_GRUB_CONFIG=true\n",
        files=[("boot/grub/grub.cfg", "blscfg\n")]), "grub.cfg: the default menuentry")
    rc, words, errors = result = suite.system(ON + "USE_GRUB_CONFIG=true\n").run()
    suite.check("no grub.cfg", rc == 253 and words == LOAD and "cannot be read" in errors,
                result)
    system = grub_system(suite, "two")
    suite.calls("options behind", grub_options(system), SIMPLE + ["-s"])


def grub_options(system):
    system.write("etc/default/kexec.d/options", "KEXEC_OPTIONS=-s\n")
    return system


def main():
    with tempfile.TemporaryDirectory(prefix="kexec-load-") as directory:
        suite = Suite(directory)
        test_configuration(suite)
        test_actions(suite)
        test_stop(suite)
        test_grub(suite)
    print(f"{suite.count[True]} passed, {suite.count[False]} failed")
    return 1 if suite.count[False] else 0


if __name__ == "__main__":
    sys.exit(main())
