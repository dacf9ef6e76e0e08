"""Fills a host with TCP sockets. Prints two ports: of its sink, and of one that sends a byte and
closes. Then it takes one command a line and answers each with a line.

keep N            N connections to itself that stay: two sockets each
close N           N connections to itself that are closed at once: a socket in TIME-WAIT each
sessions N PORT   N connections to that port of 127.0.0.1 that stay

Those that stay are held by children, because the number of files of a process is limited. They end with it.
"""

import contextlib
import os
import resource
import socket
import sys
import threading

OF_A_CHILD = 8_000
PORTS_OF_ADDRESS = 20_000
IP_BIND_ADDRESS_NO_PORT = 24

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = []
made = 0


def accepting(take):
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)

    def accept():
        while True:
            take(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def greet(accepted):
    with accepted, contextlib.suppress(OSError):
        accepted.send(b"x")


def connect(port, number):
    client = socket.socket()
    client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    client.bind((f"127.0.1.{1 + number // PORTS_OF_ADDRESS % 250}", 0))
    client.connect(("127.0.0.1", port))
    return client


def held_by_a_child(first, number, port):
    done, tell = os.pipe()
    life, own_end = os.pipe()
    if os.fork() == 0:
        os.close(own_end)
        goal = port or accepting(kept.append)
        for i in range(number):
            kept.append(connect(goal, first + i))
        os.write(tell, b".")
        os.read(life, 1)
        os._exit(0)
    os.close(tell)
    os.close(life)
    if os.read(done, 1) != b".":
        sys.exit("a child ended")
    os.close(done)


def closed_at_once(first, number):
    for i in range(number):
        client = connect(greeter, first + i)
        client.recv(1)
        client.close()


sink = accepting(kept.append)
greeter = accepting(greet)
print(sink, greeter, flush=True)
for line in sys.stdin:
    word, number, *port = line.split()
    for begun in range(0, int(number), OF_A_CHILD):
        share = min(OF_A_CHILD, int(number) - begun)
        if word == "close":
            closed_at_once(made, share)
        else:
            held_by_a_child(made, share, int(port[0]) if port else 0)
        made += share
    print(word, flush=True)
