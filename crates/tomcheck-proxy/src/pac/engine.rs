//! What does a script answer, and where did it stop?
//!
//! QuickJS runs it with nothing but what a PAC script may have: no file, no module, no timer, and
//! of the network only what [`PacResolver`] hands over.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rquickjs::context::EvalOptions;
use rquickjs::{Context, Ctx, Error, Exception, Function, Persistent, Runtime, Value};

use super::fault::{ScriptFault, ScriptFaultKind};
use super::functions;
use super::lines;
use super::resolver::{PacResolver, Questions};

/// What a script may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PacLimits {
    /// Its own time, for each evaluation and for being loaded.
    pub time: Duration,
    /// The time of name resolution, for each evaluation.
    pub names: Duration,
    /// Its memory, in bytes, the engine's own included.
    pub memory: usize,
}

impl Default for PacLimits {
    /// 100 ms, 3 s for names, 16 MB.
    fn default() -> Self {
        Self {
            time: Duration::from_millis(100),
            names: Duration::from_secs(3),
            memory: 16 << 20,
        }
    }
}

/// A script, loaded, in the thread that loaded it.
///
/// A built-in function of the engine that never calls back (`indexOf` over an array that claims
/// 2⁵³ elements) is beyond its time limit: [`super::PacProbe`] guards against that by a thread of
/// its own, whoever uses an engine alone must.
pub struct PacEngine {
    // Values of the engine go before the engine itself.
    find: Persistent<Function<'static>>,
    context: Context,
    clock: Rc<ScriptClock>,
    questions: Rc<Questions>,
    heard: Rc<Heard>,
    _runtime: Runtime,
}

/// What a script says beside its answer.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What it gave to `alert`.
    pub(super) alerts: RefCell<Vec<String>>,
    /// The line of each `return` that was told, with its value where that is a string.
    pub(super) returns: RefCell<VecDeque<(u32, Option<String>)>>,
}

impl PacEngine {
    /// Loads a script. Blocks for as long as that runs, [`PacLimits::time`] and
    /// [`PacLimits::names`] at the most.
    ///
    /// # Errors
    ///
    /// When it is no JavaScript, fails on its way, or has no function to ask.
    pub fn load(
        script: &str,
        resolver: Arc<dyn PacResolver>,
        limits: PacLimits,
    ) -> Result<Self, ScriptFault> {
        let questions = Rc::new(Questions::new(resolver, limits.names));
        Self::with(script, questions, limits, None)
    }

    /// `now`: milliseconds since 1970, where it is not the clock's.
    pub(super) fn with(
        script: &str,
        questions: Rc<Questions>,
        limits: PacLimits,
        now: Option<f64>,
    ) -> Result<Self, ScriptFault> {
        let starting = |_| ScriptFault::new(ScriptFaultKind::Memory, "");
        let runtime = Runtime::new().map_err(starting)?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(STACK);
        let context = Context::full(&runtime).map_err(starting)?;
        let clock = Rc::new(ScriptClock::new(limits.time));
        let handler = clock.clone().handler(questions.clone());
        runtime.set_interrupt_handler(Some(handler));
        let heard = Rc::new(Heard::default());
        questions.begin();
        clock.begin();
        let found = context.with(|ctx| {
            let loaded = functions::install(&ctx, &questions, &heard, now)
                .and_then(|()| Self::function(&ctx, script));
            loaded.map_err(|error| fault(&ctx, &error, &clock))
        })?;
        let find = found.ok_or_else(|| ScriptFault::new(ScriptFaultKind::NoFunction, ""))?;
        Ok(Self {
            find,
            context,
            clock,
            questions,
            heard,
            _runtime: runtime,
        })
    }

    fn function(
        ctx: &Ctx<'_>,
        script: &str,
    ) -> rquickjs::Result<Option<Persistent<Function<'static>>>> {
        let mut options = EvalOptions::default();
        options.strict = false;
        options.filename = Some(FILE.to_owned());
        ctx.eval_with_options::<Value<'_>, _>(script, options)?;
        let found: Value<'_> = ctx.eval(WHICH)?;
        let found = found.into_function();
        Ok(found.map(|found| Persistent::save(ctx, found)))
    }

    /// Asks the script for the way to `url`, of which `host` is the host, as a browser would.
    /// Blocks for as long as that runs, [`PacLimits::time`] and [`PacLimits::names`] at the most.
    ///
    /// # Errors
    ///
    /// When it throws, uses more than it may, or returns no string.
    pub fn find(&self, url: &str, host: &str) -> Result<String, ScriptFault> {
        self.questions.begin();
        self.clock.begin();
        self.heard.returns.borrow_mut().clear();
        self.context.with(|ctx| {
            let find = self.find.clone();
            let found = find.restore(&ctx).and_then(|find| find.call((url, host)));
            let found: Value<'_> = found.map_err(|error| fault(&ctx, &error, &self.clock))?;
            match found.as_string().map(rquickjs::String::to_string) {
                Some(Ok(text)) => Ok(text),
                Some(Err(error)) => Err(fault(&ctx, &error, &self.clock)),
                None => {
                    let kind = found.type_name();
                    Err(ScriptFault::new(ScriptFaultKind::NotAString, kind))
                }
            }
        })
    }

    pub(super) fn alerts(&self) -> Vec<String> {
        self.heard.alerts.borrow().clone()
    }

    /// The line the last answer stood on: of the `return` that made it, not of those that only
    /// handed it on. None where the last `return` seen is not the one that answered.
    pub(super) fn line_of(&self, answer: &str) -> Option<u32> {
        let returns = self.heard.returns.borrow();
        let same = |(_, value): &&(u32, Option<String>)| value.as_deref() == Some(answer);
        returns
            .iter()
            .rev()
            .take_while(same)
            .last()
            .map(|(line, _)| *line)
    }
}

impl std::fmt::Debug for PacEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PacEngine(…)")
    }
}

/// The script's own time.
struct ScriptClock {
    limit: Duration,
    begun: Cell<Instant>,
    ran_out: Cell<bool>,
}

impl ScriptClock {
    fn new(limit: Duration) -> Self {
        Self {
            limit,
            begun: Cell::new(Instant::now()),
            ran_out: Cell::new(false),
        }
    }

    fn begin(&self) {
        self.begun.set(Instant::now());
        self.ran_out.set(false);
    }

    /// Asked by the engine again and again; true ends the script.
    fn handler(self: Rc<Self>, questions: Rc<Questions>) -> Box<dyn FnMut() -> bool> {
        Box::new(move || {
            let is_over = self.begun.get().elapsed() > self.limit + questions.spent();
            self.ran_out.set(self.ran_out.get() || is_over);
            is_over
        })
    }
}

fn fault(ctx: &Ctx<'_>, error: &Error, clock: &ScriptClock) -> ScriptFault {
    if clock.ran_out.get() {
        // The exception goes with what it holds.
        let thrown = ctx.catch().into_object().and_then(Exception::from_object);
        let place = thrown.and_then(|thrown| place(&thrown.stack()?));
        return ScriptFault::new(ScriptFaultKind::Time, "").at(place);
    }
    if !matches!(error, Error::Exception) {
        let kind = match error {
            Error::Allocation => ScriptFaultKind::Memory,
            _ => ScriptFaultKind::Exception,
        };
        return ScriptFault::new(kind, &error.to_string());
    }
    let thrown = ctx.catch();
    match thrown
        .clone()
        .into_object()
        .and_then(Exception::from_object)
    {
        Some(exception) => of_exception(&exception),
        None => of_value(&thrown),
    }
}

fn of_exception(exception: &Exception<'_>) -> ScriptFault {
    let name: String = exception.as_object().get("name").unwrap_or_default();
    let message = exception.message().unwrap_or_default();
    let kind = match (name.as_str(), message.as_str()) {
        ("SyntaxError", _) => ScriptFaultKind::Syntax,
        (_, "out of memory") => ScriptFaultKind::Memory,
        (_, "Maximum call stack size exceeded" | "stack overflow") => ScriptFaultKind::Stack,
        _ => ScriptFaultKind::Exception,
    };
    let place = exception.stack().and_then(|stack| place(&stack));
    ScriptFault::new(kind, &format!("{name}: {message}")).at(place)
}

/// A script may throw anything; null is what the engine throws when no memory is left for more.
fn of_value(thrown: &Value<'_>) -> ScriptFault {
    if thrown.is_null() {
        return ScriptFault::new(ScriptFaultKind::Memory, "");
    }
    let text = thrown.as_string().and_then(|text| text.to_string().ok());
    ScriptFault::new(ScriptFaultKind::Exception, &text.unwrap_or_default())
}

/// The innermost place in the script itself: `at f (proxy.pac:12:5)`.
fn place(stack: &str) -> Option<(u32, u32)> {
    let (_, rest) = stack.split_once(&format!("{FILE}:"))?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Windows asks the function of IPv6 first, where a script has it.
const WHICH: &str = "typeof FindProxyForURLEx === 'function' ? FindProxyForURLEx \
                     : typeof FindProxyForURL === 'function' ? FindProxyForURL : null";
const FILE: &str = "proxy.pac";
/// Of the thread that runs the engine, which must have more: see [`super::evaluate`].
const STACK: usize = 512 << 10;

/// A script whose `return`s tell their lines, where it can be made.
pub(super) fn telling(
    script: &str,
    questions: Rc<Questions>,
    limits: PacLimits,
) -> Option<PacEngine> {
    let script = lines::telling(script)?;
    PacEngine::with(&script, questions, limits, None).ok()
}
