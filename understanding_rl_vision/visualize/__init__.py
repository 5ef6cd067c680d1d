"""What features look for, by gradient and by examples."""
