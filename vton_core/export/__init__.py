"""Everything that leaves the program: picture files, layers, projects."""
