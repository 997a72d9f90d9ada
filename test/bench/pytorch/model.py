"""The transformer of src/training/policy in PyTorch, eager, as one would write it; weights come from our safetensors files."""
import json
import struct

import torch
from torch import nn
from torch.nn import functional as F

PAD, SEPARATOR, END = 0, 1, 2


def read_safetensors(path):
    """{name: float32 tensor}. The format: 8 bytes header length, a JSON header, then raw little-endian values."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        values = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        tensors[name] = torch.frombuffer(bytearray(values[start:end]), dtype=torch.float32).reshape(entry["shape"])
    return tensors


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, 1e-6)


class Block(nn.Module):
    """`gpt2`: LayerNorm, tanh GELU, a bias everywhere. Otherwise RMSNorm, ReLU, one bias in the feed-forward's first layer."""

    def __init__(self, shape):
        super().__init__()
        width, wide = shape["width"], shape["feedForward"]
        self.gpt2 = shape.get("block") == "gpt2"
        self.heads = shape["heads"]
        norm = (lambda: nn.LayerNorm(width, eps=1e-5)) if self.gpt2 else (lambda: RmsNorm(width))
        self.attention_norm, self.feed_forward_norm = norm(), norm()
        self.qkv = nn.Linear(width, 3 * width, bias=self.gpt2)
        self.out = nn.Linear(width, width, bias=self.gpt2)
        self.widen = nn.Linear(width, wide)
        self.narrow = nn.Linear(wide, width, bias=self.gpt2)

    def forward(self, x, cache=None):
        rows, length, width = x.shape
        q, k, v = self.qkv(self.attention_norm(x)).view(rows, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        x = x + self.out(mixed.transpose(1, 2).reshape(rows, length, width))
        hidden = self.widen(self.feed_forward_norm(x))
        return x + self.narrow(F.gelu(hidden, approximate="tanh") if self.gpt2 else F.relu(hidden))


class Transformer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        width, positions = shape["width"], shape["promptLength"] + 1 + shape["responseLength"]
        self.token = nn.Embedding(shape["vocabulary"], width)
        self.position = nn.Embedding(positions, width)
        self.match = nn.Embedding(shape["promptLength"] + 1, width, padding_idx=0) if shape.get("promptMatch") else None
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape["layers"]))
        self.norm = nn.LayerNorm(width, eps=1e-5) if shape.get("block") == "gpt2" else RmsNorm(width)
        self.unembedding = nn.Linear(width, shape["vocabulary"], bias=False)
        self.score = nn.Linear(width, 1) if shape.get("scalarHead") else None
        forbidden = torch.zeros(shape["vocabulary"])
        forbidden[[PAD, SEPARATOR]] = -1e9
        self.register_buffer("forbidden", forbidden)

    def hidden(self, tokens, caches=None, first=0, matches=None):
        x = self.token(tokens) + self.position(torch.arange(first, first + tokens.shape[1]))
        if matches is not None:
            x = x + self.match(matches)
        for i, block in enumerate(self.blocks):
            x = block(x, caches[i] if caches else None)
        return self.norm(x)

    def logits(self, hidden):
        return self.unembedding(hidden) + self.forbidden

    def sequence_log_probabilities(self, tokens, prompt_length):
        """log π(response | prompt) of each row, nats: [rows]."""
        logits = self.logits(self.hidden(tokens[:, :-1])[:, prompt_length:])
        response = tokens[:, prompt_length + 1 :]
        chosen = F.log_softmax(logits, -1).gather(-1, response[..., None])[..., 0]
        return (chosen * response_mask(response)).sum(1)

    def scores(self, tokens):
        """The judge's scalar, summed over separator and response: [rows]."""
        prompt_length = self.shape["promptLength"]
        hidden = self.hidden(tokens, matches=prompt_matches(tokens, prompt_length))[:, prompt_length:]
        kept = F.pad(response_mask(tokens[:, prompt_length + 1 :]), (1, 0), value=1.0)
        scalars = F.linear(hidden, self.score.weight)[..., 0]
        return (scalars * kept).sum(1) + self.score.bias

    @torch.no_grad()
    def sample(self, tokens, greedy=False):
        """Responses to the prompts in `tokens`, with a key–value cache; padding follows an end token."""
        prompt_length, rows = self.shape["promptLength"], tokens.shape[0]
        tokens = tokens[:, : prompt_length + 1]
        caches = [[] for _ in self.blocks]
        ended = torch.zeros(rows, dtype=torch.bool)
        new, first = tokens, 0
        for t in range(self.shape["responseLength"]):
            logits = self.logits(self.hidden(new, caches, first)[:, -1])
            first += new.shape[1]
            new = logits.argmax(-1, keepdim=True) if greedy else torch.multinomial(F.softmax(logits, -1), 1)
            new = new.masked_fill(ended[:, None], PAD)
            ended |= new[:, 0] == END
            tokens = torch.cat([tokens, new], 1)
            if ended.all():
                break
        return F.pad(tokens, (0, prompt_length + 1 + self.shape["responseLength"] - tokens.shape[1]), value=PAD)


def response_mask(response):
    """1 up to and including the end token: [rows, R]."""
    return ((response == END).cumsum(1) - (response == END).long() == 0).float() * (response != PAD)


def prompt_matches(tokens, prompt_length):
    """1 + the first prompt position that holds a response token's own token, 0 where there is none: [rows, P+1+R]."""
    prompt, response = tokens[:, :prompt_length], tokens[:, prompt_length + 1 :]
    same = (response[:, :, None] == prompt[:, None, :]) & (response != PAD)[:, :, None]
    first = torch.where(same.any(-1), same.int().argmax(-1) + 1, 0)
    return F.pad(first, (prompt_length + 1, 0))


def load_transformer(shape, path):
    """The model of `shape` with the weights of a file that src/training/policy/safetensors.ts wrote."""
    model, tensors = Transformer(shape), read_safetensors(path)

    def take(parameter, name, transposed=False):
        value = tensors.pop(name)
        parameter.data.copy_(value.T if transposed else value)

    def linear(layer, name, bias=None):
        take(layer.weight, name, transposed=True)
        if layer.bias is not None:
            take(layer.bias, bias or f"{name}.bias")

    def norm(layer, name):
        take(layer.weight, name)
        if hasattr(layer, "bias"):
            take(layer.bias, f"{name}.bias")

    take(model.token.weight, "embedding.token")
    take(model.position.weight, "embedding.position")
    if model.match is not None:
        take(model.match.weight, "embedding.match")
        model.match.weight.data[0] = 0  # index 0 means "no match"
    for i, block in enumerate(model.blocks):
        norm(block.attention_norm, f"layer{i}.attention.norm")
        linear(block.qkv, f"layer{i}.attention.qkv")
        linear(block.out, f"layer{i}.attention.out")
        norm(block.feed_forward_norm, f"layer{i}.feedForward.norm")
        linear(block.widen, f"layer{i}.feedForward.in", f"layer{i}.feedForward.bias")
        linear(block.narrow, f"layer{i}.feedForward.out")
    norm(model.norm, "norm")
    linear(model.unembedding, "unembedding")
    if model.score is not None:
        linear(model.score, "score.weight", "score.bias")
    assert not tensors, f"weights that the model does not have: {sorted(tensors)}"
    return model
