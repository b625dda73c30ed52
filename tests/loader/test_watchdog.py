#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--watchdog: which device is chosen or refused, and in which order it is armed, left
running and stopped. The machine and the device are faked (preload_watchdog.c).
Environment: KEXEC, CC."""

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

ESB, TCO, HP = "i6300ESB timer", "iTCO_wdt", "HPE iLO2+ HW Watchdog Timer"
PARAMETER = "sys/module/watchdog/parameters/stop_on_reboot"
ARMED = ["watchdog open dev/watchdog0", "watchdog set 30", "watchdog ping"]
BLOCKED, REBOOT = "SIGINT is blocked", "reboot 0x45584543"
STOPPED = "watchdog options 1"      # WDIOS_DISABLECARD


class Machine:
    """The fake machine, with other watchdogs each time."""

    def __init__(self, kexec):
        self.kexec, self.root = kexec, kexec.root

    def set_up(self, *watchdogs, stop="0"):
        """A watchdog is its identity, or a dictionary of its attributes. stop: the
        parameter watchdog.stop_on_reboot, or None for a kernel without it."""
        for place in ("sys/class/watchdog", "sys/class/misc", "sys/module", "dev"):
            shutil.rmtree(self.root / place, ignore_errors=True)
        for number, attributes in enumerate(watchdogs):
            if isinstance(attributes, str):
                attributes = {"identity": attributes, "state": "inactive",
                              "min_timeout": "1", "max_timeout": "2046"}
            device = self.root / f"sys/class/watchdog/watchdog{number}"
            device.mkdir(parents=True)
            for name, value in attributes.items():
                fakes.write(device / name, value + "\n")
            fakes.write(self.root / f"dev/watchdog{number}", "")
        if stop is not None:
            fakes.write(self.root / PARAMETER, stop + "\n")

    def set_up_ipmi(self, *watchdogs):
        self.set_up(*watchdogs)
        (self.root / "sys/module/ipmi_watchdog").mkdir(parents=True)
        (self.root / "sys/class/misc/watchdog").mkdir(parents=True)
        fakes.write(self.root / "dev/watchdog", "")

    def start(self, seconds=30, **settings):
        return self.kexec("-e", "-x", f"--watchdog={seconds}", **settings)

    def written(self, name="watchdog0"):
        return (self.root / "dev" / name).read_text()


def watchdog_calls(result):
    return [line for line in result.log if line.startswith("watchdog")]


def check_kept(check, machine):
    """A device that runs on is armed, and nothing happens to it afterwards."""
    for name, watchdog, stop in (("asked", ESB, "0"), ("asked, iTCO_wdt", TCO, "0"),
                                 ("asked, a Super I/O chip", "NCT6775 Watchdog", "0"),
                                 ("asked, another one", "f71869 watchdog", "0"),
                                 ("by itself", HP, "-1"), ("by itself, old", HP, None),
                                 ("by itself, asked", HP, "0")):
        machine.set_up(watchdog, stop=stop)
        result = machine.start(WATCHDOG_NAME=watchdog)
        check("kept: " + name, result.rc == 0 and result.silent()
              and result.log == ["sync", *ARMED, BLOCKED, REBOOT]
              and not machine.written(), result)
    machine.set_up(ESB)
    result = machine.kexec("-e", "--watchdog=30", "-d")
    check("-d says what is armed", result.rc == 0 and result.one_message(
        "/dev/watchdog0 (i6300ESB timer) resets the machine in 30 seconds"), result)
    check("armed after the network and the sync", "sync" in result.log
          and result.log[-5:] == [*ARMED, BLOCKED, REBOOT], result)
    result = machine.kexec("-e", "-x")
    check("without the option nothing is armed", result.rc == 0
          and result.log == ["sync", REBOOT], result)
    result = machine.kexec("-c", "-f", "-x", "vmlinuz", "--watchdog=30")
    check("-f", result.rc == 0 and result.silent() and len(result.loads()) == 1
          and result.log[-5:] == [*ARMED, BLOCKED, REBOOT], result)


def check_refused(check, machine):
    """Without a device that runs on, nothing is done."""
    active = {"identity": ESB, "state": "active"}
    limits = {"identity": ESB, "state": "inactive", "min_timeout": "31",
              "max_timeout": "45"}
    cure = "booted with watchdog.stop_on_reboot=0"
    for name, watchdogs, stop, words in (
            ("none", (), "0", ("no driver of a watchdog is loaded",)),
            ("stopped", (ESB,), "-1", ("/dev/watchdog0 (i6300ESB timer): i6300esb stops "
                                       "it at a kexec", cure)),
            ("stopped, old kernel", (TCO,), None, ("iTCO_wdt stops it", cure)),
            ("all are stopped", (HP,), "1", ("watchdog.stop_on_reboot, which is not 0",)),
            ("softdog", ("Software Watchdog",), "0", ("softdog cannot keep it",)),
            ("unknown", ("Own Watchdog",), "0", ("it is not known",)),
            ("no sysfs", ({"dev": "10:130"},), "0", ("CONFIG_WATCHDOG_SYSFS",)),
            ("in use", (active,), "0", ("another program has it open",
                                        "RuntimeWatchdogSec=")),
            ("range", (limits,), "0", ("it can be set to 31 to 45 seconds",)),
            ("two", ("Software Watchdog", active), "0",
             ("/dev/watchdog0 (Software Watchdog): softdog cannot", "; ",
              "/dev/watchdog1 (i6300ESB timer): another program"))):
        machine.set_up(*watchdogs, stop=stop)
        for line in (["-e"], ["-c", "-f", "vmlinuz"]):
            result = machine.kexec(*line, "--watchdog=30")
            check("refused: %s, %s" % (name, line[-1]), result.rc == 1 and not result.log
                  and result.one_message("--watchdog=30: ", *words), result)
    machine.set_up(ESB, stop="-1")
    result = machine.kexec("-c", "-f", "vmlinuz", "--watchdog=30", "--dry-run")
    check("a load that is shown", result.rc == 0 and not result.err and not result.log,
          result)


def check_choice(check, machine):
    limits = {"identity": ESB, "state": "inactive", "min_timeout": "30",
              "max_timeout": "30"}
    forever = {"identity": HP, "state": "inactive", "max_timeout": "0"}
    for name, watchdogs, stop, settings in (
            ("the second runs on", ("Software Watchdog", ESB), "0", {}),
            ("the first is in use", ({"identity": ESB, "state": "active"}, ESB), "0", {}),
            ("only the second runs on", (TCO, HP), "-1", {"WATCHDOG_NAME": HP})):
        machine.set_up(*watchdogs, stop=stop)
        result = machine.start(**settings)
        check(name, result.rc == 0 and result.silent()
              and watchdog_calls(result)[:1] == ["watchdog open dev/watchdog1"], result)
    for name, watchdog, settings in (
            ("at its limits", limits, {}),
            ("without a limit", forever, {"WATCHDOG_NAME": HP}),
            ("unknown limits", {"identity": ESB}, {})):
        machine.set_up(watchdog)
        result = machine.start(**settings)
        check(name, result.rc == 0 and watchdog_calls(result) == ARMED, result)


def check_ipmi(check, machine):
    machine.set_up_ipmi()
    result = machine.start(WATCHDOG_NAME="IPMI")
    check("IPMI: its driver makes it 120 seconds", result.rc == 0
          and watchdog_calls(result) == ["watchdog open dev/watchdog", *ARMED[1:]]
          and result.one_message("warning: /dev/watchdog (IPMI) runs for 120 seconds, "
                                 "not for 30"), result)
    result = machine.start(200, WATCHDOG_NAME="IPMI")
    check("IPMI: more", result.rc == 0 and result.silent()
          and "watchdog set 200" in result.log, result)
    result = machine.start()
    check("another driver at its device", result.rc == 255 and REBOOT not in result.log
          and result.one_message("/dev/watchdog is i6300ESB timer, expected IPMI")
          and watchdog_calls(result)[-1:] == [STOPPED] and machine.written("watchdog") == "V",
          result)
    machine.set_up()
    (machine.root / "sys/class/misc/watchdog").mkdir(parents=True)
    result = machine.start(WATCHDOG_NAME="IPMI")
    check("an old driver that is not IPMI's", result.rc == 1 and not result.log, result)
    machine.set_up_ipmi("Software Watchdog")
    result = machine.start(WATCHDOG_NAME="IPMI")
    check("the device of the first watchdog of the class", result.rc == 1
          and not result.log, result)


def check_failures(check, machine):
    """After an error the device is stopped, and the kernel is not started."""
    machine.set_up(ESB)
    for name, settings, calls, words in (
            ("open", {"OPEN": "EBUSY"}, ARMED[:1],
             ("cannot open /dev/watchdog0: ", "another program has it open")),
            ("open, denied", {"OPEN": "EACCES"}, ARMED[:1], ("Permission denied",)),
            ("identity", {"ASK": "EIO"}, [ARMED[0], STOPPED], ("cannot ask",)),
            ("another device", {"NAME": TCO}, [ARMED[0], STOPPED],
             ("/dev/watchdog0 is iTCO_wdt, expected i6300ESB timer",)),
            ("set", {"SET": "EINVAL"}, [*ARMED[:2], STOPPED],
             ("/dev/watchdog0 cannot be set to 30 seconds: Invalid argument",)),
            ("ping", {"PING": "EIO"}, [*ARMED, STOPPED], ("cannot be started",))):
        (machine.root / "dev/watchdog0").write_text("")
        result = machine.start(**{"WATCHDOG_" + k: v for k, v in settings.items()})
        check("failure: " + name, result.rc == 255 and watchdog_calls(result) == calls
              and REBOOT not in result.log and result.one_message(*words)
              and machine.written() == ("V" if STOPPED in calls else ""), result)
    result = machine.start(WATCHDOG_PING="EOPNOTSUPP")
    check("a driver without pings", result.rc == 0 and REBOOT in result.log, result)
    result = machine.start(WATCHDOG_SETS=32)
    check("another time", result.rc == 0 and REBOOT in result.log and result.one_message(
        "warning: /dev/watchdog0 (i6300ESB timer) runs for 32 seconds, not for 30"), result)


def check_no_start(check, machine):
    """If the kernel is not started after all, or comes back, the device is stopped."""
    for name, settings, rc in (("EBUSY", {"REBOOT": "EBUSY"}, 255),
                               ("nothing loaded", {"REBOOT": "EINVAL"}, 1),
                               ("kexec jump", {"COMES_BACK": 1}, 0)):
        machine.set_up(ESB)
        result = machine.start(**settings)
        check("stopped: " + name, result.rc == rc
              and result.log == ["sync", *ARMED, BLOCKED, REBOOT, STOPPED]
              and machine.written() == "V", result)
        result = machine.start(WATCHDOG_STOP="EBUSY", **settings)
        check("cannot be stopped: " + name, result.rc == rc and result.one_message(
            "/dev/watchdog0 cannot be stopped (Device or resource busy) and resets the "
            "machine within 30 seconds"), result)
    machine.set_up(ESB)
    result = machine.start(COMES_BACK=1, REBOOT_SIGNAL=1)
    check("a signal waits until it is stopped", result.rc == -signal.SIGTERM
          and result.log[-1:] == [STOPPED] and machine.written() == "V", result)
    result = machine.start(REBOOT="EPERM", WATCHDOG_STOP="EBUSY")
    check("both causes", result.one_message("CAP_SYS_BOOT is missing",
                                            "; /dev/watchdog0 cannot be stopped"), result)


def check_usage(check, machine):
    machine.set_up(ESB)
    for words, message in (
            ("-e --watchdog=0", "expected seconds from 1 to 65535"),
            ("-e --watchdog=65536", "expected seconds from 1 to 65535"),
            ("-e --watchdog=30s", "--watchdog=30s"), ("-e --watchdog=", "--watchdog="),
            ("-l vmlinuz --watchdog=30", "-l does not start a kernel itself"),
            ("vmlinuz --watchdog=30", "kexec KERNEL does not start a kernel itself"),
            ("-u --watchdog=30", "KExecWatchdogSec="), ("-S --watchdog=30", "-S does not")):
        result = machine.kexec(*words.split())
        check("usage: " + words, result.rc == 1 and not result.log
              and result.one_message(message), result)
    result = machine.start(2046)
    check("the most that this one can", result.rc == 0 and "watchdog set 2046" in result.log)
    result = machine.start(2047)
    check("more than that", result.rc == 1 and not result.log
          and result.one_message("--watchdog=2047", "1 to 2046 seconds"), result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-test.") as name:
        directory = Path(name)
        machine = Machine(fakes.Kexec(directory, os.environ["KEXEC"]))
        fakes.write(directory / "vmlinuz", fakes.bzimage())
        check_kept(check, machine)
        check_refused(check, machine)
        check_choice(check, machine)
        check_ipmi(check, machine)
        check_failures(check, machine)
        check_no_start(check, machine)
        check_usage(check, machine)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
