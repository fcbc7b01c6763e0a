"""The editors' side of the index: the folder, builds, golden questions, and the gate before
publishing.
"""
