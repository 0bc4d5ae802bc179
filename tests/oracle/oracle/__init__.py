"""A second opinion on `slipway preflight`: small random plans, and a brute-force simulator of what becomes of them.

Nothing here imports `slipway`, so that a mistake in the proof is not repeated. `previews` writes a plan as the engine
prints it; `schedule` says which operation waits for which; `world` says what each does and who is served; `simulator`
walks every run; `worlds` and `edits` draw random plans, `hand` holds the site of hand-made ones.
"""
