"""One exact equilibrium of two-player trees, by deterra and by pygambit's sequence-form LCP, in one run.

    python tests/peers/gambit_lcp.py DETERRA [TYPES,STEPS ...]

The games are examples/scenarios/audience-costs.toml with that many types and steps, written as .efg by deterra. For each
it prints CPU seconds of both, their ratio, and what pygambit says of our equilibrium: its regret must be exactly 0.
pygambit's own answer need not be the same: it is a Nash equilibrium, ours is quasi-perfect too. Needs pygambit (pip).
"""

import resource
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import pygambit

SCENARIO = Path(__file__).parents[2] / "examples/scenarios/audience-costs.toml"
LIMIT = 300


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def ours(deterra, file):
    start = cpu(resource.RUSAGE_CHILDREN)
    line = subprocess.run(
        [deterra, "solve", file, "--concept", "quasi-perfect", "--format", "gambit"],
        check=True, capture_output=True, text=True,
    ).stdout
    return cpu(resource.RUSAGE_CHILDREN) - start, [Fraction(x) for x in line.strip().split(",")[1:]]


THEIRS = """
import pygambit, resource, sys
game = pygambit.read_efg(sys.argv[1])
start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
pygambit.nash.lcp_solve(game, rational=True, use_strategic=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_utime - start)
"""


def theirs(file):
    try:
        done = subprocess.run([sys.executable, "-c", THEIRS, file], check=True, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout)


def main():
    deterra, *sizes = sys.argv[1:]
    wrong = 0
    for size in sizes or ["2,4", "3,4", "3,6", "4,6"]:
        types, steps = size.split(",")
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "game.efg")
            subprocess.run(
                [deterra, "convert", str(SCENARIO), "--set", f"types={types}", "--set", f"steps={steps}", "-o", file, "-q"],
                check=True,
            )
            seconds, profile = ours(deterra, file)
            game = pygambit.read_efg(file)
            judged = game.mixed_behavior_profile(rational=True)
            numbers = iter(profile)
            for player in game.players:
                for member in game.get_infosets(player):
                    at = pygambit.H.path(*(step.action for step in member))
                    judged[at] = {action: str(next(numbers)) for action in game.get_actions(at)}
            regret = judged.max_regret()
            peer = theirs(file)
        wrong += regret != 0
        against = f"over {LIMIT}" if peer is None else f"{peer:.3f}"
        ratio = "" if peer is None else f"  ratio {peer / seconds:.0f}"
        print(f"{types} types, {steps} steps: deterra {seconds:.3f} s, pygambit {against} s{ratio}  regret by pygambit {regret}", flush=True)
    sys.exit(wrong > 0)


main()
