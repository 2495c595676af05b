"""For test_payment: `pay_driver.py FOLDER URL CALLS`: buys what is not yet recorded, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path

from solversmith import models
from solversmith.broker import Broker
from solversmith.contract.model import Message, Request
from solversmith.store import RunDirectory

if __name__ == "__main__":
    folder, url, calls = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with RunDirectory.open(folder, {"identity": {"problem": "toy"}}) as store:
        broker = Broker(store, {"writer": models.build("openai:any", {"base_url": url})}, run_id=store.run_id)
        for number in range(calls):
            broker.complete(f"p{number:04d}", 0, 0, Request((Message("user", "write"),), 50, sample=number))
