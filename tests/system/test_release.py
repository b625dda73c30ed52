#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""make-release: it refuses what must not be released, and makes tarball and checksum of
the rest. The repository and its make are made for the test. Exit status 77 (SKIP): git is
not installed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "make-release"
TARBALL = "kexec-efi-1.2.tar.xz"

# "make dist" of the test: archives NEWS.md, with the options that make-release sets.
MAKE = f"""#!/bin/sh
[ "$1" = dist ] && tar -C "$TREE" -cJf {TARBALL} NEWS.md check
"""


class Tree:
    """A repository with version 1.2, ready for its release."""

    def __init__(self, place):
        self.place, self.build = place / "tree", place / "build"
        self.build.mkdir(parents=True)
        self.place.mkdir()
        self.make = place / "make"
        self.make.write_text(MAKE)
        self.make.chmod(0o755)
        self.git("init", "-q")
        self.write("NEWS.md", "# News\n\n## 1.2 (2026-11-29)\n\n* New.\n\n## 1.1 (x)\n")
        self.write("configure.ac", "AC_INIT([kexec-efi], [1.2])\n")
        self.write("check", '#!/bin/sh\ntouch "$OUTSIDE/checked"\n')
        self.commit()

    def write(self, name, text):
        path = self.place / name
        path.write_text(text)
        path.chmod(0o755)

    def git(self, *words):
        subprocess.run(["git", "-C", self.place, "-c", "user.name=A", "-c",
                        "user.email=a@localhost", *words], check=True,
                       capture_output=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def release(self, **settings):
        return subprocess.run(
            [SCRIPT, self.place, "kexec-efi", "1.2"], cwd=self.build, text=True,
            capture_output=True, env={**os.environ, "MAKE": str(self.make),
                                      "TREE": str(self.place),
                                      "OUTSIDE": str(self.build), **settings})

    def checked(self):
        return (self.build / "checked").exists()


# Changes, and words of the refusal.
REFUSED = [
    ("a changed file", lambda tree: tree.write("NEWS.md", "x"), "changed or unknown"),
    ("a new file", lambda tree: tree.write("new", "x"), "changed or unknown"),
    ("another version", lambda tree: (
        tree.write("configure.ac", "AC_INIT([kexec-efi], [1.3])\n"), tree.commit()),
     "does not have version 1.2"),
    ("no date", lambda tree: (
        tree.write("NEWS.md", "# News\n\n## 1.2 (not released)\n"), tree.commit()),
     '"not released" is not a date'),
    ("an impossible date", lambda tree: (
        tree.write("NEWS.md", "# News\n\n## 1.2 (2026-02-31)\n"), tree.commit()),
     "is not a date"),
    ("news of another version", lambda tree: (
        tree.write("NEWS.md", "# News\n\n## 1.1 (2026-11-29)\n\n## 1.2 (2026-11-29)\n"),
        tree.commit()), 'begins with "1.1 (2026-11-29)"'),
    ("a tag", lambda tree: tree.git("tag", "v1.2"), "the tag v1.2 exists"),
    ("a failed test", lambda tree: (
        tree.write("check", "#!/bin/sh\nexit 1\n"), tree.commit()), "has not passed"),
    ("tests that write into the tree", lambda tree: (
        tree.write("check", '#!/bin/sh\ntouch "$TREE/made"\n'), tree.commit()),
     "has changed files"),
    ("make fails", lambda tree: tree.make.write_text("#!/bin/sh\nexit 1\n"),
     "make dist has failed"),
    ("make makes nothing", lambda tree: tree.make.write_text("#!/bin/sh\n"),
     "has not made " + TARBALL),
]


def good_release(check, place):
    tree = Tree(place)
    done = tree.release()
    check("released", done.returncode == 0 and "git -C" in done.stdout
          and "tag -s v1.2" in done.stdout, done)
    check("tested", tree.checked())
    data = (tree.build / TARBALL).read_bytes()
    check("checksum", (tree.build / "SHA256SUMS").read_text()
          == f"{hashlib.sha256(data).hexdigest()}  {TARBALL}\n")
    listing = subprocess.run(["tar", "--numeric-owner", "-tvf", tree.build / TARBALL],
                             text=True, capture_output=True).stdout.splitlines()
    check("owner and order", [line.split()[1::4] for line in listing]
          == [["0/0", "NEWS.md"], ["0/0", "check"]], listing)
    os.utime(tree.place / "NEWS.md", (1, 1))
    (tree.build / "checked").unlink()
    done = tree.release(TESTED="yes")
    check("TESTED=yes", done.returncode == 0 and not tree.checked()
          and "not tested here" in done.stdout, done)
    check("the same tarball again", (tree.build / TARBALL).read_bytes() == data)
    check("the tree is as before", not subprocess.run(
        ["git", "-C", tree.place, "status", "--porcelain"], capture_output=True).stdout)


def main():
    if not shutil.which("git"):
        print("SKIP: git is not installed")
        return 77
    failed = []

    def check(name, good, detail=""):
        print(f"{'PASS' if good else 'FAIL'} {name}" + ("" if good else f"\n{detail}"))
        failed.extend([] if good else [name])

    with tempfile.TemporaryDirectory(prefix="kexec-release-") as directory:
        place = Path(directory)
        good_release(check, place / "good")
        for number, (name, change, words) in enumerate(REFUSED):
            tree = Tree(place / str(number))
            change(tree)
            done = tree.release()
            check(name, done.returncode == 1 and words in done.stderr
                  and not (tree.build / "SHA256SUMS").exists(), done)
        outside = subprocess.run([SCRIPT, place, "kexec-efi", "1.2"], text=True,
                                 capture_output=True, cwd=place)
        check("not a repository", outside.returncode == 1
              and "not a git repository" in outside.stderr, outside)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
