// Runs a CloudFront Functions router: node run_router.cjs. The first line of standard input is the code, as a JSON
// string; every further line is a request (a row of a golden table), answered by a line: what the handler returned.
// Builds the viewer-request event as the Amazon CloudFront developer guide describes it; nothing is decoded.
const readline = require('readline');
const vm = require('vm');

let handler;

function querystring(text) {
    const query = Object.create(null);
    for (const pair of text === '' ? [] : text.split('&')) {
        const [, key, value] = /^([^=]*)=?([^]*)$/.exec(pair);
        if (key in query) {
            query[key].multiValue = [...(query[key].multiValue || [{ value: query[key].value }]), { value }];
        } else {
            query[key] = { value };
        }
    }
    return query;
}

function answer(row) {
    const request = {
        method: row.method || 'GET',
        uri: row.path,
        querystring: querystring(row.query || ''),
        headers: { host: { value: 'static.example.org' } },
        cookies: {},
    };
    return handler({
        version: '1.0',
        context: { eventType: 'viewer-request' },
        viewer: { ip: '192.0.2.1' },
        request,
    });
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
    if (handler === undefined) {
        handler = vm.runInNewContext(`'use strict'; ${JSON.parse(line)}; handler`);
    } else {
        // Line separators would end a line for the reader, too.
        const text = JSON.stringify(answer(JSON.parse(line)));
        process.stdout.write(`${text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
    }
});
