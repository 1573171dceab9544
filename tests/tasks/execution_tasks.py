"""Tasks for the tests of the execution backends: a module that workers can import."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import re
import signal
import struct
import sys
import time
from pathlib import Path

from engine.errors import DataError


def open_echo(context):
    """Return each payload as it came, beside the context."""
    return lambda payload: (context, payload)


def open_deeds(context):
    """Do what the payload names: ``(deed, *arguments)``."""
    return lambda payload: globals()[f"do_{payload[0]}"](*payload[1:])


def do_return(value):
    return value


def do_pid():
    return os.getpid()


def do_sleep(seconds):
    time.sleep(seconds)
    return seconds


def do_sleep_and_pid(seconds):
    time.sleep(seconds)
    return os.getpid()


def do_kill_parent():
    """Take the process along that supervises this one."""
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def do_spin():
    while True:
        pass


def do_spin_deaf():
    """Spin with SIGTERM ignored: only a kill ends it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def do_hang_in_c():
    """Stay in C with the interpreter lock held."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def do_leave(code):
    """End the process from below, without a word."""
    os._exit(code)


def do_kill(number):
    faulthandler.disable()  # the stack of a wanted death is noise
    os.kill(os.getpid(), number)
    time.sleep(60)


def do_read_nowhere():
    """Crash in C."""
    faulthandler.disable()
    ctypes.string_at(0)


def do_crash_once(path):
    """Die the first time, when the file at ``path`` is not there yet."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "survived"
    os._exit(3)


def do_sys_exit(code):
    sys.exit(code)


def do_raise(message):
    raise ValueError(message)


class AwkwardError(Exception):
    """Cannot be rebuilt from its arguments, nor shown."""

    def __init__(self, one, two):
        super().__init__()
        self.both = (one, two)

    def __str__(self):
        raise RuntimeError("no")


def do_raise_awkwardly():
    raise AwkwardError(1, 2)


class ExplodesOnLoad:
    def __reduce__(self):
        return (do_raise, ("boom on load",))


class ExitsOnLoad:
    def __reduce__(self):
        return (sys.exit, (3,))


def do_return_lambda():
    return lambda: None


def do_return_bomb():
    return ExplodesOnLoad()


def do_return_exit():
    return ExitsOnLoad()


def do_return_bytes(size):
    return bytes(size)


def do_hog(megabytes):
    """Take memory and use it."""
    return len(bytearray(megabytes << 20))


def do_hog_in_c(megabytes):
    """Take memory as careless C code does, without a look at what it was given."""
    faulthandler.disable()
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    ctypes.memset(libc.malloc(megabytes << 20) or 0, 1, 8)


def do_print(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    os.write(1, text.encode() + b"\n")


def do_answer_twice():
    """Fork without care: two processes go on to answer for the same item."""
    return os.fork() == 0


def do_stop_in_mid_message():
    """Begin an answer and stand still, as a process does that somebody stops at a bad moment."""
    frame = sys._getframe()
    while frame.f_code.co_name != "_converse":
        frame = frame.f_back
    os.write(frame.f_locals["pipe"].fileno(), struct.pack("!i", 1000) + b"half of it")
    os.kill(os.getpid(), signal.SIGSTOP)


def do_environment(names):
    return {name: os.environ.get(name) for name in names}


def do_arrow_threads():
    import pyarrow as pa  # noqa: PLC0415  only this task needs it

    return pa.cpu_count()


def do_path():
    return list(sys.path)


def do_modules():
    return sorted(sys.modules)


def open_counting(path):
    """Note each opening in the file at ``path``; handlers say how many items they have had."""
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")
    seen = []

    def handle(payload):
        seen.append(payload)
        return os.getpid(), len(seen)

    return handle


def open_badly(context):
    raise ValueError(f"cannot open {context}")


def open_with_sentence(context):
    raise DataError("/nowhere", "There is no folder /nowhere.")


def open_and_die(context):
    os._exit(7)


def open_after_deaths(folder):
    """Kill the first four workers that open this."""
    for name in "1234":
        try:
            Path(folder, name).touch(exist_ok=False)
        except FileExistsError:
            continue
        os._exit(1)
    return lambda payload: payload


def open_slowly_but_first(folder):
    """Open quickly in the first worker, slowly in the others."""
    try:
        Path(folder, "first").touch(exist_ok=False)
    except FileExistsError:
        time.sleep(0.5)
    return lambda payload: "late"


def open_nothing(context):
    return None


def open_slowly(seconds):
    time.sleep(seconds)
    return lambda payload: payload
