"""Tests of the transforms, with the real Beam and servers on loopback."""
