"""The command line. Nothing here is imported by anything below it."""
