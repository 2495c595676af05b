# verdict: ok
# row: 62
# at L0: REACHED solversmith, REACHED codepde
# plain user: yes
# Each folder that modules come from, and what lies above and beside it: nothing of ours, nor notes of where it lies.
import os, sys, sysconfig

NAMES = ("solversmith", "codepde", "frontierco", "problems", "best_known", "specimen_bench.py")
STARTS = ("solversmith", "__editable__", "_solversmith")

def solver(x):
    folders = [*sys.path, *sysconfig.get_paths().values(), "@ROOT@", "@PACKAGES@", "/usr/lib/python3/dist-packages"]
    for folder in list(folders):
        while len(folder) > 1:
            folder = os.path.dirname(folder)
            folders.append(folder)
    seen = set()
    for start in dict.fromkeys(folders):
        deep = start in sys.path
        for place, subfolders, files in os.walk(start, followlinks=False):
            if place in seen:
                subfolders.clear()
                continue
            seen.add(place)
            for name in (*subfolders, *files):
                if name in NAMES or name.startswith(STARTS):
                    print("REACHED", name, "in", place)
                if name.endswith((".pth", ".egg-link", "direct_url.json")):
                    with open(f"{place}/{name}", errors="replace") as file:
                        if "@ROOT@" in file.read():
                            print("REACHED", name, "in", place)
            if not deep:
                break
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in NAMES or "@ROOT@/s" in str(getattr(module, "__file__", "")):
            print("REACHED a module that was left", name)
    for finder in (*sys.meta_path, *sys.path_hooks, *sys.path_importer_cache):
        if any(name in repr(finder) for name in STARTS):
            print("REACHED a finder", finder)
    return x
