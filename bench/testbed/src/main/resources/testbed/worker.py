"""A worker with a few slots: each moves a job from the waiting to the running list, works, and marks it done.

Usage: worker.py HOST PORT POD SLOTS WAITING RUNNING STARTED DONE [BUSY]. A job is "id:millis".
It never gives a job back: when the process is killed its jobs stay in the running list, as with a lost node.
With BUSY it keeps the number of its jobs under that key for 30 seconds at a time, and on SIGTERM takes no more and ends those that it has.
"""
import signal
import socket
import sys
import threading
import time

HOST, PORT, POD, SLOTS, WAITING, RUNNING, STARTED, DONE = sys.argv[1:9]
BUSY = sys.argv[9] if len(sys.argv) > 9 else None
BUSY_SECONDS = "30"
RENEW_SECONDS = 10
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


class Jobs:
    """How many there are, and who asks about it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.number = 0

    def add(self, more):
        if BUSY:
            with self.lock:
                self.number += more
                self.tell()

    def tell(self):
        if self.number:
            until_done(("SET", BUSY, str(self.number), "EX", BUSY_SECONDS))
        else:
            until_done(("DEL", BUSY))

    def renew(self):
        while True:
            time.sleep(RENEW_SECONDS)
            with self.lock:
                if self.number:
                    self.tell()


jobs = Jobs()
ending = threading.Event()


def slot():
    redis = None
    while not ending.is_set():
        try:
            redis = redis or Redis()
            job = redis.call("BLMOVE", WAITING, RUNNING, "RIGHT", "LEFT", BLOCK_SECONDS)
        except OSError:
            redis = None
            time.sleep(PAUSE_SECONDS)
            continue
        if job is None:
            continue
        jobs.add(1)
        name, _, millis = job.rpartition(":")
        until_done(("RPUSH", STARTED, POD + " " + name))
        time.sleep(int(millis) / 1000)
        until_done(("LREM", RUNNING, "1", job), ("LPUSH", DONE, name + " " + POD))
        jobs.add(-1)


if BUSY:
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    threading.Thread(target=jobs.renew, daemon=True).start()
slots = [threading.Thread(target=slot) for _ in range(int(SLOTS))]
for one in slots:
    one.start()
for one in slots:
    one.join()
