//! Which files does the card have, and which one is selected?

use super::{apdu::Command, pin::Pin, status::Status, tlv::tlv};

/// A file system with transparent files. Source: ISO/IEC 7816-4 §5.3, §7.1, §7.2.
pub(super) struct Files {
    /// The master file comes first.
    nodes: Vec<Node>,
    directory: Id,
    file: Option<Id>,
}

/// Position in [`Files::nodes`]; nodes are never removed.
type Id = usize;
const ROOT: Id = 0;

struct Node {
    fid: u16,
    parent: Option<Id>,
    body: Body,
}

enum Body {
    Directory {
        name: Vec<u8>,
    },
    File {
        content: Vec<u8>,
        access: Access,
        writable: bool,
    },
    Gone,
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Access {
    Always,
    AfterPin,
}

pub(super) const MASTER_FILE: u16 = 0x3F00;

impl Files {
    /// An empty master file.
    pub(super) fn new() -> Self {
        let root = Node {
            fid: MASTER_FILE,
            parent: None,
            body: Body::Directory { name: Vec::new() },
        };
        Self {
            nodes: vec![root],
            directory: ROOT,
            file: None,
        }
    }

    /// A directory under the master file, selectable by name.
    pub(super) fn add_directory(&mut self, fid: u16, name: &[u8]) -> Id {
        self.add(
            Some(ROOT),
            fid,
            Body::Directory {
                name: name.to_vec(),
            },
        )
    }

    /// A file in the master file or (`Some`) in a directory.
    pub(super) fn add_file(
        &mut self,
        parent: Option<Id>,
        fid: u16,
        content: &[u8],
        access: Access,
        writable: bool,
    ) {
        let body = Body::File {
            content: content.to_vec(),
            access,
            writable,
        };
        self.add(Some(parent.unwrap_or(ROOT)), fid, body);
    }

    /// Replaces a file of the master file, or (`None`) takes it away.
    pub(super) fn replace_root_file(&mut self, fid: u16, content: Option<&[u8]>) {
        let old = self.child(ROOT, fid);
        if let Some(node) = old.and_then(|id| self.nodes.get_mut(id)) {
            node.body = Body::Gone;
        }
        if let Some(content) = content {
            self.add_file(None, fid, content, Access::Always, false);
        }
    }

    fn add(&mut self, parent: Option<Id>, fid: u16, body: Body) -> Id {
        self.nodes.push(Node { fid, parent, body });
        self.nodes.len() - 1
    }

    pub(super) fn reset(&mut self) {
        self.directory = ROOT;
        self.file = None;
    }

    pub(super) fn select(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let id = self.find(command.p1, &command.data)?;
        self.make_current(id, command.p2)
    }

    /// The master file, by whatever name the card gives it.
    pub(super) fn select_root(&mut self, p2: u8) -> Result<Vec<u8>, Status> {
        self.make_current(ROOT, p2)
    }

    fn make_current(&mut self, id: Id, p2: u8) -> Result<Vec<u8>, Status> {
        let node = self.nodes.get(id).ok_or(Status::FILE_NOT_FOUND)?;
        let parameters = node.control_parameters();
        match node.body {
            Body::Directory { .. } => (self.directory, self.file) = (id, None),
            _ => (self.directory, self.file) = (node.parent.unwrap_or(ROOT), Some(id)),
        }
        Ok(match p2 & 0x0C {
            0x0C => Vec::new(),
            0x04 => tlv(0x62, parameters),
            _ => tlv(0x6F, parameters),
        })
    }

    pub(super) fn read(&self, command: &Command, pin: &Pin) -> Result<Vec<u8>, Status> {
        let id = self.file.ok_or(Status::NO_CURRENT_FILE)?;
        let Some(Node {
            body: Body::File {
                content, access, ..
            },
            ..
        }) = self.nodes.get(id)
        else {
            return Err(Status::NO_CURRENT_FILE);
        };
        if *access == Access::AfterPin {
            pin.require()?;
        }
        if command.p1 & 0x80 != 0 {
            return Err(Status::FUNCTION_UNSUPPORTED);
        }
        let rest = content
            .get(command.p1_p2().into()..)
            .ok_or(Status::WRONG_OFFSET)?;
        Ok(rest
            .iter()
            .take(command.expected.unwrap_or(256))
            .copied()
            .collect())
    }

    pub(super) fn update(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let id = self.file.ok_or(Status::NO_CURRENT_FILE)?;
        let Some(Node {
            body:
                Body::File {
                    content,
                    writable: true,
                    ..
                },
            ..
        }) = self.nodes.get_mut(id)
        else {
            return Err(Status::SECURITY);
        };
        let start = usize::from(command.p1_p2());
        let place = content
            .get_mut(start..start + command.data.len())
            .ok_or(Status::WRONG_OFFSET)?;
        place.copy_from_slice(&command.data);
        Ok(Vec::new())
    }
}

/// Selection, by what P1 says.
impl Files {
    fn find(&self, p1: u8, data: &[u8]) -> Result<Id, Status> {
        match p1 {
            0x00..=0x02 if data.is_empty() => Ok(ROOT),
            0x00..=0x02 => self.find_by_id(data),
            0x03 => Ok(self.parent(self.directory)),
            0x04 => self.find_by_name(data),
            0x08 => self.find_by_path(ROOT, data),
            0x09 => self.find_by_path(self.directory, data),
            _ => Err(Status::WRONG_P1_P2),
        }
    }

    fn find_by_id(&self, data: &[u8]) -> Result<Id, Status> {
        let fid = u16::from_be_bytes(data.try_into().map_err(|_| Status::WRONG_DATA)?);
        if fid == MASTER_FILE {
            return Ok(ROOT);
        }
        let near = [self.directory, self.parent(self.directory), ROOT];
        let found = near.into_iter().find_map(|directory| {
            let itself = self
                .nodes
                .get(directory)
                .is_some_and(|node| node.fid == fid);
            if itself {
                Some(directory)
            } else {
                self.child(directory, fid)
            }
        });
        found.ok_or(Status::FILE_NOT_FOUND)
    }

    fn find_by_name(&self, wanted: &[u8]) -> Result<Id, Status> {
        // the master file has no name, and no name selects it
        let named = |node: &Node| matches!(&node.body, Body::Directory { name } if name == wanted && !name.is_empty());
        self.nodes
            .iter()
            .position(named)
            .ok_or(Status::FILE_NOT_FOUND)
    }

    fn find_by_path(&self, start: Id, data: &[u8]) -> Result<Id, Status> {
        if data.is_empty() || !data.len().is_multiple_of(2) {
            return Err(Status::WRONG_DATA);
        }
        data.chunks_exact(2)
            .enumerate()
            .try_fold(start, |directory, (step, fid)| {
                match u16::from_be_bytes(fid.try_into().map_err(|_| Status::WRONG_DATA)?) {
                    MASTER_FILE if step == 0 => Ok(ROOT),
                    fid => self.child(directory, fid).ok_or(Status::FILE_NOT_FOUND),
                }
            })
    }

    fn child(&self, directory: Id, fid: u16) -> Option<Id> {
        let there = |node: &Node| {
            node.parent == Some(directory) && node.fid == fid && !matches!(node.body, Body::Gone)
        };
        self.nodes.iter().position(there)
    }

    fn parent(&self, id: Id) -> Id {
        self.nodes
            .get(id)
            .and_then(|node| node.parent)
            .unwrap_or(ROOT)
    }
}

impl Node {
    /// Source: ISO/IEC 7816-4 §5.3.3, table 12.
    fn control_parameters(&self) -> Vec<u8> {
        let fid = tlv(0x83, self.fid.to_be_bytes());
        let life_cycle = tlv(0x8A, b"\x05");
        match &self.body {
            Body::Directory { name } => {
                let name = if name.is_empty() {
                    Vec::new()
                } else {
                    tlv(0x84, name)
                };
                [tlv(0x82, b"\x38"), fid, name, life_cycle].concat()
            }
            Body::File { content, .. } => {
                let [.., high, low] = content.len().to_be_bytes();
                [tlv(0x80, [high, low]), tlv(0x82, b"\x01"), fid, life_cycle].concat()
            }
            Body::Gone => Vec::new(),
        }
    }
}
