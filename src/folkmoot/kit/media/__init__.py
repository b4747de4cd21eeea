"""Pictures, videos and sounds: what they are by their bytes, and decoding in a process of its own with limits."""
