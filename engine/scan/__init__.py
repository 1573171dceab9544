"""A scan from job to result: what is asked, what happens while it runs, what comes out."""
