#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Anonymous memory of a load: it is small, and independent of the size of the initrd.
Environment: KEXEC, CC."""

import gzip
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

MOST_KIB = 4096
# malloc and the stacks of threads round differently each time.
NEARLY_KIB = 512
SMALL, LARGE = 8 << 20, 96 << 20


def anonymous_kib(kexec, arguments):
    """The maximum resident size until kexec_load, without mapped files."""
    status = kexec.directory / "status"
    result = kexec("-c", "-l", *arguments, STATUS=status)
    assert result.rc == 0 and result.loads(), result
    found = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return (int(found["VmHWM"].split()[0]) - int(found["RssFile"].split()[0]) -
            int(found["RssShmem"].split()[0]))


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-test.") as name:
        directory = Path(name)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        kernel = fakes.bzimage(size=16 << 20, init_size=32 << 20)
        fakes.write(directory / "vmlinuz", kernel)
        fakes.write(directory / "vmlinuz.gz", gzip.compress(kernel, 1))
        for name, size in (("small", SMALL), ("large", LARGE)):
            with open(directory / name, "wb") as file:
                file.truncate(size)
        for line in ("vmlinuz --initrd=%s", "vmlinuz.gz --initrd=%s", "vmlinuz -i --initrd=%s",
                     "vmlinuz --initrd=small --initrd=%s"):
            small, large = (anonymous_kib(kexec, (line % name).split())
                            for name in ("small", "large"))
            check(line, large <= MOST_KIB and abs(large - small) <= NEARLY_KIB,
                  "%d KiB, %d KiB" % (small, large))
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
