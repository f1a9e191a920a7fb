"""Transforms that call models of language."""
