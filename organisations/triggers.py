"""Triggers that several models of the directory, and what belongs to it, have in common."""

import pgtrigger


def refuse_if_closed(name: str, organisation_of: str) -> pgtrigger.Trigger:
    """A trigger: nothing new on a closed organisation (or one that closes in the same moment).

    `organisation_of` is SQL that gives the id of the new row's organisation.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("closed", "date")],
        func=f"""
            SELECT o.closed_on INTO closed FROM organisations_organisation o
             WHERE o.id = ({organisation_of}) FOR SHARE;
            IF closed <= CURRENT_DATE THEN
                RAISE EXCEPTION 'This organisation is closed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - both are written in our models
    )
