"""What is said: posts written, changed, passed on and reacted to, and the threads that they make."""
