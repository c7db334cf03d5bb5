// Placeholder of the skeleton; replaced by the package's first file.
