"""Submits a Beam YAML pipeline to Flink and ends as its job ends.

Why not `python -m apache_beam.yaml.main`: secrets must reach Jinja without being an argument, an environment variable or display data in
Flink; the result of a job is known to Flink only; and a job must not be orphaned or submitted twice.
Exit codes: 0 the job reached its outcome, 1 the pipeline failed, 2 refused before anything was submitted, 143 terminated.
"""
