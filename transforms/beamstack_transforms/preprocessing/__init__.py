"""Transforms that prepare text."""
