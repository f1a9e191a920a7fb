"""Tests of beamstack-feedback."""
