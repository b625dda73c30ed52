#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Completion in zsh and fish: both shells complete command lines as for a user who types
them, and their words are compared with the option table. Exit status 77 (SKIP): one of
the shells is not installed; what the other one offers is tested before.

Environment: KEXEC, COMPLETION (the others are beside it), OPTIONS."""

import os
import pty
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import option_table                                     # noqa: E402

SECONDS = 30

# Writes each match that zsh is about to add to a file. Flags that only ask or filter
# (-O, -A, -D) belong to calls that add nothing.
ZSH = r"""
PS1= RPS1=
fpath=($PLACE $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
	local -a found
	if [[ ${@[1,(i)(-|--)]} != *\ -[OAD]\ * ]]; then
		builtin compadd -A found "$@"
		(( $#found )) && print -rl -- $found >>$MATCHES
	fi
	builtin compadd "$@"
}
# Without a question for long lists.
zstyle ':completion:*' list-prompt ''
LISTMAX=10000
finish() { print -r -- "$BUFFER" >$LINE; BUFFER=; }
zle -N finish
bindkey '^X' finish
KEYTIMEOUT=1    # ^X may also begin a longer key
bindkey '^I' expand-or-complete
print ready >$LINE
"""


class Zsh:
    """An interactive zsh on a terminal of its own."""

    def __init__(self, place, environment):
        self.matches, self.line = place / "matches", place / "line"
        (place / "setup").write_text(ZSH)
        self.process, self.terminal = pty.fork()
        if not self.process:
            os.chdir(place / "here")
            os.execvpe("zsh", ["zsh", "-f", "-i"], {
                **environment, "TERM": "dumb", "PLACE": str(place / "zsh"),
                "MATCHES": str(self.matches), "LINE": str(self.line)})
        os.set_blocking(self.terminal, False)
        self.type(f". {place}/setup\n")
        self.wait()

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait(self):
        """Waits until the shell has written the line, and returns that."""
        deadline = time.monotonic() + SECONDS
        seen = b""
        while not self.line.exists() or not self.line.read_text():
            try:
                seen += os.read(self.terminal, 65536)
            except BlockingIOError:
                time.sleep(0.02)
            if time.monotonic() > deadline:
                raise TimeoutError(seen.decode(errors="replace")[-2000:])
        return self.line.read_text().rstrip("\n")

    def offered(self, line):
        """The matches for a command line, and the line after completing it."""
        for path in (self.matches, self.line):
            path.unlink(missing_ok=True)
        self.type(line + "\t\x18")
        after = self.wait()
        found = self.matches.read_text().splitlines() if self.matches.exists() else []
        return sorted(set(found)), after

    def close(self):
        self.type("exit\n")
        os.close(self.terminal)
        os.waitpid(self.process, 0)


class Fish:
    def __init__(self, place, environment):
        self.place, self.environment = place, environment

    def offered(self, line):
        """The candidates for a command line, which are whole words; and their
        descriptions."""
        done = subprocess.run(
            ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
             self.place / "fish/kexec.fish", line], cwd=self.place / "here", text=True,
            capture_output=True, timeout=SECONDS, env=self.environment)
        rows = [row.partition("\t") for row in done.stdout.splitlines()]
        found = sorted(row[0] for row in rows)
        return (found + [f"error: {done.stderr}"] * bool(done.stderr),
                {row[0]: row[2] for row in rows})

    def close(self):
        pass


FILES = ["image dir", "initrd.img", "vmlinuz"]
SERIAL = [f"ttyS{number}" for number in range(4)]

# A command line, what is offered for its last word, and what precedes it in the
# candidates of fish. Only directories are offered for --dump-image.
LINES = [
    ("kexec -l ", FILES, ""),
    ("kexec -l vm", ["vmlinuz"], ""),
    ("kexec -l vmlinuz --initrd=in", ["initrd.img"], "--initrd="),
    ("kexec -l vmlinuz --initrd in", ["initrd.img"], ""),
    ("kexec --dump-image=", ["image dir"], "--dump-image="),
    ("kexec --dump-image i", ["image dir"], ""),
    ("kexec --dry-run=", ["json", "svg", "text"], "--dry-run="),
    ("kexec --efi-map-config=", ["copy", "in-place", "required"], "--efi-map-config="),
    ("kexec --check=after", ["after", "after,json"], "--check="),
    ("kexec -S ", FILES, ""),
    ("kexec --dry-run vm", ["vmlinuz"], ""),        # a value follows = or is missing
    ("kexec --serial=tt", SERIAL, "--serial="),
    ("kexec --append=", [], "--append="),
    ("kexec --mem-min ", [], ""),
    ("kexec -l --boot-entry=", ["a b.conf", "a.conf"], "--boot-entry="),
    ("kexec -l --boot-entry=a.", ["a.conf"], "--boot-entry="),
    ("kexec --reuseini", [], ""),                   # refused, so not offered
]


def plain(words, before=""):
    """Candidates without the option in front of a value, without / behind a directory,
    and without quotes."""
    return sorted(word[len(before) * word.startswith(before):].rstrip("/")
                  .replace("\\", "") for word in words)


def check_values(check, name, shell):
    types = next(option for option in option_table.accepted() if option.name == "type")
    for line, expected, before in LINES:
        found, detail = shell.offered(line)
        check(f"{name}: {line}", plain(found, before) == expected, (found, detail))
    for line in ("kexec -t ", "kexec --type="):
        found, _ = shell.offered(line)
        check(f"{name}: {line}", len(found) >= 6 and
              {"bzImage64", "multiboot2-x86"} <= set(plain(found, "--type=")), found)
    check("the option has a letter", types.letter == "t", types)


def check_options(check, name, shell):
    """All options are offered, and no others; each option with its own words."""
    accepted = option_table.accepted()
    found, _ = shell.offered("kexec --")
    check(f"{name}: all options", {word.rstrip("=") for word in found}
          == {f"--{option.name}" for option in accepted}, found)
    found, _ = shell.offered("kexec -")
    check(f"{name}: all letters", {word for word in found if len(word) == 2}
          == {f"-{option.letter}" for option in accepted if option.letter}, found)
    for option in accepted:
        if option.words():
            found, _ = shell.offered(f"kexec --{option.name}=")
            check(f"{name}: words of --{option.name}",
                  plain(found, f"--{option.name}=") == sorted(option.words()), found)


def check_zsh(check, shell):
    for line, after in (("kexec --ini", "kexec --initrd="),
                        ("kexec --no-che", "kexec --no-checks "),
                        ("kexec -l --initrd=in", "kexec -l --initrd=initrd.img "),
                        ("kexec -l im", "kexec -l image\\ dir/"),
                        ("kexec -l --boot-entry=a\\ ", "kexec -l --boot-entry=a\\ b.conf ")):
        _, found = shell.offered(line)
        check(f"zsh: {line} becomes {after}", found.rstrip() == after.rstrip(), found)


def check_fish(check, shell):
    # fish 4 also offers options that contain the letters elsewhere.
    _, texts = shell.offered("kexec --ini")
    check("fish: description", texts.get("--initrd", "").startswith("initial ramdisk"), texts)


def prepare(place):
    """Files to complete, a tree with two entries, and the completions where the shells
    look for them."""
    here = place / "here"
    here.mkdir()
    (here / "vmlinuz").touch()
    (here / "initrd.img").touch()
    (here / "image dir").mkdir()
    entries = place / "root/boot/loader/entries"
    entries.mkdir(parents=True)
    for name in ("a.conf", "a b.conf"):
        (entries / name).write_text("linux /loader/entries/a.conf\n")
    program = place / "bin/kexec"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {os.environ["KEXEC"]} --sysroot={place}/root "$@"\n')
    program.chmod(0o755)
    built = Path(os.environ["COMPLETION"]).parent
    for shell, name in (("zsh", "_kexec"), ("fish", "kexec.fish")):
        (place / shell).mkdir()
        shutil.copy(built / name, place / shell / name)
    return {**os.environ, "PATH": f"{program.parent}:" + os.environ["PATH"],
            "HOME": str(place), "LC_ALL": "C.UTF-8"}


def main():
    wrong, missing = [], []

    def check(name, good, detail=""):
        print(f"{'ok' if good else 'FAIL'}: {name}" + ("" if good else f": {detail}"))
        wrong.extend([] if good else [name])

    with tempfile.TemporaryDirectory(prefix="kexec-shells-") as directory:
        place = Path(directory)
        environment = prepare(place)
        for name, start, own in (("zsh", Zsh, check_zsh), ("fish", Fish, check_fish)):
            if not shutil.which(name):
                print(f"SKIP: {name} is not installed")
                missing.append(name)
                continue
            shell = start(place, environment)
            check_values(check, name, shell)
            check_options(check, name, shell)
            own(check, shell)
            shell.close()
    return 1 if wrong else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
