"""What happened to people in the procedure of identification, as rows of a dimension and a value, known by a day."""

PROCEDURE = """
SELECT case_id, happened_on, extract(year FROM happened_on)::int AS year, dimension, value FROM (
    SELECT a.case_id, (a.at AT TIME ZONE 'Europe/Tirane')::date AS happened_on, 'interview' AS dimension,
           'held' AS value
    FROM identification_attendance a WHERE a.known_on <= %(as_at)s
          AND NOT EXISTS (SELECT 1 FROM identification_attendance n WHERE n.replaces_id = a.id AND n.known_on <= %(as_at)s)
    GROUP BY a.case_id, a.interview_id, a.at HAVING bool_and(a.came)
    UNION ALL
    SELECT a.case_id, (a.at AT TIME ZONE 'Europe/Tirane')::date, 'interview', 'missed:' || a.side
    FROM identification_attendance a WHERE NOT a.came AND a.known_on <= %(as_at)s
          AND NOT EXISTS (SELECT 1 FROM identification_attendance n WHERE n.replaces_id = a.id AND n.known_on <= %(as_at)s)
    UNION ALL
    SELECT r.case_id, (r.made_at AT TIME ZONE 'Europe/Tirane')::date, 'referral', 'made'
    FROM identification_referral r WHERE (r.made_at AT TIME ZONE 'Europe/Tirane')::date <= %(as_at)s
    UNION ALL
    SELECT r.case_id, (r.answered_at AT TIME ZONE 'Europe/Tirane')::date, 'referral',
           CASE WHEN r.state = 'withdrawn' THEN 'withdrawn' ELSE 'declined' END
    FROM identification_referral r
    WHERE r.reason <> '' AND (r.answered_at AT TIME ZONE 'Europe/Tirane')::date <= %(as_at)s
    UNION ALL
    SELECT r.case_id, (r.made_at AT TIME ZONE 'Europe/Tirane')::date, 'referral', 'rerouted'
    FROM identification_referral r WHERE (r.made_at AT TIME ZONE 'Europe/Tirane')::date <= %(as_at)s
      AND EXISTS (SELECT 1 FROM identification_referral b WHERE b.case_id = r.case_id AND b.side = r.side
                  AND b.made_at < r.made_at AND b.office_id <> r.office_id)
    UNION ALL
    SELECT i.case_id, (i.made_at AT TIME ZONE 'Europe/Tirane')::date, 'interpreter',
           CASE WHEN i.interpreter_found THEN 'found' ELSE 'asked' END
    FROM identification_interview i WHERE i.interpreter_language <> ''
    UNION ALL
    SELECT v.case_id, max(v.made_on), 'assessment',
           CASE WHEN (bool_or(v.act = 'yes') AND bool_or(v.act = 'no'))
                  OR (bool_or(v.means = 'yes') AND bool_or(v.means = 'no'))
                  OR (bool_or(v.purpose = 'yes') AND bool_or(v.purpose = 'no')) THEN 'disagree' ELSE 'agree' END
    FROM (
        SELECT DISTINCT ON (case_id, office_id) case_id, act, means, purpose,
               (made_at AT TIME ZONE 'Europe/Tirane')::date AS made_on
        FROM identification_assessment WHERE (made_at AT TIME ZONE 'Europe/Tirane')::date <= %(as_at)s
        ORDER BY case_id, office_id, made_at DESC
    ) v GROUP BY v.case_id HAVING count(*) > 1
    UNION ALL
    SELECT c.case_id, c.held_on, 'conference', c.outcome
    FROM identification_conference c WHERE c.known_on <= %(as_at)s
    UNION ALL
    SELECT p.case_id, p.decided_on, 'police_case', CASE WHEN p.opened THEN 'opened:' ELSE 'not_opened:' END
           || CASE WHEN f.channel IN ('miu', 'police', 'border', 'labour_inspectorate') THEN 'government'
                   WHEN f.channel = 'ngo' THEN 'civil_society' ELSE 'other' END
    FROM (
        SELECT DISTINCT ON (case_id) case_id, decided_on, opened FROM identification_policecase
        WHERE (known_at AT TIME ZONE 'Europe/Tirane')::date <= %(as_at)s ORDER BY case_id, known_at DESC
    ) p JOIN identification_identification f ON f.case_id = p.case_id
    UNION ALL
    SELECT r.case_id, r.reviewed_on, 'police_case_review', CASE WHEN r.agrees THEN 'agrees' ELSE 'does_not_agree' END
    FROM identification_policecasereview r
    UNION ALL
    SELECT r.case_id, r.asked_on, 'decision_review',
           CASE WHEN d.known_on <= %(as_at)s THEN 'decided' ELSE 'asked' END
    FROM identification_reviewrequest r LEFT JOIN identification_decision d ON d.id = r.outcome_id
    WHERE r.known_on <= %(as_at)s
) step WHERE happened_on BETWEEN %(first)s AND %(last)s
"""
