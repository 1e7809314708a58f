//! What does a proxy answer that asks for a login before it fetches anything?

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::header::PROXY_AUTHENTICATE;
use hyper::{Response, StatusCode, body::Incoming};
use tokio::time::timeout;

use super::exchange::Sender;
use super::place::Place;
use super::{PlainFailure, PlainPhase, PlainRequest, timed_out};
use crate::login::{Challenge, Login, Sent};

impl PlainRequest {
    /// The answer, or the 407 after which nothing more can be shown.
    pub(super) async fn converse(&self, place: &Place) -> Result<Response<Incoming>, PlainFailure> {
        let target = place.absolute();
        let mut login = self.login(&target);
        let mut shown = match &mut login {
            Some(login) => login.opening().await,
            None => None,
        };
        let mut kept: Option<Sender> = None;
        for _ in 0..MOST_REQUESTS {
            let mut sender = match kept.take() {
                Some(sender) => sender,
                None => self.connection(place).await?,
            };
            let answer = self.ask(&mut sender, place, shown.as_ref()).await;
            if answer.is_err() {
                // whether a password was right then is not known
                login
                    .iter_mut()
                    .filter(|it| it.is_bound())
                    .for_each(Login::closed);
            }
            let response = answer?;
            let Some(login) = login.as_mut() else {
                return Ok(response);
            };
            if response.status() != StatusCode::PROXY_AUTHENTICATION_REQUIRED {
                login.taken();
                return Ok(response);
            }
            let asked = challenges(&response);
            let refusal = self.refused(&response);
            let stays = self.stays(response, &mut sender).await;
            shown = login.next(&asked, stays).await;
            if shown.is_none() {
                return Err(refusal);
            }
            kept = stays.then_some(sender);
        }
        Err(self.failed(PlainPhase::Proxy, timed_out("Proxy-Authorization")))
    }

    fn login<'a>(&'a self, target: &'a str) -> Option<Login<'a>> {
        let proxy = self.http_proxy()?;
        let credentials = self.credentials.as_ref();
        let mut login = Login::new(proxy, credentials, &self.memory, target, self.deadline);
        login.is_vouched_for = self.is_vouched_for;
        login.method = match self.posted {
            Some(_) => "POST",
            None => "GET",
        };
        Some(login)
    }

    async fn ask(
        &self,
        sender: &mut Sender,
        place: &Place,
        shown: Option<&Sent>,
    ) -> Result<Response<Incoming>, PlainFailure> {
        let request = self.message(place, shown);
        let request = request.map_err(|error| self.no_http(&error))?;
        let sent = timeout(self.deadline.remaining(), sender.send_request(request));
        match sent.await {
            Ok(response) => response.map_err(|error| self.no_http(&error)),
            Err(_) => Err(self.failed(PlainPhase::Http, timed_out("GET"))),
        }
    }

    /// Whether the next request can go over the same connection, once the page is read.
    async fn stays(&self, response: Response<Incoming>, sender: &mut Sender) -> bool {
        let mut body = response.into_body();
        let rest = async {
            let mut passed = 0;
            while let Some(frame) = body.frame().await {
                let frame = frame.ok()?.into_data().unwrap_or_default();
                passed += frame.len();
                (passed < PASSED_OVER_LIMIT).then_some(())?;
            }
            sender.ready().await.ok()
        };
        let wait = self.deadline.at_most(PAGE_WAIT);
        matches!(timeout(wait.remaining(), rest).await, Ok(Some(())))
    }
}

fn challenges(response: &Response<Incoming>) -> Vec<Challenge> {
    let values = response.headers().get_all(PROXY_AUTHENTICATE).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(Challenge::all_of).collect()
}

/// More requests than any scheme needs; a proxy that asks on and on is not followed.
const MOST_REQUESTS: usize = 6;
/// How much of the page of a refusal is passed over, and how long that may take.
const PASSED_OVER_LIMIT: usize = 1024 * 1024;
const PAGE_WAIT: Duration = Duration::from_secs(2);
