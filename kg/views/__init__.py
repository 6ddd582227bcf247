"""Views: values in, text out. No view reads a store or a file of its own accord."""
