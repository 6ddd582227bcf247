"""What the pages of things show, as values: sections that a page lays out one below the other.

catalog and store -> facts, posts, life line, claims, disputes -> sections -> HTML, JSON, Turtle, Markdown
"""
