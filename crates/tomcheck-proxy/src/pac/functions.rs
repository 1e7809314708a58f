//! Which functions does a script have?
//!
//! Those of Netscape's "Navigator Proxy Auto-Config File Format" (1996) as Chromium and Firefox
//! have them, and those of Microsoft's "IPv6-aware proxy helper API definitions".

use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

use rquickjs::function::{Opt, Rest};
use rquickjs::prelude::Func;
use rquickjs::{Coerced, Ctx, Function, IntoJs, Object, Result, Value};

use super::addresses::{is_in_net, is_in_net_ex, joined, sorted};
use super::engine::Heard;
use super::glob;
use super::lines::TELLER;
use super::resolver::Questions;

/// An argument as a script gives it: anything, taken for text.
type Text = Opt<Coerced<String>>;

/// Puts every function where a script finds it.
pub(super) fn install(
    ctx: &Ctx<'_>,
    questions: &Rc<Questions>,
    heard: &Rc<Heard>,
    now: Option<f64>,
) -> Result<()> {
    let globals = ctx.globals();
    of_names(&globals)?;
    of_addresses(&globals, questions)?;
    of_both_families(&globals, questions)?;
    of_the_prelude(ctx, &globals, now)?;
    of_ours(&globals, heard)
}

fn of_names(globals: &Object<'_>) -> Result<()> {
    globals.set("shExpMatch", Func::from(sh_exp_match))?;
    globals.set("getClientVersion", Func::from(|| "1.0"))
}

fn sh_exp_match(ctx: Ctx<'_>, text: Text, pattern: Text) -> Result<bool> {
    let (text, pattern) = (said(text), said(pattern));
    if glob::is_plain(&pattern, &text) {
        return Ok(glob::matches(&pattern, &text));
    }
    let fits: Function<'_> = ctx.globals().get(FITS)?;
    fits.call((text, pattern))
}

fn of_addresses(globals: &Object<'_>, questions: &Rc<Questions>) -> Result<()> {
    let asked = questions.clone();
    globals.set(
        "dnsResolve",
        Func::from(move |host: Text| OrNull(v4(&asked.resolve(&said(host))))),
    )?;
    let asked = questions.clone();
    globals.set(
        "isResolvable",
        Func::from(move |host: Text| v4(&asked.resolve(&said(host))).is_some()),
    )?;
    let asked = questions.clone();
    globals.set(
        "isInNet",
        Func::from(move |host: Text, pattern: Text, mask: Text| {
            let found = v4(&asked.resolve(&said(host)));
            found.is_some_and(|found| is_in_net(found, &said(pattern), &said(mask)))
        }),
    )?;
    let asked = questions.clone();
    let own = move || {
        v4(&asked.own_addresses())
            .unwrap_or(Ipv4Addr::LOCALHOST)
            .to_string()
    };
    globals.set("myIpAddress", Func::from(own))
}

fn of_both_families(globals: &Object<'_>, questions: &Rc<Questions>) -> Result<()> {
    let asked = questions.clone();
    globals.set(
        "dnsResolveEx",
        Func::from(move |host: Text| joined(&asked.resolve(&said(host)))),
    )?;
    let asked = questions.clone();
    globals.set(
        "isResolvableEx",
        Func::from(move |host: Text| !asked.resolve(&said(host)).is_empty()),
    )?;
    globals.set(
        "isInNetEx",
        Func::from(|address: Text, prefix: Text| is_in_net_ex(&said(address), &said(prefix))),
    )?;
    globals.set(
        "sortIpAddressList",
        Func::from(|list: Text| sorted(&said(list)).unwrap_or_default()),
    )?;
    let asked = questions.clone();
    globals.set(
        "myIpAddressEx",
        Func::from(move || joined(&asked.own_addresses())),
    )
}

/// What is said in JavaScript.
fn of_the_prelude<'js>(ctx: &Ctx<'js>, globals: &Object<'js>, now: Option<f64>) -> Result<()> {
    let now: Function<'_> = match now {
        Some(now) => ctx.eval(format!("(() => new Date({now}))"))?,
        None => ctx.eval("(() => new Date())")?,
    };
    let prelude: Function<'_> = ctx.eval(include_str!("prelude.js"))?;
    let made: Object<'_> = prelude.call((now,))?;
    for name in MADE {
        globals.set(name, made.get::<_, Value<'_>>(name)?)?;
    }
    globals.set(FITS, made.get::<_, Value<'_>>("fits")?)
}

fn of_ours(globals: &Object<'_>, heard: &Rc<Heard>) -> Result<()> {
    let hearing = heard.clone();
    globals.set(
        "alert",
        Func::from(move |text: Text| {
            let mut alerts = hearing.alerts.borrow_mut();
            if alerts.len() < MOST_ALERTS {
                alerts.push(said(text).chars().take(LONGEST_ALERT).collect());
            }
        }),
    )?;
    let hearing = heard.clone();
    globals.set(
        TELLER,
        Func::from(move |line: u32, values: Rest<_>| tell(&hearing, line, values)),
    )
}

/// Hands the value on: of `return a, b` the last one, as there.
fn tell<'js>(heard: &Heard, line: u32, mut values: Rest<Value<'js>>) -> Option<Value<'js>> {
    let value = values.0.pop();
    let text = value.as_ref().and_then(Value::as_string);
    let text = text.and_then(|text| text.to_string().ok());
    let mut returns = heard.returns.borrow_mut();
    if returns.len() >= MOST_RETURNS {
        returns.pop_front();
    }
    returns.push_back((line, text.filter(|text| text.len() <= LONGEST_RETURN)));
    value
}

fn said(argument: Text) -> String {
    argument
        .0
        .map_or_else(|| "undefined".to_owned(), |text| text.0)
}

/// What scripts knew before there was IPv6.
fn v4(addresses: &[IpAddr]) -> Option<Ipv4Addr> {
    addresses.iter().find_map(|address| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    })
}

/// An address for a script: text, or null as in browsers, never undefined.
struct OrNull(Option<Ipv4Addr>);

impl<'js> IntoJs<'js> for OrNull {
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        match self.0 {
            Some(address) => address.to_string().into_js(ctx),
            None => Ok(Value::new_null(ctx.clone())),
        }
    }
}

const MADE: [&str; 7] = [
    "isPlainHostName",
    "dnsDomainIs",
    "localHostOrDomainIs",
    "dnsDomainLevels",
    "weekdayRange",
    "dateRange",
    "timeRange",
];
const FITS: &str = "__tomcheck_fits";
const MOST_ALERTS: usize = 20;
const LONGEST_ALERT: usize = 200;
const MOST_RETURNS: usize = 64;
const LONGEST_RETURN: usize = 4096;
