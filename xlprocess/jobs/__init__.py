"""What the doors do with files: find them, name the results, write them, keep account of what became of each."""
