public import NIOCore

/// Takes the frames out of one link message, one after the other. Total: any bytes give frames or a named error.
///
/// Envelopes stay slices of the message's own storage.
public struct FrameDecoder {
    private var message: ByteBuffer
    /// Frames of optional types that were skipped because this version doesn't know them.
    public private(set) var skipped = 0

    /// - Parameter message: the plaintext of one link message, at most `WireLimits.message` bytes.
    public init(_ message: ByteBuffer) {
        self.message = message
    }

    /// The next frame with the size of its payload in bytes, or nil at the end of the message.
    public mutating func next() throws(FrameError) -> (frame: Frame, payloadBytes: Int)? {
        while message.readableBytes > 0 {
            guard let header = message.readInteger(as: UInt32.self) else {
                throw .headerTruncated(left: message.readableBytes)
            }
            let rawType = UInt8(header >> 24)
            let reserved = UInt8(truncatingIfNeeded: header >> 16)
            let length = Int(header & 0xffff)
            guard reserved == 0 else { throw .reservedByte(got: reserved) }
            guard let payload = message.readSlice(length: length) else {
                throw .frameTruncated(type: rawType, promised: length, left: message.readableBytes)
            }
            if let type = FrameType(rawValue: rawType) {
                return (try Frame(type, payload: payload), length)
            }
            guard rawType >= FrameType.firstOptional else { throw .unknownType(rawType) }
            skipped += 1
        }
        return nil
    }

    /// All frames of a message. A message without any is an error, so that nobody is kept busy with nothing.
    public static func decode(_ message: ByteBuffer) throws(FrameError) -> [Frame] {
        guard message.readableBytes > 0 else { throw .emptyMessage }
        var decoder = FrameDecoder(message)
        var frames: [Frame] = []
        while let (frame, _) = try decoder.next() { frames.append(frame) }
        return frames
    }
}

extension Frame {
    /// A frame from its payload.
    init(_ type: FrameType, payload: ByteBuffer) throws(FrameError) {
        var reader = FieldReader(type, payload)
        switch type {
        case .hello: self = .hello(try Hello(from: &reader))
        case .ping: self = .ping(try reader.integer("nonce"))
        case .pong: self = .pong(try reader.integer("nonce"))
        case .credit: self = .credit(bytes: try reader.integer("bytes"))
        case .goodbye: self = .goodbye(try Goodbye(from: &reader))
        case .rosterRequest: self = .rosterRequest(try RosterRequest(from: &reader))
        case .rosterPage: self = .rosterPage(try RosterPage(from: &reader))
        case .records:
            self = .records(
                try reader.entries(limit: WireLimits.recordsPerFrame) { reader throws(FrameError) in
                    try RosterEntry(from: &reader)
                })
        case .digest: self = .digest(try reader.bytes16("digest"))
        case .membership:
            self = .membership(
                try reader.prefixed("message", by: UInt16.self, limit: WireLimits.membershipMessage))
        case .submit: self = .submit(try Submit(from: &reader))
        case .submitted: self = .submitted(try Submitted(from: &reader))
        case .fetch: self = .fetch(try Fetch(from: &reader))
        case .fetched: self = .fetched(try Fetched(from: &reader))
        case .deliver: self = .deliver(try Deliver(from: &reader))
        case .acknowledge: self = .acknowledge(try Self.removals(&reader, DisclosedSecret.init(from:)))
        case .discard: self = .discard(try Self.removals(&reader, Discard.init(from:)))
        case .removed: self = .removed(try Self.removals(&reader, Removed.init(from:)))
        case .ephemeral: self = .ephemeral(try reader.submission())
        case .recall: self = .recall(try Recall(from: &reader))
        case .recalled: self = .recalled(try Recalled(from: &reader))
        case .contents: self = .contents(try Contents(from: &reader))
        case .contentsPage: self = .contentsPage(try ContentsPage(from: &reader))
        case .fetchThese: self = .fetchThese(try IDRequest(from: &reader))
        case .receiptsOf: self = .receiptsOf(try IDRequest(from: &reader))
        case .receipt: self = .receipt(try reader.receipt())
        case .forward: self = .forward(try Forward(from: &reader))
        case .forwarded: self = .forwarded(try Forwarded(from: &reader))
        case .replicate: self = .replicate(try Replicate(from: &reader))
        case .replicated: self = .replicated(try ReplicaAnswer(from: &reader))
        case .remove: self = .remove(try Remove(from: &reader))
        case .removeDone: self = .removeDone(try ReplicaAnswer(from: &reader))
        case .compare: self = .compare(try Compare(from: &reader))
        case .differ: self = .differ(try Differ(from: &reader))
        case .offer: self = .offer(try Offer(from: &reader))
        case .wanted: self = .wanted(try Wanted(from: &reader))
        }
        try reader.end()
    }

    private static func removals<Entry>(
        _ reader: inout FieldReader, _ read: (inout FieldReader) throws(FrameError) -> Entry
    ) throws(FrameError) -> [Entry] {
        try reader.entries(limit: WireLimits.removalsPerFrame, read)
    }
}
