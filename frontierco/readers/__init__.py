"""Instance files to arrays. Every malformed thing is a `BadData` that names file and line."""
