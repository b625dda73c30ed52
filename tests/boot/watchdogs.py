# SPDX-License-Identifier: GPL-2.0-only
"""Boot test cases about --watchdog, and their evaluation. The next kernel hangs, and the
watchdog that kexec has armed must reset the machine. In the control the same kernel hangs
until the time is up."""

from dataclasses import replace

from case import Case

KEEP = "watchdog.stop_on_reboot=0"
MACHINE = {"first": "debian-6.12-pc", "next": ("debian-6.12",), "firmware": "seabios",
           "next_append": "hang", "before": "watchdog", "load": "-c",
           "message": "", "timeout": 300, "expect": "watchdog"}
ESB = {**MACHINE, "devices": ("i6300esb",), "first_append": f"{KEEP} driver=i6300esb",
       "first_has": (("watchdog", "^watchdog0 i6300ESB timer$"),)}
ESB_CASE = Case("watchdog-i6300esb", execute="--watchdog=40", **ESB)
CASES = (
    ESB_CASE,
    # Controls: nobody arms it, and the kernel stops it.
    replace(ESB_CASE, name="watchdog-unarmed", execute="", expect="hangs"),
    replace(ESB_CASE, name="watchdog-stopped", execute="", after="watchdog-held",
            first_append="driver=i6300esb", expect="hangs", with_all_only=True),
    Case("watchdog-itco", execute="--watchdog=30", **{
        **MACHINE, "properties": ("ICH9-LPC.noreboot=false",),
        "first_append": f"{KEEP} driver=iTCO_wdt",
        "first_has": (("watchdog", "^watchdog0 iTCO_wdt$"),)}),
    # The management controller resets the machine. QEMU does not call that a watchdog.
    Case("watchdog-ipmi", execute="--watchdog=30", with_all_only=True, **{
        **MACHINE, "first_append": "driver=ipmi_watchdog",
        "devices": ("ipmi-bmc-sim,id=bmc", "isa-ipmi-kcs,bmc=bmc"),
        "first_has": (("watchdog", "^/dev/watchdog$"),)}),
    # Refused, or stopped again because the start fails.
    Case("watchdog-refused", script="watchdog-refused", **{
        **ESB, "first_append": "driver=i6300esb", "expect": "script"}),
    Case("watchdog-start-fails", script="watchdog-start-fails", **{
        **ESB, "expect": "script"}),
)


def by_controller(case):
    return any("ipmi" in device for device in case.devices)


def seconds_most(case):
    """How long the machine may hang. The timer of iTCO_wdt runs down twice before it
    resets, and ipmi_watchdog sets 120 seconds."""
    return 150 if by_controller(case) else 90


def not_reset(case, results):
    """Returns why the watchdog has not done what it is for."""
    wrong = []
    if not results.facts[2]["hangs"]:
        wrong.append("the next kernel has not come up to hang")
    if results.ended != "guest-reset":
        wrong.append(f"the machine was not reset: {results.ended}")
    if results.watchdog != (None if by_controller(case) else "reset"):
        wrong.append(f"QEMU's watchdog did: {results.watchdog}")
    return wrong


def not_hanging(results):
    """Returns why the kernel of the control did not hang until the end."""
    if not results.facts[2]["hangs"]:
        return ["the next kernel has not come up to hang"]
    if results.ended != "timeout" or results.watchdog:
        return [f"the kernel did not hang: {results.ended}, watchdog: {results.watchdog}"]
    return []
