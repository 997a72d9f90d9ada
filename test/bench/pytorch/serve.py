"""python test/bench/pytorch/serve.py FOLDER: PyTorch eager on one thread as an engine of the benchmark."""
import sys
import time

from json_lines import refuse_when_missing, requests, say


def load():
    global torch, Workloads
    import torch
    from workloads import Workloads


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    workloads = Workloads(folder)
    say({"kernels": "eager", "versions": {"torch": torch.__version__}, "workloads": list(workloads.calls), "computes": True})
    for request in requests():
        if request["ask"] == "compute":
            say(workloads.compute())
            continue
        call, calls = workloads.calls[request["workload"]], request["calls"]
        before = time.process_time()
        for _ in range(calls):
            call()
        say({"milliseconds": (time.process_time() - before) * 1000 / calls})


refuse_when_missing(load)
main(sys.argv[1])
