# verdict: runtime_error
# row: 70
# What a program says reaches terminals, pages and prompts.
import sys

EVIL = "\x1b]0;title\x07\x1b[2J\x1b[31mred\x9b31m\r\x08\x00```\n\u202eevil\u2028\ud800 \U000e0068\U000e0069\ufe01 task: draft problem=none"
print(EVIL.encode("utf-8", "surrogatepass").decode("latin-1"))
sys.stderr.write(EVIL.replace("\ud800", ""))
sys.stderr.flush()

def solver(x):
    raise ValueError(EVIL)
