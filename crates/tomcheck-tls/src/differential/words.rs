//! How do the trials read?

use tomcheck_diagnosis::{Sentence, Text};

use super::seen::{HelloKind, TrialSeen, Way};

impl TrialSeen {
    /// `grand message, 1700 octets, sans le proxy : ECONNRESET`.
    pub(crate) fn sentence(&self) -> Sentence {
        let (name, outcome) = (self.name(), self.outcome.label());
        Sentence::new(
            format!("{} → {outcome}", name.fr),
            format!("{} → {outcome}", name.en),
        )
    }

    /// What was sent, and which way where it is not the usual one.
    pub fn name(&self) -> Sentence {
        let hello = hello(self.hello);
        let length = self.length;
        let way = way(self.way);
        Sentence::new(
            format!("{} ({length} octets){}", hello.fr, way.fr),
            format!("{} ({length} bytes){}", hello.en, way.en),
        )
    }
}

const fn hello(kind: HelloKind) -> Text {
    match kind {
        HelloKind::Usual => t("message habituel", "usual message"),
        HelloKind::Small => t("petit message", "small message"),
        HelloKind::Padded => t(
            "grand message sans clé post-quantique",
            "large message without a post-quantum key",
        ),
        HelloKind::Large => t(
            "grand message avec clé post-quantique",
            "large message with a post-quantum key",
        ),
        HelloKind::WithoutName => t("sans le nom du site", "without the site's name"),
        HelloKind::OtherName => t(
            "avec un autre nom, example.org",
            "with another name, example.org",
        ),
        HelloKind::Tls13Only => t("TLS 1.3 seul", "TLS 1.3 alone"),
        HelloKind::Tls12Only => t("TLS 1.2 seul", "TLS 1.2 alone"),
        HelloKind::OldCiphers => t("chiffrements anciens seuls", "old ciphers alone"),
        HelloKind::Tls11 => t("TLS 1.1 au plus", "TLS 1.1 at most"),
        HelloKind::Tls10 => t("TLS 1.0 au plus", "TLS 1.0 at most"),
        HelloKind::Ssl3 => t("SSL 3.0 seul", "SSL 3.0 alone"),
        HelloKind::Http2 => t("en demandant HTTP/2 (ALPN)", "asking for HTTP/2 (ALPN)"),
        HelloKind::Http1 => t("en demandant HTTP/1.1 (ALPN)", "asking for HTTP/1.1 (ALPN)"),
    }
}

fn way(way: Way) -> Sentence {
    match way {
        Way::Usual => Sentence::new("", ""),
        Way::Address { address } => Sentence::new(
            format!(", par l'adresse {address}"),
            format!(", by the address {address}"),
        ),
        Way::Direct => Sentence::new(", sans le proxy", ", past the proxy"),
        Way::SmallSegments { mss } => Sentence::new(
            format!(", en segments de {mss} octets"),
            format!(", in segments of {mss} bytes"),
        ),
    }
}

/// What stops it, where another address passes.
pub(super) fn by_address(addresses: &str) -> Sentence {
    Sentence::new(
        format!("seulement par {addresses}"),
        format!("by {addresses} only"),
    )
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

pub(super) const PASSES: Text = t("passe", "passes");
pub(super) const FAILS_SO: Text = t("ne passe pas", "does not pass");
pub(super) const FAILS: Text = t("ne répond pas", "does not answer");
pub(super) const WORKS: Text = t("répond", "answers");
pub(super) const ADDRESSES: Text = t("adresses", "addresses");
pub(super) const SPOKEN: Text = t("versions du serveur", "the server's versions");
pub(super) const CHOSEN: Text = t(
    "chiffrement choisi par le serveur",
    "cipher the server chose",
);
pub(super) const PASSING: Text = t("adresse qui passe", "address that passes");

pub(super) const LARGE_DROPPED: Text = t(
    "Les petits messages reçoivent une réponse : le serveur lui-même va bien. C'est leur taille qui arrête les grands, quel que soit leur contenu.",
    "Small messages are answered: the server itself is fine. It is their size that stops the large ones, whatever they hold.",
);
pub(super) const SHARE_DROPPED: Text = t(
    "Un message aussi grand mais sans clé post-quantique reçoit une réponse : c'est cette clé qui est arrêtée, pas la taille.",
    "A message just as large but without a post-quantum key is answered: it is that key that is stopped, not the size.",
);
pub(super) const SEGMENTS_DROPPED: Text = t(
    "Le même message reçoit une réponse complète quand les paquets sont petits : le serveur lui-même va bien.",
    "The same message is answered in full when packets are small: the server itself is fine.",
);
pub(super) const NAME_CUT: Text = t(
    "Sans le nom du site, ou avec un autre nom, le même message reçoit une réponse : quelque chose sur le chemin coupe ce nom.",
    "Without the site's name, or with another name, the same message is answered: something on the path cuts this name.",
);
pub(super) const NAME_UNKNOWN: Text = t(
    "Sans le nom du site, ou avec un autre nom, le serveur accepte de négocier : c'est ce nom qu'il ne connaît pas ou refuse.",
    "Without the site's name, or with another name, the server does negotiate: it is this name that it does not know or refuses.",
);
pub(super) const TLS13_CUT: Text = t(
    "Le même message sans TLS 1.3 reçoit une réponse : le serveur, ou un équipement devant lui, coupe dès qu'on lui propose TLS 1.3.",
    "The same message without TLS 1.3 is answered: the server, or a box in front of it, does not bear being offered TLS 1.3.",
);
pub(super) const OTHER_ADDRESS: Text = t(
    "Par une autre adresse du même site, le message reçoit une réponse : seule l'adresse employée est en panne.",
    "By another address of the same site the message is answered: only the address that was used is out of order.",
);
pub(super) const PAST_PROXY: Text = t(
    "Sans le proxy, le message reçoit une réponse : c'est le proxy, ou ce qui se trouve derrière lui, qui l'arrête.",
    "Past the proxy the message is answered: it is the proxy, or what stands behind it, that stops it.",
);
pub(super) const OLD_VERSIONS: Text = t(
    "Le serveur répond quand on lui propose des versions que plus aucun navigateur n'accepte.",
    "The server answers when it is offered versions that no browser accepts any more.",
);
pub(super) const OLD_CIPHER: Text = t(
    "Le serveur répond quand on lui propose des chiffrements que les navigateurs récents n'ont plus.",
    "The server answers when it is offered ciphers that recent browsers no longer have.",
);
pub(super) const CIPHER_IN_BROWSERS: Text = t(
    "Le serveur répond quand on lui propose d'anciens chiffrements, que les navigateurs acceptent encore ; c'est tomcheck qui ne les a pas. Essayez ce site avec le navigateur.",
    "The server answers when it is offered old ciphers, which browsers still accept; it is tomcheck that has them not. Try this site with the browser.",
);
pub(super) const PROTOCOL_WANTED: Text = t(
    "Le serveur répond quand le protocole HTTP est annoncé (ALPN), ce que font les navigateurs.",
    "The server answers when the HTTP protocol is announced (ALPN), which browsers do.",
);
pub(super) const INTERMITTENT: Text = t(
    "Un message semblable, envoyé juste après, a reçu une réponse : la panne va et vient, recommencez.",
    "A similar message, sent right after, was answered: the failure comes and goes, try again.",
);
