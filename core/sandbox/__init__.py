"""A stand-in Discogs: an HTTP server for the demo and the tests. It imports nothing of the rest of the program."""
