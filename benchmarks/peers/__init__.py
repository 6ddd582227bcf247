"""What a user could pick instead, each given the same claims."""
