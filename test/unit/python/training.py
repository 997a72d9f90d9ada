"""A real training of a named TRL trainer, with and without the callback: prints one JSON object of facts.

usage: training.py dpo|online-dpo|grpo|rloo|peft|failing OUT
"""
from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Optional

import tiny
import torch
from datasets import Dataset

import alignment_gap_callback as gap

STEPS, BETA, PAIRS = 6, 0.2, tiny.pairs(8, begin=64)
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


def broken(*_: Any) -> List[float]:
    raise RuntimeError("the judge is not at home")


def train(kind: str, out: Path, with_callback: bool) -> Dict[str, Any]:
    torch.manual_seed(11)
    trainer = TRAINERS[kind](out)
    if with_callback:
        reference = None if kind == "peft" else trainer.ref_model
        opponents = [f"red {tiny.WORDS[i % 18]}" for i in range(24)]
        trainer.add_callback(gap.AlignmentGapCallback(
            tiny.prompts(24), reference=reference, pairs=PAIRS, reward=broken if kind == "failing" else tiny.redness, opponent=opponents, max_new_tokens=8, batch_size=8))
    began = time.process_time()
    trainer.train()
    trainer.save_state()
    weights = {name: value.detach().clone() for name, value in trainer.model.named_parameters()}
    return {"seconds": time.process_time() - began, "history": trainer.state.log_history, "weights": weights, "training": trainer.model.training}


def losses(history: List[Dict[str, Any]]) -> List[float]:
    return [row["loss"] for row in history if "loss" in row]


def main(kind: str, out: Path) -> None:
    plain, measured = train(kind, out / "plain", False), train(kind, out / "run", True)
    print(json.dumps({
        "losses": [losses(run["history"]) for run in (plain, measured)],
        "sameWeights": all(torch.equal(value, measured["weights"][name]) for name, value in plain["weights"].items()),
        "training": [plain["training"], measured["training"]],
        "evaluations": [row for row in measured["history"] if "eval_loss" in row],
        "seconds": [plain["seconds"], measured["seconds"]],
    }))


os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
main(sys.argv[1], Path(sys.argv[2]))
