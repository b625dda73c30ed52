# SPDX-License-Identifier: GPL-2.0-only
"""Runs one boot test case: makes the files that its machine boots from, starts the
machine and follows it to its end.

    workshop = Workshop(PATH-OF-KEXEC, CASES)      once for all cases
    status, reason, seconds = carry_out(workshop, case, LOG-DIRECTORY)
    workshop.close()

carry_out() also takes two functions: it calls progress(TEXT) at each step, and
keep(RESULTS) with all results of the machine.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

import hypervisor                                       # noqa: E402
import image_kinds                                      # noqa: E402
import images                                           # noqa: E402
import kexec_tools                                      # noqa: E402
import marks                                            # noqa: E402
import packages                                         # noqa: E402
import survival                                         # noqa: E402
import verdict                                          # noqa: E402
import vmcore                                           # noqa: E402
import watchdogs                                        # noqa: E402
import xen_vmcore                                       # noqa: E402
from cache import Missing                               # noqa: E402
from case import place_text                             # noqa: E402
from tpm import Tpm                                     # noqa: E402
from vm import CannotPrepare, Machine, ovmf_drives      # noqa: E402

# panic=-1: a panic ends the run. earlyprintk: the next kernel prints from its start on.
# no_timer_check: on a busy host, an emulated timer may be too late for the kernel's
# check.
COMMAND_LINE = ("console=ttyS0,115200 earlyprintk=ttyS0,115200 panic=-1 "
                "no_timer_check")


# Names of archives, beside those of Debian's package sets: "kexec-tools" is one of these.
THEIR_KEXEC = "kexec of kexec-tools"


def guest_programs(case):
    """Programs of guest/ that every stage of the case needs."""
    return [*["read-tables"] * bool(case.survey), *["xen-facts"] * bool(case.hypervisor),
            *["marked-memory"] * bool(case.crash or case.marks)]


def needs_kexec_tools(case):
    return any(line.split()[0] == "kexec-tools" for line in (case.program, *case.later))


def kexec_tools_archive():
    """An archive with Debian's kexec, under another name than the program under test."""
    try:
        _, package = kexec_tools.fetch()
    except Missing as error:
        raise CannotPrepare(str(error)) from error
    return images.archive_of("sbin/kexec-tools", package / "sbin/kexec",
                             kexec_tools.library_places(package))


class Workshop:
    """The files that all cases of one run share: kernels, guest archive, EFI program."""

    def __init__(self, kexec, cases):
        self.directory = tempfile.mkdtemp(prefix="kexec-boot.")
        # The files that were made, and for all others the reason.
        self.kernels, self.archives, self.lost = {}, {}, {}
        # The running machines of all threads.
        self.machines, self.stopped, self.lock = set(), False, threading.Lock()
        for name in dict.fromkeys(name for case in cases for name in case.kernels):
            self.prepare_kernel(name)
        self.efi_program = os.path.join(self.directory, "place.efi")
        preload = os.path.join(self.directory, "preload.so")
        self.make([HERE / "efi" / "build", self.efi_program])
        self.preloaded("preload", preload)
        if not os.access(kexec, os.X_OK):
            raise CannotPrepare(f"{kexec} is not there: build it, or name it "
                                "with --kexec=PATH")
        programs = [("sbin/kexec", kexec)]
        # vmcore-dmesg is built beside kexec; a kexec of kexec-tools comes without it.
        vmcore_dmesg = Path(kexec).absolute().parent.parent / "vmcore-dmesg/vmcore-dmesg"
        if vmcore_dmesg.exists():
            programs.append(("sbin/vmcore-dmesg", vmcore_dmesg))
        self.base = images.guest_base(HERE / "guest" / "init", programs=programs,
                                      files=[
                                          ("lib/preload.so", preload),
                                          ("lib/save-vmcore", HERE / "guest/save-vmcore")])
        if any(needs_kexec_tools(case) for case in cases):
            self.prepare_archive(THEIR_KEXEC, kexec_tools_archive)
        for name in {name for case in cases for name in guest_programs(case)}:
            self.prepare_archive(name, lambda name=name: self.guest_program(name))
        if any(case.crash for case in cases):
            self.prepare_archive("makedumpfile", lambda: images.archive_of(
                "bin/makedumpfile", vmcore.makedumpfile()))
        # Stored like the archives, but the value is the path of a file on the host.
        for name in {case.first for case in cases if case.symbols} - set(self.lost):
            self.prepare_archive("symbols", lambda name=name: packages.kernel_symbols(
                self.kernels[name]))
        if any(case.hypervisor for case in cases):
            self.preloaded("preload-xen", preload)
            self.prepare_archive(hypervisor.LIBRARY,
                                 lambda: hypervisor.library_archive(preload))
        for name in {case.debian for case in cases if case.debian}:
            self.prepare_archive(
                name, lambda name=name: packages.debian_archive(name, kexec))

    def prepare_kernel(self, name):
        done = subprocess.run([HERE / "kernels" / "prepare", name], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            self.lost[name] = done.stderr.strip().splitlines()[-1]
        else:
            self.kernels[name] = done.stdout.split()[1]

    def guest_program(self, name):
        program = os.path.join(self.directory, name)
        self.make([*shlex.split(os.environ.get("CC", "cc")), "-O1", "-static",
                   HERE / "guest" / f"{name}.c", "-o", program])
        return images.archive_of(f"sbin/{name}", program)

    def preloaded(self, name, library):
        """Compiles a library that is preloaded into kexec."""
        self.make([*shlex.split(os.environ.get("CC", "cc")), "-shared", "-fPIC", "-O1",
                   HERE / "guest" / f"{name}.c", "-o", library, "-ldl"])

    def prepare_archive(self, name, make):
        assert name not in self.archives, f"two archives are named {name}"
        try:
            self.archives[name] = make()
        except CannotPrepare as error:
            self.lost[name] = str(error)

    def check(self, case):
        """Raises CannotPrepare if a file that the case needs could not be made."""
        needed = [*case.kernels, *["makedumpfile"] * case.crash,
                  *["symbols"] * case.symbols,
                  *[case.debian] * bool(case.debian),
                  *[hypervisor.LIBRARY] * bool(case.hypervisor),
                  *[THEIR_KEXEC] * needs_kexec_tools(case)]
        for name in needed:
            if name in self.lost:
                raise CannotPrepare(self.lost[name])

    @contextlib.contextmanager
    def running(self, machine):
        """A context in which stop() ends the machine together with all others."""
        with self.lock:
            if self.stopped:
                raise CannotPrepare("the tests were stopped")
            self.machines.add(machine)
        try:
            yield machine
        finally:
            with self.lock:
                self.machines.discard(machine)

    def stop(self):
        """Ends all machines and with them the cases; no new machine starts."""
        with self.lock:
            self.stopped = True
            for machine in self.machines:
                machine.kill()

    @staticmethod
    def make(command):
        done = subprocess.run([str(word) for word in command], text=True,
                              capture_output=True)
        if done.returncode:
            raise CannotPrepare(f"{command[0]}: {done.stderr.strip()}")

    def close(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def next_command_line(case):
    return f"{COMMAND_LINE} {case.next_append}".strip()


def guest_settings(case):
    environment = dict(case.environment)
    if case.environment:
        environment.setdefault("LD_PRELOAD", "/lib/preload.so")
    settings = {
        "name": case.name, "kexecs": case.kexecs, "load": case.load, "execute": case.execute,
        "next_append": next_command_line(case), "userland": case.userland,
        "crash": case.crash_cpu if case.crash else "", "script": case.script,
        "before": case.before, "after": case.after, "survey": case.survey,
        "hypervisor": "yes" * bool(case.hypervisor),
        "record": "yes" * bool(case.record), "replay": "yes" * case.replay,
        "marks": " ".join(map(hex, case.marks)), "full_dump": "yes" * case.full_dump,
        "surveyed": " ".join(map(str, case.surveyed)),
        "program": case.program, "later": "\n".join(case.later),
        # A program that is not installed may need libraries from other directories,
        # which have the same paths in the guest.
        "libraries": os.environ.get("LD_LIBRARY_PATH", ""),
        "environment": " ".join(f"{k}={v}" for k, v in environment.items()),
    }
    return "".join(f"case_{key}={shlex.quote(str(value))}\n"
                   for key, value in settings.items())


def next_kernel(workshop, case, name, base, directory):
    """The file that kexec loads."""
    kernel = workshop.kernels[name]
    if not case.image:
        return kernel
    settings = images.Cpio()
    settings.text("case/conf", guest_settings(case))
    return image_kinds.KINDS[case.image](kernel, base + settings.bytes(),
                                         f"stage=2 {next_command_line(case)}",
                                         directory)


def base_of(workshop, case):
    """The archive that every stage needs."""
    names = [*["makedumpfile"] * case.crash, *[THEIR_KEXEC] * needs_kexec_tools(case),
             *guest_programs(case)]
    return b"".join((workshop.base, *(workshop.archives[name] for name in names)))


def root_disk(workshop, case, path):
    """QEMU's arguments for a disk that is the root of the next kernel."""
    settings = images.Cpio()
    settings.text("case/conf", guest_settings(case))
    return images.root_disk(path, (workshop.base, settings.bytes()))


def initrd(workshop, case, directory):
    """The initrd of the first stage: base_of(), followed by files for that stage only."""
    base = base_of(workshop, case)
    extra = images.Cpio()
    extra.text("case/conf", guest_settings(case))
    extra.file("case/base.cpio", base)
    for number, name in enumerate(case.next, 1):
        # guest/init uses the previous file if this one is missing.
        if number > 1 and name == case.next[number - 2]:
            continue
        extra.file(f"case/kernel.{number}",
                   next_kernel(workshop, case, name, base, directory))
    kernel = Path(workshop.kernels[case.first])
    places = ("modules", "watchdogs", *["xen"] * bool(case.hypervisor))
    for module in (path for place in places for path in kernel.parent.glob(f"{place}/*.ko")):
        extra.file(f"case/{module.parent.name}/{module.name}", module)
    for script in (case.script, case.before, case.after, case.survey):
        if script:
            extra.file(f"case/{script}", HERE / "guest" / script)
    return b"".join((base, extra.bytes(),
                     workshop.archives[hypervisor.LIBRARY] if case.hypervisor else b"",
                     workshop.archives[case.debian] if case.debian else b""))


DUMP_DISK = "vmcore.img"


def machine_arguments(workshop, case, directory):
    command_line = f"stage=1 {COMMAND_LINE} {case.first_append}".strip()
    kernel = workshop.kernels[case.first]
    arguments = ["-m", case.memory, "-smp", str(case.cpus), "-cpu", case.cpu]
    for backend in case.backends:
        arguments += ["-object", backend]
    for device in case.devices:
        arguments += ["-device", device]
    for name in case.properties:
        arguments += ["-global", name]
    if case.crash:
        arguments += vmcore.disk(Path(directory) / DUMP_DISK)
    if case.userland == "disk":
        arguments += root_disk(workshop, case, Path(directory) / "root.img")
    # 32-bit firmware cannot start our 64-bit EFI application. QEMU's loader in that
    # firmware can start a kernel with an entry for 32-bit EFI (CONFIG_EFI_MIXED).
    if case.firmware in ("seabios", "ovmf-ia32"):
        if case.firmware != "seabios":
            arguments += ovmf_drives(directory, case.firmware)
        archive = Path(directory) / "initrd"
        archive.write_bytes(initrd(workshop, case, directory))
        return arguments + ["-kernel", kernel, "-initrd", str(archive),
                            "-append", command_line]
    if case.hypervisor:
        return arguments + hypervisor.started_by_firmware(
            case, kernel, initrd(workshop, case, directory), directory)
    files = {
        "EFI/BOOT/BOOTX64.EFI": workshop.efi_program,
        "vmlinuz": kernel,
        "initrd": initrd(workshop, case, directory),
        "cmdline.txt": f"initrd=\\initrd {command_line}".encode(),
    }
    text = (case.place.text() if case.place else "") + place_text(case.plant)
    files["place.txt"] = text.encode()
    image = images.esp(Path(directory) / "esp.img", files)
    drive = images.esp_drive(image)
    if case.firmware.startswith("u-boot"):
        drive = images.sata_drive(images.partitioned(image))
    return arguments + ovmf_drives(directory, case.firmware) + drive


# The time, in seconds, in which a kernel that should halt must not do anything else.
HALT_SECONDS = 10


def watch(case, machine, progress):
    """Follows one machine to its end and returns its results."""
    results = verdict.Results()
    for kind, value in machine.events():
        if kind == "result":
            key = results.add(value)
            results.note_time(key)
            tell(progress, results, key)
            if key == "about_to_execute":
                machine.answer("go")
                note_seed(case, machine, results)
                if case.expect == "halts":
                    machine.limit(HALT_SECONDS)
                elif case.expect == "shows":
                    machine.wait_for_console(
                        lambda text: verdict.shown(case.console, text))
                    results.ended = "the wait was over"
                    break
            elif key == "hangs":
                machine.limit(watchdogs.seconds_most(case))
            elif key == "finished":
                results.ended = "finished"
                results.marks_left = marks.left(case, machine)
                if "VGA" in case.devices:
                    results.screen = machine.screen()
                break
        elif kind == "watchdog":
            results.watchdog = value
        else:
            results.ended = "timeout" if kind == "timeout" else value
            if results.ended != "QEMU ended":
                if case.screen or case.screen_lacks:
                    results.picture = machine.picture()
                results.registers = machine.registers(case.crash_cpu)
            break
    results.console = machine.console()
    return results


def note_seed(case, machine, results):
    """Reads the seed that the running kernel leaves for the next one. The kernel writes
    it after its last program has ended, and the next kernel clears it before its first
    program starts. So it is read by QEMU."""
    stage = results.last_stage()
    address = survival.seed_address(results, stage)
    if case.expect in ("survives", "loses") and address:
        results.facts[stage]["seed"].append(
            machine.wait_for_memory(address + 4, survival.SEED_BYTES))


def tell(progress, results, key):
    """Calls progress for the important results."""
    stage = results.last_stage()
    if key == "start":
        progress("firmware is up, config table array at "
                 + results.value("efi", "array"))
    elif key == "boot_id":
        progress(f"stage {stage}: Linux {results.value(stage, 'kernel')} runs")
    elif key == "load_rc":
        progress(f"stage {stage}: kexec exited with "
                 + results.value(stage, "load_rc"))
    elif key == "about_to_execute":
        progress(f"stage {stage}: leaving for the next kernel")


def run_machine(workshop, case, logs, progress):
    """Runs a case's machine once and returns its results."""
    with tempfile.TemporaryDirectory(dir=workshop.directory) as directory:
        arguments = machine_arguments(workshop, case, directory)
        with contextlib.ExitStack() as stack:
            if case.tpm:
                arguments += stack.enter_context(Tpm(logs)).arguments()
            machine = stack.enter_context(Machine(arguments, logs, case.timeout))
            stack.enter_context(workshop.running(machine))
            results = watch(case, machine, progress)
        if case.crash and results.last_stage() > 1 and results.ended == "finished":
            disk = Path(directory) / DUMP_DISK
            results.dump = (
                xen_vmcore.examine(case, results, disk, directory) if case.hypervisor else
                vmcore.examine(case, results, disk, directory,
                               workshop.archives.get("symbols")))
    return results


# The number of attempts to bring up the first kernel, whose failure says nothing about
# kexec: an emulated machine with several CPUs sometimes loses an interrupt of the serial
# port and then hangs.
PREPARATIONS = 2


def carry_out(workshop, case, logs, progress=lambda text: None,
              keep=lambda results: None):
    """Runs one case and returns PASS, FAIL or SKIP, the reason and the seconds."""
    begin = time.monotonic()
    logs.mkdir(parents=True, exist_ok=True)
    try:
        workshop.check(case)
        for _ in range(PREPARATIONS):
            results = run_machine(workshop, case, logs, progress)
            status, reason = verdict.evaluate(case, results)
            if status != verdict.SKIP:
                break
        keep(results)
    except CannotPrepare as error:
        status, reason = verdict.SKIP, str(error)
    except Exception as error:      # must not count as skipped
        status, reason = verdict.FAIL, f"the test program itself: {error!r}"
    return status, reason, time.monotonic() - begin
