"""Questionnaires in SurveyJS format: read, checked, walked."""
