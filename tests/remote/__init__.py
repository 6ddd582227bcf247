"""Stores on servers, against a server in this process that answers as the test says."""
