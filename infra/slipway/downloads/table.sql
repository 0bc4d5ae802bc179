-- The rules' `lines` (rules.sql), from a table of lines, in Trino's SQL: what layout.py and lines.py do with files. And
-- the sums of what is `judged`: the rules stand between the two.
--
-- `logs` is the table; `chosen`, `in_time` and `facets` stand for what is asked: dialect.py puts them in. Every line is
-- read once, and CloudFront's once more for its headers: so no UNION of a SELECT for each kind.
WITH headers AS (
    SELECT
        path,
        -- No order of lines: of two different layouts nobody knows which lines are of which.
        CASE
            WHEN min(fields) = max(fields) AND coalesce(min(version), '1.0') = '1.0' AND coalesce(max(version), '1.0') = '1.0'
                THEN split(min(fields), ' ')
        END AS names,
        min(fields) IS NULL AND count_if(begins = '{') > 0 AS is_json
    FROM (
        SELECT
            "$path" AS path,
            substr(whole(line), 1, 1) AS begins,
            CASE WHEN starts_with(whole(line), '#Fields:') THEN trim(substr(whole(line), 9)) END AS fields,
            CASE WHEN starts_with(whole(line), '#Version:') THEN trim(substr(whole(line), 10)) END AS version
        FROM logs
        WHERE chosen AND cdn = 'cloudfront'
    )
    WHERE begins IN ('#', '{')
    GROUP BY path
),

written AS (
    SELECT "$path" AS path, cdn, whole(line) AS line FROM logs WHERE chosen
),

-- A line's kind, and what it is made of: cells under names, or a JSON object.
parted AS (
    SELECT
        path,
        kind,
        line,
        names,
        CASE WHEN kind = 'w3c' THEN split(line, chr(9)) END AS cells,
        CASE
            WHEN kind = 'v2' THEN try(json_parse(line))
            WHEN kind = 'fastly' THEN try(json_parse(substr(line, nullif(strpos(line, ']: {'), 0) + 3)))
        END AS object
    FROM (
        SELECT
            written.path,
            written.line,
            headers.names,
            CASE WHEN written.cdn <> 'cloudfront' THEN 'fastly' WHEN headers.is_json THEN 'v2' ELSE 'w3c' END AS kind
        FROM written LEFT JOIN headers ON written.path = headers.path
    )
    WHERE kind <> 'w3c' OR NOT starts_with(line, '#')
),

told AS (
    SELECT
        path,
        kind,
        CASE kind
            WHEN 'w3c' THEN line <> '' AND cardinality(cells) IS NOT DISTINCT FROM cardinality(names)
            WHEN 'v2' THEN coalesce(starts_with(json_format(object), '{'), false)
            ELSE coalesce(
                json_extract_scalar(object, '$.version') = '1'
                AND starts_with(json_format(json_extract(object, '$.version')), '"')
                AND starts_with(json_format(json_extract(object, '$.date_time')), '"')
                AND starts_with(json_format(json_extract(object, '$.method')), '"')
                AND starts_with(json_format(json_extract(object, '$.url')), '"')
                AND regexp_like(json_format(json_extract(object, '$.status')), '^-?[0-9]+\z')
                AND regexp_like(coalesce(json_format(json_extract(object, '$.http')), 'null'), '^(\{|null\z)')
                AND regexp_like(coalesce(json_format(json_extract(object, '$.http.useragent')), 'null'), '^("|null\z)'),
                false
            )
        END AS sound,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'date'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["date"]')
            ELSE substr(json_extract_scalar(object, '$.date_time'), 1, 10)
        END AS date,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'cs-method'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["cs-method"]')
            ELSE json_extract_scalar(object, '$.method')
        END AS method,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'sc-status'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["sc-status"]')
            ELSE json_extract_scalar(object, '$.status')
        END AS status,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'cs(User-Agent)'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["cs(User-Agent)"]')
            ELSE json_extract_scalar(object, '$.http.useragent')
        END AS agent,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'cs-uri-stem'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["cs-uri-stem"]')
            ELSE json_extract_scalar(object, '$.url')
        END AS target,
        CASE kind
            WHEN 'w3c' THEN element_at(cells, nullif(array_position(names, 'x-edge-location'), 0))
            WHEN 'v2' THEN json_extract_scalar(object, '$["x-edge-location"]')
            ELSE json_extract_scalar(object, '$.region')
        END AS region
    FROM parted
),

lines AS (
    SELECT
        CASE WHEN NOT sound THEN 'shape' END AS fault,
        CASE WHEN kind = 'fastly' THEN 'fastly' ELSE 'cloudfront' END AS cdn,
        facets AS facet,
        date,
        method,
        status,
        agent,
        target
    FROM told
    WHERE in_time
)

SELECT
    reason,
    cdn,
    facet,
    CASE WHEN reason IS NULL THEN date END AS date,
    CASE WHEN reason IS NULL THEN crate END AS crate,
    CASE WHEN reason IS NULL THEN version END AS version,
    sum(n) AS n
FROM judged
GROUP BY 1, 2, 3, 4, 5, 6
