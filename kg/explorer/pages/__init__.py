"""The pages, one module for each kind: from the explorer and an address to a `Page`."""
