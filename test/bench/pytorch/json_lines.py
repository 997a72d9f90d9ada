"""The benchmark's protocol (engine/contract.ts): one JSON object a line, first a greeting, then an answer to each request."""
import json
import os
import sys

# Whatever libraries print must not end up between the answers.
_answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(message):
    _answers.write(json.dumps(message) + "\n")
    _answers.flush()


def requests():
    for line in sys.stdin:
        yield json.loads(line)


def refuse_when_missing(load):
    """Runs `load`, which imports packages; tells the driver why this engine cannot run when one is missing, and ends."""
    try:
        return load()
    except ImportError as error:
        say({"refused": f"{sys.executable}: {type(error).__name__}: {error}"})
        sys.exit(0)
