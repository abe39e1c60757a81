"""A worker with a few slots: each moves a job from the waiting to the running list, works, and marks it done.

Usage: worker.py HOST PORT POD SLOTS WAITING RUNNING STARTED DONE. A job is "id:millis".
It never gives a job back: when the process is killed its jobs stay in the running list, as with a lost node.
"""
import socket
import sys
import threading
import time

HOST, PORT, POD, SLOTS, WAITING, RUNNING, STARTED, DONE = sys.argv[1:9]
BLOCK_SECONDS = "1"
PAUSE_SECONDS = 0.2


class Redis:
    """One connection that speaks the Redis protocol."""

    def __init__(self):
        self.socket = socket.create_connection((HOST, int(PORT)), timeout=10)
        self.reader = self.socket.makefile("rb")

    def close(self):
        self.socket.close()

    def call(self, *parts):
        request = [b"*%d\r\n" % len(parts)]
        for part in parts:
            data = part.encode()
            request.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(request))
        return self.answer()

    def answer(self):
        line = self.reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            return None if length < 0 else self.reader.read(length + 2)[:-2].decode()
        if kind == b"*":
            length = int(rest)
            return None if length < 0 else [self.answer() for _ in range(length)]
        # A server that is still loading answers with an error, too: try again later.
        raise ConnectionError(rest.decode())


def until_done(*commands):
    """Runs the commands in one transaction, and again on a new connection until Redis has taken them."""
    while True:
        try:
            redis = Redis()
            redis.call("MULTI")
            for command in commands:
                redis.call(*command)
            redis.call("EXEC")
            redis.close()
            return
        except OSError:
            time.sleep(PAUSE_SECONDS)


def slot():
    redis = None
    while True:
        try:
            redis = redis or Redis()
            job = redis.call("BLMOVE", WAITING, RUNNING, "RIGHT", "LEFT", BLOCK_SECONDS)
        except OSError:
            redis = None
            time.sleep(PAUSE_SECONDS)
            continue
        if job is None:
            continue
        name, _, millis = job.rpartition(":")
        until_done(("RPUSH", STARTED, POD + " " + name))
        time.sleep(int(millis) / 1000)
        until_done(("LREM", RUNNING, "1", job), ("LPUSH", DONE, name + " " + POD))


for _ in range(int(SLOTS)):
    threading.Thread(target=slot).start()
