"""What happened, from the office's papers: awards and payments of 2017 to 2021 (domain.md sections 3 and 4).

Each story yields the day on which its next step happened. Days the papers do not give (of submission,
decision and agreement) are set between those they do.
"""

from .contracts import family_matters, restorative_solutions, victim_support
from .direct import (
    big_data_analysis,
    other_recipients,
    rural_crime_network,
    school_tours_2017,
    school_tours_2020,
)
from .going_on import mental_health_ends, victim_services_2020, violence_reduction_year_2
from .safer_in_kent import safer_in_kent_2017, safer_in_kent_2018
from .violence_reduction import county_lines, violence_reduction_2019

STORIES = (
    safer_in_kent_2017,
    safer_in_kent_2018,
    violence_reduction_2019,
    violence_reduction_year_2,
    victim_services_2020,
    mental_health_ends,
    school_tours_2017,
    school_tours_2020,
    rural_crime_network,
    big_data_analysis,
    family_matters,
    victim_support,
    restorative_solutions,
    county_lines,
    other_recipients,
)
