# SPDX-License-Identifier: GPL-2.0-only
"""A TPM 2.0 for a test machine: Debian's swtpm, one process for each machine."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from ending import bound
from vm import CannotPrepare

START_SECONDS = 20


class Tpm:
    """Use as a context manager; leaving it ends the TPM."""

    def __init__(self, logs):
        if not shutil.which("swtpm"):
            raise CannotPrepare("swtpm is not installed")
        # Socket paths have to be short, wherever the logs are.
        self.directory = tempfile.mkdtemp(prefix="kexec-tpm.")
        self.socket = Path(self.directory) / "control"
        with open(Path(logs) / "swtpm.log", "w") as log:
            # It also ends when QEMU has ended.
            self.process = subprocess.Popen(
                bound(["swtpm", "socket", "--tpm2", "--terminate", "--flags",
                       "startup-clear", "--tpmstate", f"dir={self.directory}",
                       "--ctrl", f"type=unixio,path={self.socket}"]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise CannotPrepare("swtpm did not start, see its log")
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def arguments(self):
        """QEMU's arguments for a machine that has this TPM."""
        return ["-chardev", f"socket,id=tpm,path={self.socket}",
                "-tpmdev", "emulator,id=tpm0,chardev=tpm",
                "-device", "tpm-crb,tpmdev=tpm0"]
