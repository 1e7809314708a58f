//! Which smart-card readers does Windows see on USB, and do they work?
//!
//! Wine has no USB devices: what is read of a real device is untested.

#![allow(unsafe_code)]

use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    CM_DRP_CLASSGUID, CM_DRP_COMPATIBLEIDS, CM_DRP_DEVICEDESC, CM_DRP_FRIENDLYNAME,
    CM_GETIDLIST_FILTER_ENUMERATOR, CM_GETIDLIST_FILTER_PRESENT, CM_Get_DevNode_Registry_PropertyW,
    CM_Get_DevNode_Status, CM_Get_Device_ID_List_SizeW, CM_Get_Device_ID_ListW,
    CM_LOCATE_DEVNODE_NORMAL, CM_Locate_DevNodeW, CR_SUCCESS, DN_HAS_PROBLEM,
};

use super::wide;
use crate::usb::models::Model;
use crate::usb::{DriverSeen, UsbReader, UsbReaders};

/// The present USB devices that are readers: by the class of their interface, by the class of
/// Windows their driver put them into, or by their number.
pub(in super::super) fn usb_readers() -> UsbReaders {
    match device_ids() {
        Ok(ids) => UsbReaders::Seen {
            readers: each_once(ids.iter().filter_map(|id| reader(id)).collect()),
        },
        Err(failure) => UsbReaders::Failed { failure },
    }
}

/// A device of several interfaces stands in the list itself, and so does each interface.
fn each_once(readers: Vec<(bool, UsbReader)>) -> Vec<UsbReader> {
    let interfaces: Vec<String> = readers
        .iter()
        .filter(|(is_interface, _)| *is_interface)
        .map(|(_, reader)| reader.id.clone())
        .collect();
    let once = readers
        .into_iter()
        .filter(|(is_interface, reader)| *is_interface || !interfaces.contains(&reader.id));
    once.map(|(_, reader)| reader).collect()
}

/// Whether it is an interface of a device, and the reader.
fn reader(id: &str) -> Option<(bool, UsbReader)> {
    let mut reader = on_usb(id)?;
    let node = locate(id).ok()?;
    let text = |property| self::property(node, property).unwrap_or_default();
    let is_reader = text(CM_DRP_COMPATIBLEIDS).contains(SMART_CARD_INTERFACE)
        || text(CM_DRP_CLASSGUID).eq_ignore_ascii_case(SMART_CARD_READERS)
        || Model::is_without_class(&reader.id);
    if !is_reader {
        return None;
    }
    let name = property(node, CM_DRP_FRIENDLYNAME).or_else(|| property(node, CM_DRP_DEVICEDESC));
    reader.name = name.unwrap_or_default();
    reader.driver = status(node);
    Some((id.to_uppercase().contains("&MI_"), reader))
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
        driver: DriverSeen::NotLooked,
    })
}

fn device_ids() -> Result<Vec<String>, ForeignFailure> {
    let enumerator = wide("USB");
    let filter = CM_GETIDLIST_FILTER_PRESENT | CM_GETIDLIST_FILTER_ENUMERATOR;
    let mut length = 0_u32;
    // SAFETY: the filter's text ends with a zero; the call writes one number.
    let answer =
        unsafe { CM_Get_Device_ID_List_SizeW(&raw mut length, enumerator.as_ptr(), filter) };
    succeeded("CM_Get_Device_ID_List_SizeW", answer)?;
    let mut ids = vec![0_u16; length as usize];
    // SAFETY: as above; the buffer holds `length` characters.
    let answer =
        unsafe { CM_Get_Device_ID_ListW(enumerator.as_ptr(), ids.as_mut_ptr(), length, filter) };
    succeeded("CM_Get_Device_ID_ListW", answer)?;
    let texts = ids.split(|unit| *unit == 0).filter(|text| !text.is_empty());
    Ok(texts.map(String::from_utf16_lossy).collect())
}

fn locate(id: &str) -> Result<u32, ForeignFailure> {
    let id = wide(id);
    let mut node = 0_u32;
    // SAFETY: the text ends with a zero; the call writes one number.
    let answer =
        unsafe { CM_Locate_DevNodeW(&raw mut node, id.as_ptr(), CM_LOCATE_DEVNODE_NORMAL) };
    succeeded("CM_Locate_DevNodeW", answer).map(|()| node)
}

fn status(node: u32) -> DriverSeen {
    let (mut flags, mut problem) = (0_u32, 0_u32);
    // SAFETY: the call writes the two numbers.
    let answer = unsafe { CM_Get_DevNode_Status(&raw mut flags, &raw mut problem, node, 0) };
    match succeeded("CM_Get_DevNode_Status", answer) {
        Ok(()) if flags & DN_HAS_PROBLEM != 0 => DriverSeen::Status { problem },
        Ok(()) => DriverSeen::Status { problem: 0 },
        Err(failure) => DriverSeen::Failed { failure },
    }
}

/// A property of the device as text; the texts of a list one a line.
fn property(node: u32, property: u32) -> Option<String> {
    let mut text = [0_u16; 1024];
    let mut bytes = u32::try_from(size_of_val(&text)).ok()?;
    // SAFETY: the buffer holds `bytes` bytes and is ours to write to.
    let answer = unsafe {
        CM_Get_DevNode_Registry_PropertyW(
            node,
            property,
            ptr::null_mut(),
            text.as_mut_ptr().cast(),
            &raw mut bytes,
            0,
        )
    };
    let text = text.get(..bytes as usize / 2)?;
    let text = String::from_utf16_lossy(text).replace('\0', "\n");
    (answer == CR_SUCCESS).then(|| text.trim().to_owned())
}

fn succeeded(call: &'static str, answer: u32) -> Result<(), ForeignFailure> {
    match answer {
        CR_SUCCESS => Ok(()),
        code => Err(ForeignFailure::new(call, code)),
    }
}

/// `GUID_DEVCLASS_SMARTCARDREADER`.
const SMART_CARD_READERS: &str = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}";
/// As the bus driver writes the class of an interface.
const SMART_CARD_INTERFACE: &str = r"USB\Class_0B";

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_device_and_its_interface_are_one_reader_and_two_interfaces_are_two() {
        let reader = |id: &str| on_usb(&format!(r"USB\{id}\5&2D1A")).unwrap();
        let device = reader("VID_0F14&PID_0038");
        let interface = reader("VID_0F14&PID_0038&MI_00");
        let once = each_once(vec![(false, device.clone()), (true, interface.clone())]);
        assert_eq!(once, [interface.clone()]);
        let twice = vec![(true, interface.clone()), (true, interface)];
        assert_eq!(each_once(twice).len(), 2);
        assert_eq!(each_once(vec![(false, device)]).len(), 1);
    }

    #[test]
    fn the_bus_of_this_machine_can_be_listed() {
        assert!(matches!(usb_readers(), UsbReaders::Seen { .. }));
    }
}
