"""Transforms that write to vector stores."""
