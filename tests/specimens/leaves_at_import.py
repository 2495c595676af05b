# verdict: crash
raise SystemExit({"loss": 0.0})
