// Viewer-request router of the crates distribution (CloudFront Functions, runtime cloudfront-js-2.0).
//
//   every + in the path                       -> %2B: S3 reads a bare + as a space
//   /archive/version-downloads                -> 301 to the same with a slash
//   /archive/version-downloads/               -> .../index.html: S3 has no directories
//   /crates/{crate}/{version}/download        -> /crates/{crate}/{crate}-{version}.crate
//   everything else                           -> unchanged

const ARCHIVE = '/archive/version-downloads';

// A segment is anything but a slash; . and .. are no names.
const DOWNLOAD = /^\/crates\/(?!\.\.?\/)([^\/]+)\/(?!\.\.?\/)([^\/]+)\/download$/;

function handler(event) {
    const request = event.request;
    const path = request.uri.replace(/\+/g, '%2B');
    if (path === ARCHIVE) {
        return redirect(301, `${ARCHIVE}/${search(request.querystring)}`);
    }
    if (path === `${ARCHIVE}/`) {
        request.uri = `${path}index.html`;
    } else {
        request.uri = path.replace(DOWNLOAD, '/crates/$1/$1-$2.crate');
    }
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
