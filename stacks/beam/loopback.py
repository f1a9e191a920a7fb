"""Runs a module of Beam with its gRPC servers on loopback: Beam binds them to every address of the machine, and has no option for it."""

import runpy
import sys

import grpc

_server = grpc.server


def _on_loopback(*args, **kwargs):
    server = _server(*args, **kwargs)
    bind = server.add_insecure_port
    server.add_insecure_port = lambda address: bind(address.replace("[::]", "127.0.0.1"))
    return server


grpc.server = _on_loopback
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
