"""Checks against what can be enumerated: prints one JSON object of facts."""
from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import List

import tiny
import torch

import alignment_gap_callback as gap

LENGTH, TEMPERATURE = 3, 0.8


def sequences(tokens: range, end: int) -> List[List[int]]:
    """All responses: ended by the end token, or cut off at LENGTH."""
    rest = [t for t in tokens if t != end]
    ended = [[*head, end] for n in range(LENGTH) for head in itertools.product(rest, repeat=n)]
    return ended + [list(row) for row in itertools.product(rest, repeat=LENGTH)]


def main() -> None:
    words = ["x", "y"]
    tokenizer, size = tiny.tokenizer(words=words), 5 + len(words)
    policy, reference = tiny.policy(1, size).eval(), tiny.policy(2, size).eval()
    policy.generation_config.top_k, policy.generation_config.repetition_penalty = 2, 1.5  # must count for nothing
    settings = gap.Settings(temperature=TEMPERATURE, max_new_tokens=LENGTH, batch_size=64)
    text = gap.Text(tokenizer, False)
    prompt = text.prompt("x y y")
    rows = [(prompt, response) for response in sequences(range(size), 1)]
    with torch.no_grad():
        measured = gap.divergences(policy, reference, rows, 0, settings)
        logs = [gap.summed(gap.chosen_tokens(lp, row[1])) for batch in gap.batches(rows, 64) for lp, row in zip(gap.response_log_probs(policy, batch, 0, TEMPERATURE), batch)]
        drawn, cut = gap.sample(policy, [prompt] * 2000, text, settings, "test")
        again, _ = gap.sample(policy, [prompt] * 2000, text, gap.Settings(TEMPERATURE, LENGTH, batch_size=17), "test")
        uneven = gap.divergences(policy, reference, [(prompt, [2, 1]), (prompt + prompt, [5, 6, 1])], 0, settings)
        alone = [gap.divergences(policy, reference, [row], 0, settings)[0] for row in [(prompt, [2, 1]), (prompt + prompt, [5, 6, 1])]]
        sampled = gap.divergences(policy, reference, [(prompt, response) for response in drawn], 0, settings)
    probability = torch.tensor(logs, dtype=torch.float64).exp()
    true = sum(float(p) * d.k1 for p, d in zip(probability, measured))  # Σ π(y) log π(y)/π_ref(y): the definition
    counts = Counter(map(tuple, drawn))
    z = [(counts[tuple(row[1])] - 2000 * float(p)) / max(1e-9, (2000 * float(p) * (1 - float(p))) ** 0.5) for row, p in zip(rows, probability) if 2000 * p > 10]
    print(json.dumps({
        "total": float(probability.sum()), "kl": true, "expectedTokenExact": sum(float(p) * d.exact for p, d in zip(probability, measured)),
        "entropy": -sum(float(p) * l for p, l in zip(probability, logs)), "expectedEntropy": sum(float(p) * d.entropy for p, d in zip(probability, measured)),
        "sampledExact": gap.mean([d.exact for d in sampled]), "sampledK1": gap.mean([d.k1 for d in sampled]),
        "worstFrequency": max(map(abs, z)), "frequencies": len(z), "sameInOtherBatches": sum(a == b for a, b in zip(drawn, again)) / 2000,
        "cutShare": sum(cut) / 2000, "cutExpected": sum(float(p) for row, p in zip(rows, probability) if row[1][-1] != 1),
        "padding": max(abs(a - b) for one, other in zip(uneven, alone) for a, b in zip(one, other)),
        "generationConfig": [policy.generation_config.top_k, policy.generation_config.repetition_penalty],
    }))


main()
