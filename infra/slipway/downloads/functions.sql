-- What the rules call and no engine has under that name: macros of DuckDB. Athena has no macros; dialect.py has the
-- same in its SQL, and a test that both agree.

-- One character: without escapes, whole or as much of it as there is, or a percent sign that begins none.
-- Source: table 3-7 of the Unicode standard, "Well-Formed UTF-8 Byte Sequences".
CREATE OR REPLACE TEMP MACRO escapes() AS concat_ws(
    '|',
    '(?i)[^%]+',
    '%F0%[9AB][0-9A-F](?:%[89AB][0-9A-F]){0,2}',
    '%F[1-3]%[89AB][0-9A-F](?:%[89AB][0-9A-F]){0,2}',
    '%F4%8[0-9A-F](?:%[89AB][0-9A-F]){0,2}',
    '%E0%[AB][0-9A-F](?:%[89AB][0-9A-F])?',
    '%E[1-9A-CEF]%[89AB][0-9A-F](?:%[89AB][0-9A-F])?',
    '%ED%[89][0-9A-F](?:%[89AB][0-9A-F])?',
    '%(?:C[2-9A-F]|D[0-9A-F])%[89AB][0-9A-F]',
    '%[0-9A-F]{2}',
    '%'
);

-- As Rust's `percent_encoding` does it: what is no escape stays, and what is no UTF-8 becomes U+FFFD, one for each longest
-- part of a character. url_decode does the first and refuses the second, so such a text is decoded character by character.
CREATE OR REPLACE TEMP MACRO percent_decode(x) AS CASE
    WHEN strpos(x, '%') = 0 THEN x
    ELSE coalesce(
        try(url_decode(x)),
        array_to_string(
            list_transform(regexp_extract_all(x, escapes()), lambda c: coalesce(try(url_decode(c)), chr(65533))), ''
        )
    )
END;

-- A day that the calendar has, written YYYY-MM-DD; else null. The registry's counter reads numbers that may begin with
-- a plus sign, and so do we.
CREATE OR REPLACE TEMP MACRO calendar_day(x) AS CASE
    WHEN starts_with(x, '0000') THEN NULL
    WHEN length(x) = 10 AND cast(try_cast(x AS date) AS varchar) = x THEN x
    WHEN regexp_matches(x, '^[+0-9][0-9]{3}-[+0-9][0-9]-[+0-9][0-9]\z')
        AND try_cast(replace(x, '+', '0') AS date) >= date '0001-01-01'
        THEN replace(x, '+', '0')
END;

CREATE OR REPLACE TEMP MACRO fits(digits) AS
    length(digits) < 20 OR (length(digits) = 20 AND digits <= '18446744073709551615');

-- Semantic Versioning 2.0.0, whose three numbers fit into 64 bits, as Cargo's do. Twenty digits need 24 characters.
-- A CASE, since of an AND both sides are worked out for every row.
CREATE OR REPLACE TEMP MACRO semantic_version(x) AS CASE
    WHEN NOT regexp_matches(
        x,
        concat(
            '^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)',
            '(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?',
            '(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z'
        )
    ) THEN false
    WHEN length(x) < 24 THEN true
    ELSE fits(split_part(x, '.', 1))
        AND fits(split_part(x, '.', 2))
        AND fits(regexp_extract(x, '^[0-9]+\.[0-9]+\.([0-9]+)', 1))
END;
