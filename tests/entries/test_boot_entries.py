#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Boot entries: on a tree of each distribution, the list, the default entry and what is
loaded; compared with bootctl where it has an opinion; and broken and hostile trees.
Environment: KEXEC, MACHINES."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import trees                                                        # noqa: E402
from questions import MENU, QUESTIONS, grub                         # noqa: E402
from trees import (DEBIAN, LINUX, MACHINE_ID, UUID, grubenv,          # noqa: E402
                   kernels, mounts, program, section, type1, variable)

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402

SIMPLE = f"gnulinux-simple-{UUID}"
QUIET = "root=/dev/vda2 ro quiet"
RHEL = "root=/dev/mapper/rhel-root ro crashkernel=auto rhgb quiet skew_tick=1 tsc=reliable"

# Tree: number of entries, the default: ID, kernel, initrds, command line.
DEFAULTS = {
    "debian12": (5, SIMPLE, "/boot/vmlinuz-6.1.0-28-amd64",
                 ["/boot/initrd.img-6.1.0-28-amd64"], QUIET),
    "debian12-saved": (5, (DEBIAN % "6.1.0-27-amd64").format("advanced"),
                       "/boot/vmlinuz-6.1.0-27-amd64",
                       ["/boot/initrd.img-6.1.0-27-amd64"], QUIET),
    "debian13": (6, SIMPLE, "/boot/vmlinuz-6.12.63+deb13-amd64",
                 ["/boot/initrd.img-6.12.63+deb13-amd64"], QUIET),
    "ubuntu": (6, SIMPLE, "/boot/vmlinuz-6.8.0-51-generic",
               ["/boot/initrd.img-6.8.0-51-generic"],
               "root=/dev/vda2 ro quiet splash vt.handoff=7"),
    "fedora": (3, f"{MACHINE_ID}-6.11.4-301.fc41.x86_64",
               "/boot/vmlinuz-6.11.4-301.fc41.x86_64",
               ["/boot/initramfs-6.11.4-301.fc41.x86_64.img"],
               "root=UUID=aaaa-bb ro rootflags=subvol=root rhgb quiet"),
    "rhel": (2, f"{MACHINE_ID}-4.18.0-553.el8_10.x86_64",
             "/boot/vmlinuz-4.18.0-553.el8_10.x86_64",
             ["/boot/initramfs-4.18.0-553.el8_10.x86_64.img"], RHEL),
    "opensuse": (2, SIMPLE, "/boot/vmlinuz-6.4.0-150600.21-default",
                 ["/boot/initrd-6.4.0-150600.21-default"],
                 "root=LABEL=suse splash=silent mitigations=auto quiet "
                 "security=apparmor"),
    "opensuse-systemd-boot": (
        2, "opensuse-tumbleweed-6.11.8-1-default-2.conf",
        "/boot/efi/opensuse-tumbleweed/6.11.8-1-default/linux-1a2b",
        ["/boot/efi/opensuse-tumbleweed/6.11.8-1-default/initrd-3c4d"],
        "splash=silent quiet root=UUID=cc-dd rootflags=subvol=@"),
    "debian-systemd-boot": (
        3, f"{MACHINE_ID}-6.1.0-28-amd64.conf",
        f"/boot/efi/{MACHINE_ID}/6.1.0-28-amd64/linux",
        [f"/boot/efi/{MACHINE_ID}/6.1.0-28-amd64/initrd.img-6.1.0-28-amd64"], QUIET),
    "arch": (3, "arch.conf", "/boot/vmlinuz-linux",
             ["/boot/intel-ucode.img", "/boot/initramfs-linux.img"],
             "root=UUID=ee-ff rw quiet"),
    "nixos": (3, "nixos-generation-101.conf",
              "/boot/EFI/nixos/cccccccc-linux-6.6.101-bzImage.efi",
              ["/boot/EFI/nixos/cccccccc-initrd-linux-6.6.101-initrd.efi"],
              "init=/nix/store/cccccccc-nixos-system/init loglevel=4"),
    "alpine": (1, "lts", "/boot/vmlinuz-lts", ["/boot/initramfs-lts"],
               "root=UUID=aa-bb modules=sd-mod,ext4 quiet"),
    "arch-syslinux": (2, "arch", "/boot/vmlinuz-linux", ["/boot/initramfs-linux.img"],
                      "root=/dev/sda3 rw"),
    "debian-u-boot": (2, "l0", "/boot/vmlinuz-6.1.0-28-amd64",
                      ["/boot/initrd.img-6.1.0-28-amd64"], QUIET),
    "uki-only": (3, "particle_7.efi", "/efi/EFI/Linux/particle_7.efi", [],
                 "root=/dev/vda2 7 quiet"),
}


def initrd_of(plan, tree):
    """The file of the initrd's segment, None without one."""
    files = [part["file"] for part in plan["segments"] if part["name"] == "initrd"]
    return files[0].replace(str(tree), "") if files and files[0] else None


class Suite:
    def __init__(self, place):
        self.place = place
        self.number = 0
        self.check = fakes.Checks()

    def tree(self, files, machine=False):
        self.number += 1
        place = self.place / f"tree {self.number}"
        place.mkdir()
        if machine:
            fakes.machine(place)
        return trees.write(place, files)

    def kexec(self, tree, *options):
        return subprocess.run([os.environ["KEXEC"], f"--sysroot={tree}", *options],
                              text=True, capture_output=True, timeout=60,
                              errors="surrogateescape")

    def listed(self, files):
        """The list as an object, and the messages."""
        done = self.kexec(self.tree(files), "--list-entries=json")
        return (json_output.read(done.stdout) if not done.returncode else {}), done.stderr

    def default(self, name, files, expected, reason=""):
        found, errors = self.listed(files)
        self.check(name, found.get("default") == expected
                   and reason in (found.get("default_reason") or ""), (found, errors))

    def refused(self, name, files, entry, reason):
        """The entry is listed with this reason, and cannot be loaded."""
        found, errors = self.listed(files)
        entries = {row["id"]: row for row in found.get("entries", [])}
        self.check(f"{name}: listed", reason in (entries.get(entry, {}).get("refused")
                                                 or ""), (found, errors))
        done = self.kexec(self.tree(files, machine=True), "-l", "--dry-run",
                          f"--boot-entry={entry}")
        self.check(f"{name}: refused", done.returncode == 1 and not done.stdout
                   and reason in done.stderr, done)

    def loaded(self, files, *options):
        """The plan of a load: kernel, initrd, command line."""
        tree = self.tree(files, machine=True)
        done = self.kexec(tree, "-l", "--dry-run=json", *options)
        if done.returncode:
            return done
        plan = json_output.read(done.stdout)
        return (plan["kernel"]["file"].replace(str(tree), ""), initrd_of(plan, tree),
                plan["command_line"])


def test_distributions(suite):
    for name, (count, entry, kernel, initrds, options) in DEFAULTS.items():
        found, errors = suite.listed(trees.TREES[name]())
        rows = {row["id"]: row for row in found.get("entries", [])}
        suite.check(f"{name}: number of entries", len(rows) == count and not errors,
                    (list(rows), errors))
        row = rows.get(entry, {})
        suite.check(f"{name}: default", found.get("default") == entry
                    and row.get("default") is True, found.get("default_reason"))
        suite.check(f"{name}: contents", (row.get("kernel"), row.get("initrds"),
                                          row.get("options"), row.get("refused"))
                    == (kernel, initrds, options, None), row)
        plan = suite.loaded(trees.TREES[name](), "--boot-entry")
        inside = name == "uki-only"
        suite.check(f"{name}: loaded", plan == (
            ("section .linux of " if inside else "") + kernel,
            f"section .initrd of {kernel}" if inside else " + ".join(initrds), options),
            plan)


def test_bootctl(suite):
    """Order, titles and files as bootctl shows them. It does not know which image the
    firmware started, and reads the EFI variables of the machine that it runs on."""
    compared = 0
    for path in sorted((HERE / "bootctl").glob("*.json")):
        name = path.stem
        theirs = json.loads(path.read_text())["entries"]
        ours = suite.listed(trees.TREES[name]())[0]["entries"]
        compared += len(ours)
        suite.check(f"{name}: order of bootctl", [row["id"] for row in theirs]
                    == [row["id"] for row in ours], (theirs, ours))
        for mine, other in zip(ours, theirs):
            suite.check(f"{name}: {mine['id']}", (
                mine["title"], mine["version"], mine["sort_key"]) == (
                other["title"].split(" (Generation")[0], other.get("version"),
                other.get("sortKey")), (mine, other))
            file = other.get("linux") or other.get("efi")
            suite.check(f"{name}: {mine['id']}: files", mine["kernel"].endswith(file)
                        and all(a.endswith(b) for a, b in zip(
                            mine["initrds"], other.get("initrd", []), strict=True)),
                        (mine, other))
            # bootctl 257 does not show the command lines of addons.
            suite.check(f"{name}: {mine['id']}: options", (mine["options"] or "")
                        .startswith(other.get("options", "")), (mine, other))
        if name in ("arch", "nixos", "debian-systemd-boot"):
            suite.check(f"{name}: default of bootctl",
                        [row["isDefault"] for row in theirs]
                        == [row["default"] for row in ours], (theirs, ours))
    suite.check("bootctl was compared", compared >= 14, compared)


def joined(words):
    """The command line that GRUB makes of words: those with blanks in quotes."""
    quoted = (re.sub(r"([\\'\"])", r"\\\1", word) for word in words)
    return " ".join(f'"{word}"' if " " in word else word for word in quoted)


def test_grub_itself(suite):
    """The default entry is the one that GRUB starts, with the same words."""
    answers = json.loads((HERE / "grub-answers.json").read_text())
    suite.check("GRUB was asked everything", list(answers) == [
        question.name for question in QUESTIONS], list(answers))
    for question in QUESTIONS:
        found, errors = suite.listed(question.files)
        row = next((row for row in found.get("entries", []) if row["default"]), {})
        theirs = {}
        for command, *said in answers[question.name]:
            kind = command.removesuffix("efi").removesuffix("16")
            # The last ones count, and another kernel has no initrd yet.
            theirs = {"linux": said} if kind == "linux" else {**theirs, kind: said}
        name = f"GRUB itself: {question.name!r}"
        good = "linux" in theirs and row.get("kernel") and not row.get("refused")
        suite.check(f"{name}: answers", good, (found, errors))
        if not good:
            continue
        kernel, *options = theirs["linux"]
        suite.check(f"{name}: command line", row["options"] == joined(options),
                    (row["options"], options))
        mine, others = row["initrds"], theirs.get("initrd", [])
        suite.check(f"{name}: files", row["kernel"].endswith(kernel)
                    and len(mine) == len(others)
                    and all(map(str.endswith, mine, others)), (row, theirs))


def test_systemd_boot_default(suite):
    arch = trees.arch()
    rows = [
        ("one-shot", {"OneShot": "windows.conf", "Default": "arch-fallback.conf"},
         "windows.conf", "LoaderEntryOneShot"),
        ("default variable", {"Default": "arch-fallback.conf"}, "arch-fallback.conf",
         "LoaderEntryDefault"),
        ("glob, any case", {"Default": "ARCH-F*"}, "arch-fallback.conf", ""),
        ("unknown one-shot", {"OneShot": "gone.conf"}, "arch.conf", "loader.conf"),
        ("saved", {"Default": "@saved", "LastBooted": "arch-fallback.conf"},
         "arch-fallback.conf", "@saved"),
        ("not a file's", {"OneShot": "auto-windows"}, "auto-windows", "OneShot"),
    ]
    for name, values, expected, reason in rows:
        files = dict(arch)
        for key, value in values.items():
            files |= variable(f"LoaderEntry{key}", value)
        suite.default(f"systemd-boot: {name}", files, expected, reason)
    once = {**arch, **variable("LoaderEntryOneShot", "arch-fallback.conf")}
    tree = suite.tree(once, machine=True)
    done = suite.kexec(tree, "-l", "--dry-run", "--boot-entry", "-d")
    suite.check("one-shot: -d says that it stays", "is for one boot" in done.stderr
                and "leaves it" in done.stderr, done)
    path, content = next(iter(variable("LoaderEntryOneShot", "arch-fallback.conf").items()))
    suite.check("one-shot: it stays", (tree / path).read_bytes() == content)
    suite.refused("not Linux", arch, "windows.conf", "not Linux")
    suite.refused("automatic", {**arch, **variable("LoaderEntryOneShot", "auto-windows")},
                  "auto-windows", "not Linux")
    for text, expected in (("default nix*\n", "nixos-generation-101.conf"),
                           ("default nixos-generation-99.conf\n",
                            "nixos-generation-99.conf"),
                           ("#default nixos-generation-99.conf\n",
                            "nixos-generation-101.conf"),
                           ("preferred nixos-generation-100.conf\ndefault x\n",
                            "nixos-generation-100.conf")):
        suite.default(f"loader.conf: {text!r}", {**trees.nixos(),
                                                 "boot/loader/loader.conf": text}, expected)
    both = {**trees.debian12(), **trees.arch()}
    suite.default("both: GRUB", both, SIMPLE)
    suite.default("both: LoaderInfo", {**both, **variable("LoaderInfo",
                                                          "systemd-boot 257")}, "arch.conf")
    suite.default("both: LoaderInfo of GRUB", {**both, **variable("LoaderInfo",
                                                                  "GRUB 2.12")}, SIMPLE)


def test_grub_default(suite):
    for value, expected in (
            ("0", "first"), ("First", "first"), ("first", "first"), ('""', "first"),
            ("99", "first"), ("gone", "first"), ("1", "more>second"),
            ("'1>0'", "more>second"), ("'1>1'", "more>Third"), ("'more>Third'", "more>Third"),
            ("'More>second'", "more>second"), ("\"more>Second > it's\"", "more>second"),
            ("${saved_entry}", "first"), ("'second'", "first")):
        suite.default(f"GRUB's default {value}", grub(MENU % value), expected)
    saved = DEBIAN % "6.1.0-28-amd64"
    suite.default("next_entry", trees.debian12_saved(next_entry=saved.format("recovery")),
                  saved.format("recovery"), "next_entry")
    done = suite.kexec(suite.tree(trees.debian12_saved(next_entry="0"), machine=True),
                       "-l", "--dry-run", "--boot-entry", "-d")
    suite.check("next_entry: -d", "next_entry of grubenv is for one boot" in done.stderr,
                done)
    suite.default("boot_counter ran out", {
        **trees.fedora(), "boot/grub2/grubenv": grubenv(boot_counter="0",
                                                        boot_success="0")},
        f"{MACHINE_ID}-6.11.4-301.fc41.x86_64", "default is 1")
    for name in ("more>second", "More>0", "1>0", "Second > it's"):
        plan = suite.loaded(grub(MENU % 0), f"--boot-entry={name}")
        suite.check(f"--boot-entry={name}", plan == ("/boot/w", None, "second"), plan)
    plan = suite.loaded(grub(MENU % 0), "--boot-entry=Third")
    suite.check("initrds are joined", plan == ("/boot/w", "/boot/v + /boot/w", "third"),
                plan)


def test_grub_language(suite):
    rows = [
        ("a=1\nlinux /v $a ${a}b '$a' \"$a x\" \\$a c\\ d", '1 1b $a "1 x" $a "c d"'),
        ("linux /v a=\"b\\\"c\" 'd\\e'", "a=b\\\"c d\\\\e"),
        ("set a='x  y'\nlinux /v $a \"$a\" $gone end", 'x y "x  y" end'),
        ("if [ -z \"$a\" -a 1 -lt 2 ]; then linux /v yes; else linux /v no; fi", "yes"),
        ("if false; then linux /v 1; elif [ ! x = y ]; then linux /v 2; fi", "2"),
        ("if [ x != x -o ( a = a ) ]\nthen\nlinux /v 1\nfi", "1"),
        ("if test -f /v -a ! -e /gone; then linux /v there; fi", "there"),
        ("linux /w 1\ninitrd /v\nlinux /v 2", "2"),
        ("linux /v a \\\n b # c", "a b"),
        ("linux /v a#b", "a#b"),
        ("set root=hd0,gpt2\nlinux ($root)/v x", "x"),
        (f"search --no-floppy --fs-uuid --set=d {UUID}\nlinux ($d)/boot/v x", "x"),
        ("increment n\nincrement n\nlinux /v $n", "2"),
        ("true\nlinux /v $?", "0"),
        ("regexp --set x a b\nlinux /v known", "known"),
        ("linuxefi /v efi", "efi"), ("linux16 /v 16", "16"),
    ]
    for body, expected in rows:
        found, errors = suite.listed(grub(f"menuentry m {{\n{body}\n}}\n"))
        row = found.get("entries", [{}])[0]
        suite.check(f"GRUB: {body!r}", row.get("options") == expected
                    and not row.get("refused") and not errors, (found, errors))
    exported = ("a=1\nb=2\nexport a\nsubmenu s {\nmenuentry m {\nlinux /v $a$b\n}\n}\n")
    found = suite.listed(grub(exported))[0]
    suite.check("submenus see exported variables only",
                found["entries"][0]["options"] == "1", found)
    late = "menuentry m {\nlinux /v $a\n}\na=late\n"
    found = suite.listed(grub(late))[0]
    suite.check("entries run behind the menu", found["entries"][0]["options"] == "late",
                found)
    sourced = suite.listed(grub(
        "if [ -f ${config_directory}/custom.cfg ]; then\n"
        "source ${config_directory}/custom.cfg\nfi\n",
        **{"boot/grub/custom.cfg": "menuentry c { linux /v custom }\n"}))[0]
    suite.check("custom.cfg", [row["options"] for row in sourced["entries"]] == ["custom"],
                sourced)


def test_grub_limits(suite):
    for name, body, reason in (
            ("a variable of GRUB's", "regexp --set kind a b\nlinux /v $kind", "$kind"),
            ("exported", "regexp --set kind a b\nexport kind\nlinux /v $kind", "$kind"),
            ("under an unknown condition",
             "if hwmatch a 3; then set x=1; fi\nlinux /v $x", "$x"),
            ("two variables", "regexp --set 1:x --set 2:y a b\nlinux /v $y", "$y"),
            ("set by read", "read --silent x\nlinux /v $x", "$x"),
            ("set by setpci", "x=1\nsetpci -v x -s 0:0.0 0.L\nlinux /v $x", "$x"),
            ("set by probe", "x=1\nprobe --set=x -u (hd0)\nlinux /v $x", "$x"),
            ("set by zfs-bootfs", "zfs-bootfs (hd0) x\nlinux /v $x", "$x"),
            ("eval of a variable", "regexp --set x a b\neval $x\nlinux /v", "eval"),
            ("an error in eval", "eval if true\nlinux /v", "cfg: eval: line 1"),
            ("a loader of entries", "syslinux_configfile /v", "syslinux_configfile adds"),
            ("macOS", "xnu_kernel64 /mach_kernel", "/mach_kernel"),
            *((f"{command} in doubt",
               f"x=1\nif keystatus --shift; then {command}; fi\nlinux /v $x", reason)
              for command, reason in (
                  ("set 'x=2'", "$x"), ("'x=2'", "$x"), ("set x='2;3' y=4", "$x"),
                  ("unset y x", "$x"), ("increment x", "$x"), ("regexp --set x a b", "$x"),
                  ("search --file --set=x /w", "$x"), ("search.file /w x", "$x"),
                  ("read x", "$x"), ("! read x", "$x"), ("load_env -f /v", "this load_env"),
                  ("eval x=2", "this eval"), ("return", "this return"),
                  ("source /v", "this source"), ("reboot", "this reboot"),
                  ("true; if false; then x=2; fi", "$x"))),
            ("$match", "hwmatch a 3\nlinux /v ${match}", "$match"),
            ("firmware's path", "linux /v dir=$cmdpath", "$cmdpath"),
            ("kernel in doubt", "linux /v\nif keystatus --shift; then linux /w; fi",
             "condition of this linux command"),
            ("function in an entry", "function f {\nlinux /v\n}\nf", "the function f"),
            ("loop", "for i in 1 2; do linux /v $i; done", "a for loop"),
            ("unknown command", "frobnicate\nlinux /v", "\"frobnicate\""),
            ("no linux", "echo", "lacks a linux command"),
            ("no file", "linux /gone x", "/gone is not in a file system"),
            ("no initrd", "linux /v\ninitrd /gone", "/gone is not in a file system"),
            ("made by GRUB", "linux /v\ninitrd newc:x:/v", "newc:x"),
            ("in a loop device", "loopback loop /x.iso\nlinux (loop)/v", "(loop)/v"),
            ("chainloader", "chainloader /EFI/Microsoft/Boot/bootmgfw.efi", "bootmgfw"),
            ("Xen", "multiboot2 /xen.gz\nmodule2 /v", "--module"),
            ("root in the command line", "linux /v root=$root", "names a device")):
        suite.refused(f"GRUB, {name}", grub(f"menuentry m {{\n{body}\n}}\n"), "m", reason)
    suite.refused("GRUB, through a function", grub(
        "function f { set x=1\n}\nmenuentry m {\nif probe -u x; then\nf\nfi\n"
        "linux /v $x\n}\n"), "m", "$x")
    found, errors = suite.listed(grub("if cpuid -l; then\nmenuentry m { linux /v }\nfi\n"
                                      "menuentry n { linux /w }\n"))
    suite.check("an entry that may be missing is a warning", "line 2: only GRUB can evaluate"
                in errors and [row["id"] for row in found["entries"]] == ["n"],
                (found, errors))
    found, errors = suite.listed(grub("if cpuid -l; then\nmenuentry m {\nset x=1\nlinux /v\n"
                                      "}\nfi\nmenuentry n { linux /w a$x }\n"))
    suite.check("the commands of an entry that may be missing", errors.count("\n") == 1
                and "this menuentry" in errors
                and [row["options"] for row in found["entries"]] == ["a"], (found, errors))
    suite.refused("RHEL without kernelopts", trees.rhel(kernelopts=None),
                  f"{MACHINE_ID}-4.18.0-553.el8_10.x86_64", "$kernelopts")
    found = suite.listed(grub("if keystatus --alt; then set default=1; fi\n"
                              "menuentry m { linux /v }\n"))[0]
    suite.check("a default that only GRUB knows", found["default"] is None
                and "$default" in found["default_reason"], found)
    image = program(section(".osrel", b"ID=x"), section(".cmdline", b"in=side"),
                    section(".linux", LINUX))
    plan = suite.loaded(grub("menuentry m { chainloader /u.efi }\n",
                             **{"boot/u.efi": image}), "--boot-entry")
    suite.check("chainloader of a UKI", plan == ("section .linux of /boot/u.efi", None,
                                                 "in=side"), plan)


# They change the menu or the entry on their own; other tests have them.
COMMANDS_TESTED = {"[", "test", "eval", "source", ".", "configfile", "normal", "menuentry",
                   "submenu", "exit", "linux", "return", "blscfg", "bls_import"}
# They add entries.
COMMANDS_OF_MENUS = re.compile("(extract_|legacy_|syslinux_).*(configfile|source)|uki")
# One shifts $1, the other runs its words.
COMMANDS_UNKNOWN = {"shift", "time"}


def test_grub_commands(suite):
    """Each command of GRUB 2.06 and 2.14 is known, and a warning says which of them add
    entries. The names are those in command.lst of Debian's grub-efi-amd64-bin in both
    versions, and the commands of GRUB's core, which that file does not have."""
    names = set((HERE / "grub-commands").read_text().splitlines()) - COMMANDS_TESTED
    menus = {name for name in names if COMMANDS_OF_MENUS.fullmatch(name)}
    silent = names - menus - COMMANDS_UNKNOWN
    suite.check("recorded commands", len(silent) > 180 and len(menus) > 9, names)
    for words, some in (("adds entries", menus), ("does not know", COMMANDS_UNKNOWN),
                        ("", silent)):
        found, errors = suite.listed(grub("".join(f"{name} x\n" for name in sorted(some))
                                          + "menuentry m { linux /v }\n"))
        lines = errors.splitlines()
        suite.check(f"GRUB's commands: {words or 'no warning'}",
                    len(lines) == (len(some) if words else 0)
                    and all(f"line {number}: " in line and words in line and name in line
                            for number, (line, name) in enumerate(zip(lines, sorted(some)), 1))
                    and [row["id"] for row in found["entries"]] == ["m"], (found, errors))


def extlinux(text, **more):
    return {"boot/extlinux/extlinux.conf": text, **kernels("boot", "v", "w"), **more}


def test_extlinux(suite):
    """Keywords in any case, paths relative to the file, initrds of both kinds."""
    for name, lines, expected in (
            ("absolute", "linux /v\nappend a b", ("/boot/v", None, "a b")),
            ("with /boot", "linux /boot/v", ("/boot/v", None, "")),
            ("relative", "KERNEL ../v\nINITRD ../w\nAPPEND x",
             ("/boot/v", "/boot/w", "x")),
            ("dots", "linux ./.././../boot//v", ("/boot/v", None, "")),
            ("initrd in append", "kernel ../v\nappend a initrd=../w,../v b",
             ("/boot/v", "/boot/w + /boot/v", "a b")),
            ("initrd with commas", "linux ../v\ninitrd ../w,../v",
             ("/boot/v", "/boot/w + /boot/v", "")),
            ("global append", "linux ../v", ("/boot/v", None, "")),
            ("blanks", "\t linux\t ../v \t\nappend   a  b\t", ("/boot/v", None, "a b")),
            ("last one", "linux ../w\nlinux ../v\nappend a\nappend b",
             ("/boot/v", None, "b"))):
        plan = suite.loaded(extlinux(f"LABEL m\n{lines}\n"), "--boot-entry=m")
        suite.check(f"extlinux, {name}", plan == expected, plan)
    plan = suite.loaded(extlinux("label m\nlinux ../v.img\n", **kernels("boot", "v.img")),
                        "--boot-entry=m")
    suite.check("extlinux, LINUX with an extension", plan == ("/boot/v.img", None, ""), plan)
    text = "append g\nlabel one\nlinux ../v\nlabel two\nlinux ../v\nappend -\n"
    found = suite.listed(extlinux(text))[0]
    suite.check("the append of all labels", [row["options"] for row in found["entries"]]
                == ["g", ""], found)
    text = ("label a\n menu label The ^first\n linux ../v\n text help\n linux ../w\n"
            " label none\n endtext\nmenu begin x\nlabel b\nlinux ../w\nmenu end\n")
    found = suite.listed(extlinux(text))[0]
    suite.check("titles, help, submenus", [(row["id"], row["title"], row["kernel"])
                for row in found["entries"]] == [
                    ("a", "The first", "/boot/v"), ("b", "b", "/boot/w")], found)
    included = {"boot/extlinux/more/a.cfg": "label a\nlinux ../../v\nINCLUDE b.cfg t\n",
                "boot/extlinux/more/b.cfg": "label b\nlinux ../../w\n"}
    found, errors = suite.listed(extlinux(
        "menu include more/a.cfg\nlabel c\nlinux ../v\ninclude gone.cfg\n", **included))
    suite.check("includes", [row["kernel"] for row in found["entries"]]
                == ["/boot/v", "/boot/w", "/boot/v"] and "gone.cfg" in errors
                and "entries may be missing" in errors, (found, errors))
    for name, lines, reason in (
            ("nothing", "append x", "lacks a LINUX or KERNEL line"),
            ("no kernel", "linux /gone", "/gone, which /boot/extlinux/extlinux.conf names"),
            ("no initrd", "linux ../v\ninitrd ../gone", "../gone"),
            ("outside", "linux ../../../v", "../../../v"),
            ("a device tree image", "fit ../v", "(fit)"),
            ("a program", "kernel chain.c32\nappend hd0", "is a program for SYSLINUX"),
            ("the disk", "localboot 0", "(localboot)"), ("com32", "COM32 reboot.c32",
                                                         "(COM32)")):
        suite.refused(f"extlinux, {name}", extlinux(f"label m\n{lines}\n"), "m", reason)


def test_extlinux_default(suite):
    labels = "label a\nlinux ../v\nlabel b\nlinux ../w\nlabel c\nlinux ../v\n"
    for name, text, expected in (
            ("the first", labels, "a"), ("DEFAULT", "default b\n" + labels, "b"),
            ("in any case", "DEFAULT B\n" + labels, "b"),
            ("the menu", "default menu.c32\n" + labels, "a"),
            ("MENU DEFAULT", "default b\n" + labels + "menu default\n", "c"),
            ("ONTIMEOUT", "ontimeout b\n" + labels + "menu default\n", "b"),
            ("unknown", "default d\n" + labels, None),
            ("unknown ONTIMEOUT", "ontimeout d\n" + labels, None), ("no labels", "", None)):
        suite.default(f"extlinux's default: {name}", extlinux(text), expected)
    both = {**extlinux(labels), **grub("menuentry g { linux /v }\n")}
    suite.default("GRUB comes first", both, "g")
    both = {**extlinux(labels), **type1("boot", "t", linux="/v")}
    suite.default("the specification comes first", both, "t.conf")


def test_options(suite):
    arch = trees.arch()
    tree = suite.tree(arch, machine=True)
    other = tree / "other"
    other.write_bytes(b"070701other")
    initrds = "/boot/intel-ucode.img + /boot/initramfs-linux.img"
    running = "root=/dev/vda1 quiet"
    options = "root=UUID=ee-ff rw quiet"
    for words, initrd, text in (
            ([], initrds, options), (["--append=x=1"], initrds, "x=1"),
            (["--command-line=x=1"], initrds, "x=1"), (["--append="], initrds, ""),
            (["--reuse-cmdline"], initrds, running),
            (["--reuse-cmdline", "--append=x"], initrds, running + " x"),
            ([f"--initrd={other}"], "/other", options)):
        done = suite.kexec(tree, "-l", "--dry-run=json", "--boot-entry", *words)
        plan = json_output.read(done.stdout)
        suite.check(f"--boot-entry {' '.join(words)}",
                    (initrd_of(plan, tree), plan["command_line"])
                    == (initrd, text), done)
    uki = trees.uki_only()
    for words, text in (([], "root=/dev/vda2 ro single quiet local=a local=b"),
                        (["--uki-profile=0"], None)):
        plan = suite.loaded(uki, "--boot-entry=particle_8.efi@rescue", *words)
        suite.check(f"profile {words}", text is None or plan[2] == text, plan)
    done = suite.kexec(tree, "--check", "--boot-entry")
    suite.check("--check", "This load" in done.stdout and not done.returncode, done)
    for words, rc, message in (
            (["-l", "--boot-entry=gone"], 1, "unknown entry; the entries are windows.conf"),
            (["-l", "--boot-entry", "vmlinuz"], 1, "only one kernel"),
            (["-e", "--boot-entry"], 1, "does not load one")):
        done = suite.kexec(tree, *words, *["--dry-run"] * (words[0] == "-l"))
        suite.check(f"{words}", done.returncode == rc and message in done.stderr
                    and not done.stdout, done)


def test_crash(suite):
    """A crash kernel does not get the words that are for a start by a boot loader."""
    tree = suite.tree(type1("boot", "a", linux="/v", initrd="/i",
                            options="crashkernel=256M root=x BOOT_IMAGE=/v quiet")
                      | kernels("boot", "v") | {"boot/i": b"070701"})
    with tarfile.open(Path(os.environ["MACHINES"]) / "ovmf-crashkernel.tar.xz") as archive:
        archive.extractall(tree)
    for option, expected in (("-p", "root=x quiet"),
                             ("-l", "crashkernel=256M root=x BOOT_IMAGE=/v quiet")):
        done = suite.kexec(tree, option, "--boot-entry", "--dry-run=json")
        line = (None if done.returncode
                else json_output.read(done.stdout)["command_line"])
        suite.check(f"{option}: command line", line is not None
                    and line.split(" elfcorehdr=")[0] == expected, done)


def test_secure_boot(suite):
    enforced = {"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c":
                b"\6\0\0\0\1"}
    found = suite.listed({**trees.uki_only(), **enforced})[0]
    suite.check("unsigned addons are not used under Secure Boot",
                [row["options"] for row in found["entries"]] == [None, None, None], found)


def test_places(suite):
    """Paths are those of the file system that holds them."""
    linux = "menuentry m { linux %s x }\n"
    for name, path, table, expected in (
            ("subvolume", "/@/boot/v", (("/", "/@", "/dev/vda2"),), "/boot/v"),
            ("/boot first", "/v", (("/", "/", "/dev/vda2"), ("/boot", "/", "/dev/vda1")),
             "/boot/v"),
            ("subvolume of /boot", "/@boot/v", (("/", "/@", "/dev/vda2"),
                                                ("/boot", "/@boot", "/dev/vda2")),
             "/boot/v"),
            ("blank in a mount point", "/v", (("/boot/a\\040b", "/", "/dev/vda3"),),
             "/boot/a b/v"),
            ("no mountinfo", "/v", (), "/v")):
        files = {"boot/grub/grub.cfg": linux % path, expected.lstrip("/"): LINUX,
                 **kernels("", "v")}
        if table:
            files["proc/self/mountinfo"] = mounts(*table)
        found = suite.listed(files)[0]
        suite.check(f"place: {name}", found["entries"][0]["kernel"] == expected, found)
    tree = suite.tree({
        "boot/grub/grub.cfg": f"search --fs-uuid --set=root {UUID}\n" + linux % "/v",
        **kernels("boot", "v"), **kernels("", "v"),
        "proc/self/mountinfo": mounts(("/", "/", "/dev/vda2"), ("/boot", "/", "/dev/vda1"))})
    links = tree / "dev/disk/by-uuid"
    links.mkdir(parents=True)
    (links / UUID).symlink_to("../../vda2")
    found = json_output.read(suite.kexec(tree, "--list-entries=json").stdout)
    suite.check("place: the UUID that search looks for",
                found["entries"][0]["kernel"] == "/v", found)
    (links / UUID).unlink()
    (links / UUID).symlink_to("../../vdb1")
    found = json_output.read(suite.kexec(tree, "--list-entries=json").stdout)
    suite.check("place: another system's file system", "/v is not in a file system"
                in (found["entries"][0]["refused"] or ""), found)
    (tree / "dev/mapper").mkdir()
    (tree / "dev/mapper/root").symlink_to("../vdb1")
    fakes.write(tree / "proc/self/mountinfo", mounts(("/", "/", "/dev/mapper/root"),
                                                     ("/boot", "/", "/dev/vda1")))
    found = json_output.read(suite.kexec(tree, "--list-entries=json").stdout)
    suite.check("place: a mapped device", found["entries"][0]["kernel"] == "/v", found)
    done = suite.kexec(suite.tree({
        "proc/self/mountinfo": mounts(("/", "/", "/dev/vda2")),
        "run/udev/data/b8:77":
            "E:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n"}),
        "--list-entries")
    suite.check("an EFI system partition that is not mounted", done.returncode == 1
                and "8:77 is not mounted" in done.stderr, done)
    done = suite.kexec(suite.tree({"etc/x": ""}), "--list-entries")
    suite.check("nothing at all", done.returncode == 1
                and "boot entries were not found" in done.stderr, done)


def test_hostile(suite):
    for name, text, message in (
            ("endless source", "source /boot/grub/grub.cfg\n", "within each other"),
            ("endless function", "function f {\nf\n}\nf\n", "within each other"),
            ("endless eval", "function f {\neval f\n}\nf\n", "within each other"),
            ("many calls", "".join(f"function f{i} {{\nf{i + 1}\nf{i + 1}\n}}\n"
                                   for i in range(25)) + "function f25 {\ntrue\n}\nf0\n", "endless loop"),
            ("growing variable", "a=xxxxxxxx\n" + 'a="$a$a"\n' * 20, "has more than"),
            ("no end of quotation", "menuentry 'm {\n", "line 1: a quotation"),
            ("no fi", "if true; then\n", "line 1: then lacks its end"),
            ("a reserved character", "set default=1>1\n", "line 1: unexpected \">\""),
            ("fi alone", "\nfi\n", "line 2: unexpected"),
            ("no brace", "menuentry m {\n", "lacks its end"),
            ("too large", "#" * (5 << 20), "is longer than"),
            ("many entries", "menuentry m { linux /v }\n" * 5000, "more than 4096"),
            ("deep", "if true; then\n" * 70, "blocks within each other")):
        done = suite.kexec(suite.tree(grub(text)), "--list-entries")
        suite.check(f"hostile: {name}", done.returncode == 1 and message in done.stderr
                    and len(done.stderr) < 1000, done.stderr[:500])
    for name, text, message in (
            ("endless include", "include extlinux.conf\n", "include each other"),
            ("many includes", "include extlinux.conf\n" * 5000, "include each other"),
            ("many labels", "label m\nlinux ../v\n" * 5000, "more than 4096"),
            ("a large file", "#" * (5 << 20), "is longer than")):
        done = suite.kexec(suite.tree(extlinux(text)), "--list-entries")
        suite.check(f"hostile, extlinux: {name}", done.returncode == 1
                    and message in done.stderr and len(done.stderr) < 1000,
                    done.stderr[:500])
    menus = "submenu s {\n" * 40 + "menuentry m { linux /v }\n" + "}\n" * 40
    done = suite.kexec(suite.tree(grub(menus)), "--list-entries")
    suite.check("hostile: deep menus", done.returncode == 1 and "submenus" in done.stderr,
                done.stderr[:500])
    tree = suite.tree(grub("menuentry 'a\x1b[2J\nb' { linux /v 'x\ny' }\n"))
    done = suite.kexec(tree, "--list-entries")
    suite.check("hostile: control characters", "\x1b" not in done.stdout
                and "a\\x1b[2J\\x0ab" in done.stdout, done)
    (tree / "boot/v").unlink()
    (tree / "boot/v").symlink_to("../../../../../../../../../bin/sh")
    done = suite.kexec(tree, "--list-entries=json")
    suite.check("hostile: a link out of the root", "is not in a file system"
                in json_output.read(done.stdout)["entries"][0]["refused"], done)
    name = 'a "b" c'
    files = {**type1("boot", name, title="'x\"", linux=f"/{name} k", options='a="b c"'),
             f"boot/{name} k": LINUX}
    plan = suite.loaded(files, f"--boot-entry={name}.conf")
    suite.check("hostile: blanks and quotes in names", plan == (f"/boot/{name} k", None,
                                                                'a="b c"'), plan)
    broken = {"boot/EFI/Linux/a.efi": b"MZ", "boot/EFI/Linux/b.efi": b"x" * 999,
              "boot/EFI/Linux/c.efi": program(section(".cmdline", b"x")),
              "boot/EFI/Linux/d.efi/x": b"", "boot/loader/entries/e.conf/x": b"",
              "boot/loader/entries/f.conf": b"\0\xff\n", "boot/loader/entries/.conf": "",
              **type1("boot", "good", linux="/v"), **kernels("boot", "v")}
    found, errors = suite.listed(broken)
    rows = {row["id"]: row["refused"] for row in found["entries"]}
    suite.check("hostile: broken entries beside a good one", rows.pop("good.conf") is None
                and set(rows) == {f"{letter}" for letter in
                                  ("a.efi", "b.efi", "c.efi", "d.efi", "f.conf")}
                and all(rows.values()) and "e.conf" in errors, (found, errors))
    links = suite.tree({**type1("boot", "x", linux="/v"), **kernels("boot", "v")})
    (links / "boot/loader/entries/loop.conf").symlink_to("loop.conf")
    done = suite.kexec(links, "--list-entries=json")
    suite.check("hostile: a link to itself", done.returncode == 0
                and "loop.conf" in done.stderr
                and json_output.read(done.stdout)["default"] == "x.conf", done)


def main():
    with tempfile.TemporaryDirectory(prefix="kexec-entries-") as directory:
        suite = Suite(Path(directory))
        for test in (test_distributions, test_bootctl, test_grub_itself,
                     test_systemd_boot_default, test_grub_default, test_grub_language,
                     test_grub_limits, test_grub_commands, test_extlinux,
                     test_extlinux_default, test_options, test_crash, test_secure_boot,
                     test_places, test_hostile):
            test(suite)
    return suite.check.close()


if __name__ == "__main__":
    sys.exit(main())
