"""The consultation: a bilingual questionnaire, its responses, and what they add up to. Pure."""
