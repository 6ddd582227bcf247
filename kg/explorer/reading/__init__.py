"""What is read about claims, documents and times, as values that pages lay out.

catalog and texts -> claims, quotes in their text, months -> HTML, JSON, Turtle, Markdown
"""
