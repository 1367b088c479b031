#!/usr/bin/python3
"""The reward "keywords" for the captioner pipeline: captions that name colours, shapes and places. Needs Debian's python3-pika.

    PIPELINE_LOCAL=/path/to/checkout/.local ./keywords.py

What a reward of your own has to change is NAME, score() and whatever score() needs.
"""
import hashlib
import json
import os
import sys
import time
import traceback

import pika

NAME = "keywords"
COLOURS = {"red", "green", "blue", "yellow", "white", "black", "gray", "orange", "purple", "pink", "brown", "cyan"}
SHAPES = {"circle", "square", "triangle", "cross", "star", "heart"}
PLACES = {"left", "right", "above", "below", "next", "background"}


def score(caption):
    """What a caption is worth (finite; larger is better), and further figures by name."""
    words = set(caption["text"].split())
    kinds = [len(words & kind) for kind in (COLOURS, SHAPES, PLACES)]
    return sum(min(count, 2) for count in kinds) / 6, {"keywords": sum(kinds)}


# From here on nothing is about keywords.

with open(__file__, "rb") as source:
    MODEL = hashlib.sha256(source.read()).hexdigest()  # what decides the scores; recorded beside each of them

QUEUE = f"score-captions-{NAME}"  # the name says what the reward needs, and that it is there
ATTEMPTS = 3


def broker():
    """The broker's address: from the environment, else from the local stack that PIPELINE_LOCAL names."""
    if "Pipeline__RabbitMq" in os.environ:
        return os.environ["Pipeline__RabbitMq"]
    file = os.path.join(os.environ.get("PIPELINE_LOCAL", ".local"), "stack.env")
    if not os.path.exists(file):
        sys.exit(f"error: there is no {file}: set PIPELINE_LOCAL to the folder .local of a checkout where ./pipeline up was called")
    with open(file, encoding="utf-8") as settings:
        return dict(line.rstrip().split("=", 1) for line in settings)["Pipeline__RabbitMq"].strip("'")


def declare(channel):
    """The queues as every reward has them: what fails is parked in QUEUE_error."""
    error = f"{QUEUE}_error"
    channel.exchange_declare(error, "fanout", durable=True)
    channel.queue_declare(error, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(error, error)
    channel.queue_declare(QUEUE, durable=True, arguments={
        "x-queue-type": "quorum", "x-delivery-limit": 20, "x-dead-letter-exchange": error})
    channel.exchange_declare("captions-sampled.v1", "fanout", durable=True)
    channel.queue_bind(QUEUE, "captions-sampled.v1")


def answer(batch):
    """The message captions-scored.v1 to a message captions-sampled.v1."""
    started, captions = time.monotonic(), []
    for caption in batch["captions"]:
        value, details = score(caption)
        captions.append({
            "captionId": caption["captionId"], "runId": batch["runId"], "step": caption["step"], "reward": NAME,
            "score": value, "sampleScores": [], "details": details, "model": MODEL})
    return {
        "runId": batch["runId"], "step": batch["step"], "batchId": batch["batchId"], "reward": NAME, "captions": captions,
        "elapsedMs": (time.monotonic() - started) * 1000, "replay": batch.get("replay", False)}


def handle(channel, method, properties, body):
    """Answers a message, or parks it with the reason. It is acknowledged when the broker has what comes of it, never before."""
    persistent = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    for attempt in range(ATTEMPTS):
        try:
            batch = json.loads(body)
            if NAME in batch["rewards"] and batch["captions"]:
                # allow_nan=False: what is no number becomes an error here, and never a score.
                text = json.dumps(answer(batch), allow_nan=False)
                channel.basic_publish("captions-scored.v1", "", text, persistent, mandatory=True)
            break
        except pika.exceptions.AMQPConnectionError:
            raise
        except Exception as error:
            traceback.print_exc()
            if attempt == ATTEMPTS - 1:
                persistent.headers = {"MT-Fault-Message": str(error), "MT-Fault-ExceptionType": type(error).__name__}
                channel.basic_publish(f"{QUEUE}_error", "", body, persistent)
            else:
                time.sleep(attempt)
    channel.basic_ack(method.delivery_tag)


def main():
    while True:
        try:
            with pika.BlockingConnection(pika.URLParameters(broker())) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                channel.basic_qos(prefetch_count=2)
                declare(channel)
                channel.basic_consume(QUEUE, handle)
                print(f"Reward '{NAME}' takes captions from {QUEUE}", flush=True)
                channel.start_consuming()
        except pika.exceptions.AMQPConnectionError as problem:
            print(f"RabbitMQ is not there ({problem!r}); trying again in 3 s", flush=True)
            time.sleep(3)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
