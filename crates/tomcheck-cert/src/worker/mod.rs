//! Who calls the module, so that it cannot take us down?

mod child;
mod driver;
mod frame;
mod inside;
mod line;
mod parent;
mod pool;
mod protocol;
mod serve;

pub(crate) use self::parent::Unlike;
pub use self::parent::{EarlyWorker, WORKER_ARGUMENT, Worker, WorkerCommand, WorkerFailure};
pub use self::pool::SigningPool;
pub(crate) use self::protocol::{Approached, Instead, LoadRefusal, Request};
pub use self::serve::serve_worker;
