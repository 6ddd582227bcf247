"""The six rules written by hand for exactly these columns: the distance of a general engine to the limit."""
