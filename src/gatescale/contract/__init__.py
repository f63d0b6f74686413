"""The shapes of the REST contract, one module per noun: what is sent and what is answered.

Field names, their meaning and what is required follow the API contract, section 3. Inputs refuse
unknown fields; outputs are allow-lists, built straight from rows, so nothing else can leak.
"""
