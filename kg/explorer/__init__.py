"""The explorer: what is known and disputed, as pages that link to each other.

    KnowledgeGraph -> Catalog (what to list and count) -> Page (values) -> HTML, JSON, Turtle, Markdown, SVG

A page knows nothing of HTTP and of files: `kg.web` serves it, `kg.publishing` writes it into a folder.
"""
