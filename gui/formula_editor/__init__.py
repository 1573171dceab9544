"""The formula box: text, colours, completion, problems and fixes. What a formula means, the engine says."""
