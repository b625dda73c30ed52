# SPDX-License-Identifier: GPL-2.0-only
"""A whole system in a virtual machine, and scripts that run in it.

    with Dialogue(disk, logs, seconds) as dialogue:
        dialogue.boot()                          the firmware starts the system
        status, text = dialogue.run("uname -r")
        dialogue.leave("systemctl kexec")        another kernel's runner is ready
"""

import base64
import contextlib
import gzip
import re
import shutil
import time
from pathlib import Path

from vm import Machine, ovmf_drives

# Memory, and one CPU: several emulated ones are slower than one.
MEMORY = "2048M"
# Without erms and fsrm Linux clears memory by 8 bytes instead of byte by byte. QEMU's
# translator takes minutes for the latter where the previous kernel's code was.
CPU = "max,la57=off,erms=off,fsrm=off"


class Broken(Exception):
    """The system did not do what the next step of the case needs."""


class Dialogue:
    def __init__(self, disk, logs, seconds, firmware="ovmf", drives=(),
                 tracker=contextlib.nullcontext):
        """disk: the case's own image, as a path. seconds: the limit of each step, such as
        a boot or a script. drives: QEMU's arguments for more drives. tracker: a context
        for each machine, in which the runner can end it."""
        self.disk, self.logs, self.seconds = Path(disk), Path(logs), seconds
        self.firmware, self.drives, self.tracker = firmware, drives, tracker
        # Scripts and their output, for the log.
        self.transcript = []
        self.stack, self.machine, self.events = None, None, None
        self.boot_ids, self.started = [], 0
        self.console_before = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends the machine and keeps its console's text."""
        if not self.stack:
            return
        self.console_before = self.console()
        self.stack.close()
        self.stack, self.machine = None, None
        log = self.logs / "console.log"
        if log.exists():
            log.replace(self.logs / f"console-{self.started}.log")

    def console(self):
        """The text of the console since the first start."""
        return self.console_before + (self.machine.console() if self.machine else "")

    def firmware_arguments(self):
        """The variable store stays from boot to boot."""
        words = ovmf_drives(self.disk.parent, self.firmware)
        kept, store = self.disk.with_suffix(".variables"), self.disk.parent / "variables.fd"
        if not kept.exists():
            shutil.copyfile(store, kept)
        return [word.replace(str(store), str(kept)) for word in words]

    def start(self):
        """Starts the machine, which the firmware boots."""
        self.end()
        self.started += 1
        arguments = ["-m", MEMORY, "-smp", "1", "-cpu", CPU, "-vga", "std",
                     *self.firmware_arguments(),
                     "-drive", f"if=none,id=disk,format=qcow2,file={self.disk}",
                     "-device", "virtio-blk-pci,drive=disk,bootindex=0",
                     "-device", "virtio-rng-pci", *self.drives]
        self.stack = contextlib.ExitStack()
        self.machine = self.stack.enter_context(Machine(arguments, self.logs, self.seconds))
        self.stack.enter_context(self.tracker(self.machine))
        self.events = self.machine.events()

    def boot(self):
        self.start()
        self.wait_for_runner("the firmware")

    def line(self, waiting_for):
        """The next line of the runner."""
        kind, value = next(self.events, ("timeout", None))
        if kind != "result":
            raise Broken(f"{waiting_for}: {'time is up' if kind == 'timeout' else value}")
        return value

    def wait_for_runner(self, whose):
        """Waits until a boot that was not seen before reports."""
        self.machine.deadline = time.monotonic() + self.seconds
        while True:
            line = self.line(f"no system came up after {whose}")
            # The firmware's output to the same port may precede it, without a newline.
            found = re.search(r"ready ([0-9a-f-]{36})$", line)
            if found and found[1] not in self.boot_ids:
                self.boot_ids.append(found[1])
                return

    def run(self, script):
        """Runs a shell script in the system. Returns (exit status, output)."""
        self.machine.deadline = time.monotonic() + self.seconds
        self.machine.answer(base64.b64encode(script.encode()).decode())
        packed = []
        while True:
            word, _, rest = self.line(f"{script!r} did not end").partition(" ")
            if word == "out":
                packed.append(rest)
            elif word == "exit":
                text = gzip.decompress(base64.b64decode("".join(packed))).decode(
                    "utf-8", "replace")
                self.transcript.append(f"# {script}\n{text}[exit status {rest}]")
                return int(rest), text

    def leave(self, command):
        """Runs a command that starts another kernel, and waits for it."""
        self.transcript.append(f"# {command}\n[left for another kernel]")
        self.machine.answer(base64.b64encode(command.encode()).decode())
        self.wait_for_runner(command)

    def stops(self, command):
        """Runs a command after which the machine has to stop by itself. Returns QEMU's
        reason."""
        self.transcript.append(f"# {command}\n[the machine stops]")
        self.machine.deadline = time.monotonic() + self.seconds
        self.machine.answer(base64.b64encode(command.encode()).decode())
        for kind, value in self.events:
            if kind == "stopped":
                self.end()
                return value
        raise Broken(f"{command}: the machine did not stop")
