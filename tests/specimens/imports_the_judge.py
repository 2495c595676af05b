# verdict: ok
# at L0: REACHED codepde, REACHED frontierco, REACHED solversmith, REACHED problems, REACHED sandbox
import importlib, importlib.machinery, importlib.util, os, pkgutil, sys

OURS = ("codepde", "frontierco", "solversmith", "problems", "sandbox")

def tell(name, how):
    print("REACHED", name, how)

def by_import(name):
    try:
        tell(name, importlib.import_module(name).__file__)
        sys.modules.pop(name)
    except ImportError:
        pass

def by_location(name, folder):
    for file in (f"{folder}/{name}/__init__.py", f"{folder}/{name}.py", f"{folder}/{name}/spec.py"):
        try:
            spec = importlib.util.spec_from_file_location("stolen", file)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
            tell(name, file)
        except (OSError, ImportError, AttributeError, SyntaxError):
            pass

def solver(x):
    for name in OURS:
        by_import(name)
    known = ["@ROOT@", "@PACKAGES@", "/usr/lib/python3/dist-packages", *sys.path]
    for entry in sys.path:
        while entry not in ("/", ""):
            entry = os.path.dirname(entry)
            known += [entry, f"{entry}/site-packages", f"{entry}/dist-packages", f"{entry}/python3/dist-packages"]
    for folder in dict.fromkeys(known):
        for name in OURS:
            by_location(name, folder)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        for name in OURS:
            by_import(name)
        sys.path.remove(folder)
        for found in pkgutil.iter_modules([folder]):
            if found.name in OURS or found.name.startswith("__editable__"):
                tell(found.name, folder)
        try:
            for name in os.listdir(folder):
                if name.startswith(("solversmith", "__editable__")) or name.endswith(".egg-link"):
                    tell(name, folder)
        except OSError:
            pass
    return x
