# SPDX-License-Identifier: GPL-2.0-only
"""Bare Debian systems in directories, made by debootstrap, in which packages are built
and installed.

Each command runs in namespaces of its own. What is mounted for it is not visible outside
and goes away with it, and so do its processes, however the run ends. It cannot load a
kernel into the running one (CAP_SYS_BOOT).
"""

import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from cache import cached, note, package_versions
from ending import bound
from suites import KEYRING, mirror, suite_apt

# A system of the cache is made again when one of these packages has a new version.
VERSIONED = ("apt", "base-files", "dpkg", "libc6", "perl-base")
ENTER = """
root=$1
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -o remount,bind,ro "$root/sys"
exec setpriv --bounding-set=-sys_boot --inh-caps=-sys_boot \\
	chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \\
	LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive $3 sh -ec "$2"
"""


class Failure(Exception):
    """A step that failed, with the reason."""


def run(*command, log=None, **options):
    """The output of a command, which also goes to the file `log`."""
    done = subprocess.run([str(word) for word in command], text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if log:
        with open(log, "a") as stream:
            stream.write(f"\n$ {' '.join(map(str, command))}\n{done.stdout}")
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-25:])
        raise Failure(f"exit status {done.returncode}: {command[-1]}\n{last}")
    return done.stdout


class Chroot:
    """A system below a directory. Commands and their output are in the file `log`."""

    def __init__(self, suite, root, log):
        self.suite, self.root, self.log = suite, Path(root), log

    def sh(self, script, **environment):
        """Runs a script as root. Returns its output."""
        settings = " ".join(shlex.quote(f"{key}={value}")
                            for key, value in environment.items())
        enter = ENTER.replace("$3", settings)
        return run(*bound(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh",
                           "-ec", enter, "sh", self.root, script]), log=self.log)

    def install(self, *packages):
        self.sh("apt-get install -y --no-install-recommends " + " ".join(packages))

    def copy(self, source, target):
        place = self.root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if Path(source).is_dir():
            shutil.copytree(source, place, symlinks=True)
        else:
            shutil.copyfile(source, place)

    def read(self, name):
        return (self.root / name.lstrip("/")).read_text()


def bare(suite, root, log):
    """Fills the directory with a bare, up-to-date system of the suite."""
    versions = package_versions(VERSIONED, suite_apt(suite))
    digest = hashlib.sha256(repr(versions).encode()).hexdigest()[:16]

    def fill(into):
        note(f"installing {suite} with debootstrap (minutes)")
        options = [f"--keyring={KEYRING}"] if KEYRING.exists() else []
        script = 'mount --make-rprivate / && exec debootstrap "$@"'
        run("unshare", "--mount", "sh", "-ec", script, "sh", "--variant=minbase", *options,
            suite, into / "root", mirror(),
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        run("tar", "-C", into / "root", "-cf", into / "root.tar", ".")
        shutil.rmtree(into / "root")

    base = cached(f"package-{suite}", f"package-{suite}-{digest}", fill)
    Path(root).mkdir(parents=True)
    run("tar", "-C", root, "--numeric-owner", "-xpf", base / "root.tar")
    shutil.copyfile("/etc/resolv.conf", Path(root) / "etc/resolv.conf")
    chroot = Chroot(suite, root, log)
    # Nothing starts services here.
    policy = chroot.root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    # The mirror and the way to it are those of this computer.
    settings = [line for line in run("apt-config", "dump").splitlines()
                if line.startswith(("Acquire::Check-Valid-Until", "Acquire::http",
                                    "Acquire::Retries"))]
    (chroot.root / "etc/apt/apt.conf.d/90host").write_text("\n".join(settings) + "\n")
    # The system is thrown away: dpkg need not wait for the disk.
    (chroot.root / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
    chroot.sh("apt-get update && apt-get -y dist-upgrade")
    return chroot
