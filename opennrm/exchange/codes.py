"""The code lists of the case file: those of HTCDS 2.0, and those a referral mechanism needs besides."""

GENDERS = (
    "Feminine",
    "Masculine",
    "TransgenderFeminine",
    "TransgenderMasculine",
    "NonConforming",
    "NonSpecifiedUnknown",
)
POSSIBLE_VICTIM = "PossibleVictimOfTrafficking"
ACTUAL_VICTIM = "ActualVictimOfTrafficking"
NOT_A_VICTIM = "NotAVictimOfTrafficking"
STATUSES = (POSSIBLE_VICTIM, ACTUAL_VICTIM, NOT_A_VICTIM)
FORCED_CRIMINALITY = "ForcedCriminality"
OTHER_EXPLOITATION = "Other"
EXPLOITATIONS = (
    "ForcedLabour",
    "SexualExploitation",
    "ChildLabour",
    "ForcedMarriage",
    "Servitude",
    "ForcedMilitaryByNonStateActors",
    "OrganRemoval",
    "ForcedBegging",
    "ForcedAdoption",
    "Surrogacy",
    OTHER_EXPLOITATION,
    FORCED_CRIMINALITY,
)
CHANNELS = ("miu", "police", "border", "labour_inspectorate", "ngo", "hotline", "self", "other")
DECISIONS = ("official", "not_victim", "declined")
ASSISTANCE_KINDS = (
    "food",
    "mental_health_counselling",
    "legal_assistance",
    "health_care",
    "education",
    "employment",
    "children_of_victims",
    "financial_support",
    "long_term_accommodation",
    "social_activities",
    "vocational_training",
    "post_reintegration_follow_up",
)
PERMIT_EVENTS = ("granted", "renewed", "refused")
RETURN_DIRECTIONS = ("in", "out")
COOPERATION = {"yes": True, "no": False}
