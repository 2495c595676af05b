# verdict: ok
# row: 40, 41
# plain user: yes
# What an interpreter of the user would run when it starts. The own home is the scratch folder, which goes.
import glob, os, pwd, site, sys

NAMES = ("usercustomize.py", "sitecustomize.py", "specimen.pth")

def homes():
    yield from (entry.pw_dir for entry in pwd.getpwall())
    yield from ("/root", "/home", *glob.glob("/home/*"), "@ROOT@", "@CANARY@/..")
    yield from (f"/proc/{pid}/cwd" for pid in ("1", "@OWNER@", "@SUPERVISOR@"))

def in_scratch(folder):
    try:
        return os.path.realpath(folder).startswith(os.getcwd())
    except OSError:
        return False

def solver(x):
    library = f".local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    folders = [f"{home}/{library}" for home in homes()]
    for folder in (*folders, *map(os.path.dirname, folders), *site.getsitepackages(), *sys.path, sys.prefix):
        if in_scratch(folder):
            continue
        try:
            os.makedirs(folder, exist_ok=True)
            for name in NAMES:
                open(f"{folder}/{name}", "w").close()
            print("REACHED", folder)
        except OSError:
            pass
    if not sys.flags.no_user_site or site.ENABLE_USER_SITE:
        print("REACHED a user site that is searched")
    return x
