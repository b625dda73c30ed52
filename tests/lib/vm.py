# SPDX-License-Identifier: GPL-2.0-only
"""A virtual machine that is watched through two sockets. The guest's second serial port
carries results ("STAGE.KEY=VALUE" lines) and takes one-line answers. QEMU's control
socket (QMP) reports when the machine resets or powers off.
QEMU runs with -no-reboot and -no-shutdown: after a triple fault it stops and keeps the
CPU's state, so that CR2 and RIP can be read."""

import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import firmware
from cache import Missing
from ending import bound

# How long wait_for_memory() waits while the memory is zero.
MEMORY_SECONDS = 60


class CannotPrepare(Exception):
    """The machine could not be set up. This says nothing about the program under test."""


def ovmf_drives(directory, name="ovmf"):
    """QEMU's arguments for a firmware with a private copy of its variable store."""
    try:
        return firmware.drives(name, directory)
    except Missing as error:
        raise CannotPrepare(str(error)) from error


class Lines:
    """Complete lines from a socket."""

    def __init__(self, listener, deadline):
        listener.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            self.socket, _ = listener.accept()
        except socket.timeout as error:
            raise CannotPrepare("QEMU did not start, see its log") from error
        finally:
            listener.close()
        self.socket.setblocking(True)
        self.rest = b""

    def read(self):
        """Lines that have arrived, or None at the end of the stream."""
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            return None
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [line.decode("utf-8", "replace").strip("\r\0") for line in lines]

    def write(self, text):
        self.socket.sendall(text.encode())


class Machine:
    """One run of QEMU. Use as a context manager; leaving it kills QEMU."""

    def __init__(self, arguments, logs, timeout):
        """arguments: those of this machine only. logs: directory for console.log,
        results.log and qemu.log."""
        if not shutil.which("qemu-system-x86_64"):
            raise CannotPrepare("qemu-system-x86_64 is not installed")
        self.logs = Path(logs)
        self.deadline = time.monotonic() + timeout
        self.early = []
        # Socket paths have to be short, wherever the logs are.
        self.sockets = tempfile.mkdtemp(prefix="kexec-vm.")
        self.console_path = self.logs / "console.log"
        self.results_log = open(self.logs / "results.log", "w")
        listeners = {}
        for name in ("results", "control"):
            listeners[name] = socket.socket(socket.AF_UNIX)
            listeners[name].bind(os.path.join(self.sockets, name))
            listeners[name].listen(1)
        command = [
            "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg",
            "-nodefaults", "-display", "none", "-nic", "none",
            "-no-reboot", "-no-shutdown",
            "-serial", f"file:{self.console_path}",
            "-chardev", f"socket,id=results,path={self.sockets}/results",
            "-serial", "chardev:results",
            "-chardev", f"socket,id=control,path={self.sockets}/control",
            "-mon", "chardev=control,mode=control", *arguments]
        with open(self.logs / "qemu.log", "w") as log:
            log.write(" ".join(command) + "\n")
            log.flush()
            self.process = subprocess.Popen(bound(command), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        try:
            self.results = Lines(listeners["results"], time.monotonic() + 20)
            self.control = Lines(listeners["control"], time.monotonic() + 20)
            self.command("qmp_capabilities")
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def kill(self):
        """May be called from any thread: events() then reports that QEMU has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)

    def close(self):
        self.kill()
        self.process.wait()
        self.results_log.close()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def command(self, name, **arguments):
        """A QMP command's result. Events that arrive meanwhile are kept for events()."""
        self.control.write(json.dumps({"execute": name, "arguments": arguments}))
        answer = None
        while answer is None:
            for line in self.control.read() or self.gone():
                message = json.loads(line)
                if "return" in message or "error" in message:
                    answer = message
                else:
                    self.early.append(line)
        return answer.get("return")

    def gone(self):
        raise CannotPrepare("QEMU ended by itself, see its log")

    def limit(self, seconds):
        """Sets the time limit, counted from now."""
        self.deadline = min(self.deadline, time.monotonic() + seconds)

    def answer(self, text):
        self.results.write(text + "\n")

    def console(self):
        try:
            return self.console_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def wait_for_console(self, condition):
        """Waits until the console's text meets the condition or the time is up."""
        while not condition(self.console()) and time.monotonic() < self.deadline:
            time.sleep(0.5)

    def wait_for_memory(self, address, length):
        """Waits until one of these bytes of the guest's memory is not zero and returns
        them in hexadecimal; zeros if the time is up. Results that arrive meanwhile are
        kept."""
        limit = min(self.deadline, time.monotonic() + MEMORY_SECONDS)
        while True:
            text = self.command("human-monitor-command",
                                **{"command-line": f"xp /{length}bx {address:#x}"})
            found = "".join(re.findall(r"0x([0-9a-f]{2})\b(?!:)", text or ""))
            if found.strip("0") or time.monotonic() > limit:
                return found

    def memory(self, address, length):
        """These bytes of the guest's physical memory."""
        path = self.logs / "memory"
        self.command("pmemsave", val=address, size=length, filename=str(path))
        content = path.read_bytes()
        path.unlink()
        return content

    def picture(self):
        """The picture on the display, as a portable pixmap."""
        path = self.logs / "screen.ppm"
        self.command("human-monitor-command",
                     **{"command-line": f'screendump "{path}"'})
        return path.read_bytes()

    def screen(self):
        """The same: three bytes for each pixel."""
        # Before them: magic number, width and height, maximum.
        return self.picture().split(b"\n", 3)[3]

    def registers(self, cpu=0):
        """A CPU's registers as QEMU prints them, names in capitals. RIP is set in modes
        that call it EIP, too."""
        text = self.command("human-monitor-command",
                            **{"command-line": "info registers", "cpu-index": cpu})
        found = {name: int(value, 16) for name, value in
                 re.findall(r"\b([A-Z][A-Z0-9]+) *=([0-9a-f]{1,16})\b", text)}
        return {"RIP": found.get("EIP", 0), **found}

    def events(self):
        """Events in order, until the time is up or QEMU ends:

        ("result", LINE)    a line from the second serial port
        ("watchdog", ACTION) a watchdog of QEMU was not kept alive: reset
        ("stopped", REASON) guest-reset, guest-shutdown, guest-panic
        ("timeout", None)   last
        """
        selector = selectors.DefaultSelector()
        selector.register(self.results.socket, selectors.EVENT_READ, self.results)
        selector.register(self.control.socket, selectors.EVENT_READ, self.control)
        while True:
            while self.early:
                yield from self.event(self.control, self.early.pop(0))
            left = self.deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                yield "timeout", None
                return
            # Results come first: they were sent before the machine stopped.
            for key, _ in sorted(ready, key=lambda one: one[0].data is self.control):
                lines = key.data.read()
                if lines is None:
                    yield "stopped", "QEMU ended"
                    return
                for line in lines:
                    yield from self.event(key.data, line)

    def event(self, source, line):
        if source is self.results:
            self.results_log.write(line + "\n")
            self.results_log.flush()
            yield "result", line
        else:
            message = json.loads(line)
            if message.get("event") == "WATCHDOG":
                yield "watchdog", message["data"]["action"]
            if message.get("event") == "SHUTDOWN":
                yield "stopped", message["data"]["reason"]
