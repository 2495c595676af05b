# verdict: crash
# row: 47
raise SystemExit({"loss": 0.0})
