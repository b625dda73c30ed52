# SPDX-License-Identifier: GPL-2.0-only
"""Evaluates the results that the machine of a boot test case reported."""

import re
import time
from collections import defaultdict
from dataclasses import replace

import hypervisor
import matrix_cases
import placement
import records
import replays
import screen_text
import survival
import watchdogs

PASS, FAIL, SKIP = "PASS", "FAIL", "SKIP"

# The last message of a kernel before the next one starts.
LAST_WORDS = re.compile(r"Starting new kernel|Disabling non-boot CPUs|"
                        r"Kernel panic - not syncing: sysrq|"
                        r"\(XEN\) Executing kexec image")


def shown(pattern, console):
    """Returns whether the console matches the pattern after the first kernel's end."""
    parts = LAST_WORDS.split(console)
    return len(parts) > 1 and re.search(pattern, parts[-1]) is not None


class Results:
    """All results of a run. facts[STAGE][KEY] is the list of reported values; STAGE is
    "efi" for the EFI application and a number for a kernel."""

    def __init__(self):
        self.facts = defaultdict(lambda: defaultdict(list))
        self.ended = None           # "finished", "timeout" or QEMU's reason
        self.registers = {}
        self.console = ""
        # Seconds between each stage's last word and the first one of the next stage.
        self.gaps = {}
        self.left = None
        # For a crash case: the errors found in its dump, and the kernel log in the dump.
        self.dump = []
        self.dumped_log = ""
        # The number of marked pages that kept their content; None without marks.
        self.marks_left = None
        # The display's pixels at the end; None without a display.
        self.screen = None
        # QEMU's reaction to a watchdog that was not kept alive: "reset", or None.
        self.watchdog = None
        # The same as a portable pixmap, of a machine that stopped.
        self.picture = None

    def add(self, line):
        """Adds a result line and returns its key; returns None for any other line."""
        match = re.fullmatch(r"(efi|\d+)\.(\w+)=(.*)", line)
        if not match:
            return None
        stage = match[1] if match[1] == "efi" else int(match[1])
        self.facts[stage][match[2]].append(match[3].strip())
        return match[2]

    def note_time(self, key):
        """Measures how long the machine says nothing between two kernels."""
        if key == "about_to_execute":
            self.left = time.monotonic()
        elif key == "kernel" and self.left is not None:
            self.gaps[self.last_stage()] = time.monotonic() - self.left
            self.left = None

    def value(self, stage, key):
        values = self.facts[stage][key] if stage in self.facts else []
        return values[0] if values else None

    def last_stage(self):
        return max((stage for stage in self.facts if stage != "efi"), default=0)

    def console_afterwards(self):
        """The text of the console after the first kernel's end."""
        return LAST_WORDS.split(self.console)[-1]

    def loader_output(self, stage=1):
        return "\n".join(self.facts[stage]["load_stdout"] +
                         self.facts[stage]["load_stderr"])


def unprepared(case, results):
    """Returns why the machine did not reach the point of the test, or None."""
    failure = results.value("efi", "failed")
    if failure:
        return "EFI application: " + failure
    if not results.facts[1]["kernel"]:
        return f"the first kernel did not come up ({results.ended})"
    if case.place:
        moved = results.value("efi", "array")
        if int(moved or "0", 16) != case.place.array:
            return f"the array is at {moved}"
        # The kernel itself must report that it uses the moved array.
        if int(results.value(1, "config_table") or "0", 16) != case.place.array:
            return ("the first kernel sees the array at "
                    f"{results.value(1, 'config_table')}")
    if case.hypervisor and not hypervisor.memory(results.facts[1]):
        return f"the first kernel does not run under Xen: {results.facts[1]['xen']}"
    if case.crash and "crashkernel=" in case.first_append and not any(
            "Crash kernel" in line for line in results.facts[1]["iomem"]):
        return "the first kernel has reserved nothing for a crash kernel"
    if case.expect in ("survives", "loses") and survival.missing(results):
        return "the first kernel has not got: " + ", ".join(survival.missing(results))
    for key, pattern in case.first_has:
        if not any(re.search(pattern, one) for one in results.facts[1][key]):
            return f"the first kernel does not report {key} {pattern}"
    return None


def check_stage(case, results, stage):
    """Returns a list of errors in the report of a kernel that kexec started."""
    facts, first = results.facts[stage], results.facts[1]
    wrong = []

    def expect(condition, text):
        if not condition:
            wrong.append(f"stage {stage}: {text}")

    boot_ids = [results.value(one, "boot_id") for one in range(1, stage + 1)
                if reports(case, one)]
    expect(len(set(boot_ids)) == len(boot_ids), "boot_id is an old one")
    expect(f"stage={stage}" in results.value(stage, "cmdline").split(),
           f"command line is {results.value(stage, 'cmdline')!r}")
    expect(facts["loader_type"] != first["loader_type"] or stage > 2 or
           case.firmware == "seabios", "boot_params is not ours")
    if not case.crash:
        expect(facts["cpus"] == [str(case.cpus)], f"{facts['cpus']} CPUs")
    # After a kexec, Linux does not support the services of 32-bit firmware.
    efi = first["efi"] if case.firmware != "ovmf-ia32" else ["no"]
    # A control says in last_has what it expects instead.
    expect("efi" in dict(case.last_has) or facts["efi"] == efi, f"EFI {facts['efi']}")
    if efi == facts["efi"] == ["yes"]:
        keys = ["system_table", "config_table", "systab", "runtime_map"]
        # The kernel of Xen's first domain has a system table of its own, and Xen keeps
        # the runtime map.
        if case.hypervisor:
            keys = ["systab"]
        # Each kernel reserves the planted tables that it knows, in its own way.
        if case.plant and facts["kernel"] != first["kernel"]:
            keys.remove("runtime_map")
        elif facts["runtime_descriptor"] and not case.hypervisor:
            keys.remove("runtime_map")
            expect(runtime_ranges(facts) == runtime_ranges(first),
                   f"runtime ranges {runtime_ranges(facts)}, the first kernel had "
                   f"{runtime_ranges(first)}")
        if copies(case):
            for key in ("system_table", "config_table"):
                keys.remove(key)
                expect(facts[key] and facts[key] != first[key],
                       f"{key} {facts[key]} is not a copy")
        for key in keys:
            expect(facts[key] == first[key],
                   f"{key} {facts[key]}, the first kernel had {first[key]}")
        expect(without(case.lost_tables, table_names(facts, first)) ==
               without(case.lost_tables, table_names(first, facts)),
               f"EFI tables {facts['efi_tables']}, the first kernel had "
               f"{first['efi_tables']}")
    for key in same_in_all(case):
        expect(facts[key] == first[key],
               f"{key} {facts[key]}, the first kernel had {first[key]}")
    expect(not any("nexpected" in line for line in facts["memattr"]),
           f"memory attributes table overwritten: {facts['memattr']}")
    expect(not facts["trouble"] or facts["trouble"] == first["trouble"],
           f"kernel log: {facts['trouble'][:2]}")
    return wrong


def runtime_ranges(facts):
    """[type, attribute, start, end] of the ranges in /sys/firmware/efi/runtime-map. A
    kernel that reserves a table splits the descriptor of its memory without need
    (efi_arch_mem_reserve()), so adjacent ones of one kind are joined."""
    ranges = []
    for line in facts["runtime_descriptor"]:
        kind, start, _, pages, attribute = (int(word, 16) for word in line.split())
        ranges.append([kind, attribute, start, start + 4096 * pages])
    joined = []
    for one in sorted(ranges):
        if joined and joined[-1][:2] == one[:2] and joined[-1][3] == one[2]:
            joined[-1][3] = one[3]
        else:
            joined.append(one)
    return joined


def same_in_all(case):
    """The keys whose values must be those of the first kernel, with and without EFI. A
    control names the values that it expects instead in last_has."""
    keys = ["acpi_tables"]
    if "framebuffer" in dict(case.first_has):
        keys += ["framebuffer", "screen"]
    return [] if {"acpi_tables", "framebuffer"} & set(dict(case.last_has)) else keys


def reports(case, stage):
    """Returns whether the stage reports its facts."""
    return not case.surveyed or stage in case.surveyed


def copies(case):
    """Returns whether the next kernels get copies of system table and array."""
    return "--efi-map-config=copy" in case.load


def table_names(facts, other):
    """Names and addresses of the tables that a kernel found. Kernel releases know
    different tables, so only tables that both kernels know are compared."""
    known = ["SMBIOS", "SMBIOS 3.0", "ACPI", "ACPI 2.0", "MEMATTR", "ESRT", "RNG",
             "TPMEventLog"]
    if facts["kernel"] == other["kernel"]:
        known.append("MOKvar")
    line = " ".join(facts["efi_tables"])
    return sorted((name, value) for name, value in
                  re.findall(r"(\w[\w. ]*?)=(0x[0-9a-f]+)", line) if name in known)


def without(names, tables):
    return [(name, value) for name, value in tables if name not in names]


def check_loaded(case, results):
    wrong = []
    status = results.facts[1]["load_rc"]
    if set(status) != {"0"}:
        wrong.append(f"kexec exited with {status}: {results.loader_output()}")
    return wrong + results.facts[1]["wrong"] + check_message(case, results)


def check_message(case, results):
    output = results.loader_output()
    if case.message == "" and output:
        return [f"kexec was not silent: {output}"]
    if case.message and not re.search(case.message, output):
        return [f"kexec did not say {case.message!r} but {output!r}"]
    return []


# guest/init fills the framebuffer with gray. A blinking cursor may cover a few pixels.
GRAY, ENOUGH = 0x55, 0.99


def check_screen(case, results):
    """Checks that the display shows the pixels that the last kernel wrote to its
    framebuffer, or none of them if that kernel must not have a framebuffer. A DRM driver
    switches the display off when its kernel ends, so such cases are not checked."""
    if results.screen is None or case.before == "display-driver":
        return []
    gray = results.screen.count(GRAY) / len(results.screen)
    wanted = "framebuffer" not in dict(case.last_has)
    if (gray > ENOUGH) == wanted:
        return []
    return [f"{gray:.0%} of the display are what the last kernel wrote to its framebuffer"]


def check_text_on_screen(case, results):
    if not case.screen and not case.screen_lacks:
        return []
    if results.picture is None:
        return ["the screen was not looked at"]
    width, height, pixel = screen_text.read_pixmap(results.picture)
    lines, wrong = screen_text.read_text(pixel, width, height), []
    if case.screen_size and (width, height) != case.screen_size:
        wrong.append(f"the screen has {width} x {height} pixels")
    if case.screen and not screen_text.shows(lines, case.screen):
        wrong.append(f"the screen does not show {case.screen!r} but "
                     f"{[line for line in lines if line]}")
    if case.screen_lacks and screen_text.shows(lines, case.screen_lacks):
        wrong.append(f"the screen shows {case.screen_lacks!r}")
    return wrong


def check_marks(case, results):
    if not case.marks or results.marks_left == case.marks[2]:
        return []
    return [f"{results.marks_left} of {case.marks[2]} marked pages are left"]


def check_last(case, results):
    final = results.last_stage()
    return check_screen(case, results) + [f"stage {final} does not report {key} {pattern} but "
            f"{results.facts[final][key]}" for key, pattern in case.last_has
            if not any(re.search(pattern, one) for one in results.facts[final][key])]


def boots(case, results):
    return (comes_up(case, results) + check_marks(case, results)
            + placement.check(case, results) + matrix_cases.changes(case, results)
            + records.check(case, results) + hypervisor.check(case, results))


def forgets(case, results):
    wrong = comes_up(replace(case, last_has=()), results)
    if not check_marks(case, results) + check_last(case, results):
        wrong.append("nothing was lost: this shows nothing")
    return wrong


def unreadable(case, results):
    errors = results.facts[results.last_stage()]["vmcore_error"] + results.dump
    results.dump = []
    wrong = comes_up(case, results)
    expected = case.dump_error or "Cannot allocate memory at 0x"
    if not any(expected in error for error in errors):
        wrong.append(f"all of /proc/vmcore can be read: this shows nothing ({errors})")
    return wrong


def comes_up(case, results):
    wrong = check_loaded(case, results)
    final = case.kexecs + 1
    if wrong:
        return wrong
    if results.last_stage() != final or results.ended != "finished":
        text = f"stage {results.last_stage()} of {final} was the last ({results.ended}"
        if "CR2" in results.registers:
            text += ", CR2={CR2:#x}, RIP={RIP:#x}".format(**results.registers)
        panic = re.search(r"Kernel panic.*", results.console)
        return [text + ")" + (": " + panic[0] if panic else "")]
    for stage in range(2, final + 1):
        if reports(case, stage):
            wrong += check_stage(case, results, stage)
    # Linux logs such a line only for errors; look at every kernel of the chain.
    wrong += sorted(set(re.findall(r"efi: memattr: .*", results.console)))
    return wrong + check_console(case, results) + check_last(case, results) + results.dump


def check_console(case, results):
    """Checks the console in cases that go on afterwards."""
    wrong = []
    if case.console and not shown(case.console, results.console):
        wrong.append(f"the console does not show {case.console!r}")
    if case.console_lacks and shown(case.console_lacks, results.console):
        wrong.append(f"the console shows {case.console_lacks!r}")
    return wrong


def survives(case, results):
    return boots(case, results) or (survival.not_survived(case, results)
                                    + survival.changes(case, results))


def check_silence(results):
    """Checks that the next kernel did not print anything, although earlyprintk is on its
    command line."""
    spoke = re.search(r"Decompressing Linux.*|Linux version.*",
                      results.console_afterwards())
    return [f"the next kernel got as far as: {spoke[0]}"] if spoke else []


def halts(case, results):
    wrong = check_loaded(case, results)
    if wrong:
        return wrong
    if results.last_stage() > 1 or results.ended != "timeout":
        return [f"the next kernel did not halt: {results.ended}, CR2="
                f"{results.registers.get('CR2', 0):#x}"]
    # In the decompressor, which runs at low addresses, and not in the old kernel.
    if not results.registers.get("HLT") or results.registers["RIP"] >> 47:
        return ["the next kernel runs on, at {RIP:#x}".format(**results.registers)]
    return check_silence(results) + check_console(case, results)


def resets(case, results):
    wrong = check_loaded(case, results)
    if wrong:
        return wrong
    if results.last_stage() > case.kexecs:
        return ["the next kernel came up"]
    if not results.value(case.kexecs, "about_to_execute"):
        return [f"kexec -e number {case.kexecs} was never reached ({results.ended})"]
    if results.ended != "guest-reset":
        return [f"no reset but: {results.ended}"]
    wrong = check_silence(results)
    if wrong:
        return wrong
    if case.fault:
        start, end = case.fault
    else:
        start = case.place.array
        # The kernel's EFI stub has added entries to those counted before it.
        end = start + 24 * (int(results.value("efi", "entries")) + 16)
    fault = results.registers.get("CR2", 0)
    if not start <= fault <= end:
        return [f"reset, but not of reading the array: CR2={fault:#x}"]
    return []


def refused(case, results):
    status = results.value(1, "load_rc")
    wrong = check_message(case, results)
    if status not in map(str, case.status):
        wrong.append(f"kexec exited with {status}, expected {case.status}")
    for key in ("kexec_loaded", "kexec_crash_loaded"):
        if results.facts[1][key] not in (["0"], [""]):
            wrong.append(f"a kernel is loaded: {key} {results.facts[1][key]}")
    if results.ended != "finished":
        wrong.append(f"the machine did not go on: {results.ended}")
    return wrong


def stops(case, results):
    wrong = check_loaded(case, results)
    if wrong:
        return wrong
    if results.last_stage() > 1:
        wrong.append("the next kernel came up")
    if not re.search(case.console, results.console_afterwards()):
        wrong.append(f"the console does not show {case.console!r}")
    if results.ended != "guest-reset":
        wrong.append(f"the machine did not reset: {results.ended}")
    return wrong + check_text_on_screen(case, results)


def shows(case, results):
    wrong = check_loaded(case, results)
    if wrong:
        return wrong
    if results.last_stage() > 1:
        wrong.append("the first kernel, or another one, came up")
    if not shown(case.console, results.console):
        wrong.append(f"the console does not show {case.console!r} ({results.ended})")
    return wrong


def script(case, results):
    stage = results.last_stage()
    word = results.value(stage, "verdict")
    wrong = results.facts[stage]["wrong"] + check_last(case, results)
    if not case.script:
        wrong = check_loaded(case, results) + wrong
    return wrong if word == "pass" else [f"{word or 'no verdict'} ({results.ended})",
                                         *wrong]


def watchdog(case, results):
    return check_loaded(case, results) or watchdogs.not_reset(case, results)


def hangs(case, results):
    return check_loaded(case, results) or watchdogs.not_hanging(results)


EXPECTATIONS = {"boots": boots, "halts": halts, "resets": resets,
                "refused": refused, "stops": stops, "shows": shows, "script": script,
                "forgets": forgets, "misplaces": placement.misplaces, "unreadable": unreadable,
                "survives": survives, "loses": survival.losses,
                "watchdog": watchdog, "hangs": hangs}


def evaluate(case, results):
    """Returns PASS, FAIL or SKIP, and the reason."""
    reason = unprepared(case, results)
    if reason:
        return SKIP, reason
    wrong = EXPECTATIONS[case.expect](case, results) + replays.check(case, results)
    if wrong:
        return FAIL, "; ".join(wrong[:4] + ["and more"] * (len(wrong) > 4))
    if case.expect == "resets":
        return PASS, "died as expected, reading {CR2:#x}".format(**results.registers)
    if case.expect == "loses":
        return PASS, "as expected, " + "; ".join(survival.not_survived(case, results))
    return PASS, ""
