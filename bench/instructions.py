# SPDX-License-Identifier: GPL-2.0-only
"""Number of user-space instructions of a load: nearly the same in every run and on every
computer."""

import re
import shutil
import subprocess

SIZE = 8
TOP = 6


def count(bench, program, arguments):
    """(instructions, [(their share in percent, function)])"""
    out = bench.place / "callgrind.out"
    environment = program.environment(bench.large, copying=False)
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=%s" % out,
         str(program.program.program), *map(str, arguments)], env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise RuntimeError("valgrind: exit status %d: %s" % (done.returncode, done.stderr))
    listing = subprocess.run(["callgrind_annotate", "--threshold=100", str(out)], text=True,
                             stdout=subprocess.PIPE, check=True).stdout
    # A function has a line for each source file that contributes to it.
    shares = {}
    for share, name in re.findall(r"^ *[\d,]+ \( *([\d.]+)%\)  \S*?:(\S+)", listing, re.M):
        shares[name] = shares.get(name, 0) + float(share)
    top = sorted(shares.items(), key=lambda one: -one[1])[:TOP]
    return int(found.group(1)), [(share, name) for name, share in top]


def instructions(bench):
    if not shutil.which("valgrind"):
        bench.results.skip("instructions", "valgrind is not installed")
        return
    initrd = bench.initrd(SIZE)
    for title, more in (("with digests", []), ("with -i", ["-i"])):
        theirs, ours = (count(bench, program, bench.load(initrd, *more))
                        for program in (bench.theirs, bench.ours))
        bench.results.add(
            "instructions, %d MiB initrd, %s" % (SIZE, title), "", None,
            "kexec-tools %.2f million, kexec-efi %.2f million; of ours %s" % (
                theirs[0] / 1e6, ours[0] / 1e6,
                ", ".join("%s %.0f %%" % (name, share) for share, name in ours[1]
                          if share >= 1)),
            theirs=theirs[0], ours=ours[0], functions=ours[1])


ROWS = (instructions,)
