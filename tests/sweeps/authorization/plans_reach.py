"""Of what each person reaches, the part that is about plans."""

# ruff: noqa: E501
# A table that is folded cannot be read.

ROWS_OF_A_VERSION = """
                               draft approved sibling_draft elsewhere missing huge
plan editor                       x       x         .           .        .      .
"""

DRAWN = {
    # Approved versions, as the overview adds them up
    "version in force": """
                               approved sibling_approved elsewhere
plan viewer                       x           x               .
plan viewer of a collaborative    x           .               .
plan editor                       x           .               .
commissioner                      x           .               .
regional approver                 x           x               .
""",
    # Wards of members, and what is open there: as the plans of their collaborative
    "ward of a plan": """
                               own same_unit other_unit sessional outside
plan viewer                     x      x         x          x        x
plan viewer of a collaborative  x      x         x          x        .
plan editor                     x      x         x          x        .
commissioner                    x      x         x          x        .
regional approver               x      x         x          x        x
""",
    # Whose plans somebody may read
    "planning collaborative": """
                               own sibling elsewhere missing huge
plan viewer                     x     x        .        .      .
plan viewer of a collaborative  x     .        .        .      .
plan editor                     x     .        .        .      .
commissioner                    x     .        .        .      .
regional approver               x     x        .        .      .
""",
    # Versions, by whose plan it is and how far it got: whoever may read it
    "plan version": """
                               approved draft scenario sibling_approved sibling_draft elsewhere missing huge
plan viewer                       x       .      .            x               .           .        .      .
plan viewer of a collaborative    x       .      .            .               .           .        .      .
plan editor                       x       x      x            .               .           .        .      .
commissioner                      x       .      .            .               .           .        .      .
regional approver                 x       .      .            x               .           .        .      .
""",
    # Those of a plan that somebody may change: by what can be done with each
    "own version": """
                               approved draft scenario sibling_approved sibling_draft elsewhere missing huge
plan editor                       x       x      x            .               .           .        .      .
""",
    "own draft": """
                               draft approved scenario sibling_draft elsewhere missing huge
plan editor                       x       x      x         .             .        .      .
""",
    # Plans of which somebody may read a version; collaboratives for which somebody may begin one
    "plan": """
                               own sibling elsewhere missing huge
plan viewer                     x     x        .        .      .
plan viewer of a collaborative  x     .        .        .      .
plan editor                     x     .        .        .      .
commissioner                    x     .        .        .      .
regional approver               x     x        .        .      .
""",
    "own plan": """
                                own sibling elsewhere missing huge
plan editor                     x     .        .        .      .
""",
    "collaborative to plan": """
                               own sibling elsewhere missing huge
plan editor                     x     .        .        .      .
""",
    # Addresses for calendars, which have none in their names
    "calendar address": """
                               own other_person missing huge
plan viewer                     x        .         .      .
plan viewer of a collaborative  x        .         .      .
plan editor                     x        .         .      .
commissioner                    x        .         .      .
regional approver               x        .         .      .
""",
    # Rows of a version: 'elsewhere' names one of another version than the address does
    **dict.fromkeys(
        ("line to edit", "change to edit", "assumption to edit"),
        ROWS_OF_A_VERSION,
    ),
    "ward to plan": """
                               own same_unit other_unit outside other_group sessional closed closed_unit closed_organisation
plan editor                     x     x          x         .         .          .        .        .              .
""",
    # Of these, the ones that stand in lists
    "listed version": """
                               approved draft sibling_approved sibling_draft elsewhere
plan viewer                       x       .          x               .           .
plan viewer of a collaborative    x       .          .               .           .
plan editor                       x       x          .               .           .
commissioner                      x       .          .               .           .
regional approver                 x       .          x               .           .
""",
}
