/// The name of a link inside one ``LinkHub``: a small value that any thread can keep.
///
/// It holds the number of the event loop that owns the link, a slot there, and a generation that keeps a slot's former
/// links apart: what is sent to a link that has closed is dropped, never given to its slot's next owner. (A slot
/// must be used anew 16 million times before a name comes back.)
public struct LinkHandle: Hashable, Sendable, BitwiseCopyable {
    let raw: UInt64

    /// The name as a number, for who has a table of its own.
    public var number: UInt64 { raw }

    /// The name that was this number.
    public init(number: UInt64) { raw = number }

    init(loop: Int, slot: Int, generation: UInt32) {
        raw = UInt64(loop) << 48 | UInt64(generation & 0xff_ffff) << 24 | UInt64(slot)
    }

    /// The number of the event loop that owns the link: 0 ..< ``LinkHub/loopCount``.
    public var loop: Int { Int(raw >> 48) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: raw >> 24) & 0xff_ffff }
    var slot: Int { Int(raw & 0xff_ffff) }
}

extension LinkHandle: CustomStringConvertible {
    /// Loop, slot and generation; for logs.
    public var description: String { "link \(loop).\(slot).\(generation)" }
}
