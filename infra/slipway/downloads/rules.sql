-- What counts as a download. One query over a relation
--
--     lines(fault, cdn, facet, date, method, status, agent, target)
--
-- with one row a log line, all of it text: `fault` says why a line could not be read (else null), `facet` is what the
-- counts are also kept apart by, `agent` is null where the log has no such column (old logs count), `target` is the
-- request's path or URL as the CDN wrote it. A line leaves at the first rule that it does not keep; `reason` names it.
--
-- DuckDB runs it up to `requests` for each piece of a log, and the rest once: most lines ask for what others asked for.
-- Athena runs it whole, in its own dialect (dialect.py).
WITH screened AS (
    SELECT
        *,
        CASE
            WHEN fault IS NOT NULL THEN fault
            WHEN method IS DISTINCT FROM 'GET' THEN 'method'
            WHEN status IS DISTINCT FROM '200' THEN 'status'
            -- CloudFront encodes the agent, the second CDN does not.
            WHEN NOT (
                starts_with(agent, 'cargo/') OR starts_with(agent, 'cargo ') OR starts_with(agent, 'cargo%20')
                OR starts_with(agent, 'cargo%2F') OR starts_with(agent, 'cargo%2f')
            ) THEN 'agent'
        END AS reason
    FROM lines
),

requests AS (
    SELECT
        reason,
        cdn,
        facet,
        CASE WHEN reason IS NULL THEN date END AS date,
        CASE WHEN reason IS NULL THEN target END AS target,
        count(*) AS n
    FROM screened
    GROUP BY 1, 2, 3, 4, 5
),

-- Cargo encodes the path, and CloudFront encodes that again: `%252B`, `%2B` and `+` are one version.
decoded AS (
    SELECT *, percent_decode(target) AS once FROM requests
),

located AS (
    SELECT *, split_part(CASE WHEN cdn = 'cloudfront' THEN percent_decode(once) ELSE once END, '?', 1) AS path
    FROM decoded
),

foldered AS (
    SELECT *, CASE WHEN strpos(path, '/crates/') > 0 THEN substr(path, strpos(path, '/crates/') + 8) END AS below
    FROM located
),

divided AS (
    SELECT
        *,
        CASE WHEN strpos(below, '/') > 0 THEN split_part(below, '/', 1) END AS crate,
        CASE WHEN strpos(below, '/') > 0 THEN substr(below, strpos(below, '/') + 1) END AS rest
    FROM foldered
),

-- Two forms: NAME/VERSION/download, and NAME/NAME-VERSION.crate.
formed AS (
    SELECT
        *,
        CASE
            WHEN rest LIKE '%/download' THEN 'download'
            WHEN rest LIKE '%.crate' AND starts_with(rest, concat(crate, '-')) THEN 'file'
        END AS form
    FROM divided
),

versioned AS (
    SELECT
        *,
        CASE form
            WHEN 'download' THEN substr(rest, 1, length(rest) - 9)
            WHEN 'file' THEN substr(rest, length(crate) + 2, length(rest) - length(crate) - 7)
        END AS version
    FROM formed
),

judged AS (
    SELECT
        cdn,
        facet,
        calendar_day(date) AS date,
        crate,
        form,
        version,
        CASE
            WHEN reason IS NOT NULL THEN reason
            WHEN form IS NULL THEN 'path'
            WHEN NOT semantic_version(version) THEN 'version'
            WHEN calendar_day(date) IS NULL THEN 'date'
        END AS reason,
        n,
        target
    FROM versioned
)

SELECT cdn, facet, date, crate, form, version, reason, n, target
FROM judged
