"""What the outside world's messages look like: each API's entities and requests; imports nothing of ours."""
