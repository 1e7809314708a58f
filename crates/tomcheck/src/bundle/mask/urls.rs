//! What does an address say beside its host?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;
use super::hosts::is_public;
use super::words::words;

/// `http://host/patient/DURAND?nir=…`: what is asked for goes with any address, the folders with
/// those of foreign hosts.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    words(line, of_address, |_, word, _| {
        if masker
            .links
            .contains(word.trim_end_matches(['.', ',', ':']))
        {
            return None;
        }
        match word.find("://") {
            Some(at) => without_path(word, at + 3, masker),
            None => without_query(word, word.find('/')?),
        }
    })
}

fn of_address(c: char) -> bool {
    !(c.is_whitespace() || "\"'<>«»()|`{}".contains(c))
}

fn without_path(word: &str, host: usize, masker: &Masker) -> Option<String> {
    let (head, rest) = word.split_at_checked(host)?;
    let at = rest.find(['/', '?', '#'])?;
    let (authority, path) = rest.split_at_checked(at)?;
    let name = authority.rsplit('@').next()?.split(':').next()?;
    let is_list = LISTS.iter().any(|end| path.ends_with(end));
    let is_open = name.is_empty() || masker.is_kept(name) || (is_list && is_public(name));
    if is_open || path.len() < 2 {
        return without_query(word, host);
    }
    let hidden = masker.pseudonym(IdentityKind::Path, path);
    Some(format!("{head}{authority}/{hidden}"))
}

/// What a certificate names at a public service.
const LISTS: [&str; 3] = [".crl", ".cer", ".p7b"];

fn without_query(word: &str, from: usize) -> Option<String> {
    let rest = word.get(from..)?;
    let at = from + rest.find(['?', '#', ';'])?;
    // a pseudonym, the place of a finding in the documentation
    let is_query = !word.get(at..)?.starts_with('#') || word.get(at..)?.contains('=');
    let query = word.get(at + 1..)?.trim_end_matches(['.', ',', ';', ':']);
    (is_query && !query.is_empty() && query != "***").then(|| {
        let head = word.get(..=at).unwrap_or_default();
        format!("{head}***")
    })
}
