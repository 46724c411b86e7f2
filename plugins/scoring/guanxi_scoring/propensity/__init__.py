"""Propensity (倾向预测): how probable it is that a customer buys, answers, converts.

``goals`` says what is predicted, ``cases`` derives past cases from touchpoints, ``bayes`` and
``learners`` learn from them, ``fitting`` measures and calibrates, ``storing`` keeps cases and
counts with each outcome, ``scoring`` writes the scores. Nothing is imported here.
"""
