#!/usr/bin/env python3
"""Asks the eighty questions of small.jsonl of the demo's sources and counts, for each half: see docs/answering.md.

    bench/answering/small.py MODEL_DIR [--show first]

Questions of the other half are not printed: they are for asking once, not for looking at.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[2]
demo = root / "crates/server/demo"
questions = root / "bench/answering/small.jsonl"
model = sys.argv[1] if len(sys.argv) > 1 else "none"
half_shown = "first" if "--show" in sys.argv else None
halves = ["first"] if half_shown else ["first", "held out"]

asked = {entry["id"]: entry for entry in map(json.loads, questions.open()) if entry["half"] in halves}
with tempfile.TemporaryDirectory() as folder:
    sources = Path(folder, "sources")
    sources.mkdir()
    for text in demo.glob("*.md"):
        (sources / text.name).write_text(text.read_text())
    with (sources / "questions.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["question", "answer"])
        for pair in json.loads((demo / "questions.json").read_text()):
            rows.writerows([phrasing, pair["answer"]] for phrasing in pair["phrasings"])
    list_ = Path(folder, "asked.jsonl")
    list_.write_text("".join(json.dumps(entry) + "\n" for entry in asked.values()))
    command = os.environ.get("BENCH_ANSWERING", "").split() or [
        *"cargo run --quiet --release -p trialogue-persona --example bench_answering --".split()
    ]
    arguments = ["--data", str(sources), "--model", model, "--questions", str(list_)]
    done = subprocess.run([*command, *arguments], cwd=root, check=True, stdout=subprocess.PIPE, text=True)

counts = {half: dict.fromkeys(["right", "wrong", "known", "false", "unknown"], 0) for half in halves}
for line in done.stdout.splitlines():
    answer = json.loads(line)
    entry = asked[answer["id"]]
    count = counts[entry["half"]]
    is_answered = not answer["handoff"]
    is_right = is_answered and any(words in answer["answer"] for words in entry["expect"])
    if entry["expect"]:
        count["known"] += 1
        count["right"] += is_right
        count["wrong"] += is_answered and not is_right
    else:
        count["unknown"] += 1
        count["false"] += is_answered
    if half_shown:
        print(f"{answer['confidence']:.2f} {entry['turns'][0]} -> {answer['answer'][:90] or '(handed off)'}")
for half, count in counts.items():
    print(
        f"{half}: of {count['known']} in the sources {count['right']} answered rightly, {count['wrong']} wrongly; "
        f"of {count['unknown']} not in them {count['false']} answered all the same"
    )
