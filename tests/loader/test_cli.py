#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command line: which options are accepted, which calls they cause, messages and
exit statuses.

Environment: KEXEC, the program; OPTIONS, its option table; MAN_PAGE; MACHINES, recorded
machines (optional); KERNEL, a real kernel (optional).
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent),
                str(Path(__file__).resolve().parents[1] / "lib")]

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import option_table                                                 # noqa: E402

TOP = Path(__file__).resolve().parents[2]

# Each loads vmlinuz silently. Taken from the command lines of Debian, SUSE, systemd,
# SONiC, nixpkgs, nixos-images, zfsbootmenu, Heads and the kernel's selftests.
LOADS = [
    "-l vmlinuz",
    "--load vmlinuz",
    "-l vmlinuz --initrd=initrd --append=root=/dev/vda1",
    "--load vmlinuz --append root=/dev/vda1 --initrd initrd",
    "--load --initrd=initrd --command-line=quiet -- vmlinuz",
    "-l vmlinuz --initrd=initrd --reuse-cmdline",
    "--reuse-cmdline --append=x --load vmlinuz",
    "-c -l vmlinuz --ramdisk=initrd --append=",
    "-c -l vmlinuz --initrd=initrd --no-checks --command-line quiet",
    "-c --noefi -l vmlinuz --initrd initrd --command-line=x",
    "-l --mem-min=0x2000000 --mem-max=0x3fffffff vmlinuz",
    "-l -i -x -y --type=bzImage64 vmlinuz",
    "-lc --args-linux --elf64-core-headers --elf32-core-headers vmlinuz",
    "-l vmlinuz --efi-map-config",
    "--efi-map-config=in-place vmlinuz -l",
    "-l --no-efi-map-config vmlinuz",
    "-l vmlinuz --console-serial --serial=ttyS1 --serial-baud=9600",
    "-l vmlinuz --console-vga --reset-vga --serial 0x3f8",
    "-l vmlinuz --console-vga --panic-wait=60",
    "-l vmlinuz.gz",
    "-f -l vmlinuz",
]

# Command line, expected calls except for taking interfaces down, and whether it did that.
ACTIONS = [
    ("-e", ["sync", "reboot"], True),
    ("--exec", ["sync", "reboot"], True),
    ("-e -i", ["sync", "reboot"], True),
    ("-d -e", ["sync", "reboot"], True),
    ("-f -e", ["sync", "reboot"], True),
    ("-e --efi-map-config --initrd=initrd --append=x --noefi", ["sync", "reboot"], True),
    ("-e -x", ["sync", "reboot"], False),
    ("-e -y -x", ["reboot"], False),
    ("-u", ["kexec_load"], False),
    ("-c --unload --efi-map-config", ["kexec_load"], False),
    ("-f vmlinuz", ["kexec_load", "sync", "reboot"], True),
    ("-l -f -x -y vmlinuz", ["kexec_load", "reboot"], False),
    ("vmlinuz", ["kexec_load", "exec"], False),
    ("-S", [], False),
    ("-S -u -e", [], False),
    ("--dry-run -f vmlinuz", [], False),
    ("--dump-image=dump vmlinuz", [], False),
]


def calls(result):
    """The first word of each call, without repetitions in a row."""
    words = [line.split()[0] for line in result.log]
    return [word for word in words if word not in ("segment", "down")]


def check_loads(kexec, check):
    for line in LOADS:
        result = kexec(*line.split(" "))
        check(line, result.rc == 0 and result.silent() and len(result.loads()) == 1
              and calls(result) == ["kexec_load"], result)


def check_actions(kexec, check):
    down = "down" in " ".join(kexec("-e").log)   # no interface is up in some sandboxes
    for line, expected, ifdown in ACTIONS:
        result = kexec(*line.split())
        was_down = any(call.startswith("down") for call in result.log)
        check(line, result.rc == 0 and calls(result) == expected
              and was_down == (ifdown and down), result)
        check(line + ": keeps lo", "down lo" not in result.log, result)
    result = kexec("vmlinuz")
    check("shutdown", result.log[-1:] == ["exec /sbin/shutdown: shutdown -r now"], result)
    result = kexec("-e")
    check("the reboot command", result.log[-1:] == ["reboot 0x45584543"], result)


def check_status(kexec, check):
    loaded, crash = (kexec.root / "sys/kernel" / name
                     for name in ("kexec_loaded", "kexec_crash_loaded"))
    for line, normal, panic, rc in [
            ("-S", "0", "1", 1), ("-S", "1", "0", 0), ("-d -S", "0", "1", 1),
            ("-S -l", "1", "0", 1), ("-l -S", "0", "1", 0), ("-l -S K", "1", "0", 1)]:
        loaded.write_text(normal + "\n")
        crash.write_text(panic + "\n")
        result = kexec(*line.split())
        check("%s of %s%s" % (line, normal, panic), result.rc == rc and result.silent()
              and not result.log, result)
    loaded.write_text("0\n")
    result = kexec("-e")
    check("-e of nothing", result.rc == 1 and result.one_message("kexec -l")
          and not result.log, result)
    loaded.unlink()
    crash.unlink()
    for line in ("-S", "-S -l"):
        result = kexec(*line.split())
        check(line + " without files", result.rc == 255 and result.one_message("/sys"),
              result)
    result = kexec("-e")
    check("-e without files", calls(result) == ["sync", "reboot"], result)
    loaded.write_text("1\n")
    crash.write_text("0\n")


def check_usage(kexec, check):
    result = kexec("--help")
    check("--help", result.rc == 0 and "noefi" in result.out and not result.err, result)
    for line in ("-h", "-l vmlinuz -h --no-such", "--sysroot=/nowhere -h"):
        check(line, kexec(*line.split()).out == result.out)
    usage = result.out
    known = kexec("-l", "--type=?", "vmlinuz").err.partition("expected one of ")[2].strip()
    check("--help names the types", known.count(",") > 2
          and " %s\n" % known in re.sub(r",\s+", ", ", usage), (known, usage))
    check_help(check, usage)
    for line in ("-v", "--version", "-S -v"):
        result = kexec(*line.split())
        check(line, result.rc == 0 and not result.err and re.fullmatch(
            r"kexec-efi \d+\.\d+\.\d+ \(compatible with kexec-tools 2\.0\.\d+\)\n",
            result.out), result)
        check(line + ": the version of --help", result.out.split()[-1].strip(")")
              == re.search(r"kexec-tools (2\.0\.\d+)", usage)[1], usage)
    for line in ("--no-such", "-Z", "--append", "-l vmlinuz --initrd", "--load=x",
                 "--reuse"):
        result = kexec(*line.split())
        lines = result.err.splitlines()
        check("getopt: " + line, result.rc == 1 and len(lines) == 2 and not result.out
              and all(text.startswith("kexec: ") for text in lines)
              and lines[1].endswith('"kexec --help" lists the options')
              and not result.log, result)
    result = kexec("-?")
    check("-?", result.rc == 1 and result.out == usage and not result.err, result)
    for line in ("", "-l", "-f", "-d", "--reuse-cmdline"):
        result = kexec(*line.split())
        check("no kernel: " + line, result.rc == 255 and result.out == usage
              and result.one_message("No kernel specified"), result)


def check_help(check, usage):
    """--help names each option in one of its forms, and fits on a screen."""
    lines = usage.splitlines()
    check("--help: size", len(lines) <= 60 and max(map(len, lines)) <= 80, usage)
    tasks = [line for line in lines if re.match(r"\w.*:$", line)]
    check("--help: by task", len(tasks) == 4, tasks)
    refused = re.split(r",\s+", usage.partition("  refused:")[2].strip())
    for option in option_table.options():
        form = "--" + option.name
        if option.value == "required":
            form += "=" + option.metavar
        elif option.value == "optional":
            form += "[=" + option.metavar + "]"
        places = len(re.findall(r"(?<![\w-])%s(?![\w-])" % re.escape(form), usage))
        check("--help: " + form, places >= 1 and option.accepted
              == (form not in refused), usage)
        if option.letter:
            check("--help: -" + option.letter, re.search(
                r"^  -%s, %s|%s \(-%s\)" % (option.letter, re.escape(form),
                                           re.escape(form), option.letter), usage, re.M),
                  usage)


HELP = '"kexec --help" lists the options'

# Command line and the last line on stderr.
HINTS = [
    ("--cmdline=x -l vmlinuz", "did you mean --command-line? " + HELP),
    ("--comand-line=x -l vmlinuz", "did you mean --command-line? " + HELP),
    ("--initd=initrd vmlinuz", "did you mean --initrd? " + HELP),
    ("--dryrun vmlinuz", "did you mean --dry-run? " + HELP),
    ("--zzzz vmlinuz", HELP),
    ("--%s vmlinuz" % ("x" * 5000), HELP),
    ("--append", HELP),             # its value is missing
    ("-lZ vmlinuz", HELP),
    ("help", '"help" is not a file; did you mean kexec --help?'),
    ("status", '"status" is not a file; did you mean kexec --status?'),
]


def check_hints(kexec, check):
    for line, last in HINTS:
        result = kexec(*line.split())
        check("hint: " + line[:40], result.rc == 1 and not result.out and not result.log
              and result.err.splitlines()[-1] == "kexec: " + last, result)
    listed = [(option.name, option.words()) for option in option_table.accepted()
              if option.value == "optional" and option.words()]
    check("hints: options", len(listed) >= 5, listed)
    for name, words in listed:
        for word in words:
            result = kexec("--" + name, word, "vmlinuz")
            check("hint: --%s %s" % (name, word), result.rc == 1 and not result.log
                  and result.one_message('"--%s %s": did you mean --%s=%s? (write a file '
                                         'of that name as ./%s)'
                                         % (name, word, name, word, word)), result)
    (kexec.directory / "copy").write_bytes((kexec.directory / "vmlinuz").read_bytes())
    (kexec.directory / "help").write_bytes((kexec.directory / "vmlinuz").read_bytes())
    for line in ("-l --efi-map-config ./copy", "--efi-map-config=copy -l vmlinuz", "help"):
        result = kexec(*line.split())
        check("no hint: " + line, "did you mean" not in result.err, result)


def check_man_page(kexec, check):
    """Every option of the table has an entry in the man page, and the man page has no
    others."""
    page = Path(os.environ.get("MAN_PAGE", TOP / "man/kexec.8")).read_text()
    section = page[page.index(".Sh OPTIONS"):page.index(".Sh FILES")]
    described = set()
    for line in section.splitlines():
        if line.startswith(".It "):
            described |= {flag.lstrip("-") for flag in
                          re.findall(r"Fl (-?[\w-]+)", line)}
    accepted = {form for option in option_table.accepted()
                for form in (option.name, option.letter) if form}
    check("there are options", len(accepted) > 70, accepted)
    types = set(kexec("-l", "--type=?", "vmlinuz").err.partition("expected one of ")[2]
                .strip().split(", "))
    files = page[page.index(".Sh KERNEL FILES"):page.index(".Sh BOOT ENTRIES")]
    explained = {word for line in files.splitlines() if line.startswith(".It Cm ")
                 for word in line[len(".It Cm "):].split(" , ")}
    check("types explained in kexec(8)", len(types) > 3 and explained == types, explained)
    check("described in kexec(8)", not accepted - described, accepted - described)
    check("nothing else in kexec(8)", not described - accepted, described - accepted)


def check_documents(check):
    """Each option of a command in the documents for users is an option of kexec."""
    names = {option.name for option in option_table.accepted()}
    for name in ("README.md", "SECURITY.md", ".github/ISSUE_TEMPLATE/bug.md"):
        text = (TOP / name).read_text()
        commands = re.findall(r"^    (?:sudo )?(kexec .*(?:\\\n.*)*)|`(?:sudo )?(kexec [^`]*)`",
                              text, re.M)
        used = {option for command in commands for option in re.findall(
            r"--([a-z][\w-]+)", "".join(command).partition("#")[0])}
        check(name + ": commands", commands and used <= names, (commands, used - names))


def check_plan(kexec, check):
    where = ["vmlinuz", "--initrd=initrd", "--reuse-cmdline", "--append=new"]
    result = kexec("--dry-run=json", "--sysroot=recorded", *where)
    check("JSON", result.rc == 0 and not result.err and not result.log, result)
    plan = json_output.read(result.out)
    check("command line", plan["command_line"] == "root=/dev/vda1 quiet new", result)
    check("segments", {"kernel", "initrd", "parameters", "purgatory"} <=
          {segment["name"] for segment in plan["segments"]}, result)
    check("mode", plan["identity_map"]["mode"] == "in-place", result)
    check("ranges", [(entry["start"], entry["end"]) for entry in
                     plan["identity_map"]["ranges"]] ==
          [("0x3f5eb000", "0x3f5ec000"), ("0x3ff6d000", "0x3ff6e000")], result)
    result = kexec("--dry-run", "--sysroot=recorded", *where)
    check("text", result.rc == 0 and not result.err
          and "[0x000000003f5eb000, 0x000000003f5ec000)  EFI system table" in result.out,
          result)
    for line, reason in [("--no-efi-map-config", "--no-efi-map-config was given"),
                         ("--noefi", "told nothing about EFI")]:
        result = kexec("--dry-run", "--sysroot=recorded", *where, line)
        check("no mapping: " + line, result.rc == 0 and reason in result.out, result)
    result = kexec("--dry-run", "--sysroot=bios", *where, "--efi-map-config")
    check("no mapping: BIOS", result.rc == 0 and not result.err
          and "not booted through EFI" in result.out, result)
    result = kexec("-d", "-l", *where)
    check("-d", result.rc == 0 and not result.out and "Segments" in result.err
          and "kexec: the memory map comes from" in result.err, result)
    result = kexec("--dry-run", "vmlinuz", "--append=a\x1b[2Jb")
    check("escaped", "a\\x1b[2Jb" in result.out and "\x1b" not in result.out, result)
    done = subprocess.run([kexec.program.encode(), b"--dry-run=json", b"--append=\xff\xc3\xa4",
                           b"vmlinuz"], cwd=kexec.directory, capture_output=True,
                          env=kexec.environment({}))
    check("JSON is UTF-8", done.returncode == 0 and json_output.read(
        done.stdout.decode())["command_line"] == "\ufffd\u00e4", done)


def check_dump(kexec, check):
    """--dump-image writes the segments that kexec_load would get."""
    segments = kexec.directory / "segments"
    segments.mkdir()
    dump = kexec.directory / "dump-image"
    result = kexec("-l", "vmlinuz", "--initrd=initrd", "--no-random-placement",
                   SEGMENTS=segments)
    for turn in ("first", "second"):
        result = kexec("--dump-image=dump-image", "vmlinuz", "--initrd=initrd")
        check("dump, %s time" % turn, result.rc == 0 and result.silent(), result)
    plan = json_output.read((dump / "plan.json").read_text())
    names = ["%02d-%s.bin" % (i, segment["name"].replace(" ", "-"))
             for i, segment in enumerate(plan["segments"])]
    check("names", sorted([*names, "plan.json"]) == sorted(os.listdir(dump)), names)
    for i, name in enumerate(names):
        check(name, (dump / name).read_bytes() ==
              (segments / ("%02d.bin" % i)).read_bytes())


def check_recorded(kexec, check):
    """Each recorded machine gives a plan in both forms. KERNEL is tried as well."""
    kernels = ["vmlinuz"]
    if os.environ.get("KERNEL"):
        kernels.append(os.environ["KERNEL"])
    for archive in sorted(Path(os.environ.get("MACHINES", "")).glob("*.tar.xz")):
        name = archive.name.split(".")[0]
        with tarfile.open(archive) as tar:
            tar.extractall(kexec.directory / "machines" / name)
        roots = sorted((kexec.directory / "machines" / name).glob("**/proc"))
        check(name + " has a /proc", len(roots) == 1, roots)
        for kernel in kernels:
            line = ["--sysroot", roots[0].parent, "--reuse-cmdline", kernel]
            result = kexec("--dry-run", *line)
            # Each load in the dom0 warns of EFI tables that Xen has reused.
            check("%s: text" % name, result.rc == 0
                  and bool(result.err) == name.startswith("xen-"), result)
            result = kexec("--dry-run=json", *line)
            check("%s: JSON" % name, result.rc == 0 and json_output.read(result.out),
                  result)


def prepare(directory):
    (directory / "vmlinuz").write_bytes(fakes.bzimage())
    subprocess.run(["gzip", "-k", directory / "vmlinuz"], check=True)
    (directory / "initrd").write_bytes(b"070701" + bytes(10000))
    fakes.machine(directory / "recorded")
    fakes.machine(directory / "bios", efi=False)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        prepare(directory)
        check_loads(kexec, check)
        check_actions(kexec, check)
        check_status(kexec, check)
        check_usage(kexec, check)
        check_hints(kexec, check)
        check_man_page(kexec, check)
        check_documents(check)
        check_plan(kexec, check)
        check_dump(kexec, check)
        check_recorded(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
