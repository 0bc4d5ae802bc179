// Viewer-request router of the releases distribution (CloudFront Functions, runtime cloudfront-js-2.0).
//
//   /dist/YYYY-MM-DD, with / or /index.html   -> /dist/YYYY-MM-DD/index.html: the list of files that
//                                                `slipway releases index` keeps in the bucket
//   /rustup.sh                                -> 301 to the same path of its new host
//   /doc/master...                            -> 301 to /stable... of the documentation host
//   everything else                           -> unchanged
//
// SETTINGS, put in front by the program: installer_host, documentation_host.

// The form alone: whether such a day exists and had a release, the bucket knows.
const LISTING = /^(\/dist\/\d{4}-\d{2}-\d{2})(\/|\/index\.html)?$/;

const MASTER = /^\/doc\/master(?=\/|$)/;

function handler(event) {
    const request = event.request;
    const path = request.uri;
    if (path === '/rustup.sh') {
        return redirect(301, `https://${SETTINGS.installer_host}${path}${search(request.querystring)}`);
    }
    if (MASTER.test(path)) {
        const page = path.replace(MASTER, '/stable');
        return redirect(301, `https://${SETTINGS.documentation_host}${page}${search(request.querystring)}`);
    }
    request.uri = path.replace(LISTING, '$1/index.html');
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
