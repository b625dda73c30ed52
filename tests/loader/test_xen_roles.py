#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The roles below a Xen hypervisor: only a dom0 asks the hypervisor, a PV guest is
refused, all others load as any machine and never open libxenctrl.

Environment: KEXEC; MACHINES; LIBXENCTRL, "no" if the program was built without it.
"""

import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import xen_dom0                                                     # noqa: E402

TYPE, GUEST = "sys__hypervisor__type", "sys__hypervisor__guest_type"
CAPABILITIES = "proc__xen__capabilities"
FEATURES = "sys__hypervisor__properties__features"
NO_FILES = {TYPE: None, GUEST: None, CAPABILITIES: None, FEATURES: None}

# Name, files of the domain, its role: "dom0", "guest" (as any machine), "PV".
ROLES = [
    ("PV dom0", {TYPE: "xen\n", GUEST: "PV\n", CAPABILITIES: "control_d\n"}, "dom0"),
    ("PVH dom0", {TYPE: "xen\n", GUEST: "PVH\n", CAPABILITIES: "control_d\n"}, "dom0"),
    ("dom0 before Linux 4.13", {TYPE: "xen\n", CAPABILITIES: "control_d\n"}, "dom0"),
    ("dom0 without xenfs", {TYPE: "xen\n", GUEST: "PV\n", FEATURES: "00000b41\n"}, "dom0"),
    ("PVH dom0 without xenfs", {TYPE: "xen\n", GUEST: "PVH\n", FEATURES: "0000ffc1\n"},
     "dom0"),
    ("PV guest", {TYPE: "xen\n", GUEST: "PV\n", CAPABILITIES: "", FEATURES: "00000341\n"},
     "PV"),
    ("PVH guest", {TYPE: "xen\n", GUEST: "PVH\n", CAPABILITIES: "",
                   FEATURES: "000007f1\n"}, "guest"),
    ("HVM guest", {TYPE: "xen\n", GUEST: "HVM\n", CAPABILITIES: ""}, "guest"),
    ("another hypervisor", {TYPE: "other\n", CAPABILITIES: "control_d\n",
                            FEATURES: "00000b41\n"}, "guest"),
    ("not Xen", {}, "guest"),
]


def check_roles(check, dom0):
    for name, files, role in ROLES:
        dom0.use(dom0.derived(name, **{**NO_FILES, **files}))
        for words in (["-l"], ["-p"]):
            result, load = dom0.load(*words)
            if role == "dom0":
                good = xen_dom0.is_xen_load(result, load, words == ["-p"])
            elif role == "PV":
                good = (result.rc == 255 and result.one_message("PV guest", "pvgrub")
                        and not xen_dom0.linux_calls(result.log))
            else:
                good = "Xen" not in result.err and (
                    words == ["-p"] or (result.rc == 0 and result.loads() + [
                        line for line in result.log if "kexec_file_load" in line]))
            check("%s %s" % (name, words), good, result)
            check("%s %s: libxenctrl" % (name, words), any(
                line.startswith("xen ") for line in result.log) == (role == "dom0"),
                result)
        for words in (["-u"], ["-S"], ["-l", "-S"], ["--check"]):
            result = dom0(*words)
            check("%s %s: libxenctrl" % (name, words), any(
                line.startswith("xen ") for line in result.log) <= (role == "dom0"),
                result)
    dom0.use(dom0.machine)


def main():
    check = fakes.Checks()
    if xen_dom0.is_built_without():
        ROLES[:] = [row for row in ROLES if row[2] != "dom0"]
    with tempfile.TemporaryDirectory(prefix="kexec-xen-") as directory:
        check_roles(check, xen_dom0.Dom0(directory))
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
