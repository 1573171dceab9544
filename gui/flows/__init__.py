"""What happens between the panels: scanning, inspecting matches, choosing data, writing files.

Each flow is given the panels and the bridge that it joins; panels never see each other.
"""
