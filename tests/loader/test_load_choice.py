#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The system call that loses least: each row of the table in load_losses.c, refusals that
count, and that --check expects the call that a load makes. All calls are caught
(preload.c). Environment: KEXEC, CC, MACHINES, LIBXENCTRL, DLOPEN; VARIED, see
recorded.py, for the agreement of --check and load."""

import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402

FILE, LOAD = "kexec_file_load", "kexec_load"
IMA = "sys/kernel/security/integrity/ima/runtime_measurements_count"
KEYS = "sys/kernel/config/crash_dm_crypt_keys/count"
LOCKDOWN = "sys/kernel/security/lockdown"
LIMIT = "proc/sys/kernel/kexec_load_limit_"
RELEASE = "proc/sys/kernel/osrelease"
CMA = "crashkernel=256M crashkernel=1G,cma"
HANDS_ON = "ffffffff81000000 T ima_add_kexec_buffer\n"

# Machine, kernel, command line, files, options -> the call that comes first, the call
# that loses something, and words of the warning.
ROWS = [
    ("array not mapped", "ovmf-moved-array", "6.1.0", "", {}, "-l", LOAD, FILE,
     "config table array"),
    ("array mapped by Linux 6.12", "ovmf-moved-array", "6.12.0", "", {}, "-l", LOAD, FILE,
     "EFI tables in RAM may get lost: memory attributes"),
    ("tables in RAM", "ovmf", "6.12.0", "", {}, "-l", LOAD, FILE, "memory attributes"),
    ("no EFI", "seabios", "6.1.0", "", {}, "-l", FILE, None, ""),
    ("no EFI, a console", "seabios", "6.1.0", "", {}, "-l --console-serial --panic-wait=3",
     LOAD, FILE, "These options have no effect: --console-serial --panic-wait"),
    ("a screen", "seabios", "6.1.0", "", {}, "-l --console-vga --reset-vga", LOAD, FILE,
     "These options have no effect: --console-vga --reset-vga"),
    ("--noefi", "ovmf", "6.12.0", "", {}, "-l --noefi", LOAD, FILE,
     "These options have no effect: --noefi"),
    ("--noefi without EFI", "seabios", "6.12.0", "", {}, "-l --noefi", FILE, None, ""),
    ("kho=on", "ovmf", "6.16.0", "kho=on", {}, "-l", FILE, LOAD, "Kexec HandOver"),
    ("kho=1", "ovmf", "6.16.0", "quiet kho=1", {}, "-l", FILE, LOAD, "Kexec HandOver"),
    ("kho=off", "ovmf", "6.16.0", "kho=off", {}, "-l", LOAD, None, ""),
    ("akho=on", "ovmf", "6.16.0", "akho=on", {}, "-l", LOAD, None, ""),
    ("kho=on for init", "ovmf", "6.16.0", "-- kho=on", {}, "-l", LOAD, None, ""),
    ("KHO's data", "ovmf", "6.16.0", "", {"sys/kernel/debug/kho/out/fdt": "x"}, "-l", FILE,
     LOAD, "Kexec HandOver"),
    ("live updates", "ovmf", "7.0.0", "", {"dev/liveupdate": ""}, "-l", FILE, LOAD,
     "live updates"),
    ("KHO, crash kernel", "ovmf-crashkernel", "6.16.0", "kho=on", {}, "-p", LOAD, None, ""),
    ("KHO, array not mapped", "ovmf-moved-array", "6.1.0", "kho=on", {}, "-l", LOAD, LOAD,
     "Kexec HandOver"),
    ("LUKS keys", "ovmf-crashkernel", "6.16.0", "", {KEYS: "2\n"}, "-p", FILE, LOAD,
     "keys of encrypted disks"),
    ("no LUKS keys", "ovmf-crashkernel", "6.16.0", "", {KEYS: "0\n"}, "-p", LOAD, None, ""),
    ("LUKS keys, normal kernel", "ovmf", "6.16.0", "", {KEYS: "2\n"}, "-l", LOAD, None, ""),
    ("IMA measures", "ovmf", "6.12.0", "", {IMA: "7\n", "proc/kallsyms": HANDS_ON}, "-l",
     FILE, LOAD, "IMA's measurement list"),
    ("IMA, symbols unreadable", "ovmf", "6.12.0", "", {IMA: "7\n"}, "-l", FILE, LOAD, "IMA"),
    ("IMA without CONFIG_IMA_KEXEC", "ovmf", "6.12.0", "",
     {IMA: "7\n", "proc/kallsyms": HANDS_ON.replace("buffer", "buffers")}, "-l", LOAD, None,
     ""),
    ("IMA before 6.0", "ovmf", "5.10.0", "", {IMA: "7\n", "proc/kallsyms": HANDS_ON}, "-l",
     LOAD, None, ""),
    ("IMA without a policy", "ovmf", "6.12.0", "", {IMA: "1\n"}, "-l", LOAD, None, ""),
    ("CMA, not listed", "ovmf-crashkernel", "6.17.0", CMA, {}, "-p", FILE, LOAD,
     "crash_cma_ranges"),
    ("CMA, listed", "ovmf-crashkernel", "6.19.0", CMA,
     {"sys/kernel/kexec/crash_cma_ranges": ""}, "-p", LOAD, None, ""),
]


def calls(result):
    """Those that load, in Xen's terms for those of its dom0."""
    return ["kexec_op" if line.startswith("xen load") else line.split()[0]
            for line in result.log if line.startswith(("kexec_", "xen load"))
            and "asked" not in line]


def options(place):
    return ["%s/vmlinuz" % place, "--initrd=%s/initrd" % place]


def derive(machines, name, place, release="", command_line="", files=()):
    """A copy of a recorded machine, with other files."""
    machine = machines[name].copy(place)
    if release:
        fakes.write(machine.root / RELEASE, release + "\n")
    if command_line:
        fakes.write(machine.root / "proc/cmdline", command_line + "\n")
    for path, content in dict(files).items():
        fakes.write(machine.root / path, content)
    fakes.write_dev_mem(machine.root) if machine.is_efi() else None
    return machine.root


def findings(result):
    found = json_output.read(result.out)
    return " ".join(found["problems"] + found["remarks"]), found


def check_row(kexec, check, row):
    name, _, _, _, _, action, first, loser, words = row
    line = [*action.split(), *options(kexec.directory)]
    result = kexec(*line, FILE_LOAD="OK")
    loses = first == loser
    check(name, result.rc == 0 and calls(result) == [first]
          and (words in result.err and "warning: " in result.err if loses
               else not words or words not in result.err), result)
    for option, call in (("-c", LOAD), ("-s", FILE)):
        result = kexec(option, *line, FILE_LOAD="OK")
        if call == loser:
            check("%s %s warns" % (name, option), result.rc == 0 and calls(result) == [call]
                  and "warning: " in result.err and words in result.err, result)
        elif call == LOAD:
            check("%s %s is silent" % (name, option), result.rc == 0
                  and calls(result) == [call] and result.silent(), result)
    result = kexec("-d", *line, FILE_LOAD="OK")
    check(name + ", -d", "kexec: %s comes first because" % first in result.err
          and words in result.err and len(calls(result)) == 1, result)
    result = kexec("--check=json", *line, FILE_LOAD="OK")
    text, found = findings(result)
    check(name + ", --check", found["load"]["system_call"] == first
          and (not words or (words in text) == (loses or loser == LOAD)), result)
    other = FILE if first == LOAD else LOAD
    refused = kexec(*line, **({"LOAD": "EPERM", "FILE_LOAD": "OK"} if first == LOAD
                              else {"FILE_LOAD": "ENOSYS"}))
    check(name + ", the other follows", refused.rc == 0 and calls(refused) == [first, other]
          and (other != loser or words in refused.err), refused)


def check_rows(kexec, check, machines, place):
    for number, row in enumerate(ROWS):
        _, machine, release, command_line, files, *_ = row
        kexec.root = derive(machines, machine, place / ("row-%d" % number), release,
                            command_line, files)
        check_row(kexec, check, row)


# Names of errnos of the calls. ENOTSUP and EOPNOTSUPP are one number. The preloaded
# library knows the second name.
ERRNOS = ("EPERM", "EACCES", "ENOSYS", "EINVAL", "ENOEXEC", "EOPNOTSUPP", "EADDRNOTAVAIL",
          "EKEYREJECTED", "ENOKEY", "ENOMEM", "EFAULT", "EIO")


def check_plan(kexec, check, machines, place):
    """The calls that --dry-run=json announces are those that a load makes."""
    for machine, words, first, reason, second in (
            ("ovmf", [], LOAD, "on this EFI machine", FILE),
            ("ovmf", ["--efi-map-config"], LOAD, "because of --efi-map-config", FILE),
            ("ovmf", ["-c"], LOAD, "because of -c", None),
            ("ovmf", ["-s"], FILE, "because of -s", None),
            ("ovmf", ["--noefi"], LOAD, "does not lose less", FILE),
            ("seabios", [], FILE, "nothing of EFI is handed on", LOAD),
            ("seabios", ["--console-serial"], LOAD, "kexec_file_load loses more", FILE),
            ("seabios", ["--entry-32bit"], LOAD, "option that only it supports", None)):
        kexec.root = derive(machines, machine, place / ("plan" + machine + "".join(words)))
        line = [*words, *options(kexec.directory)]
        plan = json_output.read(kexec("-l", "--dry-run=json", *line).out)["system_calls"]
        check("plan %s %s" % (machine, words), plan["first"] == first
              and reason in plan["reason"] and plan["second"] == second, plan)
        announced = {"EOPNOTSUPP" if name == "ENOTSUP" else name
                     for name in plan["second_after"]}
        followed = set()
        for name in ERRNOS:
            answers = {"LOAD": name} if first == LOAD else {"FILE_LOAD": name}
            if second == FILE:
                answers["FILE_LOAD"] = "OK"
            made = calls(kexec("-l", *line, **answers))
            check("plan %s %s: %s comes first" % (machine, words, name),
                  made[:1] == [first] and set(made) <= {first, second}, made)
            if second in made:
                followed.add(name)
        check("plan %s %s: the second follows" % (machine, words), announced == followed,
              "announced %s, followed %s" % (announced, followed))


def check_both_lose(kexec, check, machines, place):
    """State for the next kernel counts more than messages on the way to it."""
    kexec.root = derive(machines, "seabios", place / "both", "6.12.0",
                        files={IMA: "7\n", "proc/kallsyms": HANDS_ON})
    result = kexec("-l", "--console-serial", *options(kexec.directory), FILE_LOAD="OK")
    check("a console and measurements", result.rc == 0 and calls(result) == [FILE]
          and result.one_message("have no effect: --console-serial"), result)


def check_libelf(kexec, check, machines, place):
    """Without libelf or /proc/kcore no image can be made, so kexec_file_load follows."""
    kexec.root = derive(machines, "ovmf-crashkernel", place / "libelf")
    line = ["-p", *options(kexec.directory)]
    for change in ("libelf", "kcore"):
        settings = {"FILE_LOAD": "OK"}
        if change == "libelf":
            settings["NO_LIBRARY"] = "libelf"
        else:
            (kexec.root / "proc/kcore").unlink()
        for words in ([], ["-a"]):
            result = kexec(*words, *line, **settings)
            check("no %s, -p %s" % (change, words), result.rc == 0
                  and calls(result) == [FILE] and "error" not in result.err, result)
            text, found = findings(kexec("--check=json", *words, *line, **settings))
            check("no %s, --check -p %s" % (change, words), not found["load"]["error"]
                  and found["load"]["system_call"] == FILE, text)
        result = kexec("-c", *line, **settings)
        check("no %s, -c" % change, result.rc == 1 and not calls(result)
              and result.one_message(change), result)
        text, found = findings(kexec("--check=json", "-c", *line, **settings))
        check("no %s, --check -c" % change, found["load"]["error"], text)


def check_limits(kexec, check, machines, place):
    """Loads that are counted: no call is wasted, and 0 is named without a call."""
    kexec.root = derive(machines, "ovmf", place / "limits", files={LIMIT + "reboot": "1\n"})
    line = ["-l", *options(kexec.directory)]
    fakes.write(kexec.root / LOCKDOWN, "none [integrity] confidentiality\n")
    for words in ([], ["-a"], ["-d"]):
        result = kexec(*words, *line, LOAD="EPERM", FILE_LOAD="OK")
        check("lockdown, one load left %s" % words, result.rc == 0 and calls(result) == [FILE],
              result)
    result = kexec("-u", UNLOAD="EPERM", FILE_LOAD="OK")
    check("lockdown, -u", result.rc == 0 and calls(result) == [FILE], result)
    fakes.write(kexec.root / LOCKDOWN, "[none] integrity confidentiality\n")
    result = kexec(*line, BUSY=100)
    check("busy, but counted", result.rc == 255 and len(calls(result)) == 1
          and not any(call.startswith("sleep") for call in result.log)
          and result.one_message("try again"), result)
    fakes.write(kexec.root / (LIMIT + "reboot"), "0\n")
    for words in ([], ["-c"], ["-s"], ["-d"]):
        result = kexec(*words, *line, FILE_LOAD="OK")
        check("none left %s" % words, result.rc == 255 and not calls(result)
              and "kernel.kexec_load_limit_reboot is 0" in result.err, result)
    result = kexec("-u")
    check("none left, -u", result.rc == 255 and not calls(result)
          and result.one_message("kernel.kexec_load_limit_reboot is 0"), result)
    text, _ = findings(kexec("--check=json", *line))
    check("none left, --check", "no kernel can be loaded: the sysctl "
          "kernel.kexec_load_limit_reboot is 0" in text, text)


def check_busy(kexec, check, machines, place):
    """EBUSY is tried again for 5 seconds."""
    kexec.root = derive(machines, "ovmf", place / "busy")
    for option, call in (("-c", LOAD), ("-s", FILE)):
        for times, status in ((1, 0), (25, 0), (26, 255)):
            result = kexec(option, "-l", *options(kexec.directory), FILE_LOAD="OK", BUSY=times)
            pauses = result.log.count("sleep 200 ms")
            check("%s: %d times busy" % (call, times), result.rc == status
                  and calls(result) == [call] * min(times + 1, 26)
                  and pauses == min(times, 25)
                  and ("another program" in result.err) == (status == 255), result)


# Whether EFI; errno of kexec_load and of kexec_file_load; whether IMA is there; options;
# exit status; calls; words.
REFUSALS = [
    ("ovmf", "EOPNOTSUPP", "OK", False, "", 255, [LOAD], "Intel TDX"),
    ("ovmf", "", "EOPNOTSUPP", False, "-s", 253, [FILE], "Intel TDX"),
    ("ovmf", "EACCES", "EACCES", True, "", 255, [LOAD, FILE], "IMA's policy -s evmctl"),
    ("ovmf", "EACCES", "OK", True, "", 0, [LOAD, FILE], ""),
    ("ovmf", "EACCES", "EACCES", False, "", 255, [LOAD], "security module"),
    ("ovmf", "", "EACCES", True, "-s", 255, [FILE], "IMA's policy evmctl"),
    ("seabios", "", "EKEYREJECTED", False, "", 255, [FILE], "modified Digest trusts -c enrol"),
    ("seabios", "", "ENODATA", False, "", 255, [FILE], "signature -c"),
    ("seabios", "", "EACCES", True, "", 255, [FILE], "IMA's policy"),
]


def check_refusals(kexec, check, machines, place):
    for number, (machine, load, files, ima, option, status, made, words) in enumerate(REFUSALS):
        kexec.root = derive(machines, machine, place / ("refusal-%d" % number),
                            files={IMA: "1\n"} if ima else {})
        settings = {"LOAD": load} if load else {}
        result = kexec(*option.split(), "-l", *options(kexec.directory), FILE_LOAD=files,
                       **settings)
        # A call that adds nothing to the message may be made all the same.
        check("%s: %s, %s, IMA %s" % (machine, load, files, ima), result.rc == status
              and calls(result)[:len(made)] == made
              and (not status or result.one_message(*words.split())), result)
    kexec.root = derive(machines, "seabios", place / "locked-bios",
                        files={LOCKDOWN: "none [integrity]\n"})
    result = kexec("-l", *options(kexec.directory), FILE_LOAD="EKEYREJECTED")
    check("-c is not proposed under lockdown", result.rc == 255
          and result.one_message("modified after it was signed") and "-c loads" not in result.err, result)


IS_XEN = os.environ.get("LIBXENCTRL") != "no"
DOM0 = {"sys/hypervisor/type": "xen\n", "proc/xen/capabilities": "control_d\n"}


def hypervisor(machine, crash):
    """The answers of Xen (preload_xen.c) for a recorded machine without EFI."""
    names = {number: name for name, number in recorded.TYPES.items()}
    lines = [(r.start, r.end, names[r.type]) for r in machine.firmware_map()]
    lines += [(crash, crash + (128 << 20), "Crash kernel"),
              (0x1000, 0x1200, "Xen crash note"), (0x2000, 0x3000, "Xen vmcoreinfo")]
    return "".join("%x-%x : %s\n" % (start, end - 1, name) for start, end, name in lines)


def check_dom0(kexec, check, machines, place):
    """Linux cannot kexec from a PV or PVH dom0: the hypervisor loads. Other Xen domains
    are as ever. test_xen.py has the rest of a dom0."""
    facts = place / "hypervisor"
    facts.write_text(hypervisor(machines["seabios"], 0x20000000))
    for name, files, dom0 in (
            ("PV", {**DOM0, "sys/hypervisor/guest_type": "PV\n"}, True),
            ("PVH", {**DOM0, "sys/hypervisor/guest_type": "PVH\n"}, True),
            ("before 4.13", DOM0, True),
            ("HVM guest", {**DOM0, "sys/hypervisor/guest_type": "HVM\n",
                           "proc/xen/capabilities": ""}, False),
            ("not Xen", {**DOM0, "sys/hypervisor/type": "other\n"}, False)):
        kexec.root = derive(machines, "seabios", place / ("dom0 " + name), files=files)
        for words in (["-l"], ["-p"], ["-c", "-l"], ["-s", "-l"]):
            result = kexec(*words, *options(kexec.directory), FILE_LOAD="OK", XEN=facts)
            if not dom0:
                good = "Xen" not in result.err and "kexec_op" not in calls(result)
            elif "-s" in words:
                good = (not calls(result) and result.rc == 255
                        and result.one_message("dom0 of a Xen"))
            else:
                good = (result.rc == 0 and result.silent() and calls(result) == ["kexec_op"]
                        if IS_XEN else not calls(result) and result.rc == 1
                        and result.one_message("built without libxenctrl"))
            check("dom0 %s %s" % (name, words), good, result)
        run = kexec("--check=json", "-l", *options(kexec.directory), FILE_LOAD="OK",
                    XEN=facts)
        check("dom0 %s, --check" % name, (run.rc == 1) == (dom0 and not IS_XEN)
              and not any("segments=" in line for line in run.log)
              and (findings(run)[1]["load"]["system_call"] == "kexec_op") == dom0, run)
    if IS_XEN:
        check_dom0_losses(kexec, check, machines, place, facts)


def check_dom0_losses(kexec, check, machines, place, facts):
    """An image loses the same in a dom0, and the warning names Xen's call."""
    kexec.root = derive(machines, "seabios", place / "dom0 loses", release="6.16.0",
                        command_line="kho=on", files={**DOM0, KEYS: "2\n"})
    for word, words in (("-l", "Kexec HandOver"), ("-p", "keys of encrypted disks")):
        result = kexec(word, *options(kexec.directory), FILE_LOAD="OK", XEN=facts)
        check("dom0 %s loses" % word, result.rc == 0 and calls(result) == ["kexec_op"]
              and result.one_message("warning: with Xen's kexec_op ", words), result)


# Changes to each recorded machine, and answers of the kernel.
VARIANTS = [
    ("as it is", {}, {}),
    ("locked down", {LOCKDOWN: "none [integrity]\n"}, {"LOAD": "EPERM"}),
    ("kexec_load missing", {}, {"LOAD": "ENOSYS"}),
    ("kexec_file_load missing", {}, {"FILE_LOAD": "ENOSYS"}),
    ("handed over", {"proc/cmdline": "kho=on\n", KEYS: "1\n", RELEASE: "6.17.0\n"}, {}),
    ("no libelf", {}, {"NO_LIBRARY": "libelf"}),
    ("no kcore", {"proc/kcore": None}, {}),
    ("no iomem", {"proc/iomem": None}, {}),
    ("dom0", DOM0, {}),
    ("none left", {LIMIT + "reboot": "0\n", LIMIT + "panic": "0\n"}, {}),
]


def agrees(check_result, load):
    found = json_output.read(check_result.out)
    possible = not found["load"]["error"] and not any(
        words in problem for problem in found["problems"]
        for words in ("no kernel can be loaded", "no memory is reserved"))
    made = calls(load)
    return possible == (load.rc == 0) and (
        not possible or found["load"]["system_call"] == made[-1])


def check_agreement(kexec, check, machines, place):
    """--check and the load agree on whether a kernel can be loaded, and by which call."""
    for name in [path.name[:-len(".tar.xz")]
                 for path in recorded.varied(recorded.archives(os.environ["MACHINES"]))]:
        reserved = "Crash kernel" in (machines[name].root / "proc/iomem").read_text()
        for number, (variant, files, settings) in enumerate(VARIANTS):
            root = derive(machines, name, place / ("%s-%d" % (name, number)),
                          files={path: text for path, text in files.items() if text})
            for path, text in files.items():
                if text is None:
                    (root / path).unlink(missing_ok=True)
            kexec.root = root
            for words in (["-l"], ["-p"], ["-p", "-a"], ["-c", "-l"], ["-s", "-p"],
                          ["--noefi", "-l"]):
                line = [*words, *options(kexec.directory)]
                answers = {"FILE_LOAD": "OK", **settings}
                if (root / "xen").exists():
                    answers["XEN"] = root / "xen/memory"
                if "-p" in words and not reserved and "FILE_LOAD" not in settings:
                    answers["FILE_LOAD"] = "EADDRNOTAVAIL"
                expected, load = kexec("--check=json", *line, **answers), kexec(*line, **answers)
                check("%s, %s: %s" % (name, variant, " ".join(words)),
                      agrees(expected, load), "%s\n%s" % (expected.out[:1500], load))


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-choice-") as directory:
        place = Path(directory)
        kexec = fakes.Kexec(place, os.environ["KEXEC"])
        (place / "vmlinuz").write_bytes(fakes.bzimage(init_size=2 << 20))
        (place / "initrd").write_bytes(b"070701" + bytes(10000))
        machines = {path.name[:-len(".tar.xz")]: recorded.unpack(path, place / path.stem)
                    for path in recorded.archives(os.environ["MACHINES"])}
        parts = [check_rows, check_plan, check_both_lose, check_libelf, check_limits,
                 check_busy, check_refusals, check_dom0, check_agreement]
        if os.environ.get("DLOPEN") == "no":
            # The program cannot start without the library.
            parts.remove(check_libelf)
        for part in parts:
            part(kexec, check, machines, place)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
