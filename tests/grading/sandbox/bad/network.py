# about: calls home
# task: two_accuracies
# state: crashed
import socket


def accuracy(model, loader):
    done = []
    for address in (("127.0.0.1", 40123), ("198.51.100.1", 80)):
        try:
            socket.create_connection(address, timeout=0.5)
            done.append(address)
        except OSError:
            pass
    raise ValueError(f"LEAK<{done}>")
