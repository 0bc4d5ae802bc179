// Viewer-request router of the documentation distribution (CloudFront Functions, runtime cloudfront-js-2.0).
//
//   /, /index.html                            -> 302 to /stable/
//   /x.y...                                   -> 302 to /x.y.0...
//   /master...                                -> 301 to /nightly...
//   /doc...                                   -> 301 to what follows, repeated slashes made one
//   /stable, /beta, /nightly, /x.y.z alone    -> 302 to the same with a slash
//   /stable, /beta, /nightly, /x.y.z          -> unchanged, with what follows
//   everything else                           -> under /stable
//   and what ends in a slash                  -> its index.html: S3 has no directories
//
// "..." is nothing, or a slash and anything. In the bucket all this lies under /doc: the origin's path, not ours.

const MINOR = /^(\/\d+\.\d+)(?=\/|$)/;
const MASTER = /^\/master(?=\/|$)/;
const DOC = /^\/doc(?=\/|$)/;
const CHANNEL = /^\/(stable|beta|nightly|\d+\.\d+\.\d+)(?=\/|$)/;

// A location that starts with two slashes names another host. Browsers read a backslash as a slash, and what stands
// between them and here may decode.
const SLASHES = /(\/|\\|%2f|%5c){2,}/gi;

function handler(event) {
    const request = event.request;
    const path = request.uri;
    const query = search(request.querystring);
    if (path === '/' || path === '/index.html') {
        return redirect(302, `/stable/${query}`);
    }
    if (MINOR.test(path)) {
        return redirect(302, `${path.replace(MINOR, '$1.0')}${query}`);
    }
    if (MASTER.test(path)) {
        return redirect(301, `${path.replace(MASTER, '/nightly')}${query}`);
    }
    if (DOC.test(path)) {
        return redirect(301, `${path.replace(DOC, '').replace(SLASHES, '/') || '/'}${query}`);
    }
    const page = CHANNEL.test(path) ? path : `/stable${path}`;
    if (page.replace(CHANNEL, '') === '') {
        return redirect(302, `${page}/${query}`);
    }
    request.uri = page.endsWith('/') ? `${page}index.html` : page;
    return request;
}

function redirect(status, location) {
    return {
        statusCode: status,
        statusDescription: status === 301 ? 'Moved Permanently' : 'Found',
        // A header is ASCII without spaces and line breaks; what a URL may not hold as it is gets encoded.
        headers: { location: { value: location.replace(/[^\x21-\x7e]+/g, encodeURIComponent) } },
    };
}

// The query string as the viewer sent it: CloudFront leaves its keys and values encoded. (The runtime knows no for-of.)
function search(querystring) {
    const pairs = [];
    Object.keys(querystring).forEach((key) => {
        const entry = querystring[key];
        (entry.multiValue || [entry]).forEach((item) => {
            pairs.push(item.value === '' ? key : `${key}=${item.value}`);
        });
    });
    return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
