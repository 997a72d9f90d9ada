"""KL from the reference, win rate and held-out accuracy of a language model, at each checkpoint: what no trainer logs.

One file that needs `torch` and `transformers` alone. As a callback of a transformers or TRL trainer:

    from alignment_gap_callback import AlignmentGapCallback
    trainer.add_callback(AlignmentGapCallback(
        "prompts.jsonl", reference=trainer.ref_model, pairs="pairs.jsonl",
        reward=lambda prompts, completions: [float(len(text)) for text in completions],
    ))

or for checkpoints that are saved already: `python alignment_gap_callback.py evaluate --help`. Lines are appended to
`metrics.jsonl` in the run's output directory, where Alignment Gap joins them to the trainer's log by step.

What is measured: y ~ π(·|x) on fixed prompts, at one temperature T for both policies, with the same noise at each checkpoint.
`kl` is KL(π‖π_ref) in nats per sequence, token-exact: exact over the vocabulary at each sampled prefix, summed over the response
(Tang et al. 2024, arXiv 2405.08448, App. D). `klK1` is the mean of log π(y) − log π_ref(y) on the same samples. The end token
counts, padding does not. `policyAccuracy` is the share of held-out pairs that log π/π_ref (at T = 1) orders rightly, ties half.
"""
from __future__ import annotations

import argparse
import contextlib
import datetime
import glob
import hashlib
import importlib
import inspect
import json
import logging
import math
import os
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, GenerationConfig, LogitsProcessor, TrainerCallback

logger = logging.getLogger("alignment_gap")

METRICS_FILE = "metrics.jsonl"
Messages = List[Dict[str, str]]
Prompt = Union[str, Messages]
Source = Union[str, Path, Sequence[Any]]  # a JSONL file, or its rows
Judge = Callable[[List[Prompt], List[str], List[str]], Sequence[float]]  # 1 where the completion beats the opponent's, 0.5, 0
Reward = Callable[[List[Prompt], List[str]], Sequence[float]]  # higher is better
Row = Tuple[List[int], List[int]]  # token ids of a prompt and of a response


class EvaluationError(Exception):
    """Says the cause and the next step."""


@dataclass(frozen=True)
class Settings:
    """How is sampled. Two runs can be compared, prompt by prompt, where these and the prompts are the same."""

    temperature: float = 1.0
    max_new_tokens: int = 128
    seed: int = 0
    batch_size: int = 8
    as_chat: bool = False  # put plain strings through the chat template, too, as a user's message

    def __post_init__(self) -> None:
        if not self.temperature > 0 or self.max_new_tokens < 1 or self.batch_size < 1:
            raise EvaluationError("temperature must be above 0, max_new_tokens and batch_size at least 1: KL is measured on samples, not on greedy text")


# ---- what the user gives


def read_rows(source: Source, field: str) -> List[Any]:
    """Rows of a JSONL file or list; of a row with `field` alone that matters, its value."""
    name = f"{field}s"
    rows: List[Any] = list(source) if not isinstance(source, (str, Path)) else []
    if isinstance(source, (str, Path)):
        name = str(source)
        for number, line in enumerate(Path(source).read_text(encoding="utf-8").splitlines(), 1):
            try:
                rows += [json.loads(line)] if line.strip() else []
            except ValueError as error:
                raise EvaluationError(f"{source}:{number} is not JSON ({error}): write one JSON value a line") from error
    if not rows:
        raise EvaluationError(f"{name} is empty: give at least one row")
    return [row[field] if isinstance(row, dict) and field in row else row for row in rows]


def read_pairs(source: Source) -> List[Dict[str, Any]]:
    pairs = read_rows(source, "pair")
    for number, pair in enumerate(pairs, 1):
        lacking = [key for key in ("prompt", "chosen", "rejected") if not isinstance(pair, dict) or not pair.get(key)]
        if lacking:
            raise EvaluationError(f"pair {number} lacks {', '.join(lacking)}: each needs prompt, chosen and rejected, as strings or lists of messages")
    return pairs


class Text:
    """Tokens as TRL makes them: strings as they are, with the end token behind a response; messages by the chat template."""

    def __init__(self, tokenizer: Any, as_chat: bool) -> None:
        self.tokenizer = getattr(tokenizer, "tokenizer", tokenizer)  # of a processor
        self.as_chat = as_chat
        if self.tokenizer is None or self.tokenizer.eos_token_id is None:
            raise EvaluationError("there is no tokenizer with an end token: pass tokenizer=…")
        self.pad: int = self.tokenizer.eos_token_id if self.tokenizer.pad_token_id is None else self.tokenizer.pad_token_id

    def _chat(self, messages: Messages, **options: Any) -> List[int]:
        if not self.tokenizer.chat_template:
            raise EvaluationError("the prompts are messages and the tokenizer has no chat template: set one, or give plain strings")
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, **options)
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _messages(self, prompt: Prompt) -> Optional[Messages]:
        if isinstance(prompt, str):
            return [{"role": "user", "content": prompt}] if self.as_chat else None
        return prompt

    def prompt(self, prompt: Prompt) -> List[int]:
        messages = self._messages(prompt)
        return list(self.tokenizer(prompt)["input_ids"]) if messages is None else self._chat(messages, add_generation_prompt=True)

    def row(self, prompt: Prompt, response: Union[str, Messages]) -> Row:
        """A pair's prompt with one of its responses, end token in."""
        begin, messages = self.prompt(prompt), self._messages(prompt)
        if messages is not None:
            answer = [{"role": "assistant", "content": response}] if isinstance(response, str) else response
            return begin, self._chat(messages + answer)[len(begin):]
        end = self.tokenizer.eos_token
        text = prompt + response + ("" if response.endswith(end) else end)  # type: ignore[operator, union-attr]
        return begin, list(self.tokenizer(text)["input_ids"])[len(begin):]

    def decode(self, response: List[int]) -> str:
        return str(self.tokenizer.decode(response, skip_special_tokens=True))


class RewardModel:
    """A sequence-classification model, by name or as an object, as a reward function."""

    def __init__(self, model: Any, tokenizer: Any = None, batch_size: int = 8) -> None:
        self.is_ours = isinstance(model, str)
        with undisturbed():  # loading may draw random numbers
            self.model = AutoModelForSequenceClassification.from_pretrained(model) if self.is_ours else model
        self.name = model if self.is_ours else type(model).__name__
        self.tokenizer = tokenizer or AutoTokenizer.from_pretrained(self.model.config._name_or_path)
        self.batch_size = batch_size

    def _text(self, prompt: Prompt, completion: str) -> str:
        if isinstance(prompt, str):
            return prompt + completion
        return str(self.tokenizer.apply_chat_template(prompt + [{"role": "assistant", "content": completion}], tokenize=False))

    def __call__(self, prompts: List[Prompt], completions: List[str]) -> List[float]:
        rows = [self.tokenizer(self._text(*row), add_special_tokens=isinstance(row[0], str))["input_ids"] for row in zip(prompts, completions)]
        pad = self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else self.tokenizer.eos_token_id
        self.model.config.pad_token_id = pad
        scores: List[float] = []
        with undisturbed(self.model):
            for batch in batches(rows, self.batch_size):
                ids, mask = padded(batch, pad, self.model.device)
                scores += self.model(input_ids=ids, attention_mask=mask).logits[:, -1].float().tolist()
        return scores


# ---- sampling and scoring


@contextlib.contextmanager
def undisturbed(*models: Any) -> Iterator[None]:
    """Evaluation mode without gradients; modes, `requires_grad` and all random states are put back, so that training goes on as if nothing had been."""
    modes = [(module, module.training) for model in models for module in model.modules()]
    grads = [(parameter, parameter.requires_grad) for model in models for parameter in model.parameters()]
    numpy = sys.modules.get("numpy")
    states = (random.getstate(), torch.get_rng_state(), numpy.random.get_state() if numpy else None)
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else None
    mps = torch.mps.get_rng_state() if torch.backends.mps.is_available() else None
    try:
        for model in models:
            model.eval()
        with torch.no_grad():  # not inference_mode: buffers that a model caches here must serve its training
            yield
    finally:
        for module, mode in modes:
            module.training = mode
        for parameter, needs in grads:
            parameter.requires_grad_(needs)
        random.setstate(states[0])
        torch.set_rng_state(states[1])
        if numpy:
            numpy.random.set_state(states[2])
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if mps is not None:
            torch.mps.set_rng_state(mps)


@contextlib.contextmanager
def reference_of(policy: Any, reference: Any) -> Iterator[Any]:
    """The reference policy: the one given, else the policy without its adapters, as TRL's trainers take it."""
    if reference is not None:
        yield reference
    elif not hasattr(policy, "disable_adapter"):
        raise EvaluationError("there is no reference policy, and the model has no adapters to disable: pass reference=trainer.ref_model or a model's name")
    elif "ref" in policy.peft_config:  # TRL's copy of an adapter that training began with
        active = policy.active_adapter
        policy.set_adapter("ref")
        try:
            yield policy
        finally:
            policy.set_adapter(active)
    else:
        with policy.disable_adapter():
            yield policy


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def padded(rows: Sequence[List[int]], pad: int, device: Any, left: bool = False) -> Tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both [rows, longest row]."""
    longest = max(len(row) for row in rows)
    fill = [longest - len(row) for row in rows]
    ids = [[pad] * n + row if left else row + [pad] * n for row, n in zip(rows, fill)]
    mask = [[0] * n + [1] * len(row) if left else [1] * len(row) + [0] * n for row, n in zip(rows, fill)]
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def noise(settings: Settings, stream: str, index: int) -> torch.Tensor:
    """[max_new_tokens] uniform numbers: a prompt's own, whatever the checkpoint, the batch and the device."""
    digest = hashlib.sha256(f"{settings.seed} {stream} {index}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
    return torch.rand(settings.max_new_tokens, generator=generator, dtype=torch.float64)


class CommonNoise(LogitsProcessor):
    """Draws each token by inverting its distribution at a given uniform number, so checkpoints that agree draw the same."""

    def __init__(self, uniforms: torch.Tensor, temperature: float, begin: int) -> None:
        self.uniforms, self.temperature, self.begin = uniforms, temperature, begin

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """scores [rows, vocabulary] → all −∞ but for the token drawn, which greedy decoding then takes."""
        probabilities = torch.softmax(scores.float() / self.temperature, -1).cpu().double()
        cumulative = probabilities.cumsum(-1)
        uniform = self.uniforms[:, input_ids.shape[1] - self.begin, None] * cumulative[:, -1:]
        token = torch.searchsorted(cumulative, uniform, right=True).clamp(max=scores.shape[-1] - 1)
        return torch.full_like(scores, -math.inf).scatter_(-1, token.to(scores.device), 0.0)


@contextlib.contextmanager
def plain_generation(model: Any, config: GenerationConfig) -> Iterator[None]:
    """Without the model's own top-k, penalties and suppressed tokens: what is sampled must be what is scored."""
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    owners = [(owner, owner.generation_config) for owner in {id(m): m for m in (model, base)}.values() if "generation_config" in vars(owner)]
    if not owners:
        raise EvaluationError(f"{type(model).__name__} cannot generate: pass a causal language model of transformers")
    try:
        for owner, _ in owners:
            owner.generation_config = config
        yield
    finally:
        for owner, before in owners:
            owner.generation_config = before


def sample(model: Any, prompts: Sequence[List[int]], text: Text, settings: Settings, stream: str) -> Tuple[List[List[int]], List[float]]:
    """One response a prompt, end token in, padding out; and 1 for each that was cut off at max_new_tokens."""
    of_model = model.generation_config.eos_token_id
    ends = {text.tokenizer.eos_token_id, *(of_model if isinstance(of_model, list) else [of_model])} - {None}
    config = GenerationConfig(max_new_tokens=settings.max_new_tokens, do_sample=False, num_beams=1, use_cache=True, eos_token_id=sorted(ends), pad_token_id=text.pad)
    responses: List[List[int]] = []
    with plain_generation(model, config):
        for batch in batches(list(enumerate(prompts)), settings.batch_size):
            ids, mask = padded([row for _, row in batch], text.pad, model.device, left=True)
            uniforms = torch.stack([noise(settings, stream, index) for index, _ in batch])
            drawn = CommonNoise(uniforms, settings.temperature, ids.shape[1])
            tokens = model.generate(input_ids=ids, attention_mask=mask, generation_config=config, logits_processor=[drawn])[:, ids.shape[1]:].tolist()
            responses += [row[: next((i + 1 for i, token in enumerate(row) if token in ends), len(row))] for row in tokens]
    return responses, [float(response[-1] not in ends) for response in responses]


def response_log_probs(model: Any, rows: Sequence[Row], pad: int, temperature: float) -> Iterator[torch.Tensor]:
    """For each row [response tokens, vocabulary] log-probabilities: row t is the distribution that token t was drawn from."""
    ids, mask = padded([prompt + response for prompt, response in rows], pad, model.device)
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    keep = ids.shape[1] - min(len(prompt) for prompt, _ in rows) + 1
    partial = {"logits_to_keep": keep} if "logits_to_keep" in inspect.signature(type(base).forward).parameters else {}
    logits = model(input_ids=ids, attention_mask=mask, use_cache=False, **partial).logits
    cut = ids.shape[1] - logits.shape[1]
    for row, (prompt, response) in enumerate(rows):
        begin = len(prompt) - 1 - cut
        yield torch.log_softmax(logits[row, begin : begin + len(response)].float() / temperature, -1)


def summed(values: torch.Tensor) -> float:
    return float(values.cpu().double().sum())


def chosen_tokens(log_probs: torch.Tensor, response: List[int]) -> torch.Tensor:
    return log_probs.gather(-1, torch.tensor(response, device=log_probs.device)[:, None])[:, 0]


class Divergence(NamedTuple):
    """Of one response, nats per sequence."""

    exact: float
    k1: float
    entropy: float


def divergence(policy: torch.Tensor, reference: torch.Tensor, response: List[int]) -> Divergence:
    """From [tokens, vocabulary] log-probabilities of both; what π never says adds nothing, whatever π_ref thinks of it."""
    probabilities = policy.exp()
    exact = torch.where(probabilities > 0, probabilities * (policy - reference), 0.0).sum(-1)
    entropy = -torch.where(probabilities > 0, probabilities * policy, 0.0).sum(-1)
    k1 = chosen_tokens(policy, response) - chosen_tokens(reference, response)
    return Divergence(summed(exact), summed(k1), summed(entropy))


def divergences(policy: Any, reference: Any, rows: Sequence[Row], pad: int, settings: Settings) -> List[Divergence]:
    measured: List[Divergence] = []
    for batch in batches(rows, settings.batch_size):
        of_policy = list(response_log_probs(policy, batch, pad, settings.temperature))
        with reference_of(policy, reference) as model:
            of_reference = response_log_probs(model, batch, pad, settings.temperature)
            measured += [divergence(p, r.to(p.device), row[1]) for p, r, row in zip(of_policy, of_reference, batch)]
    return measured


def log_probabilities(model: Any, rows: Sequence[Row], pad: int, settings: Settings) -> List[float]:
    """log π(response|prompt) at T = 1, nats per sequence."""
    return [summed(chosen_tokens(log_probs, row[1])) for batch in batches(rows, settings.batch_size)
            for log_probs, row in zip(response_log_probs(model, batch, pad, 1.0), batch)]


# ---- one checkpoint


def outcome(ours: float, theirs: float) -> float:
    return 1.0 if ours > theirs else 0.5 if ours == theirs else 0.0


def mean(values: Sequence[float], estimator: Optional[str] = None) -> Dict[str, Any]:
    """Mean with its standard error over prompts or pairs."""
    n = len(values)
    value = math.fsum(values) / n
    error = {"standardError": math.sqrt(math.fsum((v - value) ** 2 for v in values) / (n - 1) / n)} if n > 1 else {}
    return {"value": value, **error, "n": n, **({"estimator": estimator} if estimator else {})}


class Evaluator:
    """Measures checkpoints, always on the same prompts, pairs, opponents and noise. What depends on the reference alone is measured once."""

    def __init__(self, prompts: Source, *, pairs: Optional[Source] = None, judge: Optional[Judge] = None, reward: Union[Reward, str, torch.nn.Module, None] = None,
                 opponent: Optional[Source] = None, settings: Settings = Settings()) -> None:
        self.prompts: List[Prompt] = read_rows(prompts, "prompt")
        self.pairs = [] if pairs is None else read_pairs(pairs)
        self.opponents: Dict[str, List[str]] = {} if opponent is None else {"winRate": read_rows(opponent, "completion")}
        self.settings, self.judge = settings, judge
        self.reward: Optional[Reward] = RewardModel(reward, batch_size=settings.batch_size) if isinstance(reward, (str, torch.nn.Module)) else reward
        self.known: Dict[str, Any] = {}
        if not all(isinstance(prompt, (str, list)) and prompt for prompt in self.prompts):
            raise EvaluationError("a prompt is neither text nor a list of messages: give strings, messages, or rows with prompt")
        if not all(isinstance(text, str) for texts in self.opponents.values() for text in texts):
            raise EvaluationError("an opponent's completion is no string: give strings, or rows with completion")
        if judge is not None and reward is not None:
            raise EvaluationError("both a judge and a reward were given: pass the one that is to decide who wins")
        if opponent is not None and len(self.opponents["winRate"]) != len(self.prompts):
            raise EvaluationError(f"there are {len(self.opponents['winRate'])} opponents' completions for {len(self.prompts)} prompts: give one a prompt, in their order")
        if opponent is not None and judge is None and reward is None:
            raise EvaluationError("there are opponents and nobody to judge: pass judge=… or reward=…")

    def measure(self, policy: Any, reference: Any, tokenizer: Any) -> Dict[str, Any]:
        """`metrics`, `outcomes` and the settings of a checkpoint's line."""
        began = time.monotonic()
        policy = getattr(policy, "_orig_mod", policy)  # of torch.compile
        text = Text(tokenizer, self.settings.as_chat)
        if isinstance(self.reward, RewardModel) and self.reward.is_ours:
            self.reward.model.to(policy.device)
        with undisturbed(*([policy] if reference is None else [policy, reference])):
            metrics, outcomes = self._generation(policy, reference, text)
            metrics.update(self._classification(policy, reference, text))
        unusable = [name for name, metric in metrics.items() if not math.isfinite(metric["value"])]
        if unusable:
            raise EvaluationError(f"{', '.join(unusable)} came out as no finite number: the policy may have diverged; look at the loss, and at the judge's scores")
        return {"metrics": metrics, "outcomes": outcomes, "evaluation": {**self._stated(reference), "seconds": round(time.monotonic() - began, 2)}}

    def _stated(self, reference: Any) -> Dict[str, Any]:
        digest = hashlib.sha256(json.dumps(self.prompts, sort_keys=True).encode()).hexdigest()[:16]
        judge = self.judge or self.reward
        return {"temperature": self.settings.temperature, "maxNewTokens": self.settings.max_new_tokens, "seed": self.settings.seed, "prompts": digest,
                "reference": "adapters disabled" if reference is None else str(reference.config._name_or_path or "given"),
                **({} if judge is None else {"judge": getattr(judge, "name", getattr(judge, "__qualname__", type(judge).__name__))}),
                "torch": torch.__version__, "transformers": transformers.__version__}

    def _generation(self, policy: Any, reference: Any, text: Text) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        prompts = [text.prompt(prompt) for prompt in self.prompts]
        if not all(prompts):
            raise EvaluationError(f"prompt {prompts.index([]) + 1} has no tokens: a response needs something to begin from")
        responses, cut = sample(policy, prompts, text, self.settings, "evaluation")
        measured = divergences(policy, reference, list(zip(prompts, responses)), text.pad, self.settings)
        metrics = {"kl": mean([d.exact for d in measured], "token-exact"), "klK1": mean([d.k1 for d in measured], "k1"),
                   "entropy": mean([d.entropy for d in measured]), "responseLength": mean([float(len(r)) for r in responses]), "truncated": mean(cut)}
        outcomes: Dict[str, Any] = {"kl": [round(d.exact, 4) for d in measured]}
        if self.judge is not None or self.reward is not None:
            if "winRateVsReference" not in self.opponents:
                with reference_of(policy, reference) as model:  # noise of their own: a win rate is between independent samples
                    self.opponents["winRateVsReference"] = [text.decode(r) for r in sample(model, prompts, text, self.settings, "opponent")[0]]
            self._judge([text.decode(response) for response in responses], metrics, outcomes)
        return metrics, outcomes

    def _judge(self, completions: List[str], metrics: Dict[str, Any], outcomes: Dict[str, Any]) -> None:
        scores = [] if self.reward is None else self._verdicts(self.reward(self.prompts, completions))
        if self.reward is not None:
            metrics["goldenReward"] = mean(scores)
        for name, opponents in self.opponents.items():
            if self.reward is not None:
                if name not in self.known:
                    self.known[name] = self._verdicts(self.reward(self.prompts, opponents))
                wins = [outcome(*both) for both in zip(scores, self.known[name])]
            else:
                wins = self._verdicts(self.judge(self.prompts, completions, opponents), {0.0, 0.5, 1.0})  # type: ignore[misc]
            metrics[name] = mean(wins)
            if name == "winRate" or "winRate" not in self.opponents:  # of the opponent given, else of the reference
                outcomes["win"] = "".join(str(round(2 * win)) for win in wins)

    def _verdicts(self, given: Any, allowed: Optional[set] = None) -> List[float]:
        values = [float(value) for value in given]
        if len(values) != len(self.prompts) or (allowed is not None and not set(values) <= allowed):
            expected = "1, 0.5 or 0" if allowed else "one score"
            raise EvaluationError(f"the judge or reward returned {len(values)} values for {len(self.prompts)} prompts, such as {values[:3]}: {expected} is expected for each")
        return values

    def _classification(self, policy: Any, reference: Any, text: Text) -> Dict[str, Any]:
        """The policy as a classifier of held-out pairs: h = log π/π_ref of chosen minus rejected (section 5.3)."""
        if not self.pairs:
            return {}
        sides = [[text.row(pair["prompt"], pair[side]) for pair in self.pairs] for side in ("chosen", "rejected")]
        chosen, rejected = (log_probabilities(policy, rows, text.pad, self.settings) for rows in sides)
        if "pairs" not in self.known:
            with reference_of(policy, reference) as model:
                self.known["pairs"] = [log_probabilities(model, rows, text.pad, self.settings) for rows in sides]
        change = [[ours - theirs for ours, theirs in zip(side, known)] for side, known in zip((chosen, rejected), self.known["pairs"])]
        return {"policyAccuracy": mean([outcome(*both) for both in zip(*change)]), "margin": mean([c - r for c, r in zip(*change)]), "logpChosen": mean(chosen),
                "logpRejected": mean(rejected), "logpChosenChange": mean(change[0]), "logpRejectedChange": mean(change[1])}


# ---- metrics.jsonl


def read_steps(file: Path) -> List[int]:
    """Steps that are measured already. A file of somebody else's is refused."""
    steps: List[int] = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []:
        if not line.strip():
            continue
        with contextlib.suppress(ValueError):  # a line torn by a crash
            row = json.loads(line)
            if not isinstance(row, dict) or "event" not in row:
                raise EvaluationError(f"{file} holds another program's lines: name another file with metrics_file (--out), in a folder of its own")
            steps += [row["step"]] if row["event"] == "checkpoint" else []
    return steps


def append_line(file: Path, event: str, step: int, fields: Dict[str, Any]) -> None:
    """One whole line in one write, on disk when this returns; a step that stands twice is read from its later line."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"event": event, "step": step, "time": now, **fields}, allow_nan=False) + "\n"
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a+b") as out:
        if out.tell() > 0:
            out.seek(-1, os.SEEK_END)
            line = line if out.read(1) == b"\n" else "\n" + line  # behind a line torn by a crash
        out.write(line.encode())
        out.flush()
        os.fsync(out.fileno())


def cause_of(error: BaseException) -> str:
    if isinstance(error, EvaluationError):
        return str(error)
    hint = ": lower batch_size or max_new_tokens" if isinstance(error, torch.cuda.OutOfMemoryError) else ""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:300]}{hint}"


def not_evaluated(step: int, cause: str) -> str:
    return f"Step {step} was not evaluated. {cause}"


# ---- the callback


class AlignmentGapCallback(TrainerCallback):
    """Measures the policy where training begins, at each saved checkpoint (or every `every` steps) and at the end.

    `reference`: a model or its name; by default the model with its adapters disabled. `judge` or `reward`: who decides a win; `reward` may be a function,
    a sequence-classification model or its name. `opponent`: fixed completions, one a prompt, for `winRate`; against the reference's own samples,
    `winRateVsReference` is always measured. With `strict` an error ends training; otherwise it is logged, written down, and training goes on.
    """

    def __init__(self, prompts: Source, *, reference: Any = None, pairs: Optional[Source] = None, judge: Optional[Judge] = None, reward: Any = None,
                 opponent: Optional[Source] = None, every: Optional[int] = None, metrics_file: Union[str, Path, None] = None, tokenizer: Any = None,
                 strict: bool = False, **settings: Any) -> None:
        self.evaluator = Evaluator(prompts, pairs=pairs, judge=judge, reward=reward, opponent=opponent, settings=Settings(**settings))
        self.reference, self.every, self.metrics_file, self.tokenizer, self.strict = reference, every, metrics_file, tokenizer, strict
        self.last: Optional[int] = None
        self.told: set = set()

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.last = None
        self._measure(args, state, kwargs, resumed=state.global_step > 0)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.every is not None and state.global_step % self.every == 0:
            self._measure(args, state, kwargs)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.every is None:
            self._measure(args, state, kwargs)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._measure(args, state, kwargs)

    def _measure(self, args: Any, state: Any, kwargs: Dict[str, Any], resumed: bool = False) -> None:
        step = state.global_step
        if not state.is_world_process_zero or step == self.last:
            return
        self.last = step
        file = Path(self.metrics_file or Path(args.output_dir) / METRICS_FILE)
        try:
            if step not in read_steps(file) or not resumed:
                model, tokenizer = kwargs["model"], self.tokenizer or kwargs.get("processing_class") or kwargs.get("tokenizer")
                with undisturbed(model):  # loading the reference may draw random numbers, too
                    line = self.evaluator.measure(model, self._reference(args, model), tokenizer)
                append_line(file, "checkpoint", step, line)
        except Exception as error:
            if self.strict:
                raise
            self._tell(cause_of(error), step, file)

    def _reference(self, args: Any, model: Any) -> Any:
        if is_sharded(model):
            raise EvaluationError("the model is sharded (FSDP or ZeRO-3), and one process alone cannot sample from it: evaluate the saved checkpoints by the command line")
        if getattr(args, "sync_ref_model", False) and self.reference is not None and not isinstance(self.reference, str):
            raise EvaluationError("sync_ref_model changes the reference while it trains: pass the name of the model that training began with")
        if isinstance(self.reference, str):
            self.reference = AutoModelForCausalLM.from_pretrained(self.reference).to(device=model.device, dtype=model.dtype)
        return self.reference

    def _tell(self, cause: str, step: int, file: Path) -> None:
        """Once a cause in the log, each time in the file, so that a gap in the curve explains itself."""
        if cause not in self.told:
            later = "--step-zero" if step == 0 else f"--checkpoints {file.parent}/checkpoint-{step}"
            logger.error("%s. Training goes on; measure what is missing later: python alignment_gap_callback.py evaluate %s …", not_evaluated(step, cause), later)
        self.told.add(cause)
        with contextlib.suppress(OSError):
            append_line(file, "failed", step, {"message": not_evaluated(step, cause)})


def is_sharded(model: Any) -> bool:
    return any("FullySharded" in type(module).__name__ for module in model.modules()) or any(hasattr(p, "ds_id") or type(p).__name__ == "DTensor" for p in model.parameters())


# ---- the command line


def named_function(name: str) -> Any:
    module, _, function = name.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        return getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise EvaluationError(f"{name} cannot be had ({error}): write module:function, with the module in this folder or installed") from error


def step_of(checkpoint: str) -> int:
    state, name = Path(checkpoint) / "trainer_state.json", re.search(r"(\d+)$", Path(checkpoint).name)
    if state.exists():  # Python reads its own NaN
        return int(json.loads(state.read_text(encoding="utf-8"))["global_step"])
    if name is None:
        raise EvaluationError(f"{checkpoint} does not tell its step: it has no trainer_state.json, and its name does not end in a number")
    return int(name[1])


def load(name: str, options: argparse.Namespace) -> Any:
    try:
        model = AutoModelForCausalLM.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{name} cannot be loaded ({error}): name a folder or a model of the Hub with weights of a causal language model") from error
    return model.to(device=options.device, dtype=getattr(torch, options.dtype) if options.dtype else None)


def settings_of(options: argparse.Namespace) -> Settings:
    return Settings(options.temperature, options.max_new_tokens, options.seed, options.batch_size, options.as_chat)


def evaluate(options: argparse.Namespace) -> int:
    found = [path for pattern in options.checkpoints for path in (sorted(glob.glob(pattern)) or [pattern])]
    gone = [path for path in found if not Path(path).is_dir()]
    if gone:
        raise EvaluationError(f"{gone[0]} is no folder: name the folders of saved checkpoints")
    checkpoints = sorted((step_of(path), path) for path in found)
    file = Path(options.out or Path(checkpoints[0][1]).resolve().parent / METRICS_FILE)
    reward = named_function(options.reward) if options.reward else options.reward_model
    evaluator = Evaluator(options.prompts, pairs=options.pairs, judge=named_function(options.judge) if options.judge else None, reward=reward, opponent=options.opponent, settings=settings_of(options))
    reference, tokenizer, known = load(options.reference, options), AutoTokenizer.from_pretrained(options.tokenizer or options.reference), [] if options.again else read_steps(file)
    failures = 0
    for step, path in ([(0, options.reference)] if options.step_zero else []) + checkpoints:
        if step in known:
            print(f"step {step}: measured already; --again measures it anew")
            continue
        try:
            line = evaluator.measure(load(path, options) if path != options.reference else reference, reference, tokenizer)
            append_line(file, "checkpoint", step, line)
            print(f"step {step}: " + ", ".join(f"{name} {line['metrics'][name]['value']:.4g}" for name in ("kl", "klK1", "winRate", "winRateVsReference", "policyAccuracy") if name in line["metrics"]))
        except Exception as error:
            failures += 1
            print(not_evaluated(step, cause_of(error)), file=sys.stderr)
            append_line(file, "failed", step, {"message": not_evaluated(step, cause_of(error))})
    print(f"written to {file}")
    return 1 if failures else 0


def write_samples(options: argparse.Namespace) -> int:
    """Completions of any model, to be the fixed opponent of all runs."""
    prompts, text, settings = read_rows(options.prompts, "prompt"), Text(AutoTokenizer.from_pretrained(options.tokenizer or options.model), options.as_chat), settings_of(options)
    model = load(options.model, options)
    with undisturbed(model):
        responses, _ = sample(model, [text.prompt(prompt) for prompt in prompts], text, settings, "opponent")
    rows = [json.dumps({"prompt": prompt, "completion": text.decode(response)}, ensure_ascii=False) for prompt, response in zip(prompts, responses)]
    Path(options.out).write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(rows)} completions written to {options.out}")
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description="KL from the reference, win rate and held-out accuracy of saved checkpoints, for Alignment Gap.", epilog="Exit codes: 0 done, 1 something was not measured, 2 wrong usage.")
    commands = top.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("evaluate", help="measure saved checkpoints and append to metrics.jsonl beside them")
    add = measure.add_argument
    add("--checkpoints", nargs="+", required=True, help="folders, such as out/checkpoint-*; the step is that of trainer_state.json, else the number that the name ends in")
    add("--reference", required=True, help="reference policy: a folder or a model of the Hub")
    add("--pairs", help="held-out pairs, JSONL with prompt, chosen, rejected: for the accuracy of the implicit reward")
    add("--opponent", help="fixed completions, JSONL, one a prompt in the same order: for winRate")
    who = measure.add_mutually_exclusive_group()
    who.add_argument("--judge", metavar="MODULE:FUNCTION", help="(prompts, completions, opponents) -> 1, 0.5 or 0 for each")
    who.add_argument("--reward", metavar="MODULE:FUNCTION", help="(prompts, completions) -> a score for each")
    who.add_argument("--reward-model", help="sequence-classification model: a folder or a model of the Hub")
    add("--step-zero", action="store_true", help="measure the reference as step 0, where training began with it")
    add("--again", action="store_true", help="measure steps that the file has already")
    add("--out", help=f"default: {METRICS_FILE} beside the checkpoints")
    draw = commands.add_parser("sample", help="write completions of a model, to be the fixed opponent")
    draw.add_argument("--model", required=True)
    draw.add_argument("--out", required=True)
    for command in (measure, draw):
        add = command.add_argument
        add("--prompts", required=True, help="JSONL: strings, lists of messages, or rows with prompt")
        add("--temperature", type=float, default=1.0)
        add("--max-new-tokens", type=int, default=128)
        add("--batch-size", type=int, default=8)
        add("--seed", type=int, default=0, help="of the noise, which all checkpoints share")
        add("--as-chat", action="store_true", help="put plain strings through the chat template, too")
        add("--tokenizer", help="default: that of the reference (of the model)")
        add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        add("--dtype", choices=["float32", "bfloat16", "float16"], help="default: as loaded")
    return top


def main(arguments: Optional[Sequence[str]] = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return evaluate(options) if options.command == "evaluate" else write_samples(options)
    except (EvaluationError, OSError) as error:
        print(f"alignment_gap_callback: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
