"""Seals a published Word file with a real Office Open XML signature, and verifies one strictly.

``sign.seal`` signs, ``verify.verify`` judges, ``authority`` makes the demonstration's keys,
``lint`` says what may not be sealed. Neither intake nor general reading of Word files: the
package is read here by its bytes alone, so that the verifier rests on no other part of this house.
"""
