"""Features of people, which the Dask job people writes."""

from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource
from feast.types import Float64

person = Entity(name="person", join_keys=["person_id"])

movement = FeatureView(
    name="movement",
    entities=[person],
    ttl=timedelta(days=30),
    schema=[Field(name="x", dtype=Float64), Field(name="y", dtype=Float64)],
    source=FileSource(name="people", path="s3://features/people", timestamp_field="timestamp"),
)
