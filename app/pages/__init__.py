"""Plain pages: the index of a build and the page on its data's quality."""
