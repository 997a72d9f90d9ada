"""Parts of the callback by themselves; started by callback.test.ts."""
from __future__ import annotations

import json
import logging
import random
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import tiny
import torch

import alignment_gap_callback as gap


def folder(test: unittest.TestCase) -> Path:
    made = tempfile.TemporaryDirectory()
    test.addCleanup(made.cleanup)
    return Path(made.name)


def lines(file: Path) -> Any:
    return [json.loads(line) for line in file.read_text().splitlines()]


class MetricsFile(unittest.TestCase):
    def test_goes_on_behind_a_line_torn_by_a_crash(self) -> None:
        file = folder(self) / "deep" / "metrics.jsonl"
        gap.append_line(file, "checkpoint", 1, {})
        with open(file, "a") as out:
            out.write('{"event": "checkpoint", "st')
        gap.append_line(file, "checkpoint", 2, {})
        self.assertEqual(gap.read_steps(file), [1, 2])
        self.assertEqual(len(file.read_text().splitlines()), 3)
        self.assertTrue(file.read_text().endswith("}\n"))

    def test_refuses_a_file_of_another_program(self) -> None:
        file = folder(self) / "metrics.jsonl"
        file.write_text('{"step": 1, "loss": 2}\n')
        with self.assertRaisesRegex(gap.EvaluationError, "another program's lines"):
            gap.read_steps(file)


class Input(unittest.TestCase):
    def refused(self, pattern: str, *given: Any, **more: Any) -> None:
        with self.assertRaisesRegex((gap.EvaluationError), pattern):
            gap.Evaluator(*given, **more)

    def test_what_is_refused(self) -> None:
        file = folder(self) / "prompts.jsonl"
        file.write_text('"a"\n{"prompt": \n')
        self.refused("prompts.jsonl:2 is not JSON", file)
        self.refused("prompts is empty", [])
        self.refused("pair 1 lacks rejected", ["a"], pairs=[{"prompt": "a", "chosen": "b"}])
        self.refused("1 opponents' completions for 2 prompts", ["a", "b"], opponent=["x"], reward=tiny.redness)
        self.refused("neither text nor a list of messages", [{"text": "a"}])
        self.refused("completion is no string", ["a"], opponent=[{"text": "a"}], reward=tiny.redness)
        self.refused("nobody to judge", ["a"], opponent=["x"])
        self.refused("both a judge and a reward", ["a"], judge=lambda *_: [1], reward=tiny.redness)
        with self.assertRaisesRegex(gap.EvaluationError, "temperature must be above 0"):
            gap.Settings(temperature=0)

    def test_rows_of_a_file(self) -> None:
        file = folder(self) / "prompts.jsonl"
        file.write_text('"a"\n\n{"prompt": "b", "other": 1}\n[{"role": "user", "content": "c"}]\n')
        self.assertEqual(gap.read_rows(file, "prompt"), ["a", "b", [{"role": "user", "content": "c"}]])

    def test_tokens_are_those_of_trl(self) -> None:
        plain, chat = gap.Text(tiny.tokenizer(), False), gap.Text(tiny.tokenizer(chat=True), False)
        self.assertEqual(plain.row("red blue", " cat"), ([5, 6], [12, 1]))
        self.assertEqual(plain.row("red blue", " cat <eos>"), ([5, 6], [12, 1]))
        user, answer = [{"role": "user", "content": "red"}], [{"role": "assistant", "content": "cat"}]
        self.assertEqual(chat.row(user, answer), ([2, 5, 1, 3], [12, 1]))
        self.assertEqual(chat.row(user, "cat"), ([2, 5, 1, 3], [12, 1]))
        self.assertEqual(gap.Text(tiny.tokenizer(chat=True), True).row("red", "cat"), ([2, 5, 1, 3], [12, 1]))
        self.assertEqual(chat.row("red", " cat"), ([5], [12, 1]))
        with self.assertRaisesRegex(gap.EvaluationError, "no chat template"):
            plain.prompt(user)


class Judges(unittest.TestCase):
    def measure(self, **options: Any) -> Any:
        policy, reference = tiny.policy(1), tiny.policy(2)
        evaluator = gap.Evaluator(tiny.prompts(6), settings=gap.Settings(max_new_tokens=4), **options)
        return evaluator.measure(policy, reference, tiny.tokenizer())

    def test_a_judge_sees_both_and_decides(self) -> None:
        seen = []

        def judge(*given: Any) -> Any:
            seen.append(given)
            return [1, 0.5, 0, True, 1, 1]

        line = self.measure(judge=judge, opponent=list("abcdef"))
        self.assertEqual([given[0] for given in seen], [tiny.prompts(6)] * 2)
        self.assertIn(list("abcdef"), [given[2] for given in seen])
        self.assertEqual(line["outcomes"]["win"], "210222")
        self.assertEqual({line["metrics"][name]["value"] for name in ("winRate", "winRateVsReference")}, {0.75})
        self.assertEqual([line["metrics"]["winRate"]["n"], len(line["outcomes"]["kl"])], [6, 6])

    def test_a_judge_that_answers_amiss_is_named(self) -> None:
        for values in ([1, 0], [2] * 6):
            with self.assertRaisesRegex(gap.EvaluationError, "1, 0.5 or 0 is expected"):
                self.measure(judge=lambda *_, values=values: values)
        with self.assertRaisesRegex(gap.EvaluationError, "goldenReward came out as no finite number"):
            self.measure(reward=lambda *_: [float("nan")] * 6)

    def test_a_reward_model_scores_each_text_as_if_alone(self) -> None:
        model, tokenizer = tiny.reward_model(), tiny.tokenizer()
        scorer = gap.RewardModel(model, tokenizer, batch_size=3)
        together = scorer(["red ", "the ", "a "], ["cat dog bird", "", "cat"])
        alone = [scorer([p], [c])[0] for p, c in [("red ", "cat dog bird"), ("the ", ""), ("a ", "cat")]]
        for a, b in zip(together, alone):
            self.assertAlmostEqual(a, b, places=5)
        self.assertIn("goldenReward", self.measure(reward=scorer)["metrics"])

    def test_a_prompt_without_tokens_is_named(self) -> None:
        with self.assertRaisesRegex(gap.EvaluationError, "prompt 2 has no tokens"):
            gap.Evaluator(["red", " "]).measure(tiny.policy(1), tiny.policy(2), tiny.tokenizer())

    def test_without_a_judge_there_is_no_win_rate(self) -> None:
        line = self.measure()
        self.assertEqual([name for name in line["metrics"] if "win" in name.lower()], [])
        self.assertEqual(list(line["outcomes"]), ["kl"])


class Undisturbed(unittest.TestCase):
    def test_modes_gradients_and_random_states_are_put_back(self) -> None:
        model = tiny.policy().train()
        model.model.layers[0].eval()
        model.lm_head.weight.requires_grad_(False)
        modes, grads = [m.training for m in model.modules()], [p.requires_grad for p in model.parameters()]
        draws = lambda: (random.random(), float(numpy.random.rand()), float(torch.rand(1)))
        random.seed(1), numpy.random.seed(1), torch.manual_seed(1)
        expected = draws()
        random.seed(1), numpy.random.seed(1), torch.manual_seed(1)
        with self.assertRaises(KeyError), gap.undisturbed(model):
            self.assertFalse(any(m.training for m in model.modules()) or torch.is_grad_enabled())
            draws()
            model.requires_grad_(True)
            raise KeyError
        self.assertEqual(draws(), expected)
        self.assertEqual([m.training for m in model.modules()], modes)
        self.assertEqual([p.requires_grad for p in model.parameters()], grads)

    def test_the_reference_of_adapters(self) -> None:
        try:
            from peft import LoraConfig, get_peft_model
        except ImportError:
            self.skipTest("PEFT is not installed")
        model = get_peft_model(tiny.policy(), LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False))
        ids = torch.tensor([[5, 6, 7]])
        with torch.no_grad():
            base, adapted = tiny.policy().eval()(ids).logits, model.eval()(ids).logits
            with gap.reference_of(model, None) as reference:
                self.assertTrue(torch.equal(reference(ids).logits, base))
            model.add_adapter("ref", model.peft_config["default"])
            copied = {name.replace("default", "ref"): value for name, value in model.state_dict().items() if "default" in name}
            model.load_state_dict(copied, strict=False)
            grads = [p.requires_grad for p in model.parameters()]
            with gap.undisturbed(model), gap.reference_of(model, None) as reference:
                self.assertTrue(torch.equal(reference(ids).logits, adapted))
            self.assertEqual([p.requires_grad for p in model.parameters()], grads)
            self.assertTrue(torch.equal(model(ids).logits, adapted))

    def test_no_reference_says_what_to_pass(self) -> None:
        with self.assertRaisesRegex(gap.EvaluationError, "pass reference=trainer.ref_model"), gap.reference_of(tiny.policy(), None):
            pass


class Callback(unittest.TestCase):
    def call(self, callback: Any, event: str, step: int, main: bool = True, **args: Any) -> None:
        state = SimpleNamespace(global_step=step, is_world_process_zero=main)
        getattr(callback, event)(SimpleNamespace(output_dir=str(self.out), **args), state, None, model=tiny.policy(), processing_class=tiny.tokenizer())

    def setUp(self) -> None:
        self.out = folder(self)
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def steps(self) -> Any:
        file = self.out / "metrics.jsonl"
        return [(row["event"], row["step"]) for row in lines(file)] if file.exists() else []

    def make(self, **options: Any) -> Any:
        return gap.AlignmentGapCallback(tiny.prompts(2), max_new_tokens=2, **{"reference": tiny.policy(2), **options})

    def test_measures_each_step_once_and_after_a_restart_not_the_step_it_has(self) -> None:
        callback = self.make()
        for event, step in [("on_train_begin", 0), ("on_step_end", 1), ("on_save", 2), ("on_train_end", 2)]:
            self.call(callback, event, step)
        self.call(self.make(), "on_train_begin", 2)
        self.assertEqual(self.steps(), [("checkpoint", 0), ("checkpoint", 2)])

    def test_every_so_many_steps_instead_of_at_saves(self) -> None:
        callback = self.make(every=2)
        for event, step in [("on_step_end", 1), ("on_save", 1), ("on_step_end", 2), ("on_save", 3)]:
            self.call(callback, event, step)
        self.assertEqual(self.steps(), [("checkpoint", 2)])

    def test_other_processes_do_nothing(self) -> None:
        self.call(self.make(), "on_train_begin", 0, main=False)
        self.assertEqual(self.steps(), [])

    def test_what_fails_is_written_down_or_raised(self) -> None:
        for options, args, cause in [({"reference": None}, {}, "pass reference="), ({}, {"sync_ref_model": True}, "sync_ref_model"),
                                     ({"reference": str(self.out / "gone")}, {}, "gone")]:
            self.call(self.make(**options), "on_save", 3, **args)
            row = lines(self.out / "metrics.jsonl")[-1]
            self.assertEqual([row["event"], row["step"]], ["failed", 3])
            self.assertIn(cause, row["message"])
            with self.assertRaises(Exception):
                self.call(self.make(strict=True, **options), "on_save", 3, **args)

    def test_a_sharded_model_is_left_to_the_command_line(self) -> None:
        model = tiny.policy()
        self.assertFalse(gap.is_sharded(model))
        model.lm_head.weight.ds_id = 1
        self.assertTrue(gap.is_sharded(model))


class CommandLine(unittest.TestCase):
    def test_the_step_of_a_checkpoint(self) -> None:
        out = folder(self) / "checkpoint-40"
        self.assertEqual(gap.step_of(str(out)), 40)
        out.mkdir()
        (out / "trainer_state.json").write_text('{"global_step": 41, "log_history": [{"loss": NaN}]}')
        self.assertEqual(gap.step_of(str(out)), 41)
        with self.assertRaisesRegex(gap.EvaluationError, "does not tell its step"):
            gap.step_of("final")

    def test_functions_by_name(self) -> None:
        self.assertIs(gap.named_function("tiny:redness"), tiny.redness)
        for name in ("tiny", "tiny:gone", "gone:redness"):
            with self.assertRaisesRegex(gap.EvaluationError, "write module:function"):
                gap.named_function(name)


if __name__ == "__main__":
    unittest.main()
