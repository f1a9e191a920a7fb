"""The programs of the feedback loop: what a model sees is measured, and what replaces it is judged."""
