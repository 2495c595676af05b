# verdict: ok
# row: 51
# after: others
# at L0: found itself
# A process that was forked has what its parent forgot; one that was started anew has nothing.
import os, re

MINE = os.environ["SPECIMEN_TAG"].encode()
SIGNS = {
    "a key": rb"sk-[s]pecimen-[0-9a-f]{16}",
    "a reference": rb"REFERENCE[-]3141",
    "a canary": rb"CANARY[-]",
    "another program": rb"specimen[-][0-9a-f]{16}",
    "a path of ours": re.escape(bytes.fromhex("@HEX OF ROOT@")) + rb"/(?:codepde|solversmith|frontierco|problems)",
}

def regions():
    with open("/proc/self/maps") as file:
        for line in file:
            span, rights, *rest = line.split()
            if rights.startswith("r") and not (rest[3:] and rest[3].startswith("[v")):
                yield tuple(int(end, 16) for end in span.split("-"))

def solver(x):
    own = MINE[:12] + MINE[12:]
    try:
        memory, places = open("/proc/self/mem", "rb", buffering=0), list(regions())
    except OSError:
        return x  # then there is nothing to read with
    for start, end in places:
        try:
            memory.seek(start)
            text = memory.read(min(end - start, 64 << 20)) or b""
        except (OSError, OverflowError, ValueError):
            continue
        if own in text:
            print("found itself")
        for name, sign in SIGNS.items():
            found = {part for part in re.findall(sign, text) if part != MINE and part != b"specimen-neighbour"}
            if found:
                print("REACHED", name, len(found))
    return x
