"""A small ray caster that draws the pocket world: solids, materials, scenes.

It uses only additions, products, divisions, square roots and integer hashes, which IEEE 754
rounds alike everywhere, so a picture has the same bytes on every platform.
"""
