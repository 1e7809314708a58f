//! Which object does a handle of C's mean, if it still means one?
//!
//! A handle is no address: it is the place of its object in a table, and a generation. A place
//! that is given up bears another generation when it is used again, so a handle that was freed,
//! or made up, is told from one that is good, and nothing is read where it points.

use std::any::Any;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ptr::without_provenance_mut;
use std::sync::{Arc, PoisonError, RwLock};

use crate::guard::{Refusal, bad_handle, failed, null};

/// An object that C holds by a handle.
pub(crate) trait Held: Any + Send + Sync {
    /// What C points to, and never looks at.
    type Opaque;
    /// As the complaint about a bad handle calls it.
    const NAME: &'static str;
}

/// Hands the object over to C, until [`free`].
pub(crate) fn give<T: Held>(object: T) -> Result<*mut T::Opaque, Refusal> {
    share(Arc::new(object))
}

/// The same for an object that others hold too.
pub(crate) fn share<T: Held>(object: Arc<T>) -> Result<*mut T::Opaque, Refusal> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let handle = table.put(object);
    let handle = handle.ok_or_else(|| failed("too many handles"))?;
    Ok(without_provenance_mut(handle))
}

/// The object, which stays while it is used even if another thread frees the handle.
pub(crate) fn find<T: Held>(handle: *const T::Opaque) -> Result<Arc<T>, Refusal> {
    if handle.is_null() {
        return Err(null(T::NAME));
    }
    let found = {
        let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
        table.get(handle.addr()).cloned()
    };
    let found = found.and_then(|object| object.downcast().ok());
    found.ok_or_else(|| bad_handle(T::NAME))
}

/// Takes the object back. None: the handle means none of this kind.
pub(crate) fn free<T: Held>(handle: *const T::Opaque) -> Option<Arc<T>> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let is_such = |object: &&Object| object.as_ref().is::<T>();
    table.get(handle.addr()).filter(is_such)?;
    // dropped by the caller, who holds no lock: its end may need the table
    table.take(handle.addr())?.downcast().ok()
}

type Object = Arc<dyn Any + Send + Sync>;

static TABLE: RwLock<Table> = RwLock::new(Table::new());

struct Table {
    places: Vec<Place>,
    free: Vec<usize>,
}

struct Place {
    generation: usize,
    object: Option<Object>,
}

/// Of a handle: how many bits are the place, counted from 1; the others are the generation.
const PLACE_BITS: u32 = usize::BITS * 3 / 8;
const MOST_PLACES: usize = (1 << PLACE_BITS) - 1;
const LAST_GENERATION: usize = usize::MAX >> PLACE_BITS;

impl Table {
    const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    fn put(&mut self, object: Object) -> Option<usize> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.another()?,
        };
        let place = self.places.get_mut(index)?;
        place.object = Some(object);
        Some((place.generation << PLACE_BITS) | (index + 1))
    }

    fn another(&mut self) -> Option<usize> {
        let index = self.places.len();
        if index >= MOST_PLACES {
            return None;
        }
        self.places.push(Place {
            generation: somewhere(),
            object: None,
        });
        Some(index)
    }

    fn get(&self, handle: usize) -> Option<&Object> {
        let place = self.places.get(index(handle)?)?;
        let is_of_now = place.generation == handle >> PLACE_BITS;
        place.object.as_ref().filter(|_| is_of_now)
    }

    /// A place whose generations are used up is not used again.
    fn take(&mut self, handle: usize) -> Option<Object> {
        self.get(handle)?;
        let index = index(handle)?;
        let place = self.places.get_mut(index)?;
        if place.generation < LAST_GENERATION {
            place.generation += 1;
            self.free.push(index);
        }
        place.object.take()
    }
}

fn index(handle: usize) -> Option<usize> {
    (handle & MOST_PLACES).checked_sub(1)
}

/// Where generations begin, so that small numbers, and addresses, are hardly ever a handle.
fn somewhere() -> usize {
    let random = RandomState::new().build_hasher().finish();
    let random = usize::try_from(random & 0xffff_ffff).unwrap_or_default();
    // the lower half: enough are left
    random % (LAST_GENERATION / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(u8);
    struct Other;
    impl Held for One {
        type Opaque = One;
        const NAME: &'static str = "one";
    }
    impl Held for Other {
        type Opaque = Other;
        const NAME: &'static str = "other";
    }

    #[test]
    fn a_handle_that_was_freed_is_told_even_when_its_place_is_used_again() {
        let first = give(One(1)).unwrap();
        assert_eq!(find::<One>(first).unwrap().0, 1);
        assert!(free::<One>(first).is_some() && free::<One>(first).is_none());
        let second = give(One(2)).unwrap();
        assert!(find::<One>(first).is_err());
        assert_eq!(find::<One>(second).unwrap().0, 2);
        free::<One>(second);
    }

    #[test]
    fn a_handle_of_something_else_is_neither_read_nor_freed() {
        let one = give(One(1)).unwrap();
        let taken_for_another = one.cast::<Other>();
        assert!(find::<Other>(taken_for_another).is_err());
        assert!(free::<Other>(taken_for_another).is_none());
        assert!(free::<One>(one).is_some());
    }

    #[test]
    fn a_place_whose_generations_are_used_up_is_left() {
        let mut table = Table::new();
        let first = table.put(Arc::new(One(1))).unwrap();
        table.places[index(first).unwrap()].generation = LAST_GENERATION;
        let last = (LAST_GENERATION << PLACE_BITS) | (first & MOST_PLACES);
        assert!(table.take(last).is_some());
        let next = table.put(Arc::new(One(2))).unwrap();
        assert_ne!(index(next), index(first));
        assert!(table.get(last).is_none());
    }
}
