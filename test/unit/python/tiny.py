"""Models, tokenizer and data so small that a training takes seconds; made from nothing, so that no network is needed."""
from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any, Dict, List

import numpy
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, Qwen2ForSequenceClassification

sys.path.insert(0, str(Path(__file__).parents[3] / "python"))

WORDS = "red blue green big small old new cat dog bird house tree runs sings sleeps the a and".split()
CHAT = "{% for m in messages %}{{ '<' + m['role'] + '> ' + m['content'] + ' <eos> ' }}{% endfor %}{% if add_generation_prompt %}{{ '<assistant> ' }}{% endif %}"


def tokenizer(chat: bool = False, words: List[str] = WORDS) -> Any:
    vocabulary = {word: i for i, word in enumerate(["<pad>", "<eos>", "<user>", "<assistant>", "<unk>", *words])}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")
    if chat:
        made.chat_template = CHAT
    return made


def config(vocabulary: int = len(WORDS) + 5, **more: Any) -> Qwen2Config:
    return Qwen2Config(vocab_size=vocabulary, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                       max_position_embeddings=128, attention_dropout=0.1, eos_token_id=1, pad_token_id=0, initializer_range=0.3, tie_word_embeddings=False, **more)


def policy(seed: int = 1, vocabulary: int = len(WORDS) + 5) -> Any:
    torch.manual_seed(seed)
    return Qwen2ForCausalLM(config(vocabulary))


def reward_model(seed: int = 3) -> Any:
    torch.manual_seed(seed)
    return Qwen2ForSequenceClassification(config(num_labels=1))


def saved(folder: Path) -> str:
    """The policy as a folder, for whoever loads it by name. The tokenizer lies elsewhere: beside a Qwen2 transformers takes any for Qwen2's."""
    policy().save_pretrained(folder)
    tokenizer().save_pretrained(folder.with_name("tokenizer"))
    return str(folder)


def prompts(n: int) -> List[str]:
    return [f"the {WORDS[i % 7]} {WORDS[7 + i % 5]} " for i in range(n)]


def pairs(n: int, begin: int = 0) -> List[Dict[str, str]]:
    """Red is preferred to blue."""
    return [{"prompt": prompts(n + begin)[begin + i], "chosen": f"red {WORDS[(begin + i) % 18]} red", "rejected": f"blue {WORDS[(begin + i + 5) % 18]} blue blue"} for i in range(n)]


def redness(prompts: List[Any], completions: List[str], **_: Any) -> List[float]:
    """More red and less blue is better; in between it is decided by length, so that ties are few. Draws from every random state, as a judge may."""
    torch.rand(1), random.random(), numpy.random.rand()
    return [float(text.split().count("red") - text.split().count("blue")) - 0.01 * len(text.split()) for text in completions]


def broken(*_: Any) -> List[float]:
    raise RuntimeError("the judge is not at home")
