"""Reports: one model, four faces (Word, Excel, PDF, HTML), and builders that make it from answers."""
