#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec in the dom0 of a Xen hypervisor, as a live machine: what it asks the hypervisor
for, its exit status and messages, and that Linux is never asked to load. Images:
test_xen_image.py. Other roles of a domain: test_xen_roles.py.

Environment: KEXEC; MACHINES; LIBXENCTRL and DLOPEN, "no" if the program was built without
them.
"""

import ctypes
import errno
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
import recorded                                                     # noqa: E402
import xen_dom0                                                     # noqa: E402

LOAD = ("vmlinuz", "--initrd=initrd", "--append=quiet")


def check_loads(check, dom0):
    """-l and -p in all forms in which Linux would choose a call."""
    for words, crash in ((["-l"], False), (["-p"], True), (["-c", "-l"], False),
                         (["-a", "-l"], False), (["-c", "-p"], True),
                         (["-a", "-p"], True)):
        result, load = dom0.load(*words)
        check("load %s" % words, xen_dom0.is_xen_load(result, load, crash), result)
    memory = dom0("--status=json", XEN_LOADED="01")
    status = json_output.read(memory.out)
    for kind in ("normal", "crash"):
        found = status[kind]["load"] or {}
        words = found.get("command_line", "").split()
        check("remembered: " + kind, found.get("system_call") == "kexec_op"
              and words[:1] == ["quiet"] and found.get("kernel") == "vmlinuz", memory)
    # Xen's answer is the opposite after a second load or unloading, so another one puts
    # it right.
    for words, kind in ((["-u"], "0"), (["-p", "-u"], "1")):
        for loaded in "", "01":
            result = dom0(*words, XEN_LOADED=loaded)
            check("unload %s" % words, result.rc == 0 and result.silent()
                  and result.log.count("xen unload type=" + kind) == (1 if loaded else 2)
                  and not xen_dom0.linux_calls(result.log), result)
    check_replaced(check, dom0)
    for words in ["-u"], ["-p", "-u"]:
        dom0(*words)
    status = json_output.read(dom0("--status=json", XEN_LOADED="01").out)
    check("forgotten", not status["normal"]["load"] and not status["crash"]["load"]
          and status["normal"]["loaded"] and status["crash"]["loaded"], status)


def check_replaced(check, dom0):
    for words in ["-l"], ["-p"]:
        result = dom0(*words, *LOAD, XEN_LOADED="01")
        found = xen_dom0.loads(result.log, dom0.kept)
        check("another load %s" % words, result.rc == 0 and result.silent()
              and len(found) == 2 and found[0] == found[1], result)
    result = dom0("-l", *LOAD, LATE="touch:%s" % (dom0.place / "initrd"))
    check("a file that changes meanwhile", result.rc != 0 and result.one_message("initrd")
          and "xen unload type=0" in result.log, result)


def check_status(check, dom0):
    """The hypervisor is asked, not Linux, whose files say that nothing is loaded."""
    for loaded in ("", "0", "1", "01"):
        for words, kind in ((["-S"], "1"), (["-l", "-S"], "0"), (["-p", "--status"], "1"),
                            (["--status=text"], "1"), (["-l", "--status=json"], "0")):
            result = dom0(*words, XEN_LOADED=loaded)
            check("status %s of %s" % (words, loaded), result.rc == (kind in loaded)
                  and not result.err and not xen_dom0.linux_calls(result.log), result)
        status = json_output.read(dom0("--status=json", XEN_LOADED=loaded).out)
        check("status as JSON of %s" % loaded, (status["normal"]["loaded"],
                                                status["crash"]["loaded"])
              == ("0" in loaded, "1" in loaded), status)
    refused = dom0("--status=json", XEN_ERROR="status:EPERM")
    check("status that is refused", json_output.read(refused.out)["normal"]["loaded"]
          is None and refused.rc == 255 and refused.one_message("kexec_op"), refused)


def check_start(check, dom0):
    result = dom0("-e", XEN_LOADED="0")
    check("-e", result.rc == 0 and not result.err and result.log[-1] == "xen exec type=0"
          and "sync" in result.log and not xen_dom0.linux_calls(result.log), result)
    for loaded in ("", "1"):
        result = dom0("-e", XEN_LOADED=loaded)
        check("-e without a kernel, loaded: %r" % loaded, result.rc != 0
              and result.one_message("no kernel is loaded") and "sync" not in result.log
              and not any(line.startswith(("xen exec", "down")) for line in result.log),
              result)
    result = dom0("-e", XEN_LOADED="0", XEN_ERROR="exec:EBUSY")
    check("-e that fails", result.rc == 255 and result.one_message("kexec_op", "busy"),
          result)
    result = dom0("-f", *LOAD, XEN_LOADED="0")
    names = [" ".join(line.split()[:2]) for line in result.log if line.startswith("xen ")]
    check("-f", result.rc == 0 and names[-2:] == ["xen load", "xen exec"]
          and not xen_dom0.linux_calls(result.log), result)
    result = dom0(*LOAD, XEN_LOADED="0")
    check("a load and an orderly reboot", result.rc == 0
          and xen_dom0.loads(result.log) and result.log[-1].startswith("exec ")
          and not xen_dom0.linux_calls(result.log), result)


def check_refused_options(check, dom0):
    for words, status, text in (
            (["-s", "-l", *LOAD], 255, "-s: this is the dom0 of a Xen"),
            (["-s", "-p", *LOAD], 255, "-s: this is the dom0 of a Xen"),
            (["--load-preserve-context", *LOAD], 1, "a kernel cannot return"),
            (["--load-jump-back-helper"], None, "dom0 of a Xen"),
            (["-l", *LOAD, "--console-framebuffer"], 1, "does not map the framebuffer"),
            (["--load-live-update", *LOAD], 1, "--load-live-update")):
        result = dom0(*words)
        check("refused: %s" % words, result.rc == status or (not status and result.rc),
              result)
        check("one message: %s" % words, result.one_message(text), result)
        check("no call: %s" % words, not xen_dom0.linux_calls(result.log)
              and not xen_dom0.loads(result.log), result)


# Failing call, options, whether a kernel is loaded, exit status, words of the message.
ERRORS = [
    ("open:ENOENT", ["-l", *LOAD], 1, ("/dev/xen/privcmd", "load the module")),
    ("open:EACCES", ["-l", *LOAD], 1, ("/dev/xen/privcmd", "as root")),
    ("open:ENOENT", ["-u"], 255, ("/dev/xen/privcmd", "load the module")),
    ("open:ENOENT", ["-S"], 255, ("/dev/xen/privcmd", "load the module")),
    ("open:ENOENT", ["-e"], 255, ("/dev/xen/privcmd", "load the module")),
    ("map:EPERM", ["-l", *LOAD], 1, ("memory map", "dom0 only")),
    ("range:ENOSYS", ["-l", *LOAD], 1, ("kexec_op", "CONFIG_KEXEC")),
    ("range:EPERM", ["-p", *LOAD], 1, ("kexec_op", "dom0 only")),
    ("load:ENOMEM", ["-l", *LOAD], 255, ("kexec_op", "dom0_mem=")),
    ("load:EBUSY", ["-l", *LOAD], 255, ("kexec_op", "busy", "try again")),
    ("load:EADDRNOTAVAIL", ["-p", *LOAD], 255, ("kexec_op", "crashkernel=")),
    ("load:EPERM", ["-p", *LOAD], 255, ("kexec_op", "dom0 only")),
    ("unload:EPERM", ["-u"], 255, ("kexec_op", "dom0 only")),
    ("unload:ENOSYS", ["-p", "-u"], 255, ("kexec_op", "CONFIG_KEXEC")),
    ("status:EPERM", ["-S"], 255, ("kexec_op", "dom0 only")),
    ("status:ENOSYS", ["-e"], 255, ("kexec_op", "CONFIG_KEXEC")),
]


def check_errors(check, dom0):
    for error, words, status, text in ERRORS:
        name = "%s, %s" % (error, words[:2])
        result = dom0(*words, XEN_ERROR=error)
        check(name, result.rc == status and result.one_message(*text) and not result.out,
              result)
        check(name + ": Linux is not asked", not xen_dom0.linux_calls(result.log), result)
    # The opposite: a call that fails but is not made changes nothing.
    result, load = dom0.load("-l", XEN_ERROR="unload:EPERM")
    check("an error of another call", xen_dom0.is_xen_load(result, load, False), result)
    if os.environ.get("DLOPEN") == "no":
        return
    for words, status in ((["-l", *LOAD], 1), (["-u"], 255), (["-S"], 255),
                          (["-e"], 255)):
        result = dom0(*words, NO_LIBRARY="libxenctrl")
        check("without libxenctrl: %s" % words[:1], result.rc == status
              and result.one_message("libxenctrl", "needed for", "dom0", "install")
              and not xen_dom0.linux_calls(result.log), result)


def check_free_memory(check, dom0):
    """Xen needs memory for its own copy, above the image."""
    result, load = dom0.load("-l")
    above, = (int(line.split()[-1], 16) for line in result.log if "free above" in line)
    end = max(segment.end for segment in load.segments)
    data = sum(len(segment.data) for segment in load.loaded())
    check("free memory: above the image", end <= above < 4 * end, (end, above))
    check("the image lies low", end < 64 << 20, end)
    for free, good in ((data // 2, False), (data, False), (data + (4 << 20), True)):
        result, load = dom0.load("-l", XEN_FREE=free)
        check("free memory: %d of %d" % (free, data), xen_dom0.is_xen_load(result, load, False)
              if good else result.rc == 255 and not load and result.one_message(
                  "free memory above 0x", "dom0_mem="), result)
    result, load = dom0.load("-l", XEN_ERROR="free:ENOSYS")
    check("free memory: unknown", xen_dom0.is_xen_load(result, load, False), result)
    result, load = dom0.load("-p", XEN_FREE=0)
    check("free memory: not for a crash kernel", xen_dom0.is_xen_load(result, load, True), result)


def check_check(check, dom0):
    result = dom0("--check=json", "-l", *LOAD)
    found = json_output.read(result.out)
    loading = found["loading"]
    check("--check", result.rc == 0 and not found["problems"], result)
    check("--check: the calls", (loading["kexec_load"]["answer"],
                                 loading["kexec_file_load"]["answer"],
                                 loading["kexec_op"]["answer"]) == (False, False, True),
          loading)
    check("--check: the load", not found["load"]["error"]
          and found["load"]["system_call"] == "kexec_op", found["load"])
    check("--check loads nothing", not any(line.startswith("xen load")
                                           for line in result.log), result)
    text = dom0("--check")
    check("--check: Linux' own map does not matter", not any(
        "FIRMWARE_MEMMAP" in remark or "kcore" in remark for remark in found["remarks"]),
        found["remarks"])
    result = dom0("--print-ckr-size")
    start, end = dom0.machine.xen_named("Crash kernel")[0]
    check("--print-ckr-size", result.out == "%d\n" % (end - start), result)
    check("--check as text", text.rc == 0 and "kexec_op (Xen)       yes" in text.out, text)
    for error, words in (("range:ENOSYS", "CONFIG_KEXEC"), ("open:ENOENT", "privcmd")):
        result = dom0("--check=json", XEN_ERROR=error)
        found = json_output.read(result.out)
        check("--check, " + error, result.rc == 1 and any(
            "no kernel can be loaded" in problem and words in problem
            for problem in found["problems"])
            and found["loading"]["kexec_op"]["answer"] is False, result)
    no_region = dom0.derived("no region")
    fakes.write(no_region.root / "xen/memory", "".join(
        "%x-%x : %s\n" % (start, end - 1, name) for start, end, name in no_region.xen()
        if name not in ("Crash kernel", "Xen crash note")))
    dom0.use(no_region)
    for words, rc, text in (([], 0, "no memory is reserved for a crash kernel"),
                            (["-p", *LOAD], 1, "has not reserved memory")):
        result = dom0("--check", *words)
        check("--check %s without crashkernel=" % words, result.rc == rc
              and text in result.out and "GRUB_CMDLINE_XEN" in result.out, result)
    result = dom0("--print-ckr-size")
    check("--print-ckr-size without crashkernel=", result.out == "0\n", result)
    result = dom0("-p", *LOAD)
    check("-p without crashkernel=", result.rc == 1 and result.one_message(
        "Xen hypervisor has not reserved", "GRUB_CMDLINE_XEN"), result)
    dom0.use(dom0.machine)


def check_record(check, dom0):
    """A record of the live machine says what the record says that it is made of."""
    record = dom0.place / "record.tar.gz"
    result = dom0("--record=%s" % record)
    check("--record", result.rc == 0, result)
    made = recorded.unpack(record, dom0.place / "made")
    # An archive has one directory at its top.
    made = recorded.Dom0(next(made.root.iterdir()))
    check("--record: the same facts", made.xen() == dom0.machine.xen(), made.xen())
    plans = [json_output.read(dom0.kexec("-l", *LOAD, "--dry-run=json",
                                         "--sysroot=%s" % root).out)
             for root in (record, dom0.machine.root)]
    check("--record: the same plan", plans[0]["memory_map"] == plans[1]["memory_map"]
          and plans[0]["segments"][0]["start"] == plans[1]["segments"][0]["start"])
    result = dom0("--record=%s" % (dom0.place / "blind.tar.gz"), XEN_ERROR="open:ENOENT")
    blind = recorded.unpack(dom0.place / "blind.tar.gz", dom0.place / "blind").root
    text = next(blind.glob("*/record.txt")).read_text()
    check("--record without an answer", "privcmd" in text
          and not list(blind.glob("*/xen")), "%s\n%s" % (result, text))


def check_built_without(check, dom0):
    """All that would ask the hypervisor says that this program cannot."""
    for words, status in ((["-l", *LOAD], 1), (["-p", *LOAD], 1), (["-u"], 255),
                          (["-p", "-u"], 255), (["-S"], 255), (["-e"], 255)):
        result = dom0(*words)
        check("without libxenctrl: %s" % words, result.rc == status
              and result.one_message(xen_dom0.WITHOUT, "install") and not any(
                  line.startswith(("xen", "kexec_", "reboot")) for line in result.log),
              result)
    result = dom0("--check")
    check("without libxenctrl: --check", result.rc == 1 and xen_dom0.WITHOUT in result.out,
          result)


def check_controls(check, dom0):
    """The checks above can fail."""
    result, load = dom0.load("-l")
    check("control: a load", xen_dom0.is_xen_load(result, load, False))
    check("control: of another kind", not xen_dom0.is_xen_load(result, load, True))
    check("control: none", not xen_dom0.is_xen_load(result, None, False))
    check("control: a call of Linux", xen_dom0.linux_calls([*result.log, "reboot 0x1"]))


class RawSegment(ctypes.Structure):
    """struct xen_kexec_segment (Xen, public/kexec.h)."""
    _fields_ = [(name, ctypes.c_uint64) for name in ("data", "data_size", "start", "size")]


# Loads that Xen accepts or refuses: type, entry, segments (start, size, bytes of data or
# None), errno.
# START: within the crash region, where it begins.
START = 0x65593000
REFUSED = [
    (0, 0x1000, [(0x1000, 4096, 10), (0x5000, 4096, None)], 0),
    (0, 0x6fff, [(0x1000, 4096, 10), (0x5000, 8192, None)], 0),
    (1, START, [(START, 4096, 10), (0, 1 << 20, None)], 0),
    (0, 0x1000, [(0x1000, 4096, 4097)], errno.EINVAL),
    (0, 0x1000, [(0x1000, 8192, 1), (0x2000, 4096, 1)], errno.EINVAL),
    (0, 0x2000, [(0x1000, 4096, 1)], errno.EINVAL),
    (0, 0x1000, [(0x1000 * i, 4096, 1) for i in range(16)], errno.EINVAL),
    (0, 0x1000, [(0x1000 * i, 4096, 1) for i in range(15)], 0),
    (0, 0x1001, [(0x1001, 4096, 1)], errno.EADDRNOTAVAIL),
    (0, 0x1000, [(0x1000, 4095, 1)], errno.EADDRNOTAVAIL),
    (1, START, [(START, 4096, 1), (START - 4096, 4096, 1)], errno.EADDRNOTAVAIL),
    (1, START - 4096, [(START, 4096, 1), (START - 4096, 4096, None)],
     errno.EADDRNOTAVAIL),
]


def check_hypervisor(check, dom0):
    """That of this test refuses what Xen refuses: otherwise no load could fail."""
    os.environ["KEXEC_TEST_XEN"] = str(dom0.machine.root / "xen/memory")
    check("hypervisor: the crash region", dom0.machine.xen_named("Crash kernel")
          == [(START, START + (256 << 20))])
    library = ctypes.CDLL(str(dom0.kexec.preload), use_errno=True)
    data = ctypes.create_string_buffer(8192)
    for kind, entry, segments, number in REFUSED:
        raw = (RawSegment * len(segments))(*(
            (ctypes.addressof(data) if used else 0, used or 0, start, size)
            for start, size, used in segments))
        ctypes.set_errno(0)
        done = library.xc_kexec_load(None, kind, 62, ctypes.c_uint64(entry),
                                     len(segments), raw)
        check("hypervisor: %d %#x %s" % (kind, entry, segments[:2]),
              (done, ctypes.get_errno()) == ((-1, number) if number else (0, 0)),
              "%d %s" % (done, errno.errorcode.get(ctypes.get_errno())))
    del os.environ["KEXEC_TEST_XEN"]


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-xen-") as directory:
        dom0 = xen_dom0.Dom0(directory)
        steps = [check_loads, check_status, check_start, check_refused_options,
                 check_errors, check_free_memory, check_check, check_record,
                 check_controls, check_hypervisor]
        for step in [check_built_without] if xen_dom0.is_built_without() else steps:
            step(check, dom0)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
