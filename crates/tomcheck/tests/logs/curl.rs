//! What do the words of curl come to, all together?

use crate::traced::{OK, of_log, verdict};

/// As curl 7.88 prints it with `--proxy-digest`.
const DIGEST: &str = "*   Trying 127.0.0.1:3128...
* Connected to 127.0.0.1 (127.0.0.1) port 3128 (#0)
* CONNECT tunnel: HTTP/1.1 negotiated
* Establish HTTP proxy tunnel to any.example:443
* Server auth using Digest with user 'luc'
> CONNECT any.example:443 HTTP/1.1
> Host: any.example:443
>
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Digest realm=\"x\"
<
* Ignore 3579 bytes of response-body
* Proxy auth using Digest with user 'luc'
> CONNECT any.example:443 HTTP/1.1
> Host: any.example:443
>
";

#[test]
fn curl_that_gets_through_in_the_end_says_so_in_old_and_new_words() {
    for success in [
        "< HTTP/1.1 200 Connection established\n<\n* CONNECT tunnel established, response 200\n",
        "< HTTP/1.1 200 Connection established\n<\n* Proxy replied 200 to CONNECT request\n",
    ] {
        assert_eq!(
            verdict(&of_log(&format!("{DIGEST}{success}"))),
            OK,
            "{success}"
        );
    }
    let failure =
        "< HTTP/1.1 407 Proxy Authentication Required\n* CONNECT tunnel failed, response 407\n";
    let report = of_log(&format!("{DIGEST}{failure}"));
    assert_eq!(verdict(&report).1, "proxy.authentication-rejected");
}

#[test]
fn an_open_tunnel_says_nothing_of_what_is_spoken_in_it() {
    let untrusted = "curl: (60) SSL certificate problem: self-signed certificate\n";
    let open = "* CONNECT tunnel established, response 200\n";
    let report = of_log(&format!("{DIGEST}{open}{untrusted}{DIGEST}{open}"));
    assert_eq!(verdict(&report).1, "tls.server-untrusted");
}
