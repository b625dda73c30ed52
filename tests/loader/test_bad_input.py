#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Bad input and failing calls: one clear message, a known exit status, no file left
behind.

Environment: KEXEC, the program; LIBLZMA and LIBZSTD, "yes" if it was built with them.
"""

import copy
import gzip
import lzma
import os
import socket
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

MIB = 1 << 20

# Command line, exit status, words of the message. The files come from prepare().
MISTAKES = [
    ("-l missing", 1, "missing No such file"),
    ("-l", 255, "No kernel specified"),
    ("-l empty", 1, "empty"),
    ("-l directory", 1, "directory is a directory"),
    ("-l socket", 1, "socket"),
    ("-l fifo", 1, "fifo"),
    ("-l /dev/null", 1, "/dev/null"),
    ("-l vmlinuz/x", 1, "vmlinuz/x Not a directory"),
    ("-l loop", 1, "loop symbolic"),
    ("-l short", 255, "short"),
    ("-l truncated", 1, "truncated cut off"),
    ("-l oversized", 255, "oversized"),
    ("-l text", 255, "text"),
    ("-l noise", 255, "noise"),
    ("-l elf", 255, "elf ELF"),
    ("-l bomb.gz", 1, "bomb.gz"),
    ("-l cut.gz", 1, "cut.gz"),
    ("-l damaged.gz", 1, "damaged.gz"),
    ("-l trailing.gz", 255, "trailing.gz"),
    ("-l zimage", 1, "zimage"),
    ("-l lies-syssize", 1, "lies-syssize cut off"),
    ("-l lies-no-code", 1, "lies-no-code"),
    ("-l lies-setup-sects", 1, "lies-setup-sects cut off"),
    ("-l lies-init-size", 1, "lies-init-size"),
    ("-l lies-huge-init-size", 1, "kernel memory"),
    ("-l lies-alignment", 1, "lies-alignment"),
    ("-l lies-pref-address", 1, "kernel memory"),
    ("-l lies-unaligned-pref", 1, "lies-unaligned-pref"),
    ("-l vmlinuz --initrd=missing", 1, "initrd missing No such file"),
    ("-l vmlinuz --initrd=", 1, "initrd"),
    ("-l vmlinuz --initrd=empty", 1, "empty"),
    ("-l vmlinuz --initrd=directory", 1, "directory"),
    ("-l vmlinuz --initrd=huge", 1, "initrd memory"),
    ("-l vmlinuz --initrd=initrd --mem-max=0x1400000", 1, "initrd --mem-max"),
    ("-l vmlinuz --initrd=initrd --initrd=missing", 1, "initrd missing No such file"),
    ("-l vmlinuz --initrd=initrd --ramdisk=", 1, "initrd"),
    ("-l vmlinuz --initrd=empty --initrd=initrd", 1, "empty"),
    ("-l vmlinuz --initrd=initrd --initrd=fifo", 1, "fifo copy"),
    ("-l vmlinuz --initrd=initrd --initrd=oversized", 1, "oversized half memory"),
    ("-l vmlinuz" + " --initrd=initrd" * 65, 1, "--initrd=initrd 64"),
    ("-l vmlinuz --append=" + "x" * 256, 1, "255"),
    ("-l vmlinuz --mem-min=0x80000000", 1, "kernel --mem-min"),
    ("-l vmlinuz --mem-max=0", 1, "kernel --mem-min"),
    ("-l vmlinuz --mem-max=1M", 1, "--mem-max=1M address"),
    ("-l vmlinuz --mem-min=", 1, "--mem-min= address"),
    ("-l vmlinuz --mem-min=-5", 1, "--mem-min=-5 address"),
    ("-l vmlinuz --mem-max=0x10000000000000000", 1, "--mem-max 64 bits"),
    ("-l vmlinuz --mem-min=0x2000 --mem-max=0x1000", 1, "--mem-min --mem-max"),
    ("-l vmlinuz --serial=ttyUSB0", 255, "--serial=ttyUSB0 ttyS0"),
    ("-l vmlinuz --serial-baud=0", 255, "--serial-baud=0 9600"),
    ("-l vmlinuz --type=nosuch", 255, "--type=nosuch bzImage64"),
    ("-l vmlinuz --type=elf-x86_64", 255, "--type=elf-x86_64 vmlinuz type"),
    ("-l vmlinuz --type=uki", 255, "--type=uki vmlinuz type"),
    ("-l vmlinuz --type=nbi-x86", 255, "--type=nbi-x86 retired"),
    ("-l beoboot", 255, "beoboot Beoboot retired"),
    ("-l nbi", 255, "nbi NBI retired"),
    ("-s -l vmlinuz --real-mode", 255, "--real-mode -s -c"),
    ("-s -l vmlinuz --entry-32bit", 255, "--entry-32bit -s -c"),
    ("-l vmlinuz root=/dev/vda1", 1, "root=/dev/vda1 quotes"),
    ("-l vmlinuz --efi-map-config=nowhere", 1, "nowhere in-place copy"),
    ("-l vmlinuz --dry-run=xml", 1, "--dry-run=xml text"),
    ("-p vmlinuz", 1, "reserved crashkernel="),
    ("-l vmlinuz --reuseinitrd", 1, "--reuseinitrd is not supported"),
    ("--sysroot=sysroot -l vmlinuz", 1, "--sysroot another machine"),
    ("--sysroot=sysroot -f vmlinuz", 1, "--sysroot another machine"),
    ("--sysroot=sysroot vmlinuz", 1, "--sysroot another machine"),
    ("--sysroot=sysroot -e", 1, "--sysroot another machine"),
    ("--sysroot=sysroot -u", 1, "--sysroot another machine"),
    ("--sysroot=missing -S", 1, "--sysroot=missing No such file"),
    ("--sysroot=directory --dry-run vmlinuz", 1, "memory map"),
    ("--dry-run -e", 1, "--dry-run"),
    ("--dump-image=x -u", 1, "--dump-image"),
    ("--dump-image=vmlinuz vmlinuz", 1, "--dump-image=vmlinuz"),
    ("--dump-image=missing/x vmlinuz", 1, "--dump-image=missing/x"),
]

# Cases that only a build with the library can detect.
MISTAKES_LIBLZMA = [
    ("-l cut.xz", 1, "cut.xz xz cut off"),
    ("-l damaged.xz", 1, "damaged.xz xz broken"),
    ("-l cut.lzma", 1, "cut.lzma lzma cut off"),
    ("-l twice.xz", 255, "twice.xz compressed twice"),
    ("-l text.xz", 255, "text.xz"),
]
MISTAKES_LIBZSTD = [
    ("-l cut.zst", 1, "cut.zst zstd cut off"),
    ("-l damaged.zst", 1, "damaged.zst zstd broken"),
    ("-l window.zst", 1, "window.zst zstd 128 MiB"),
    ("-l skipped.zst", 1, "skipped.zst decompresses to nothing"),
]
REFUSED_LIBLZMA = [
    ("-l cut.xz", 1, "cut.xz compressed with xz, cannot uncompress without liblzma"),
    ("-l cut.lzma", 1, "cut.lzma compressed with lzma, cannot uncompress without liblzma"),
]
REFUSED_LIBZSTD = [
    ("-l cut.zst", 1, "cut.zst compressed with zstd, cannot uncompress without libzstd"),
]

# errno of kexec_load, words of the message.
LOAD_ERRORS = [
    ("EPERM", "Operation not permitted"),
    ("EACCES", "Permission denied"),
    ("ENOMEM", "Cannot allocate memory kernel 0x1000000"),
    ("EADDRNOTAVAIL", "Cannot assign requested address kernel 0x1000000 purgatory"),
    ("EINVAL", "Invalid argument kernel 0x1000000 purgatory"),
    ("ENOSYS", "not implemented CONFIG_KEXEC"),
    ("EFAULT", "Bad address shorter"),
    ("EIO", "Input/output error"),
]


def bad_kernels(directory):
    for name, wrong in {
            "zimage": {"loadflags": 0},
            "lies-syssize": {"syssize": 0xfffffff},
            "lies-no-code": {"syssize": 0},
            "lies-setup-sects": {"setup_sects": 255},
            "lies-alignment": {"kernel_alignment": 0x300000},
            "lies-pref-address": {"pref_address": 1 << 40},
            "lies-unaligned-pref": {"pref_address": 0x1000010}}.items():
        (directory / name).write_bytes(fakes.bzimage(size=65536, **wrong))
    for name, init_size in (("lies-init-size", 4096), ("lies-huge-init-size", 0xfffff000)):
        (directory / name).write_bytes(fakes.bzimage(init_size=init_size))


def bad_containers(kernel):
    xz, alone = lzma.compress(kernel), lzma.compress(kernel, lzma.FORMAT_ALONE)
    zstd = fakes.zstd(kernel)
    return {
        "cut.xz": xz[:-100], "damaged.xz": xz[:200] + b"garbage" + xz[207:],
        "cut.lzma": alone[:-100], "twice.xz": lzma.compress(xz),
        "text.xz": lzma.compress(b"no kernel" * 1000),
        "cut.zst": zstd[:-100], "damaged.zst": zstd[:6] + b"\xff" * 20 + zstd[26:],
        "window.zst": zstd[:5] + b"\x90" + zstd[6:],
        "skipped.zst": b"\x50\x2a\x4d\x18\4\0\0\0none",
    }


def bad_files(directory):
    kernel = fakes.bzimage()
    packed = gzip.compress(kernel)
    contents = {
        "vmlinuz": kernel, "initrd": b"070701" + bytes(10000),
        "second": b"070701" + bytes(5001), "empty": b"",
        "short": kernel[:100], "truncated": kernel[:20480], "text": b"no kernel\n" * 500,
        "beoboot": b"BeoB" + bytes(70000), "nbi": b"\x36\x13\x03\x1b" + bytes(70000),
        "noise": bytes((i * i * 31 + i // 7) & 255 for i in range(65536)),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(70000), "cut.gz": packed[:-1000],
        "damaged.gz": packed[:200] + b"garbage" + packed[207:],
        "trailing.gz": gzip.compress(b"no kernel" * 1000) + b"garbage",
    }
    contents.update(bad_containers(kernel))
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    for name, size in (("huge", 2048 * MIB), ("oversized", 1 << 42)):
        with open(directory / name, "wb") as sparse:
            sparse.truncate(size)
    # 1100 MiB of zeros, more than the limit for a decompressed kernel.
    with open(directory / "bomb.gz", "wb") as stream:
        stream.write(gzip.compress(bytes(100 * MIB), 1) * 11)


def prepare(directory):
    bad_kernels(directory)
    bad_files(directory)
    fakes.machine(directory / "sysroot")
    (directory / "directory").mkdir()
    (directory / "loop").symlink_to("loop")
    os.mkfifo(directory / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(directory / "socket"))


def check_mistakes(kexec, check):
    liblzma = os.environ.get("LIBLZMA") == "yes"
    libzstd = os.environ.get("LIBZSTD") == "yes"
    for line, rc, words in [*MISTAKES, *(MISTAKES_LIBLZMA if liblzma else REFUSED_LIBLZMA),
                            *(MISTAKES_LIBZSTD if libzstd else REFUSED_LIBZSTD)]:
        result = kexec(*line.split(" "))
        check(line[:60], result.rc == rc and result.one_message(*words.split(" "))
              and not result.log, result)
        check(line[:60] + ": stdout", not result.out or rc == 255, result)
    result = kexec("-l", "vmlinuz", "--append=" + "x" * 255)
    check("the longest command line", result.rc == 0 and result.silent(), result)


def without_rights(kexec):
    """Runs kexec without CAP_DAC_OVERRIDE, so that file modes also apply if root runs the
    tests."""
    script = kexec.directory / "kexec-without-rights"
    drop = "-dac_override,-dac_read_search"
    script.write_text("#!/bin/sh\nexec setpriv --bounding-set=%s --inh-caps=%s '%s' "
                      "\"$@\"\n" % (drop, drop, kexec.program))
    script.chmod(0o755)
    other = copy.copy(kexec)
    if not os.geteuid():
        other.program = script
    return other


def check_unreadable(kexec, check):
    path = kexec.directory / "unreadable"
    path.write_bytes(fakes.bzimage())
    path.chmod(0)
    for line in ("-l unreadable", "-l vmlinuz --initrd=unreadable"):
        result = without_rights(kexec)(*line.split())
        check(line, result.rc == 1 and not result.log
              and result.one_message("unreadable", "Permission denied"), result)
    result = kexec("-l", "/proc/self/mem")
    check("/proc/self/mem", result.rc == 1 and result.one_message("/proc/self/mem"), result)


def check_refusals(kexec, check):
    for name, words in LOAD_ERRORS:
        result = kexec("-l", "vmlinuz", "--no-random-placement", LOAD=name)
        check("load: " + name, result.rc == 255 and len(result.loads()) == 1
              and not result.unloads()
              and result.one_message("kexec_load: ", *words.split(" ")), result)
        result = kexec("-f", "vmlinuz", LOAD=name)
        check("force: " + name, result.rc == 255 and "sync" not in result.log, result)
    for name in ("EPERM", "EBUSY", "ENOSYS"):
        result = kexec("-u", UNLOAD=name)
        check("unload: " + name, result.rc == 255 and len(result.unloads()) == 1
              and result.one_message("kexec_load: "), result)
    for name, words in (("EPERM", "CAP_SYS_BOOT"), ("EBUSY", "try again"), ("ENOSYS", "not implemented")):
        result = kexec("-e", REBOOT=name)
        check("reboot: " + name, result.rc == 255
              and result.one_message("reboot: ", words), result)
    result = kexec("-e", REBOOT="EINVAL")
    check("reboot: EINVAL", result.rc == 1 and result.one_message("no kernel is loaded"),
          result)
    for name in ("ENOENT", "EACCES"):
        result = kexec("vmlinuz", SHUTDOWN=name)
        check("shutdown: " + name, result.rc == 255 and result.one_message("shutdown -r")
              and sum(call.startswith("exec ") for call in result.log) == 3, result)


def check_permission(kexec, check):
    """EPERM has four causes. The message names the right one."""
    result = kexec("-l", "vmlinuz", LOAD="EPERM", NO_CAPABILITIES=1)
    check("no CAP_SYS_BOOT", result.rc == 255 and
          result.one_message("CAP_SYS_BOOT", "root"), result)
    lockdown = kexec.root / "sys/kernel/security/lockdown"
    disabled = kexec.root / "proc/sys/kernel/kexec_load_disabled"
    for level in ("integrity", "confidentiality"):
        text = "none integrity confidentiality\n".replace(level, "[%s]" % level)
        fakes.write(lockdown, text)
        for line in ("-l vmlinuz", "-u", "-c -l vmlinuz", "-c -u"):
            result = kexec(*line.split(), LOAD="EPERM", UNLOAD="EPERM", FILE_LOAD="EPERM")
            # With -c, the call that would be refused is not made.
            forced = line.startswith("-c")
            check("lockdown: " + line, result.rc == 255 and (not result.log) == forced
                  and result.one_message("locked down", level, "kexec_file_load")
                  and not result.loads() + result.unloads(), result)
        result = kexec("-l", "vmlinuz")
        check("lockdown, no kexec_file_load", result.rc == 255 and not result.loads()
              and result.one_message("locked down", "CONFIG_KEXEC_FILE"), result)
    fakes.write(lockdown, "[none] integrity confidentiality\n")
    result = kexec("-l", "vmlinuz", LOAD="EPERM")
    check("none of them", result.one_message("kexec_load", "dmesg"), result)
    fakes.write(disabled, "1\n")
    result = kexec("-l", "vmlinuz", LOAD="EPERM")
    check("sysctl", result.one_message("kernel.kexec_load_disabled"), result)
    disabled.unlink()
    lockdown.unlink()


def check_changes(kexec, check):
    """A file changes while it is loaded: before kexec_load, and during it."""
    for name, initrds in (("vmlinuz", "initrd"), ("initrd", "initrd"),
                          ("initrd", "initrd second"), ("second", "initrd second")):
        line = ["-l", "vmlinuz", *("--initrd=" + initrd for initrd in initrds.split())]
        for what in ("touch", "shrink"):
            path = kexec.directory / name
            content = path.read_bytes()
            rule = "%s:%s" % (what, path)
            result = kexec(*line, EARLY=rule)
            check("early " + rule, result.rc == 1 and result.one_message(name)
                  and not result.log, result)
            path.write_bytes(content)
            result = kexec(*line, LATE=rule)
            check("late " + rule, result.rc == 1 and len(result.unloads()) == 1
                  and result.one_message(name, "changed"), result)
            path.write_bytes(content)
            result = kexec(*line, LATE=rule, UNLOAD="EBUSY")
            check("stuck " + rule, result.rc == 1
                  and result.one_message(name, "do not start it"), result)
            path.write_bytes(content)
            result = kexec(*line, LATE=rule, LOAD="EFAULT")
            check("refused " + rule, result.rc == 255 and not result.unloads()
                  and result.one_message("Bad address"), result)
            path.write_bytes(content)


def check_full_disk(kexec, check):
    for line in ("--dry-run vmlinuz", "--dry-run=json vmlinuz", "-h", "-v"):
        with open("/dev/full", "wb") as full:
            result = kexec(*line.split(), stdout=full)
        check("full: " + line, result.rc == 1
              and result.one_message("No space left on device"), result)
    (kexec.directory / "full").mkdir()
    (kexec.directory / "full/00-kernel.bin").mkdir()
    result = kexec("--dump-image=full", "vmlinuz")
    check("dump in the way", result.rc == 1 and result.one_message("00-kernel.bin"), result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        prepare(directory)
        check_mistakes(kexec, check)
        check_unreadable(kexec, check)
        check_refusals(kexec, check)
        check_permission(kexec, check)
        check_changes(kexec, check)
        check_full_disk(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
