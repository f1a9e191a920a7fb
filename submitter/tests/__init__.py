"""Tests of the submitter."""
