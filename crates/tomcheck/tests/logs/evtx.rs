//! An event log as Windows writes it, of one chunk for each event: it is one of Schannel (alert 48) whose
//! template it brings along, with the number of the event and a moment.

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Where the next byte of the chunk goes, and what follows there.
struct Chunk(Vec<u8>);

impl Chunk {
    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend(bytes);
        self
    }

    fn word(&mut self, word: usize) -> &mut Self {
        self.put(&u32::try_from(word).unwrap().to_le_bytes())
    }

    /// The name stands right behind where it is said to stand.
    fn name(&mut self, name: &str) -> &mut Self {
        let place = self.0.len() + 4;
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        self.word(place).put(&[0; 6]).put(&length);
        self.put(&utf16(name)).put(&[0, 0])
    }

    fn open(&mut self, name: &str, has_attributes: bool) -> &mut Self {
        self.put(&[
            if has_attributes { 0x41 } else { 1 },
            0xff,
            0xff,
            0,
            0,
            0,
            0,
        ]);
        self.name(name);
        self.put(if has_attributes { &[0; 4] } else { &[] })
    }

    fn attribute(&mut self, name: &str) -> &mut Self {
        self.put(&[6]).name(name)
    }

    fn text(&mut self, text: &str) -> &mut Self {
        let length = u16::try_from(text.len()).unwrap().to_le_bytes();
        self.put(&[5, 1]).put(&length).put(&utf16(text))
    }

    fn template(&mut self) -> &mut Self {
        self.put(&[0x0f, 1, 1, 0]).open("Event", false).put(&[2]);
        self.open("System", false).put(&[2]);
        self.open("Provider", true)
            .attribute("Name")
            .text("Schannel")
            .put(&[3]);
        self.open("EventID", false).put(&[2, 0x0d, 0, 0, 6, 4]);
        self.open("TimeCreated", true).attribute("SystemTime");
        self.put(&[0x0e, 1, 0, 0x11, 3]).put(&[4]);
        self.open("EventData", false).put(&[2]);
        self.open("Data", true).attribute("Name").text("AlertDesc");
        self.put(&[2, 0x0d, 2, 0, 8, 4, 4, 4, 0])
    }
}

fn chunk(number: u64, ticks: u64) -> Vec<u8> {
    let mut chunk = Chunk(b"ElfChnk\0".to_vec());
    chunk
        .put(&[0; 16])
        .put(&number.to_le_bytes())
        .put(&[0; 480]);
    chunk
        .put(&[0x2a, 0x2a, 0, 0, 0, 0, 0, 0])
        .put(&number.to_le_bytes());
    chunk.put(&ticks.to_le_bytes()).put(&[0x0f, 1, 1, 0]);
    let place = chunk.0.len() + 10;
    chunk.put(&[0x0c, 1, 7, 0, 0, 0]).word(place).put(&[0; 24]);
    chunk.template();
    let length = u32::try_from(chunk.0.len() - place - 24).unwrap();
    chunk.0[place + 20..place + 24].copy_from_slice(&length.to_le_bytes());
    chunk.word(3).put(&[2, 0, 6, 0, 8, 0, 0x11, 0, 4, 0, 8, 0]);
    chunk
        .put(&36887_u16.to_le_bytes())
        .put(&ticks.to_le_bytes());
    chunk.put(&48_u32.to_le_bytes()).put(&[0]);
    let length = chunk.0.len() - 512 + 4;
    chunk.word(length);
    chunk.0[516..520].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    chunk.0.resize(64 << 10, 0);
    chunk.0
}

/// Seconds since 1970 of each event, the first part's number being `first`.
pub(crate) fn log(events: &[(u64, u64)]) -> Vec<u8> {
    let mut log = b"ElfFile\0".to_vec();
    log.resize(4096, 0);
    for (number, seconds) in events {
        log.extend(chunk(*number, (seconds + 11_644_473_600) * 10_000_000));
    }
    log
}
