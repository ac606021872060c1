"""Who the people of the matrix are, and which objects each of them reaches.

A person's row says what opens to them; an object's column how it lies to them.
"""

# ruff: noqa: E501
# A table that is folded cannot be read.

from tests.sweeps.authorization.grid import columns_of, grid
from tests.sweeps.authorization.plans_reach import DRAWN as PLANS

# Whose names stand here, with what opens to them. Everybody else is `nobody`, not signed in.
RIGHTS = grid("""
                                search  update  decide  administer  invite  register  switch  history  keep  read_plans  edit_plans
person without access             .       .       .        .          .       .       .      .          .         .           .
viewer                            x       .       .        .          .       .       .      .          .         .           .
viewer of another group           x       .       .        .          .       .       .      .          .         .           .
ward editor                       x       x       .        .          .       .       .      x          .         .           .
unit editor                       x       x       .        .          .       .       .      x          x         .           .
organisation editor               x       x       .        .          .       .       .      x          x         .           .
plan viewer                       .       .       .        .          .       .       .      .          .         x           .
plan viewer of a collaborative    .       .       .        .          .       .       .      .          .         x           .
plan editor                       .       .       .        .          .       .       .      .          .         x           x
provider approver                 .       .       x        .          x       .       .      x          .         .           .
commissioner                      .       .       x        .          x       x       x      x          .         x           .
regional approver                 .       .       x        .          .       .       x      x          .         x           .
helpdesk                          .       .       x        x          x       x       x      .          .         .           .
guest whose time is over          .       .       .        .          .       .       .      .          .         .           .
guest whose time has not come     .       .       .        .          .       .       .      .          .         .           .
person whose access was revoked   .       .       .        .          .       .       .      .          .         .           .
""")
PEOPLE = list(RIGHTS)
# An account that is disabled holds every right, and is nobody.
DISABLED = "disabled helpdesk"
NOBODY = "nobody"

# What everybody has of their own, and what those have who search
OWN = """
                                own other_person missing huge
person without access             x        .        .      .
viewer                            x        .        .      .
viewer of another group           x        .        .      .
ward editor                       x        .        .      .
unit editor                       x        .        .      .
organisation editor               x        .        .      .
plan viewer                       x        .        .      .
plan viewer of a collaborative    x        .        .      .
plan editor                       x        .        .      .
provider approver                 x        .        .      .
commissioner                      x        .        .      .
regional approver                 x        .        .      .
helpdesk                          x        .        .      .
guest whose time is over          x        .        .      .
guest whose time has not come     x        .        .      .
person whose access was revoked   x        .        .      .
"""
OWN_OF_SEARCHERS = """
                                own other_person missing huge
viewer                            x        .        .      .
viewer of another group           x        .        .      .
ward editor                       x        .        .      .
unit editor                       x        .        .      .
organisation editor               x        .        .      .
"""

# What each kind of object is, in relation to the person, and who reaches which.
DRAWN = {
    "ward": """
                       own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .          .        .        .              .              .      .
unit editor             x     x          .         .         .          .        .        .              .              .      .
organisation editor     x     x          x         .         x          .        .        .              .              .      .
""",
    "bed": """
                       own same_unit other_unit outside other_group retired closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .         .       .        .              .              .      .
unit editor             x     x          .         .         .         .       .        .              .              .      .
organisation editor     x     x          x         .         x         .       .        .              .              .      .
""",
    # Beds in use or retired, by who keeps them
    "kept bed": """
                       own same_unit other_unit outside other_group retired closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .         x       .        .              .              .      .
unit editor             x     x          .         .         .         x       .        .              .              .      .
organisation editor     x     x          x         .         x         x       .        .              .              .      .
""",
    "retired bed": """
                       retired outside closed missing huge
ward editor               x       .      .       .      .
unit editor               x       .      .       .      .
organisation editor       x       .      .       .      .
""",
    # Wards whose details somebody keeps; those that somebody retires, and reopens
    "edited ward": """
                       own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .          .        .        .              .              .      .
unit editor             x     x          .         .         .          x        .        .              .              .      .
organisation editor     x     x          x         .         x          x        .        .              .              .      .
""",
    "kept ward": """
                       same_unit own other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
unit editor                x      x       .         .         .         x        x        .              .              .      .
organisation editor        x      x       x         .         x         x        x        .              .              .      .
""",
    "closed ward": """
                       closed closed_unit closed_organisation outside missing huge
unit editor              x        .              .               .       .      .
organisation editor      x        .              .               .       .      .
""",
    "changed ward": """
                       own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .          .        x        .              .              .      .
unit editor             x     x          .         .         .          x        x        .              .              .      .
organisation editor     x     x          x         .         x          x        x        .              .              .      .
commissioner            x     x          x         .         .          x        x        .              .              .      .
regional approver       x     x          x         .         x          x        x        .              .              .      .
""",
    # What was recorded of wards and beds: closed and retired ones keep their readers.
    "history": """
                       own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .          .        x        .              .              .      .
unit editor             x     x          .         .         .          .        x        .              .              .      .
organisation editor     x     x          x         .         x          .        x        .              .              .      .
commissioner            x     x          x         .         .          .        x        .              .              .      .
regional approver       x     x          x         .         x          .        x        .              .              .      .
""",
    "bed history": """
                       own same_unit other_unit outside other_group retired closed closed_unit closed_organisation missing huge
ward editor             x     .          .         .         .         x       x        .              .              .      .
unit editor             x     x          .         .         .         x       x        .              .              .      .
organisation editor     x     x          x         .         x         x       x        .              .              .      .
commissioner            x     x          x         .         .         x       x        .              .              .      .
regional approver       x     x          x         .         x         x       x        .              .              .      .
""",
    # A ward with beds has no sessions.
    "sessional ward": """
                       sessional with_beds outside closed_organisation missing huge
ward editor               .         .         .            .              .      .
unit editor               x         .         .            .              .      .
organisation editor       x         .         .            .              .      .
""",
    "session of a ward": """
                       sessional outside closed_organisation missing huge
ward editor               .         .            .              .      .
unit editor               x         .            .              .      .
organisation editor       x         .            .              .      .
""",
    # Parts of requests, by who decides them now.
    "item": """
                       provider other_provider collaborative other_collaborative region other_region helpdesk decided own missing huge
provider approver         x           .              .                .             .         .         .        .      .     .      .
commissioner              .           .              x                .             .         .         .        x      .     .      .
regional approver         .           .              .                .             x         .         .        .      .     .      .
helpdesk                  .           .              .                .             .         .         x        .      .     .      .
""",
    # Their ways: the helpdesk reads each, who asked their own.
    "way": """
                       provider other_provider collaborative other_collaborative region other_region helpdesk decided own missing huge
provider approver         x           .              .                .             .         .         .        .      x     .      .
commissioner              .           .              x                .             .         .         .        x      x     .      .
regional approver         .           .              .                .             x         .         .        .      x     .      .
helpdesk                  x           x              x                x             x         x         x        x      x     .      .
""",
    # Invitations, by the right that they were sent with
    "invitation": """
                       provider other_provider collaborative missing huge
provider approver         x           .              .          .     .
commissioner              .           .              x          .     .
helpdesk                  x           x              x          .     .
""",
    # Whose accounts they look after: by where people work, who asked there, or updates there
    "colleague": """
                       multi sibling nowhere provider other_provider collaborative other_collaborative region other_region helpdesk decided missing huge
provider approver        x       .       .       .           .              .                .             .         .         .        .      .      .
commissioner             x       .       .       x           x              x                x             x         x         x        x      .      .
regional approver        x       x       .       x           x              x                x             x         x         x        x      .      .
helpdesk                 x       x       x       x           x              x                x             x         x         x        x      .      .
""",
    # Whose level somebody may switch
    "provider": """
                       own outside multi other_multi closed missing huge
commissioner              x     .      x       .       .      .     .
regional approver         x     x      x       x       .      .     .
helpdesk                  x     x      x       x       .      .     .
""",
    # What one has set up to log in with, of one's own account alone
    "device": """
                                authenticator email no_such
provider approver                     x         .      .
commissioner                          x         .      .
regional approver                     x         .      .
plan editor                           x         .      .
helpdesk                              x         .      .
guest whose time is over              x         .      .
guest whose time has not come         x         .      .
person whose access was revoked       x         .      .
""",
    # What one has asked for oneself
    "own item": """
                                own other_person missing huge
provider approver                     x        .        .      .
commissioner                          x        .        .      .
regional approver                     x        .        .      .
helpdesk                              x        .        .      .
""",
    "identity": OWN,
    "export token": OWN_OF_SEARCHERS,
    "saved search": OWN_OF_SEARCHERS,
    # Requests to hold a bed: of who asked, and of the ward
    "own hold": OWN_OF_SEARCHERS,
    "asked of a ward": """
                       own same_unit other_unit outside other_group closed missing huge
ward editor             x     .          .         .         .        .       .      .
unit editor             x     x          .         .         .        .       .      .
organisation editor     x     x          x         .         x        .       .      .
""",
    "ward to telephone": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
viewer                     x     x     x     x     .     x     .     .     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .     .     .
ward editor                x     x     x     x     .     x     .     .     .     .     .
unit editor                x     x     x     x     .     x     .     .     .     .     .
organisation editor        x     x     x     x     .     x     .     .     .     .     .
""",
    "found ward": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
viewer                     x     x     x     x     .     .     .     .     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .     .     .
ward editor                x     x     x     x     .     .     .     .     .     .     .
unit editor                x     x     x     x     .     .     .     .     .     .     .
organisation editor        x     x     x     x     .     .     .     .     .     .     .
""",
    "notification": OWN,
    # What search finds: a group's wards nationwide, and nothing that has closed.
    "findable": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
viewer                     x     x     x     x     .     x     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .
ward editor                x     x     x     x     .     x     .     .     .
unit editor                x     x     x     x     .     x     .     .     .
organisation editor        x     x     x     x     .     x     .     .     .
""",
    # Of that, what has beds
    "with beds": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
viewer                     x     x     x     x     .     .     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .
ward editor                x     x     x     x     .     .     .     .     .
unit editor                x     x     x     x     .     .     .     .     .
organisation editor        x     x     x     x     .     .     .     .     .
""",
    # What has beds, or sessions, and lies in what somebody approves for
    "overseen": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
commissioner               x     x     x     .     .     x     .     .     .
regional approver          x     x     x     .     x     x     .     .     .
helpdesk                   x     x     x     x     x     x     .     .     .
""",
    # What may be asked for: the same, whether there are beds or sessions.
    "to be asked for": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
viewer                     x     x     x     x     .     x     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .
ward editor                x     x     x     x     .     x     .     .     .
unit editor                x     x     x     x     .     x     .     .     .
organisation editor        x     x     x     x     .     x     .     .     .
""",
    # What the directory has a page of, of what the person may search
    "level": """
                          region collaborative provider unit own other_group sessional closed closed_unit gone malformed missing huge
viewer                      x         x           x      x    x       .          x       .        .        .       .        .      .
viewer of another group     x         .           x      x    .       x          .       .        .        .       .        .      .
ward editor                 x         x           x      x    x       .          x       .        .        .       .        .      .
unit editor                 x         x           x      x    x       .          x       .        .        .       .        .      .
organisation editor         x         x           x      x    x       .          x       .        .        .       .        .      .
""",
    # Tables of dashboards: of the nation, of what a level has, and of none
    "table": """
                          nation unit own other_group closed malformed missing
viewer                      x     x    x       .        .        .        .
viewer of another group     x     x    .       x        .        .        .
ward editor                 x     x    x       .        .        .        .
unit editor                 x     x    x       .        .        .        .
organisation editor         x     x    x       .        .        .        .
""",
    "resource of a ward": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation missing huge
viewer                     x     x     x     x     .     x     .     .     .     .     .
viewer of another group    .     .     .     .     x     .     .     .     .     .     .
ward editor                x     x     x     x     .     x     .     .     .     .     .
unit editor                x     x     x     x     .     x     .     .     .     .     .
organisation editor        x     x     x     x     .     x     .     .     .     .     .
""",
    # Of providers with a ward that the person may find
    "resource of a provider": """
                          own outside multi other_multi closed missing huge
viewer                     x     x     .     .     .     .     .
viewer of another group    x     .     .     .     .     .     .
ward editor                x     x     .     .     .     .     .
unit editor                x     x     .     .     .     .     .
organisation editor        x     x     .     .     .     .     .
""",
    # What a person's own grants name, though it may have closed.
    "held": """
                          own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
ward editor                x     .     .     .     .     .     x     .     x
""",
    # What somebody had, and has no longer
    "had": """
                                own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
guest whose time is over         x     .     .     .     .     .     .     .     .
person whose access was revoked  x     .     .     .     .     .     .     .     .
""",
    **PLANS,
}
# What has a dashboard is what has a page in the directory, and the nation.
DRAWN["level or nation"] = "\n".join(
    line and (f"{line}  {'nation' if number == 1 else 'x'}")
    for number, line in enumerate(DRAWN["level"].split("\n"))
)
REACH = {kind: grid(drawn) for kind, drawn in DRAWN.items()}
PLACES = {kind: columns_of(drawn) for kind, drawn in DRAWN.items()} | {
    # The same for everybody who may open the page.
    "question": ["known", "unknown"],
    # Who has begun nothing is led to the first one.
    "first question": ["known", "any"],
    "first step": ["known", "unknown"],
    "guide": ["known", "unknown"],
    "issuer": ["known", "unknown"],
    "what to find": ["places", "organisations", "provider", "nhs_body", "other_body", "unknown"],
    "token": ["any"],
    "calendar": ["unknown"],
    # The admin leads from a missing row back to its first page.
    "row": ["existing", "any"],
    "record": ["existing", "missing"],
    "app": ["known"],
    # "existing" is another one of the same person.
    "session": ["existing", "present", "other_person", "missing", "huge"],
    "person": ["existing", "missing"],
    "reset": ["existing", "missing"],
    "content type": ["unlinked"],
    "path": ["unknown"],
}
# Whoever may open the page reaches these.
REACHED_BY_ALL = {
    "known",
    "places",
    "organisations",
    "provider",
    "nhs_body",
    "other_body",
    "any",
    "existing",
}
