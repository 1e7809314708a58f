// What is easier, or quicker, said in a script's own language: names, the clock in the machine's
// time zone, regular expressions. Ranges are those of browsers, which are not always what was once
// published: hours (22, 6) are never, as no browser goes round midnight there; minutes and dates are.
(function (now) {
    const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    const within = (from, value, to) => from <= to ? from <= value && value <= to : value <= to || from <= value;

    function split(list) {
        const args = Array.from(list);
        const gmt = args[args.length - 1] === "GMT";
        if (gmt) args.pop();
        const date = now();
        const of = (name) => date[(gmt ? "getUTC" : "get") + name]();
        return [args, of];
    }

    function weekdayRange() {
        const [args, of] = split(arguments);
        const from = DAYS.indexOf(args[0]);
        const to = args.length === 2 ? DAYS.indexOf(args[1]) : from;
        return from >= 0 && to >= 0 && within(from, of("Day"), to);
    }

    // A name is a month, a number below 32 a day, any other a year; the year weighs most.
    function dateRange() {
        const [args, of] = split(arguments);
        if (args.length === 0) return false;
        const half = args.length === 1 ? 1 : args.length >> 1;
        const key = (parts, keep) => parts.reduce((sum, part) => {
            const number = parseInt(part, 10);
            const [weight, value, field] = isNaN(number) ? [40, MONTHS.indexOf(part), "Month"]
                : number < 32 ? [1, number, "Date"] : [1000, number, "FullYear"];
            return sum + weight * (keep ? of(field) : value);
        }, 0);
        const from = args.slice(0, half);
        const to = args.length === 1 ? from : args.slice(half);
        return within(key(from, false), key(from, true), key(to, false));
    }

    function timeRange() {
        const [args, of] = split(arguments);
        const hour = of("Hours");
        const numbers = args.map(Number);
        if (args.length === 1) return hour === numbers[0];
        if (args.length === 2) return numbers[0] <= hour && hour <= numbers[1];
        if (args.length !== 4 && args.length !== 6) throw new Error("timeRange: 1, 2, 4 or 6 numbers");
        const half = args.length >> 1;
        const key = (at, seconds) => numbers[at] * 3600 + numbers[at + 1] * 60 + seconds;
        const from = key(0, half === 3 ? numbers[2] : 0);
        const to = key(half, half === 3 ? numbers[5] : 59);
        return within(from, hour * 3600 + of("Minutes") * 60 + of("Seconds"), to);
    }

    // The few shell expressions that browsers' way of making a regular expression of them matters to.
    function fits(text, pattern) {
        const expression = pattern.replace(/\./g, "\\.").replace(/\*/g, ".*").replace(/\?/g, ".");
        return new RegExp("^" + expression + "$").test(text);
    }

    // These are nearer to a script's text than to ours: nothing crosses over.
    function isPlainHostName(host) {
        host = String(host);
        return !host.includes(".") && !host.includes(":");
    }

    function dnsDomainIs(host, domain) {
        return String(host).endsWith(String(domain));
    }

    function localHostOrDomainIs(host, full) {
        return String(host) === String(full) || String(full).startsWith(host + ".");
    }

    function dnsDomainLevels(host) {
        return String(host).split(".").length - 1;
    }

    return {
        isPlainHostName, dnsDomainIs, localHostOrDomainIs, dnsDomainLevels,
        weekdayRange, dateRange, timeRange, fits,
    };
})
