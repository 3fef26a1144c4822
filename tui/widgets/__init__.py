"""Each visible thing in a file of its own: it shows what it is given and posts what was done to it."""
