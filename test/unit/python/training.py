"""Real trainings of TRL's trainers, with and without the callback: prints one JSON object, kind → facts, or why this kind is not to be had.

usage: training.py OUT KIND…   kinds: dpo, failing, peft, online-dpo, grpo, rloo
"""
from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import tiny
import torch
from datasets import Dataset

import alignment_gap_callback as gap

STEPS, BETA, PROMPTS = 6, 0.2, 24
PAIRS = tiny.pairs(8, begin=64)
OPPONENTS = [f"{tiny.WORDS[i % 18]} {tiny.WORDS[(i + 5) % 18]}" for i in range(PROMPTS)]
COMMON: Dict[str, Any] = dict(max_steps=STEPS, per_device_train_batch_size=4, learning_rate=3e-3, logging_steps=1, save_steps=3, report_to="none", use_cpu=True, seed=5, bf16=False, gradient_checkpointing=False)


def dpo(out: Path, **more: Any) -> Any:
    from trl import DPOConfig, DPOTrainer
    options = DPOConfig(str(out), beta=BETA, eval_strategy="steps", eval_steps=3, eval_on_start=True, per_device_eval_batch_size=8, **{**COMMON, "gradient_checkpointing": True}, disable_dropout=False)
    reference = None if "peft_config" in more else tiny.policy().eval()
    return DPOTrainer(tiny.policy(), reference, args=options, train_dataset=Dataset.from_list(tiny.pairs(32)), eval_dataset=Dataset.from_list(PAIRS), processing_class=tiny.tokenizer(), **more)


def peft(out: Path) -> Any:
    from peft import LoraConfig
    return dpo(out, peft_config=LoraConfig(r=4, target_modules=["q_proj", "v_proj"], lora_dropout=0.1, task_type="CAUSAL_LM"))


def online_dpo(out: Path) -> Any:
    from trl.experimental.online_dpo import OnlineDPOConfig, OnlineDPOTrainer
    options = OnlineDPOConfig(str(out), beta=BETA, max_new_tokens=8, **COMMON)
    return OnlineDPOTrainer(tiny.policy(), tiny.policy().eval(), reward_funcs=tiny.redness, args=options, train_dataset=data(), processing_class=tiny.tokenizer(chat=True))


def group(name: str, out: Path) -> Any:
    import trl
    options = getattr(trl, f"{name}Config")(str(out), beta=BETA, num_generations=4, max_completion_length=8, **COMMON)
    return getattr(trl, f"{name}Trainer")(tiny.saved(out.with_name("start")), reward_funcs=tiny.redness, args=options, train_dataset=data(), processing_class=tiny.tokenizer())


def data() -> Any:
    return Dataset.from_list([{"prompt": prompt} for prompt in tiny.prompts(32)])


TRAINERS = {"dpo": dpo, "peft": peft, "online-dpo": online_dpo, "grpo": lambda out: group("GRPO", out), "rloo": lambda out: group("RLOO", out), "failing": dpo}


def train(kind: str, out: Path, with_callback: bool) -> Dict[str, Any]:
    torch.manual_seed(11)
    trainer = TRAINERS[kind](out)
    if with_callback:
        reference = {"peft": None, "rloo": str(out.with_name("start"))}.get(kind, trainer.ref_model)
        trainer.add_callback(gap.AlignmentGapCallback(
            tiny.prompts(PROMPTS), reference=reference, pairs=PAIRS, reward=tiny.broken if kind == "failing" else tiny.redness, opponent=OPPONENTS, max_new_tokens=8, batch_size=8))
    began = time.process_time()
    trainer.train()
    trainer.save_state()
    weights = {name: value.detach().clone() for name, value in trainer.model.named_parameters()}
    return {"seconds": time.process_time() - began, "history": trainer.state.log_history, "weights": weights}


def losses(history: List[Dict[str, Any]]) -> List[float]:
    return [row["loss"] for row in history if "loss" in row]


def facts(kind: str, out: Path) -> Dict[str, Any]:
    try:
        plain = train(kind, out / kind / "plain", False)
    except ImportError as error:  # a TRL without this trainer, or no PEFT
        return {"absent": str(error)}
    measured = train(kind, out / kind / "run", True)
    return {
        "losses": [losses(run["history"]) for run in (plain, measured)],
        "sameWeights": all(torch.equal(value, measured["weights"][name]) for name, value in plain["weights"].items()),
        "evaluations": [row for row in measured["history"] if "eval_loss" in row],
        "cpuSeconds": [plain["seconds"], measured["seconds"]],
    }


os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
if __name__ == "__main__":
    print(json.dumps({kind: facts(kind, Path(sys.argv[1])) for kind in sys.argv[2:]}))
