# SPDX-License-Identifier: GPL-2.0-only
"""What runs virtual machines leaves none behind, however it ends."""

import signal
import sys


def exit_when_told():
    """SIGINT, SIGTERM and SIGHUP end this program in order: whatever is open as a context
    manager is closed. Exit status 128 and the signal's number, as shells have it."""
    def end(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whoever ignores it for us (nohup) means that.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def bound(command):
    """The command as one that the kernel kills when the thread that has started it ends,
    also if that was killed itself (prctl(2), PR_SET_PDEATHSIG)."""
    return ["setpriv", "--pdeathsig", "KILL", *command]
