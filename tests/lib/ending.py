# SPDX-License-Identifier: GPL-2.0-only
"""Makes sure that a test run's virtual machines end when the run ends or is killed."""

import signal
import sys


def exit_when_told():
    """Makes SIGINT, SIGTERM and SIGHUP end this program properly: open context managers
    are closed. The exit status is 128 plus the signal's number, as in shells."""
    def end(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A signal that the caller ignores (nohup) stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def bound(command):
    """Wraps the command, so that the kernel kills it when the thread that started it
    ends, even if that thread was killed (prctl(2), PR_SET_PDEATHSIG)."""
    return ["setpriv", "--pdeathsig", "KILL", *command]
