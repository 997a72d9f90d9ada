"""python test/bench/trl/serve.py FIXTURE offline|online: one of TRL's trainers on one thread as an engine of the benchmark.

The trainer's own loop runs, whole: data loader, collator, loss, optimiser, callbacks. Between two optimiser steps a callback
waits for the next request, so that rounds can be interleaved with other engines'.
"""
import os
import sys
import time

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "pytorch"))
from json_lines import refuse_when_missing, requests, say  # noqa: E402


def load():
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", TRL_EXPERIMENTAL_SILENCE="1")
    global torch, versions, TrainerCallback, make_trainer
    import torch
    from trainers import make_trainer, versions
    from transformers import TrainerCallback


def rounds_callback(workload):
    """Answers each request after its number of optimiser steps; ends the training when no more requests come."""
    asked = requests()

    class Rounds(TrainerCallback):
        def wait(self, control):
            request = next(asked, None)
            if request is None:
                control.should_training_stop = True
                return
            assert request["workload"] == workload, request
            self.calls = self.left = request["calls"]
            self.began = time.process_time()

        def on_train_begin(self, args, state, control, **kwargs):
            say({"kernels": "GPT-2 of transformers, eager", "versions": versions, "workloads": [workload], "computes": False})
            self.wait(control)

        def on_step_end(self, args, state, control, **kwargs):
            self.left -= 1
            if self.left == 0:
                say({"milliseconds": (time.process_time() - self.began) * 1000 / self.calls})
                self.wait(control)

    return Rounds()


refuse_when_missing(load)
torch.set_num_threads(1)
make_trainer(sys.argv[2], sys.argv[1], rounds_callback(sys.argv[2])).train()
