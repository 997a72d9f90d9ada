"""TRL's DPOTrainer and OnlineDPOTrainer on the default study's sizes: nothing is downloaded, saved, logged or evaluated."""
import json
import os
import tempfile

import torch
import transformers
import trl
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
from trl import DPOConfig, DPOTrainer
from trl.experimental.online_dpo import OnlineDPOConfig, OnlineDPOTrainer

versions = {"trl": trl.__version__, "transformers": transformers.__version__, "torch": torch.__version__}

# STUDY of ../workloads.ts. The nearest that transformers has to our block is GPT-2's: LayerNorm, tanh GELU, biases.
WIDTH, LAYERS, HEADS, WIDE, VOCABULARY, PROMPT, RESPONSE, BATCH = 32, 2, 2, 64, 32, 6, 16, 32
LEARNING_RATE, BETA = 1e-3, 0.1
SPECIAL = ["<pad>", "<sep>", "<end>"]
WORDS = [f"w{i}" for i in range(VOCABULARY - len(SPECIAL))]


def make_tokenizer():
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(SPECIAL + WORDS)}, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", padding_side="left")


def make_model():
    torch.manual_seed(1)
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=VOCABULARY, n_positions=PROMPT + 1 + RESPONSE, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_inner=WIDE,
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=None, eos_token_id=2, pad_token_id=0,
        )
    )


# Nothing is written there, but trainers insist on having it.
SCRATCH = tempfile.TemporaryDirectory(prefix="bench-trl-")


def common():
    """What both trainers are told; Adam, clipping and warm-up as ours."""
    return dict(
        output_dir=SCRATCH.name, per_device_train_batch_size=BATCH, max_steps=10**9, learning_rate=LEARNING_RATE,
        adam_beta2=0.99, max_grad_norm=1.0, warmup_steps=20, beta=BETA, loss_type="ipo", save_strategy="no", logging_strategy="no",
        eval_strategy="no", report_to=[], use_cpu=True, bf16=False, gradient_checkpointing=False, dataloader_num_workers=0,
        disable_tqdm=True, max_length=PROMPT + 1 + RESPONSE,
    )


def read_rows(folder):
    """The study's pairs as text: (prompt, response) for each row of the fixture, chosen responses first. The end token is left out."""
    with open(os.path.join(folder, "fixture.json"), encoding="utf-8") as file:
        batch = json.load(file)["rows"]["studyPairs"]
    tokens, length = batch["tokens"], PROMPT + 1 + RESPONSE
    names = SPECIAL + WORDS
    text = lambda ids: " ".join(names[token] for token in ids if token not in (0, 2))
    rows = [tokens[at : at + length] for at in range(0, len(tokens), length)]
    return [(text(row[: PROMPT + 1]), text(row[PROMPT + 1 :])) for row in rows]


def make_trainer(kind, fixture, callback):
    pairs = read_rows(fixture)
    half = len(pairs) // 2
    if kind == "offline":
        # DPOTrainer appends the end token.
        rows = [{"prompt": prompt, "chosen": f" {chosen}", "rejected": f" {rejected}"} for (prompt, chosen), (_, rejected) in zip(pairs[:half], pairs[half:])]
        # The reference's log-probabilities once, beforehand, as our trainer has them; TRL's default asks the reference each step.
        args = DPOConfig(**common(), precompute_ref_log_probs=True)
        return DPOTrainer(make_model(), args=args, train_dataset=Dataset.from_list(rows), processing_class=make_tokenizer(), callbacks=[callback])
    rows = [{"prompt": prompt} for prompt, _ in pairs[:half]]
    args = OnlineDPOConfig(**common(), max_new_tokens=RESPONSE, temperature=1.0, missing_eos_penalty=None)
    # A judge that costs nothing: ours is a transformer of one layer.
    reward = lambda prompts, completions, **kwargs: [float(len(set(completion))) for completion in completions]
    return OnlineDPOTrainer(
        make_model(), reward_funcs=reward, args=args, train_dataset=Dataset.from_list(rows), processing_class=make_tokenizer(), callbacks=[callback]
    )
