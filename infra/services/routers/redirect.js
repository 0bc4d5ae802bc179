// Viewer-request router of a host that only redirects (CloudFront Functions, runtime cloudfront-js-2.0).
//
//   everything                                -> 301 or 302 to the same path and query string of another host
//
// SETTINGS, put in front by the program: host, status (301 or 302).

function handler(event) {
    const request = event.request;
    // The slash is ours: whatever the path is, it cannot become a part of the host's name.
    const path = `/${request.uri.replace(/^\//, '')}`;
    return redirect(Number(SETTINGS.status), `https://${SETTINGS.host}${path}${search(request.querystring)}`);
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
