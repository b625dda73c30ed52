#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Starts that cannot succeed, or fail: network interfaces stay, or come back. Runs in
a network namespace of its own, with two interfaces that are up and two that are down;
reboot(2) is faked (preload.c). Environment: KEXEC, CC."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

INSIDE = "KEXEC_TEST_NAMESPACE"
SKIP = 77
STATUS = "sys/kernel/kexec_loaded"
DOWN, UP = ["down left", "down right"], ["up left", "up right"]


def enter_namespace():
    """Runs this test again in a namespace of its own; returns its exit status."""
    for command in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        try:
            subprocess.run([*command, "ip", "link", "add", "left", "type", "veth", "peer",
                            "name", "right"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = error
            continue
        return subprocess.run([*command, sys.executable, __file__],
                              env=dict(os.environ, **{INSIDE: "1"}), check=False).returncode
    print("SKIP no network namespace with interfaces can be made: %s" % reason)
    return SKIP


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True).stdout


def make_interfaces():
    ip("link", "add", "left", "type", "veth", "peer", "name", "right")
    ip("link", "add", "off", "type", "veth", "peer", "name", "off2")
    for name in ("lo", "left", "right"):
        ip("link", "set", name, "up")
    ip("address", "add", "192.0.2.1/24", "dev", "left")


def up():
    return sorted(link["ifname"] for link in json.loads(ip("-json", "link"))
                  if "UP" in link["flags"])


ALL = ["left", "lo", "right"]


def interface_calls(result):
    return [line for line in result.log if line.split()[0] in ("up", "down", "reboot")]


def untouched(result):
    return not interface_calls(result) and "sync" not in result.log and up() == ALL


def check_impossible(kexec, check):
    """A start that is known to fail touches nothing."""
    status, newer = kexec.root / STATUS, kexec.root / "sys/kernel/kexec/loaded"
    namespace = kexec.root / "proc/self/ns/pid"
    kept = status.read_text()

    def unload():
        status.write_text("0\n")

    def show_elsewhere():
        status.unlink()
        fakes.write(newer, "0\n")

    def hide():
        status.unlink()
        fakes.write(kexec.root / "sys/kernel/mm/x", "")

    def restore():
        for path in (newer, namespace, kexec.root / "sys/kernel/mm/x"):
            path.unlink(missing_ok=True)
        status.write_text(kept)

    for name, change, settings, rc, words in (
            ("nothing loaded", unload, {}, 1, "no kernel is loaded; load one with kexec -l"),
            ("nothing loaded, newer file", show_elsewhere, {}, 1, "no kernel is loaded"),
            ("no kexec", hide, {}, 1, "built without kexec"),
            ("no capability", lambda: None, {"NO_CAPABILITIES": 1}, 255, "CAP_SYS_BOOT"),
            ("container", lambda: fakes.write(namespace, ""), {}, 255, "PID namespace")):
        change()
        for line in ("-e", "-e -x", "-e -d"):
            result = kexec(*line.split(), REBOOT="EPERM", INTERFACES="real", **settings)
            check("%s: %s" % (name, line), result.rc == rc and result.one_message(words)
                  and untouched(result), result)
        restore()
    unload()
    result = kexec("-f", "vmlinuz", LOAD="EPERM", INTERFACES="real")
    check("-f, load refused", result.rc == 255 and untouched(result), result)
    result = kexec("vmlinuz", FILE_LOAD="OK", INTERFACES="real")
    check("nothing loaded after all", result.rc == 1 and untouched(result)
          and result.one_message("no kernel is loaded"), result)
    # Here only kexec_file_load can load a crash kernel. It does not obey --noefi.
    result = kexec("--noefi", "-p", "-f", "vmlinuz", FILE_LOAD="OK", INTERFACES="real")
    lines = result.err.splitlines()
    check("nothing loaded after all: --noefi -p -f", result.rc == 1 and untouched(result)
          and len(lines) == 2 and lines[0].startswith("kexec: warning: ")
          and lines[0].endswith("have no effect: --noefi")
          and lines[1].startswith("kexec: no kernel is loaded"), result)
    restore()


def check_failing_reboot(kexec, check):
    """Exactly the interfaces that were taken down come back."""
    for line in ("-e", "-f vmlinuz"):
        for name, rc, words in (("EPERM", 255, "CAP_SYS_BOOT"), ("EBUSY", 255, "try again"),
                                ("EINVAL", 1, "no kernel is loaded"),
                                ("ENOSYS", 255, "not implemented")):
            result = kexec(*line.split(), REBOOT=name, INTERFACES="real")
            log = interface_calls(result)
            check("%s, %s" % (line, name), result.rc == rc and up() == ALL
                  and sorted(log[:2]) == DOWN and log[2].startswith("reboot")
                  and sorted(log[3:]) == UP, result)
            check("%s, %s: message" % (line, name),
                  result.one_message(words, "are up again", "routes", "left", "right")
                  and "off" not in result.err, result)
        result = kexec(*line.split(), REBOOT="EPERM", INTERFACES="down")
        check(line + ": they cannot be brought up", result.rc == 255 and up() == ["lo"]
              and result.one_message("cannot be brought up again"), result)
        for name in ("left", "right"):
            ip("link", "set", name, "up")
        result = kexec(*line.split(), "-x", REBOOT="EPERM", INTERFACES="real")
        check(line + " -x", result.rc == 255 and interface_calls(result)[0].startswith("reboot")
              and "interfaces" not in result.err and up() == ALL, result)
    result = kexec("-e", COMES_BACK=1, INTERFACES="real")
    check("a kexec jump comes back", result.rc == 0 and result.silent() and up() == ALL
          and sorted(interface_calls(result)[:2]) == DOWN, result)
    result = kexec("vmlinuz", SHUTDOWN="ENOENT", INTERFACES="real")
    check("shutdown fails", result.rc == 255 and up() == ALL
          and not interface_calls(result), result)


def main():
    if INSIDE not in os.environ:
        return enter_namespace()
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-start-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        fakes.write(kexec.root / "proc/iomem", "00100000-3f5dffff : System RAM\n"
                    "  10000000-1fffffff : Crash kernel\n")
        (place / "vmlinuz").write_bytes(fakes.bzimage())
        make_interfaces()
        check("the namespace", up() == ALL, up())
        check_impossible(kexec, check)
        check_failing_reboot(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
