import MeshWire

/// Flow control (DESIGN §4): envelopes may be sent only as far as the receiver has granted, so a slow reader never
/// makes anybody buffer without bound.
extension Engine {
    /// Whether the peer may send this frame.
    mutating func takeCredit(_ link: LinkID, _ frame: Frame) -> Bool {
        let bytes = frame.meteredBytes
        guard bytes > 0, let granted = links[link]?.grantedCredit else { return true }
        guard bytes <= granted else {
            dismiss(link, Goodbye(.creditExceeded, detail: "\(bytes) bytes sent, \(granted) were granted"))
            return false
        }
        links[link]?.grantedCredit = granted - bytes
        return true
    }

    /// What the peer sent is dealt with: it gets the credit back, in portions of half a window.
    mutating func release(_ link: LinkID, _ bytes: UInt32) {
        guard bytes > 0, let granted = links[link]?.consume(bytes), granted > 0 else { return }
        send(.credit(bytes: granted), to: link)
    }

    mutating func onCredit(_ link: LinkID, _ bytes: UInt32) {
        guard let credit = links[link]?.sendCredit else { return }
        let (open, overflow) = credit.addingReportingOverflow(bytes)
        guard !overflow, open <= WireLimits.openCredit else { return violate(link, "more credit than may be open") }
        links[link]?.sendCredit = open
        guard links[link]?.isNode == true else { return pump(link) }
        flushWaiting(link)
        flushMoves(link)
    }
}
