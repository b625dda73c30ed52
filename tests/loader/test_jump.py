#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""--load-preserve-context, --load-jump-back-helper and --entry: the data that reaches the
kernel, and the exit status of refused loads.

Environment: KEXEC, the program.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
from boot_params import BootParams, Image                           # noqa: E402

PRESERVE_CONTEXT, X86_64 = 0x2, 62 << 16    # linux/kexec.h
MIB = 1 << 20
START, END = 64 * MIB, 256 * MIB
WINDOW = "--mem-min=%#x --mem-max=%#x" % (START, END - 1)
JUMP = "-l vmlinuz --load-preserve-context " + WINDOW
# An address outside of the machine's memory (fakes.MEMORY).
OTHER = 0x1_4000_20fb

# Command line, exit status, words of the message.
REFUSALS = [
    ("-l vmlinuz --load-preserve-context", 1, ["--mem-max"]),
    ("-c -l vmlinuz --load-preserve-context", 1, ["--mem-max"]),
    ("-s " + JUMP, 1, ["--load-preserve-context", "-s"]),
    ("-p vmlinuz --load-preserve-context " + WINDOW, 1, []),
    ("-l vmlinuz --load-preserve-context --mem-min=0x3ff00000 --mem-max=0x3fffffff", 1,
     ["--mem-min=0x3ff00000", "--mem-max=0x3fffffff"]),
    ("-l vmlinuz --load-preserve-context --mem-max=0x3fffffff", 1, ["half", "MiB"]),
    ("--load-jump-back-helper", 255, ["--entry", "kexec_jump_back_entry"]),
    ("--load-jump-back-helper --entry=0", 255, ["--entry"]),
    ("--load-jump-back-helper --entry=0x2000000", 1, ["0x2000000"]),
    ("--load-jump-back-helper --entry=0x7c00", 1, ["0x7c00"]),
    ("--load-jump-back-helper --dry-run --entry=%#x" % OTHER, 1, ["--dry-run"]),
    ("-l vmlinuz --entry=0x12345", 1, ["--entry=0x12345", "kernel", "purgatory"]),
]


def load_of(result):
    """(entry, flags, segments as (start, end, data size)) of the only call."""
    assert len(result.loads()) == 1, result
    entry, flags = re.search(r"entry=(\w+) .*flags=(\w+)", result.loads()[0]).groups()
    numbers = [[int(number, 0) for number in re.findall(r"=(\w+)", line)]
               for line in result.log if line.startswith("segment")]
    return int(entry, 0), int(flags, 0), sorted(
        (start, start + size, data) for start, size, data in numbers)


def pages(ranges):
    return {page for start, end in ranges for page in range(start >> 12, end >> 12)}


def check_preserve(kexec, check):
    result = kexec(*JUMP.split(), "--initrd=initrd", "--append=quiet")
    check("loads", result.rc == 0 and result.silent(), result)
    entry, flags, segments = load_of(result)
    check("flags", flags == PRESERVE_CONTEXT | X86_64, result)
    check("the entry is purgatory's", any(start < entry < end and size for
                                          start, end, size in segments), result)
    check("no two overlap", all(one[1] <= two[0] for one, two in
                                zip(segments, segments[1:])), result)
    check("at most 16", len(segments) <= 16, result)
    ram = [(max(4096, start), last + 1) for start, last, kind in fakes.MEMORY
           if kind == "System RAM"]
    window = [(start, min(end, MIB)) for start, end in ram if start < MIB]
    window += [(max(start, START), min(end, END)) for start, end in ram
               if start < END and end > START]
    check("all of the window and of low memory, no page else",
          pages((start, end) for start, end, _ in segments) == pages(window), result)
    result = kexec(*JUMP.replace("-l ", "-l -c ").split())
    check("-c", result.rc == 0 and len(result.loads()) == 1, result)
    result = kexec(*JUMP.split(), LOAD="EINVAL")
    check("a kernel that cannot", result.rc == 255 and result.one_message(
        "kexec_load", "CONFIG_KEXEC_JUMP"), result)
    result = kexec("-l", "vmlinuz")
    check("not without the option", load_of(result)[1] == X86_64, result)


def check_handed_over(kexec, check):
    """The other kernel's own memory map, and the room after its command line."""
    result = kexec("--sysroot=" + str(kexec.root), "--dump-image=dump", "--dry-run=json",
                   "--append=quiet", *JUMP.split())
    check("--dump-image", result.rc == 0, result)
    image = Image(kexec.directory / "dump")
    params = BootParams(image, int(image.plan["kernel"]["boot_params"], 16))
    ram = [(one.start, one.end) for one in params.e820() if one.type == 1]
    check("RAM is what is saved", pages(ram) ==
          pages((one.start, one.end) for one in image.segments), ram)
    whole = pages((start, last + 1) for start, last, _ in fakes.MEMORY)
    check("the rest is reserved", pages((one.start, one.end) for one in params.e820()
                                        if one.type == 2) == whole - pages(ram), "")
    at = params.cmd_line_ptr + len("quiet")
    text = b" kexec_jump_back_entry=0x0123456789abcdef\0"
    check("room for the address", image.read(at, len(text)) == bytes(len(text)))
    others = [node.address for node in params.nodes()] + [params.efi_memmap]
    check("nothing lies in the room", all(not at <= address < at + len(text)
                                          for address in others), others)


def check_jump_back(kexec, check):
    loaded = kexec.root / "sys/kernel/kexec_loaded"
    command = ["--load-jump-back-helper", "--entry=%#x" % OTHER]
    loaded.write_text("1\n")
    result = kexec(*command)
    check("something is loaded", result.rc == 255 and not result.log
          and result.one_message("kexec -u"), result)
    for text in ("0\n", None):
        loaded.write_text(text) if text else loaded.unlink()
        result = kexec(*command)
        check("jump back", result.rc == 0 and result.silent(), result)
        entry, flags, segments = load_of(result)
        check("flags of jump back", flags == PRESERVE_CONTEXT | X86_64, result)
        check("purgatory first", any(start < entry < end and size for
                                     start, end, size in segments), result)
        check("nothing in the other kernel", not any(start <= OTHER < end for
                                                     start, end, _ in segments), result)
        check("and nothing is started", len(result.log) == 1 + len(segments), result)
    loaded.write_text("0\n")
    result = kexec(*command, LOAD="EINVAL")
    check("refused by the kernel", result.rc == 255 and result.one_message(
        "kexec_load", "CONFIG_KEXEC_JUMP"), result)
    loaded.write_text("1\n")
    result = kexec("-e", COMES_BACK=1)
    check("-e returns", result.rc == 0 and result.silent(), result)


def check_entry(kexec, check):
    plain = load_of(kexec("-l", "-c", "vmlinuz"))[0]
    result = kexec("-l", "vmlinuz", "--entry=%#x" % plain)
    check("--entry=purgatory", result.rc == 0 and result.silent(), result)
    result = kexec("-l", "vmlinuz", "--entry=0x1000200", "--no-random-placement")
    check("--entry=kernel", result.rc == 0 and result.one_message("purgatory"), result)
    check("the entry given", load_of(result)[0] == 0x1000200, result)
    result = kexec("-l", "vmlinuz", "--entry=0")
    check("--entry=0 means no entry", result.rc == 0 and load_of(result)[0] == plain, result)


def check_refusals(kexec, check):
    (kexec.root / "sys/kernel/kexec_loaded").write_text("0\n")
    for line, rc, words in REFUSALS:
        result = kexec(*line.split())
        check(line, result.rc == rc and result.one_message(*words)
              and not result.loads(), result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        (directory / "vmlinuz").write_bytes(fakes.bzimage())
        (directory / "initrd").write_bytes(b"070701" + bytes(range(250)) * 100)
        check_preserve(kexec, check)
        check_handed_over(kexec, check)
        check_jump_back(kexec, check)
        check_entry(kexec, check)
        check_refusals(kexec, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
