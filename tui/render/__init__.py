"""Values into text and cells: pure, and the only place where the screen's words about records are made."""
