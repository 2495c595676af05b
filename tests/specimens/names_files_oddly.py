# verdict: ok
# row: 23
# Somebody has to list and remove them.
import os

NAMES = (b"new\nline", b"\x1b]0;title\x07", b"\xff\xfe\x80", b"-rf", b" ", b"...", b"x" * 255, b"*", b"$(id)", b"`id`",
         b"\xe2\x80\xae", b";", b"'", b'"', b"\\", b"~", b"%s%n", b"\r")

def solver(x):
    for name in NAMES:
        os.mkdir(name)
        os.close(os.open(name + b"/" + name, os.O_CREAT | os.O_WRONLY, 0))
    os.chmod(b" ", 0) if os.getpid() == 1 else None
    os.rename(b"new\nline", b"other\n\nline")
    os.chdir(b"...")
    return x
