"""Moves that Pulumi has no resource for: guarded steps between two applies, after which a refresh finds no difference.

shares       percentages and weights                                   (pure)
record_sets  record sets as Route 53 has them, and change batches      (pure)
state        a stack's exported state, and a swap in it                (pure)
settings     the weights in a stack's settings file, edited as text    (pure)
traffic      which requests go to a staging distribution               (pure)
configuration  a distribution's, with a preview's changes              (pure)
zone         a hosted zone in Route 53
stack        a stack at the engine
logbook      what a move writes into the ledger
shift        traffic steps on a weighted name
swap         record sets of a name exchanged in one batch
alias        an alias moved from one distribution to another
continuous   CloudFront's staging distributions and their policies
probe        requests at a distribution, and whether it answers worse
stage        a pending change tried on some of a distribution's requests
promote      what was tried becomes the configuration for everybody
detach       staging distribution and policy taken away
"""

from __future__ import annotations

from slipway.moves.refused import Refused

__all__ = ["Refused"]
