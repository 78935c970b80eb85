# SPDX-License-Identifier: Apache-2.0
"""A proxy in front of a directory server that can get in the way of what goes through it."""
import socket
import threading

START_TLS = b"1.3.6.1.4.1.1466.20037"
SLICE = 4096
SEGMENT = 536


class Proxy:
    """Listens on 127.0.0.1 and hands everything on to TARGET, (host, port)."""

    def __init__(self, target):
        self.target = target
        self.passed = 0
        self.lock = threading.Lock()
        self.trigger = None  # (bytes, function)
        self.strip_start_tls = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def reset(self):
        with self.lock:
            self.passed = 0
            self.trigger = None
        self.strip_start_tls = False

    def after(self, count, function):
        """FUNCTION is called once, when COUNT bytes came from the server, before any more of them passes."""
        with self.lock:
            self.passed = 0
            self.trigger = (count, function)

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        server = socket.socket(socket.AF_INET)
        # a small window, and small segments, of which its kernel keeps only some: the server is not far ahead of us
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLICE)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        try:
            server.connect(self.target)
        except OSError:
            client.close()
            return
        threading.Thread(target=self.pump, args=(client, server, self.to_server), daemon=True).start()
        self.pump(server, client, self.to_client)

    @staticmethod
    def pump(source, sink, handler):
        try:
            while True:
                data = source.recv(SLICE)
                if not data:
                    break
                handler(data, source, sink)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def to_client(self, data, _, client):
        with self.lock:
            self.passed += len(data)
            due = self.trigger if self.trigger and self.passed >= self.trigger[0] else None
            if due:
                self.trigger = None
        if due:
            due[1]()
        client.sendall(data)

    def to_server(self, data, client, server):
        if self.strip_start_tls and START_TLS in data:
            # LDAPMessage { messageID, ExtendedResponse { protocolError, "", "" } }, as a server without TLS says it
            client.sendall(bytes([0x30, 0x0c, 0x02, 0x01, data[4], 0x78, 0x07, 0x0a, 0x01, 0x02, 0x04, 0x00, 0x04, 0x00]))
            return
        server.sendall(data)

