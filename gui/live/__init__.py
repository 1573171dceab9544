"""The live strip under the formula: what each condition lets through while it is typed."""
