# verdict: ok
# row: 40
# The next program must not find anything of this one.
import os, sys, sysconfig
import numpy

def solver(x):
    folders = [os.path.dirname(numpy.__file__), os.path.dirname(os.__file__), *sys.path, "/", "/etc", "/usr/lib", "@ROOT@", "@PACKAGES@", os.path.expanduser("~root")]
    for folder in folders:
        try:
            with open(f"{folder}/sitecustomize.py", "w") as file:
                file.write("import os")
            print("REACHED", folder)
        except OSError:
            pass
    for file in (numpy.__file__, os.__file__, sys.executable, "/proc/sys/kernel/core_pattern", "/proc/@SUPERVISOR@/oom_score_adj", "/etc/passwd"):
        for attempt in (lambda: open(file, "ab").close(), lambda: os.truncate(file, 0), lambda: os.chmod(file, 0o777), lambda: os.rename(file, file + "~"), lambda: os.utime(file), lambda: os.setxattr(file, "user.specimen", b"x")):
            try:
                attempt()
                print("REACHED", file, attempt.__code__.co_names)
            except OSError:
                pass
    return x
