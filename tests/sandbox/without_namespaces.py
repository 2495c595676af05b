"""`without_namespaces.py SCRIPT ARGUMENTS`: runs a script where namespaces and mounts are refused.

As in a container with the default profile: a system call filter answers with EPERM.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

from sandbox import seccomp

code = seccomp.refusing_namespaces(seccomp.machine())
libc = ctypes.CDLL(None, use_errno=True)
text = ctypes.create_string_buffer(code, len(code))
program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
    sys.exit("the filter could not be installed: " + os.strerror(ctypes.get_errno()))
os.execv(sys.executable, [sys.executable, "-B", *sys.argv[1:]])
