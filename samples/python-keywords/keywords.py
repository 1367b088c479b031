#!/usr/bin/python3
"""The reward "keywords" for the captioner pipeline: captions that name colours, shapes and places. Needs Debian's python3-pika.

    PIPELINE_LOCAL=/path/to/checkout/.local ./keywords.py

A reward of your own needs a name and a function like score() below, and serve(), which has nothing to do with keywords.
"""
import hashlib
import json
import os
import sys
import time
import traceback

import pika

COLOURS = {"red", "green", "blue", "yellow", "white", "black", "gray", "orange", "purple", "pink", "brown", "cyan"}
SHAPES = {"circle", "square", "triangle", "cross", "star", "heart"}
PLACES = {"left", "right", "above", "below", "next", "background"}


def score(caption):
    """What a caption is worth (finite; larger is better), and further figures by name."""
    words = set(caption["text"].split())
    kinds = [len(words & kind) for kind in (COLOURS, SHAPES, PLACES)]
    return sum(min(count, 2) for count in kinds) / 6, {"keywords": sum(kinds)}


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


def declare(channel, queue):
    """The queues as every reward has them: what fails is parked in QUEUE_error."""
    error = f"{queue}_error"
    channel.exchange_declare(error, "fanout", durable=True)
    channel.queue_declare(error, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(error, error)
    channel.queue_declare(queue, durable=True, arguments={
        "x-queue-type": "quorum", "x-delivery-limit": 20, "x-dead-letter-exchange": error})
    channel.exchange_declare("captions-sampled.v1", "fanout", durable=True)
    channel.queue_bind(queue, "captions-sampled.v1")


def answer(batch, name, score, model):
    """The message captions-scored.v1 to a message captions-sampled.v1."""
    started, captions = time.monotonic(), []
    for caption in batch["captions"]:
        value, details = score(caption)
        captions.append({
            "captionId": caption["captionId"], "runId": batch["runId"], "step": caption["step"], "reward": name,
            "score": value, "sampleScores": [], "details": details, "model": model})
    return {
        "runId": batch["runId"], "step": batch["step"], "batchId": batch["batchId"], "reward": name, "captions": captions,
        "elapsedMs": (time.monotonic() - started) * 1000, "replay": batch.get("replay", False)}


def serve(name, score, source):
    """Scores what runs ask of the reward, until the process is told to stop.

    What decides the scores is the file source: its SHA-256 is recorded beside each of them.
    """
    queue = f"score-captions-{name}"  # the name says what the reward needs, and that it is there
    with open(source, "rb") as file:
        model = hashlib.sha256(file.read()).hexdigest()

    def handle(channel, method, properties, body):
        """Answers a message, or parks it with the reason. It is acknowledged when the broker has what comes of it, never before."""
        for attempt in range(ATTEMPTS):
            try:
                batch = json.loads(body)
                if name in batch["rewards"] and batch["captions"]:
                    # allow_nan=False: what is no number becomes an error here, and never a score.
                    publish(channel, "captions-scored.v1", json.dumps(answer(batch, name, score, model), allow_nan=False))
                break
            except pika.exceptions.AMQPConnectionError:
                raise
            except Exception as error:
                traceback.print_exc()
                if attempt < ATTEMPTS - 1:
                    time.sleep(attempt)
                else:
                    reason = {"MT-Fault-Message": str(error), "MT-Fault-ExceptionType": type(error).__name__}
                    publish(channel, f"{queue}_error", body, reason)
        channel.basic_ack(method.delivery_tag)

    while True:
        try:
            with pika.BlockingConnection(pika.URLParameters(broker())) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                channel.basic_qos(prefetch_count=2)
                declare(channel, queue)
                channel.basic_consume(queue, handle)
                print(f"Reward '{name}' takes captions from {queue}", flush=True)
                channel.start_consuming()
        except pika.exceptions.AMQPConnectionError as problem:
            print(f"RabbitMQ is not there ({problem!r}); trying again in 3 s", flush=True)
            time.sleep(3)
        except KeyboardInterrupt:
            return


def publish(channel, exchange, body, headers=None):
    """Returns when the broker has put the message into a queue, and raises when there is none."""
    persistent = pika.BasicProperties(content_type="application/json", delivery_mode=2, headers=headers)
    channel.basic_publish(exchange, "", body, persistent, mandatory=True)


if __name__ == "__main__":
    serve("keywords", score, __file__)
