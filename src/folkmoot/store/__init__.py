"""Tables and nothing clever: the schema, the queries, the two databases, and the blobs."""
