"""Transforms that read from outside."""
