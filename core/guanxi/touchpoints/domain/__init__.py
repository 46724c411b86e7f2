"""The rules of touchpoints (接触点): plain functions for pages, API, imports and plugins.

``drafts`` and ``lines`` say what may be recorded, ``recording`` and ``bulk`` write it,
``corrections``, ``assigning`` and ``undo`` change it, ``reading`` and ``timeline`` show it.
"""
