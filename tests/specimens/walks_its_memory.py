# verdict: ok
# row: 62
# Arguments are copies, so that neither bases, frames nor the collector lead to a reference.
import gc, sys

OURS = {"codepde", "frontierco", "solversmith", "problems", "sandbox"}
SIGN = "REFERENCE" + "-" + "3141"

def texts(thing, depth=0):
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (bytes, bytearray)):
        yield bytes(thing).decode("latin-1")
    elif isinstance(thing, dict) and depth < 2:
        for key, value in list(thing.items()):
            yield from texts(key, depth + 1)
            yield from texts(value, depth + 1)
    elif isinstance(thing, (list, tuple)) and depth < 2:
        for value in list(thing):
            yield from texts(value, depth + 1)

def solver(x):
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS or (getattr(module, "__file__", None) or "").startswith("@ROOT@"):
            print("REACHED module", name)
    if getattr(x, "base", None) is not None and x.base.nbytes > 1000:
        print("REACHED base")
    frame = sys._getframe()
    while frame is not None:
        for text in (*texts(frame.f_globals), *texts(frame.f_locals)):
            if SIGN in text and text is not SIGN:
                print("REACHED a reference in a frame")
        frame = frame.f_back
    for thing in gc.get_objects():
        for text in texts(thing):
            if SIGN in text and text is not SIGN:
                print("REACHED a reference in memory")
                return x
    return x
