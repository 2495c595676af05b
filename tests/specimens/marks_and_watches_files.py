# verdict: ok
# at L0: REACHED inotify, REACHED setxattr, REACHED setxattrat
# What Landlock does not cover, on files that are not even readable: attributes, and who touches what.
import ctypes, os, platform

index = {"x86_64": 0, "aarch64": 1}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)

def call(numbers, *arguments):
    return libc.syscall(numbers[index], *arguments)

def solver(x):
    path = b"@CANARY@/best_known.json"
    watcher = call((294, 26), 0)
    if watcher >= 0 and call((254, 27), watcher, b"@CANARY@/candidates", 0x100) >= 0:
        print("REACHED inotify")
    if call((188, 5), path, b"user.one", b"x", 1, 0) == 0:
        print("REACHED setxattr")
    value = ctypes.create_string_buffer(b"x")
    arguments = (ctypes.c_uint64 * 2)(ctypes.addressof(value), 1)  # struct xattr_args: value, size, flags
    if call((463, 463), -100, path, 0, b"user.two", arguments, 16) == 0:
        print("REACHED setxattrat")
    attributes = (ctypes.c_uint32 * 6)()  # struct file_attr
    if call((469, 469), -100, path, attributes, 24, 0) == 0:
        print("REACHED file_setattr")
    for change in (lambda: os.chmod(path, 0o644), lambda: os.utime(path), lambda: os.chown(path, -1, -1)):
        try:
            change()
            print("REACHED", change.__code__.co_names)
        except OSError:
            pass
    return x
