"""What notebooks call to show results: words, charts and tables, made from protected results alone."""
