"""Functions that a test runs in the sandbox; that process finds them by this module's name."""

import os
import socket
import subprocess
import sys

from knowledge_base.importers.refusal import UnreadableError


def shout(content: bytes) -> str:
    return content.decode().upper()


def refuse(content: bytes) -> str:
    raise UnreadableError("no")


def grow(content: bytes) -> int:
    return len(bytearray(int(content)))


def loop(content: bytes) -> None:
    while True:
        pass


def die(content: bytes) -> None:
    os._exit(1)


def connect(content: bytes) -> None:
    socket.create_connection(("127.0.0.1", 9))


def resolve(content: bytes) -> None:
    socket.getaddrinfo("example.org", 80)


def start_program(content: bytes) -> None:
    subprocess.run([sys.executable, "--version"], check=True)


def start_shell(content: bytes) -> None:
    os.system("true")  # noqa: S605 - the sandbox has to refuse it
