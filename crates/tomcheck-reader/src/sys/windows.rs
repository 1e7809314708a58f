//! What stands around PC/SC on Windows?

#![allow(unsafe_code)]

use tomcheck_diagnosis::ForeignFailure;

use crate::programs::Programs;
use crate::surroundings::{Listening, UsbReader, UsbReaders};

/// `SCardSvr` is started by the first reader and stopped with the last.
pub(super) fn listening() -> Listening {
    Listening::StartsWithReader
}

/// Windows tells an administrator only.
pub(super) fn programs() -> Programs {
    Programs::NotLooked
}

/// The present devices of the class `SmartCardReader` that sit on USB.
pub(super) fn usb_readers() -> UsbReaders {
    match device_ids() {
        Ok(ids) => {
            let readers = ids.iter().filter_map(|id| on_usb(id)).collect();
            UsbReaders::Seen { readers }
        }
        Err(failure) => UsbReaders::Failed { failure },
    }
}

/// `USB\VID_08E6&PID_3437\5&2D1A`: enumerator, device, place.
fn on_usb(id: &str) -> Option<UsbReader> {
    let (device, place) = id.strip_prefix("USB\\")?.split_once('\\')?;
    let number = |name: &str| device.split('&').find_map(|part| part.strip_prefix(name));
    let (vendor, product) = (number("VID_")?, number("PID_")?);
    // of a device that has a serial number, this is that number and no place
    let place = if place.contains('&') { place } else { "" };
    Some(UsbReader {
        place: place.to_owned(),
        name: String::new(),
        id: format!("{vendor}:{product}").to_lowercase(),
    })
}

fn device_ids() -> Result<Vec<String>, ForeignFailure> {
    // SAFETY: a library of the system, whose initialiser has no precondition.
    let library = unsafe { libloading::Library::new("cfgmgr32.dll") }.map_err(not_there)?;
    let class: Vec<u16> = SMART_CARD_READERS.encode_utf16().chain([0]).collect();
    // SAFETY: the symbols have the types of cfgmgr32.h; both are called while the library
    // is loaded, with a class that ends in a zero and a buffer of the length beside it.
    unsafe {
        let size = library
            .get::<IdListSize>("CM_Get_Device_ID_List_SizeW")
            .map_err(not_there)?;
        let list = library
            .get::<IdList>("CM_Get_Device_ID_ListW")
            .map_err(not_there)?;
        let mut length = 0_u32;
        let answer = size(&raw mut length, class.as_ptr(), PRESENT_OF_CLASS);
        succeeded("CM_Get_Device_ID_List_SizeW", answer)?;
        let mut ids = vec![0_u16; length as usize];
        let answer = list(class.as_ptr(), ids.as_mut_ptr(), length, PRESENT_OF_CLASS);
        succeeded("CM_Get_Device_ID_ListW", answer)?;
        let texts = ids.split(|unit| *unit == 0).filter(|text| !text.is_empty());
        Ok(texts.map(String::from_utf16_lossy).collect())
    }
}

fn succeeded(call: &'static str, answer: u32) -> Result<(), ForeignFailure> {
    match answer {
        0 => Ok(()),
        code => Err(ForeignFailure::new(call, code)),
    }
}

fn not_there(_: libloading::Error) -> ForeignFailure {
    let error = std::io::Error::last_os_error();
    ForeignFailure::from_io("LoadLibrary cfgmgr32.dll", &error)
}

/// Source: cfgmgr32.h.
type IdListSize = unsafe extern "system" fn(*mut u32, *const u16, u32) -> u32;
type IdList = unsafe extern "system" fn(*const u16, *mut u16, u32, u32) -> u32;

/// `GUID_DEVCLASS_SMARTCARDREADER`.
const SMART_CARD_READERS: &str = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}";
/// `CM_GETIDLIST_FILTER_PRESENT | CM_GETIDLIST_FILTER_CLASS`.
const PRESENT_OF_CLASS: u32 = 0x100 | 0x200;

#[test]
fn the_numbers_of_a_usb_reader_are_read_from_its_name() {
    let reader = on_usb(r"USB\VID_08E6&PID_3437\5&2D1A").unwrap();
    assert_eq!(
        (reader.id.as_str(), reader.place.as_str()),
        ("08e6:3437", "5&2D1A")
    );
    let numbered = on_usb(r"USB\VID_08E6&PID_3437\21120637").unwrap();
    assert_eq!(numbered.place, "");
    assert_eq!(on_usb(r"ROOT\SMARTCARDREADER\0000"), None);
}
