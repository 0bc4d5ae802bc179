// Runs a CloudFront Functions router over a table of requests: node run_router.cjs ROUTER.js < table.json > results.json
// Builds the viewer-request event as the Amazon CloudFront developer guide describes it; nothing is decoded.
const fs = require('fs');
const vm = require('vm');

const handler = vm.runInNewContext(`${fs.readFileSync(process.argv[2], 'utf8')}; handler`);

function querystring(text) {
    const query = {};
    for (const pair of text === '' ? [] : text.split('&')) {
        const [, key, value] = /^([^=]*)=?(.*)$/.exec(pair);
        if (key in query) {
            query[key].multiValue = [...(query[key].multiValue || [{ value: query[key].value }]), { value }];
        } else {
            query[key] = { value };
        }
    }
    return query;
}

const results = JSON.parse(fs.readFileSync(0, 'utf8')).map((row) => {
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
});
process.stdout.write(JSON.stringify(results));
