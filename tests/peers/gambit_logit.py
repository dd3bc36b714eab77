#!/usr/bin/env python3
"""Compare logit responses with pygambit's on the shipped games.

A developer check, run by hand; pygambit (GPL) is only run as a program and is no dependency:

    python -m venv v && v/bin/pip install pygambit==17.0.0b2
    v/bin/python tests/peers/gambit_logit.py target/release/deterra            # all shipped games
    v/bin/python tests/peers/gambit_logit.py target/release/deterra FILE...    # any .efg or .nfg

Prints, for every game, the greatest difference of a probability at each lambda. At a fork, which
symmetric games have, the two may follow different branches; each is a response then.
"""

import ast
import io
import json
import subprocess
import sys

import pygambit as gbt

LAMBDAS = [0.1, 0.5, 1, 2, 5]


def deterra(binary, *arguments):
    run = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    return run.stdout if run.returncode == 0 else None


def load(binary, name):
    for form, read in (("efg", gbt.read_efg), ("nfg", gbt.read_nfg)):
        text = deterra(binary, "convert", name, "--to", form, "--ascii")
        if text is not None:
            return read(io.BytesIO(text.encode())), form
    return None, None


def theirs(response, form):
    players = ast.literal_eval(str(response.profile))
    rows = [row for own in players.values() for row in (own if form == "efg" else [own])]
    return [probability for row in rows for probability in row.values()]


def ours(binary, name, value):
    asked = ["--concept", "qre", "--method", "logit_path", "--lambda", value, "--format", "gambit"]
    line = deterra(binary, "solve", name, *asked)
    return None if line is None else [float(x) for x in line.strip().split(",")[1:]]


def compare(binary, name):
    game, form = load(binary, name)
    if game is None:
        return "not converted"
    shown = []
    for value, response in zip(LAMBDAS, gbt.qre.logit_solve_lambda(game, lam=LAMBDAS)):
        found, expected = ours(binary, name, value), theirs(response, form)
        if found is None or len(found) != len(expected):
            shown.append(f"{value}: no answer")
        else:
            off = max(abs(a - b) for a, b in zip(found, expected))
            shown.append(f"{value}: {off:.1e}")
    return ", ".join(shown)


def main():
    binary, *names = sys.argv[1:]
    if not names:
        names = [entry["name"] for entry in json.loads(deterra(binary, "catalog", "--json"))["games"]]
    for name in names:
        print(f"{name:24} {compare(binary, name)}", flush=True)


if __name__ == "__main__":
    main()
