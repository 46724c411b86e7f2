"""How probably a customer stays silent: a discrete-time hazard of the next contact (沉默风险).

Singer and Willett (1993), "It's about time: using discrete-time survival analysis to study
duration and the timing of events": logistic regression on person-periods. The event is a sign of
life; after it the clock of silence starts again.

``periods`` counts person-periods in SQL, identical ones together, so memory does not grow with
customers; ``design`` and ``hazard`` are the model, ``holdout`` its test, ``scoring`` writes scores,
``kind`` is what the life of models knows.
"""
