//! What is added to logs while they are followed?

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tomcheck_diagnosis::Instant;

use super::reading::{Feed, Tools};
use super::scanned::Scanned;
use super::source::{self, Kind, Source};
use super::tally::Reader;
use super::{Input, Run, clockwork};

/// How often files are looked at.
const BETWEEN: Duration = Duration::from_millis(200);
/// Reads of what came since the last look: some megabytes.
const MOST_AT_THE_END: usize = 32;

/// A file that grows, is emptied, or is replaced by another one of its name.
struct Followed {
    source: Source,
    file: File,
    /// Bytes read so far.
    at: u64,
    feed: Feed,
    reader: Reader,
}

/// Reads all files, then what comes, until that is enough. What cannot be followed, a pipe or a
/// compressed file, is read to its end first.
pub(super) fn all(run: &mut Run<'_>) {
    let mut followed = Vec::new();
    for (number, input) in run.options.inputs.clone().iter().enumerate() {
        match opened(number, input) {
            Ok(Some(one)) => followed.push((input.clone(), one)),
            Ok(None) => run.file(number, input),
            Err(error) => run.unread(input.name(), error),
        }
    }
    while !followed.is_empty() && !run.watcher.wants_end() {
        for (input, one) in &mut followed {
            // one that cannot be read now may be there again the next time
            let _ = one.look(run, input);
        }
        thread::sleep(BETWEEN);
    }
    for (_, mut one) in followed {
        let outcome = one.end(run);
        run.done(&one.source, one.reader, one.at, outcome);
    }
}

fn opened(number: usize, input: &Input) -> io::Result<Option<Followed>> {
    let mut source = source::open(input)?;
    // lines without a year are of now
    source.changed_at = Instant::now();
    let kind = std::mem::replace(&mut source.kind, Kind::Stream(Box::new(io::empty())));
    let Kind::Places { file, .. } = kind else {
        return Ok(None);
    };
    Ok(Some(Followed {
        source,
        file,
        at: 0,
        feed: Feed::new(),
        reader: Reader::new(number, input.name()),
    }))
}

impl Followed {
    fn look(&mut self, run: &mut Run<'_>, input: &Input) -> io::Result<()> {
        self.drain(run)?;
        let Input::File(path) = input else {
            return Ok(());
        };
        if self.file.metadata()?.len() < self.at {
            self.begin_anew(run, None)?;
        } else if let Some(file) = self.successor(path) {
            // what was written between the last look and the change
            self.drain(run)?;
            self.begin_anew(run, Some(file))?;
        }
        Ok(())
    }

    /// The lines go on being counted where the file before ended: it is the same log.
    fn begin_anew(&mut self, run: &mut Run<'_>, file: Option<File>) -> io::Result<()> {
        self.scan(run, |feed, tools, into| feed.scan(tools, true, into));
        if let Some(file) = file {
            self.file = file;
        }
        self.file.seek(SeekFrom::Start(0))?;
        self.at = 0;
        self.feed = Feed::new();
        Ok(())
    }

    /// Reads what there is, until somebody wants the end: the first time that is a whole log.
    fn drain(&mut self, run: &mut Run<'_>) -> io::Result<()> {
        let mut more_comes = false;
        while !run.watcher.wants_end() && self.feed.read(&mut self.file)? {
            self.at = self.file.stream_position()?;
            self.scan(run, |feed, tools, into| feed.scan_lines(tools, true, into));
            more_comes = true;
        }
        // a look that brings nothing is what the last lines wait for
        if !more_comes {
            self.scan(run, |feed, tools, into| feed.scan_lines(tools, false, into));
        }
        Ok(())
    }

    /// What came since the last look, and no more of it than one can wait for.
    fn end(&mut self, run: &mut Run<'_>) -> io::Result<()> {
        let (mut reads, mut is_over) = (0, false);
        while !is_over && reads < MOST_AT_THE_END {
            is_over = !self.feed.read(&mut self.file)?;
            reads += 1;
        }
        self.at = self.file.stream_position()?;
        self.scan(run, |feed, tools, into| feed.scan(tools, true, into));
        match is_over {
            true => Ok(()),
            false => Err(io::ErrorKind::Interrupted.into()),
        }
    }

    fn scan(&mut self, run: &mut Run<'_>, look: impl FnOnce(&mut Feed, &Tools<'_>, &mut Scanned)) {
        let tools = Tools {
            scanner: &run.scanner,
            clockwork: clockwork(run.options, &self.source),
            format: self.source.format,
        };
        let mut scanned = Scanned::default();
        look(&mut self.feed, &tools, &mut scanned);
        for mut hit in run.seen.tally.add(&mut self.reader, &mut scanned) {
            let hit = Arc::make_mut(&mut hit);
            hit.show(run.scanner.mask(), &self.reader.path);
            run.watcher.hit(hit);
        }
    }

    /// The file that has the name now, where it is another one.
    #[cfg(unix)]
    fn successor(&self, path: &Path) -> Option<File> {
        use std::os::unix::fs::MetadataExt;
        let file = File::open(path).ok()?;
        let of = |file: &File| file.metadata().ok().map(|data| (data.dev(), data.ino()));
        let other = of(&file)? != of(&self.file)?;
        other.then_some(file)
    }

    /// Windows keeps the name of a file that is open: it can only be emptied.
    #[cfg(not(unix))]
    fn successor(&self, _path: &Path) -> Option<File> {
        None
    }
}
