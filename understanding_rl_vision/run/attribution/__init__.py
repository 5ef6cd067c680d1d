"""Attribution of every frame, layer and output, and its images."""
