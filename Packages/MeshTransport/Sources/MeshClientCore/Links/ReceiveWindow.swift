import MeshWire

/// The credit that a node has with us on one link. At any time: open + held by the app + `released` = granted in hello.
struct ReceiveWindow: Sendable {
    /// What the node may still send.
    private(set) var open: UInt32
    /// What is free again and not yet told.
    private(set) var released: UInt32 = 0
    /// From here on it is told: half of what is granted, so that credit frames are few and the node never starves.
    private let threshold: UInt32

    init(granted: UInt32) {
        open = granted
        threshold = granted / 2
    }

    /// Takes the bytes of a metered frame; false if the node had no credit for them.
    mutating func take(_ bytes: UInt32) -> Bool {
        guard bytes <= open else { return false }
        open -= bytes
        return true
    }

    /// The app is done with as many bytes.
    mutating func release(_ bytes: UInt32) {
        released += bytes
    }

    /// What a credit frame should grant now, if anything.
    mutating func grant() -> UInt32? {
        guard released > 0, released >= threshold else { return nil }
        defer { released = 0 }
        open += released
        return released
    }
}
