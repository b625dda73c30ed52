# SPDX-License-Identifier: GPL-2.0-only
"""XXH64 by libxxhash's shared library, which neither kexec nor purgatory uses: they have
the header's code."""

import ctypes

LIBRARY = ctypes.CDLL("libxxhash.so.0")
LIBRARY.XXH64.restype = ctypes.c_uint64
LIBRARY.XXH64.argtypes = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64


def xxh64(data, seed=0):
    """The digest of bytes as a number."""
    return LIBRARY.XXH64(data, len(data), seed)
