#!/usr/bin/env python3
"""Compare deterra with pygambit on games that neither of us wrote for the purpose.

A developer check, run by hand; pygambit (GPL) is only run as a program and is no dependency:

    python -m venv v && v/bin/pip install pygambit==17.0.0b2
    v/bin/python tests/peers/gambit.py target/release/deterra            # pygambit's own catalogue
    v/bin/python tests/peers/gambit.py target/release/deterra FILE...    # any .efg or .nfg

For every file it compares
  facts      players, information sets, constant sum, perfect recall, subgame roots
  rewrite    pygambit reads what deterra writes, with the same facts
  pure       all pure equilibria of tables, as sets of exact payoff vectors
  perfect    trees of perfect information: every subgame-perfect equilibrium of deterra has
             regret 0 for pygambit, and its payoffs are among those of pure equilibria
and prints a line for each difference, then a count. Exit 1 if there is a difference.
"""

import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import pygambit as gbt


def deterra(binary, *arguments, codes=(0,)):
    run = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if run.returncode not in codes:
        raise RuntimeError(f"exit {run.returncode}: {run.stderr.strip()[:200]}")
    return run.stdout


def load(path):
    return gbt.read_efg(str(path)) if path.suffix == ".efg" else gbt.read_nfg(str(path))


def is_tree(game):
    return type(game).__name__ == "ExtensiveGame"


def their_facts(game):
    facts = {"players": len(game.players), "constant_sum": bool(game.is_const_sum)}
    if is_tree(game):
        facts["perfect_recall"] = bool(game.is_perfect_recall)
        facts["infosets"] = sum(len(game.get_infosets(player)) for player in game.players)
        facts["subgames"] = len(game.get_subgame_roots())
    return facts


def our_facts(info, tree):
    facts = {"players": len(info["players"]), "constant_sum": info["constant_sum"] not in (None, False)}
    if tree:
        facts["perfect_recall"] = info["perfect_recall"]
        facts["infosets"] = info["infosets"]
        facts["subgames"] = len(info["subgame_roots"])
    return facts


def pure_payoffs(game):
    """The exact payoff vectors of pygambit's pure equilibria."""
    result = gbt.nash.enumpure_solve(game)
    return {tuple(Fraction(str(e.payoffs[player])) for player in game.players) for e in result.equilibria}


def our_payoffs(solved):
    return {tuple(Fraction(p) for p in e["payoffs"].values()) for e in solved["equilibria"]}


def compare(binary, path):
    game = load(path)
    tree = is_tree(game)
    info = json.loads(deterra(binary, "info", path, "--json"))
    ours, theirs = our_facts(info, tree), their_facts(game)
    for key, value in theirs.items():
        if ours[key] != value:
            yield f"{key}: deterra {ours[key]}, gambit {value}"
    with tempfile.TemporaryDirectory() as folder:
        rewritten = Path(folder) / ("x" + path.suffix)
        deterra(binary, "convert", path, "-o", rewritten, "-q")
        again = their_facts(load(rewritten))
        if again != theirs:
            yield f"rewrite: {again} instead of {theirs}"
    if not tree:
        solved = json.loads(deterra(binary, "solve", path, "--method", "pure", "--list", "100000", "--json", codes=(0, 4)))
        if our_payoffs(solved) != pure_payoffs(game):
            yield f"pure: {our_payoffs(solved)} instead of {pure_payoffs(game)}"
    elif info["perfect_information"] and ours["perfect_recall"]:
        solved = json.loads(deterra(binary, "solve", path, "--list", "1000", "--json"))
        extra = our_payoffs(solved) - pure_payoffs(game)
        if extra:
            yield f"perfect: {extra} are payoffs of no pure equilibrium"
        for equilibrium in solved["equilibria"]:
            if equilibrium["verdict"]["status"] != "exact":
                yield f"perfect: verdict {equilibrium['verdict']}"


def main():
    binary, *files = sys.argv[1:]
    if not files:
        root = Path(gbt.__file__).parent / "catalog_data"
        files = sorted([*root.rglob("*.efg"), *root.rglob("*.nfg")])
    differences, compared = 0, 0
    for path in map(Path, files):
        try:
            found = list(compare(binary, path))
        except Exception as error:  # One bad file must not hide the others.
            found = [f"{type(error).__name__}: {error}"]
        compared += 1
        for line in found:
            differences += 1
            print(f"{path.name}: {line}")
    print(f"{compared} games compared, {differences} differences")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
