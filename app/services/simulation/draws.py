"""Random draws that the standard library has only from Python 3.12 on."""

import math
from random import Random

# Beyond this mean the normal curve is as good, and the exact way takes as many steps.
_LARGE = 30.0


def draw_poisson(random: Random, mean: float) -> int:
    """Draw how many events happen when so many are expected."""
    if mean <= 0:
        return 0
    if mean > _LARGE:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    least, product, count = math.exp(-mean), random.random(), 0
    while product > least:
        product *= random.random()
        count += 1
    return count


def draw_binomial(random: Random, trials: int, chance: float) -> int:
    """Draw how many of so many trials succeed."""
    mean = trials * chance
    if trials <= 0 or chance <= 0:
        return 0
    if trials <= _LARGE:
        return sum(random.random() < chance for _ in range(trials))
    if mean <= _LARGE and chance < 0.1:
        return min(trials, draw_poisson(random, mean))
    deviation = math.sqrt(mean * (1 - min(chance, 1.0)))
    return min(trials, max(0, round(random.gauss(mean, deviation))))
