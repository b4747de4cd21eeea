"""The worker: reads the journal after the commit, hands each event to the doors, retries, and puts poison aside."""
