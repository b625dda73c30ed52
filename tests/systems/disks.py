# SPDX-License-Identifier: GPL-2.0-only
"""Disk images of whole Debian systems: made once with debootstrap, and kept in the cache.

A disk has an EFI system partition and an ext4 root. The system's own boot loader starts
it. After debootstrap the system boots once and finishes its own installation, as an
installed system would do it (`first_boot` of systems.py).
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import images
from cache import Missing, cached, note, package_versions
from dialogue import Broken, Dialogue
from suites import mirror, suite_apt
from vm import CannotPrepare

HERE = Path(__file__).resolve().parent
MIB = 1 << 20
DISK_BYTES, ESP_BYTES = 4096 * MIB, 256 * MIB
ROOT_UUID = "8c3a6b3e-5d0e-4c58-9f3b-2b1a7c0f6d11"
LAYOUT = f"""\
label: gpt
start=1MiB, size={ESP_BYTES // MIB}MiB, type=U
size=+, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709
"""
FIRST_BOOT_SECONDS = 900


def tool(*command, **options):
    """Runs a program; its output is shown only if it fails."""
    try:
        done = subprocess.run([str(word) for word in command], text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not installed") from error
    if done.returncode:
        raise Missing(f"{Path(command[0]).name}: exit status {done.returncode}: "
                      + " / ".join(done.stdout.strip().splitlines()[-3:]))
    return done.stdout


def debootstrap(system, root):
    note(f"installing {system.suite} with debootstrap (some minutes)")
    tool("debootstrap", "--variant=minbase", f"--include={','.join(system.packages)}",
         system.suite, root, mirror(),
         env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    for archive in (root / "var/cache/apt/archives").glob("*.deb"):
        archive.unlink()


def install_runner(root):
    runner = root / "usr/local/sbin/runner"
    shutil.copyfile(HERE / "guest/runner", runner)
    runner.chmod(0o755)
    shutil.copyfile(HERE / "guest/runner.service", root / "etc/systemd/system/runner.service")
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted / "runner.service").symlink_to("/etc/systemd/system/runner.service")


def configure(system, root):
    """Files that the installer of a distribution would write."""
    install_runner(root)
    for name, text in system.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("ROOT_UUID", ROOT_UUID))
    for command in system.commands:
        tool("chroot", root, "sh", "-ec", command.replace("ROOT_UUID", ROOT_UUID),
             env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


def esp_files(system, root):
    return {name: (Path(tool("sh", "-c", f"ls {root}/{source}").strip())
                   if source.startswith("/") else source.replace(
                       "ROOT_UUID", ROOT_UUID).encode())
            for name, source in system.esp.items()}


def write_disk(system, root, image):
    with open(image, "wb") as stream:
        stream.truncate(DISK_BYTES)
    tool("/sbin/sfdisk", "--quiet", image, input=LAYOUT)
    esp = images.esp(image.with_suffix(".esp"), esp_files(system, root), ESP_BYTES)
    tool("dd", f"if={esp}", f"of={image}", "bs=1M", "seek=1", "conv=notrunc,sparse")
    esp.unlink()
    start = MIB + ESP_BYTES
    kibibytes = (DISK_BYTES - start - MIB) // 1024
    tool("/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-U", ROOT_UUID, "-d", root,
         "-E", f"offset={start}", image, f"{kibibytes}k")


def fresh_disk(system, into):
    if os.geteuid():
        raise Missing("debootstrap needs root to make the disk (once)")
    root, raw = into / "root", into / "disk.raw"
    debootstrap(system, root)
    configure(system, root)
    write_disk(system, root, raw)
    shutil.rmtree(root)
    disk = into / "disk.qcow2"
    tool("qemu-img", "convert", "-O", "qcow2", raw, disk)
    raw.unlink()
    finish(system, disk, into)


def finish(system, disk, into):
    """The first boot, in which the system finishes its installation."""
    note(f"first boot of {system.name} (some minutes)")
    try:
        with Dialogue(disk, into, FIRST_BOOT_SECONDS) as dialogue:
            dialogue.boot()
            for script in system.first_boot:
                status, text = dialogue.run(script)
                if status:
                    raise Missing(f"{system.name}: {script}: exit status {status}: {text}")
            dialogue.stops("systemctl poweroff")
    except Broken as error:
        raise Missing(f"the first boot of {system.name}: {error}") from error
    for log in into.glob("*.variables"):
        log.unlink()


def base_disk(system):
    """The disk of a system, which no case may write to."""
    try:
        versions = package_versions(system.versioned, suite_apt(system.suite))
        recipe = repr(system) + "".join(
            (HERE / name).read_text() for name in ("disks.py", "guest/runner",
                                                   "guest/runner.service"))
        digest = hashlib.sha256((recipe + repr(versions)).encode()).hexdigest()[:16]
        place = cached(f"system-{system.name}", f"system-{system.name}-{digest}",
                       lambda into: fresh_disk(system, into))
    except Missing as error:
        raise CannotPrepare(str(error)) from error
    return place / "disk.qcow2"


@contextlib.contextmanager
def private_disk(base, directory):
    """A disk of a case's own: what it writes does not reach the base."""
    disk = Path(directory) / "disk.qcow2"
    tool("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", disk)
    yield disk
