"""Ray: clusters, the processes that carry work out on them, and a pool of these.

Nothing is imported here: a worker imports this package first, and may only then find out that `sandbox` and
`problems` would come from somebody's own folder (`place.py`).
"""
