"""The Discord front end. It calls the services of `core` and shows what they return."""
