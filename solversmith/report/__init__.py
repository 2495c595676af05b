"""`report`: runs as one self-contained page that asks no network for anything.

Everything that a program, a model or a file name said is escaped and stripped of control characters, and the
page's own policy lets a browser run one script, ours by its digest, and load nothing.
"""
