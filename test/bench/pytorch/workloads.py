"""The workloads of ../workloads.ts in PyTorch, from the fixture's weights and rows."""
import json
import os

import torch
from model import load_transformer


class Learner:
    """A model and the optimiser of src/training/optimiser/adam.ts: Adam with clipping at norm 1 and 20 steps of warm-up."""

    def __init__(self, model, learning_rate):
        self.model = model
        self.rate = learning_rate
        self.steps = 0
        self.adam = torch.optim.Adam(model.parameters(), learning_rate, betas=(0.9, 0.99), eps=1e-8, fused=True)

    def step(self, loss):
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.steps += 1
        self.adam.param_groups[0]["lr"] = self.rate * min(1, self.steps / 20)
        self.adam.step()
        return loss.item()


class Workloads:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "fixture.json"), encoding="utf-8") as file:
            self.fixture = json.load(file)
        self.text, self.pairs, self.prompts, self.study_pairs = (self.rows(name) for name in ("text", "pairs", "prompts", "studyPairs"))
        self.reference, self.study_reference, self.judge = (self.model(name) for name in ("yardstickReference", "studyReference", "judge"))
        text, ipo, offline, online = (self.learner(name) for name in ("yardstick", "yardstick", "study", "study"))
        sampler = self.model("yardstick")
        with torch.no_grad():
            self.known = self.study_reference.sequence_log_probabilities(self.study_pairs, self.study_prompt)
        self.calls = {
            "lm": lambda: self.language_model_step(text),
            "ipo": lambda: self.yardstick_ipo_step(ipo),
            "sample64": lambda: sampler.sample(self.prompts[:64]),
            "sample256": lambda: sampler.sample(self.prompts),
            "offline": lambda: self.offline_step(offline),
            "online": lambda: self.online_step(online),
        }

    def rows(self, name):
        batch = self.fixture["rows"][name]
        return torch.tensor(batch["tokens"]).view(batch["rows"], -1)

    def model(self, name):
        return load_transformer(self.fixture["shapes"][name], os.path.join(self.folder, f"{name}.safetensors"))

    def learner(self, name):
        return Learner(self.model(name), self.fixture["learningRate"])

    @property
    def study_prompt(self):
        return self.fixture["shapes"]["study"]["promptLength"]

    def language_model_step(self, learner):
        return learner.step(-learner.model.sequence_log_probabilities(self.text, 0).mean() / (self.text.shape[1] - 1))

    def ipo_step(self, learner, rows, reference, prompt_length):
        """Chosen rows first, then the rejected ones; mean of (β·h − ½)²."""
        chosen, rejected = (learner.model.sequence_log_probabilities(rows, prompt_length) - reference).chunk(2)
        return learner.step(((self.fixture["beta"] * (chosen - rejected) - 0.5) ** 2).mean())

    def yardstick_ipo_step(self, learner):
        prompt_length = self.reference.shape["promptLength"]
        with torch.no_grad():
            reference = self.reference.sequence_log_probabilities(self.pairs, prompt_length)
        return self.ipo_step(learner, self.pairs, reference, prompt_length)

    def offline_step(self, learner, pairs=None):
        count = len(self.study_pairs) // 2
        pairs = torch.randint(count, (self.fixture["studyBatch"],)) if pairs is None else pairs
        both = torch.cat([pairs, count + pairs])
        return self.ipo_step(learner, self.study_pairs[both], self.known[both], self.study_prompt)

    def online_step(self, learner):
        batch = self.fixture["studyBatch"]
        asked = self.study_pairs[torch.randint(len(self.study_pairs) // 2, (batch,))]
        samples = learner.model.sample(torch.cat([asked, asked]))
        with torch.no_grad():
            first, second = self.judge.scores(samples).chunk(2)
            winners = torch.where(first > second, torch.arange(batch), torch.arange(batch, 2 * batch))
            labelled = samples[torch.cat([winners, (winners + batch) % (2 * batch)])]
            reference = self.study_reference.sequence_log_probabilities(labelled, self.study_prompt)
        return self.ipo_step(learner, labelled, reference, self.study_prompt)

    def compute(self):
        text, ipo, study = self.learner("yardstick"), self.learner("yardstick"), self.learner("study")
        greedy = text.model.sample(self.prompts[:64], greedy=True).flatten().tolist()
        with torch.no_grad():
            scores = self.judge.scores(self.study_pairs[:64]).tolist()
        first = torch.arange(self.fixture["studyBatch"])
        losses = {
            "lm": [self.language_model_step(text) for _ in range(3)],
            "ipo": [self.yardstick_ipo_step(ipo) for _ in range(3)],
            "study": [self.offline_step(study, first) for _ in range(3)],
        }
        return {"losses": losses, "greedy": greedy, "scores": scores, "known": self.known[:32].tolist()}
