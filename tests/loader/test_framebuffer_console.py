#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--console-framebuffer and --panic-wait in the plans of all recorded machines: the
framebuffer is the one of screen_info, read here by itself; machines without one are
refused. Environment: KEXEC, MACHINES."""

import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402

# Offsets in boot_params (Linux include/uapi/linux/screen_info.h).
VIDEO_TYPE, SIZE, BASE = 0x0f, 0x12, 0x18
EFI_FRAMEBUFFER = 0x70
SERIAL = "--console-serial"


def plan(place, machine, *options):
    """The plan's console, or the message of a refusal."""
    done = subprocess.run(
        [os.environ["KEXEC"], "--dry-run=json", f"--sysroot={machine.root}", "vmlinuz",
         *options], cwd=place, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        return done.returncode, done.stderr
    return 0, json_output.read(done.stdout)["console"]


def check_framebuffer(check, place, machine):
    screen = (machine.root / "sys/kernel/boot_params/data").read_bytes()
    status, found = plan(place, machine, "-l", "--console-framebuffer")
    if screen[VIDEO_TYPE] != EFI_FRAMEBUFFER:
        check("refused", status == 1 and found.count("\n") == 1
              and "started without a framebuffer" in found, found)
        return False
    width, height = struct.unpack_from("<HH", screen, SIZE)
    base, = struct.unpack_from("<I", screen, BASE)
    check("that of screen_info", (status, found) == (0, {
        "serial_port": None, "vga": False, "panic_wait": 5,
        "framebuffer": {"address": hex(base), "width": width, "height": height}}), found)
    status, found = plan(place, machine, "-l")
    check("not without the option", status == 0 and found["framebuffer"] is None
          and found["panic_wait"] == 0, found)
    return True


def check_wait(check, place, machine):
    """A crash kernel does not wait unless it is asked to."""
    for options, expected in ((("-l", SERIAL), 5), (("-l", SERIAL, "--panic-wait=9"), 9),
                              (("-l", SERIAL, "--panic-wait=0"), 0),
                              (("-l", "--console-vga"), 5), (("-p", SERIAL), 0),
                              (("-p", "--console-framebuffer"), 0),
                              (("-p", SERIAL, "--panic-wait=9"), 9)):
        status, found = plan(place, machine, *options)
        check(" ".join(options), status == 0 and found["panic_wait"] == expected, found)
    for value in ("-1", "3601", "x", ""):
        status, found = plan(place, machine, "-l", SERIAL, f"--panic-wait={value}")
        check(f"--panic-wait={value}", status == 1 and "--panic-wait" in found
              and found.count("\n") == 1, found)


def main():
    checks, shown = fakes.Checks(), []
    with tempfile.TemporaryDirectory(prefix="kexec-framebuffer-") as directory:
        place = Path(directory)
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        for archive in recorded.archives(os.environ["MACHINES"], dom0=False):
            name = archive.name.split(".")[0]
            machine = recorded.unpack(archive, place / name)

            def check(what, good, detail="", name=name):
                checks(f"{name}: {what}", good, detail)

            if check_framebuffer(check, place, machine):
                shown.append(name)
            if name == "ovmf-crashkernel":
                check_wait(check, place, machine)
    checks("several machines have a framebuffer", len(shown) >= 5, shown)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
