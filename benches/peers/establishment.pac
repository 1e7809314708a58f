// A script of an establishment, as they grow over the years: 200 lines.
var normal = "PROXY proxy1.chu-bench.example:3128; PROXY proxy2.chu-bench.example:3128";
var filtered = "PROXY filter.chu-bench.example:8080; " + normal;
var health = "PROXY health.chu-bench.example:3128; DIRECT";

function FindProxyForURL(url, host) {
    host = host.toLowerCase();
    // This house
    if (isPlainHostName(host)) return "DIRECT";
    if (shExpMatch(host, "127.*") || host == "localhost") return "DIRECT";
    if (dnsDomainIs(host, ".chu-bench.example"))
        return "DIRECT";
    if (dnsDomainIs(host, ".ght-bench.example"))
        return "DIRECT";
    if (dnsDomainIs(host, ".lab-bench.example"))
        return "DIRECT";
    if (dnsDomainIs(host, ".imaging-bench.example"))
        return "DIRECT";
    // Addresses: never asked of DNS
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
        if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";
        if (isInNet(host, "172.16.0.0", "255.240.0.0")) return "DIRECT";
        if (isInNet(host, "192.168.0.0", "255.255.0.0")) return "DIRECT";
        if (isInNet(host, "100.64.0.0", "255.192.0.0")) return "DIRECT";
        return normal;
    }
    // Health services
    if (shExpMatch(host, "*.health00.example")) return health;
    if (shExpMatch(host, "*.health01.example")) return health;
    if (shExpMatch(host, "*.health02.example")) return health;
    if (shExpMatch(host, "*.health03.example")) return health;
    if (shExpMatch(host, "*.health04.example")) return health;
    if (shExpMatch(host, "*.health05.example")) return health;
    if (shExpMatch(host, "*.health06.example")) return health;
    if (shExpMatch(host, "*.health07.example")) return health;
    if (shExpMatch(host, "*.health08.example")) return health;
    if (shExpMatch(host, "*.health09.example")) return health;
    if (shExpMatch(host, "*.health10.example")) return health;
    if (shExpMatch(host, "*.health11.example")) return health;
    if (shExpMatch(host, "*.health12.example")) return health;
    if (shExpMatch(host, "*.health13.example")) return health;
    if (shExpMatch(host, "*.health14.example")) return health;
    if (shExpMatch(host, "*.health15.example")) return health;
    if (shExpMatch(host, "*.health16.example")) return health;
    if (shExpMatch(host, "*.health17.example")) return health;
    if (shExpMatch(host, "*.health18.example")) return health;
    if (shExpMatch(host, "*.health19.example")) return health;
    if (shExpMatch(host, "*.health20.example")) return health;
    if (shExpMatch(host, "*.health21.example")) return health;
    if (shExpMatch(host, "*.health22.example")) return health;
    if (shExpMatch(host, "*.health23.example")) return health;
    if (shExpMatch(host, "*.health24.example")) return health;
    if (shExpMatch(host, "*.health25.example")) return health;
    if (shExpMatch(host, "*.health26.example")) return health;
    if (shExpMatch(host, "*.health27.example")) return health;
    if (shExpMatch(host, "*.health28.example")) return health;
    if (shExpMatch(host, "*.health29.example")) return health;
    if (shExpMatch(host, "*.health30.example")) return health;
    if (shExpMatch(host, "*.health31.example")) return health;
    if (shExpMatch(host, "*.health32.example")) return health;
    if (shExpMatch(host, "*.health33.example")) return health;
    if (shExpMatch(host, "*.health34.example")) return health;
    if (shExpMatch(host, "*.health35.example")) return health;
    if (shExpMatch(host, "*.health36.example")) return health;
    if (shExpMatch(host, "*.health37.example")) return health;
    if (shExpMatch(host, "*.health38.example")) return health;
    if (shExpMatch(host, "*.health39.example")) return health;
    // Partners, by the address of their pages
    if (shExpMatch(url, "https://*.partner00.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner01.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner02.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner03.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner04.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner05.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner06.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner07.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner08.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner09.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner10.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner11.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner12.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner13.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner14.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner15.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner16.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner17.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner18.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner19.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner20.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner21.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner22.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner23.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner24.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner25.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner26.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner27.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner28.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner29.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner30.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner31.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner32.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner33.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner34.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner35.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner36.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner37.example/*")) {
        return "DIRECT"; }
    if (shExpMatch(url, "https://*.partner38.example/*")) {
        return filtered; }
    if (shExpMatch(url, "https://*.partner39.example/*")) {
        return "DIRECT"; }
    // Updates and what must be looked into
    if (dnsDomainIs(host, ".vendor00.example")) return filtered;
    if (dnsDomainIs(host, ".vendor01.example")) return filtered;
    if (dnsDomainIs(host, ".vendor02.example")) return filtered;
    if (dnsDomainIs(host, ".vendor03.example")) return filtered;
    if (dnsDomainIs(host, ".vendor04.example")) return filtered;
    if (dnsDomainIs(host, ".vendor05.example")) return filtered;
    if (dnsDomainIs(host, ".vendor06.example")) return filtered;
    if (dnsDomainIs(host, ".vendor07.example")) return filtered;
    if (dnsDomainIs(host, ".vendor08.example")) return filtered;
    if (dnsDomainIs(host, ".vendor09.example")) return filtered;
    if (dnsDomainIs(host, ".vendor10.example")) return filtered;
    if (dnsDomainIs(host, ".vendor11.example")) return filtered;
    if (dnsDomainIs(host, ".vendor12.example")) return filtered;
    if (dnsDomainIs(host, ".vendor13.example")) return filtered;
    if (dnsDomainIs(host, ".vendor14.example")) return filtered;
    if (dnsDomainIs(host, ".vendor15.example")) return filtered;
    if (dnsDomainIs(host, ".vendor16.example")) return filtered;
    if (dnsDomainIs(host, ".vendor17.example")) return filtered;
    if (dnsDomainIs(host, ".vendor18.example")) return filtered;
    if (dnsDomainIs(host, ".vendor19.example")) return filtered;
    if (dnsDomainIs(host, ".vendor20.example")) return filtered;
    if (dnsDomainIs(host, ".vendor21.example")) return filtered;
    if (dnsDomainIs(host, ".vendor22.example")) return filtered;
    if (dnsDomainIs(host, ".vendor23.example")) return filtered;
    if (dnsDomainIs(host, ".vendor24.example")) return filtered;
    if (localHostOrDomainIs(host, "app174.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app175.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app176.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app177.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app178.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app179.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app180.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app181.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app182.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app183.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app184.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app185.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app186.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app187.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app188.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app189.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app190.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app191.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app192.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app193.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app194.saas.example")) return "DIRECT";
    if (localHostOrDomainIs(host, "app195.saas.example")) return "DIRECT";
    if (dnsDomainLevels(host) > 6) return filtered;
    if (url.substring(0, 4) == "ftp:") return "DIRECT";
    return normal;
}
