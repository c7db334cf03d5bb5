/// A remembered id as tables have it: 16 bytes.
package struct TombstoneEntry: Sendable, Hashable, BitwiseCopyable {
    /// The fingerprint of (recipient, id).
    package var fingerprint: UInt64
    /// Where the tombstone stands (`TombstoneLocator`).
    package var locator: UInt64

    package init(fingerprint: UInt64, locator: UInt64) {
        self.fingerprint = fingerprint
        self.locator = locator
    }
}

extension TombstoneEntry: Comparable {
    /// By fingerprint, then by place.
    package static func < (left: TombstoneEntry, right: TombstoneEntry) -> Bool {
        left.fingerprint != right.fingerprint
            ? left.fingerprint < right.fingerprint : left.locator < right.locator
    }
}
