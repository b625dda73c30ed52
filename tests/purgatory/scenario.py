# SPDX-License-Identifier: GPL-2.0-only
"""Shared by the scenarios: the code that they run, and the checks of its output."""

import os
import re
import subprocess

from machine import NEXT16_OFFSET, NEXT32, STAGE

RESETTING = ", resetting the machine"


class Tools:
    """The kernels around purgatory, built for this run, and the purgatory under test."""

    def __init__(self, directory, purgatory):
        self.directory = directory
        self.stage = self.build("stage", STAGE)
        self.next = self.symbol("stage", "next")
        with open(self.build("next32", NEXT32), "rb") as file:
            self.next32 = file.read()
        with open(self.build("next16", NEXT16_OFFSET), "rb") as file:
            self.next16 = file.read()
        with open(purgatory, "rb") as file:
            self.purgatory = file.read()
        assert len(self.purgatory) % 4096 == 0

    def build(self, name, address):
        """Builds this source to run at address. Returns the path of the flat file."""
        here = os.path.dirname(os.path.abspath(__file__))
        flat = os.path.join(self.directory, name)
        cc, ld, objcopy = (os.environ.get(tool, default) for tool, default in (
            ("CC", "cc"), ("LD", "ld"), ("OBJCOPY", "objcopy")))
        subprocess.run([*cc.split(), "-c", "-o", f"{flat}.o", f"{here}/{name}.S"],
                       check=True)
        subprocess.run([ld, "-m", "elf_x86_64", "--build-id=none",
                        f"-Ttext={address:#x}", "-N", "-o", f"{flat}.elf", f"{flat}.o"],
                       check=True, stderr=subprocess.DEVNULL)
        subprocess.run([objcopy, "-O", "binary", "-j", ".text", f"{flat}.elf", flat],
                       check=True)
        return flat

    def symbol(self, name, symbol):
        """The addresses of symbols in that source."""
        symbols = subprocess.run([os.environ.get("NM", "nm"),
                                  os.path.join(self.directory, f"{name}.elf")],
                                 check=True, capture_output=True, text=True).stdout
        return int(re.search(rf"^(\w+) \w {symbol}$", symbols, re.M).group(1), 16)


def scenario(function):
    function.is_scenario = True
    return function


def scenarios(module):
    """The scenarios of a module, in the order of the source."""
    return [value for value in vars(module).values() if hasattr(value, "is_scenario")]


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def found(output, name):
    """The values that next printed under this name."""
    values = re.findall(rf"^next: {name}=(\w+)$", output, re.M)
    return [int(value, 16) for value in values]
