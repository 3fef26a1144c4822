"""The terminal front end: the commands of `runout` and its Textual app."""
