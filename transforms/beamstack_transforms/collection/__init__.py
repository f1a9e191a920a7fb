"""Collections of transforms: locked with hashes, listed for Beam YAML, described by schemas, and with a recipe for an image."""
