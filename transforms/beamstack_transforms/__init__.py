"""Transforms for Beam YAML, by the names that Beamstack gave them."""
