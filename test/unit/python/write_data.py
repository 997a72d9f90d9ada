"""What training.py trains and evaluates with, as the files that the command line reads. usage: write_data.py OUT"""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, List

import tiny
import training


def write(file: Path, rows: List[Any]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


out = Path(sys.argv[1])
tiny.saved(out / "reference")
write(out / "prompts.jsonl", tiny.prompts(training.PROMPTS))
write(out / "pairs.jsonl", training.PAIRS)
write(out / "opponent.jsonl", training.OPPONENTS)
print(json.dumps(True))
