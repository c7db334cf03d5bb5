import MeshCrypto

// kind u8, then by kind; integers big-endian. Tail: digest 16 | hint count u8 | each: node 32, incarnation u64,
// suspect u8.
//  1 probe: sequence u32, accuses u8, tail          2 acknowledge: sequence u32, tail
//  3 relayRequest: sequence u32, target 32, nonce 16, tail
//  4 relayedProbe: sequence u32, requester 32, nonce 16
//  5 relayedAcknowledge: sequence u32, signature 64
//  6 relayResult: sequence u32, outcome u8 (0 unknown, 1 silent, 2 answered), signature 64 if answered
//  7 gossip: tail                                   8 compare: 128 × u64
//  9 entries: bucket u8, kind u8 (0 part, 1 whole, 2 opinions), count u8, each: short id u64,
//    incarnation u64, fingerprint u64, state u8
// 10 want: count u8, each: short id u64
extension SwimMessage {
    private enum Kind: UInt8 {
        case probe = 1
        case acknowledge, relayRequest, relayedProbe, relayedAcknowledge, relayResult, gossip, compare, entries, want
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: 128)
        switch self {
        case .probe(let sequence, let accuses, let tail):
            writer.start(Kind.probe.rawValue, sequence)
            writer.integer(UInt8(accuses ? 1 : 0))
            writer.tail(tail)
        case .acknowledge(let sequence, let tail):
            writer.start(Kind.acknowledge.rawValue, sequence)
            writer.tail(tail)
        case .relayRequest(let sequence, let target, let nonce, let tail):
            writer.start(Kind.relayRequest.rawValue, sequence)
            writer.fixed(target.bytes)
            writer.fixed(nonce)
            writer.tail(tail)
        case .relayedProbe(let sequence, let requester, let nonce):
            writer.start(Kind.relayedProbe.rawValue, sequence)
            writer.fixed(requester.bytes)
            writer.fixed(nonce)
        case .relayedAcknowledge(let sequence, let signature):
            writer.start(Kind.relayedAcknowledge.rawValue, sequence)
            writer.fixed(signature)
        case .relayResult(let sequence, let outcome):
            writer.start(Kind.relayResult.rawValue, sequence)
            writer.outcome(outcome)
        default: encodeRoster(&writer)
        }
        return writer.bytes
    }

    private func encodeRoster(_ writer: inout ByteWriter) {
        switch self {
        case .gossip(let tail):
            writer.integer(Kind.gossip.rawValue)
            writer.tail(tail)
        case .compare(let digests):
            writer.integer(Kind.compare.rawValue)
            for digest in digests { writer.integer(digest) }
        case .entries(let bucket, let kind, let entries):
            writer.raw([Kind.entries.rawValue, bucket, kind.rawValue, UInt8(entries.count)])
            for entry in entries {
                writer.integer(entry.shortID)
                writer.integer(entry.incarnation)
                writer.integer(entry.fingerprint)
                writer.integer(entry.state.rawValue)
            }
        case .want(let ids):
            writer.raw([Kind.want.rawValue, UInt8(ids.count)])
            for id in ids { writer.integer(id) }
        default: preconditionFailure("encoded by its caller")
        }
    }

    /// Nil for bytes that are no message, or hold more than one.
    init?(decoding bytes: [UInt8]) {
        guard bytes.count <= MembershipLimits.maximumMessageBytes else { return nil }
        let message = bytes.withUnsafeBytes { raw -> SwimMessage? in
            var reader = ByteReader(raw)
            guard let kind = reader.integer(UInt8.self).flatMap(Kind.init), let message = Self.read(kind, &reader),
                reader.remaining == 0
            else { return nil }
            return message
        }
        guard let message else { return nil }
        self = message
    }

    private static func read(_ kind: Kind, _ reader: inout ByteReader) -> SwimMessage? {
        switch kind {
        case .gossip: return reader.tail().map { .gossip($0) }
        case .compare: return reader.list(Roster.bucketCount) { $0.integer(UInt64.self) }.map { .compare($0) }
        case .entries: return reader.entries()
        case .want:
            guard let count = reader.integer(UInt8.self), Int(count) <= SwimLimits.wantedPerMessage else { return nil }
            return reader.list(Int(count)) { $0.integer(UInt64.self) }.map { .want($0) }
        default:
            guard let sequence = reader.integer(UInt32.self) else { return nil }
            return read(kind, sequence, &reader)
        }
    }

    private static func read(_ kind: Kind, _ sequence: UInt32, _ reader: inout ByteReader) -> SwimMessage? {
        switch kind {
        case .probe:
            guard let accuses = reader.flag(), let tail = reader.tail() else { return nil }
            return .probe(sequence: sequence, accuses: accuses, tail)
        case .acknowledge: return reader.tail().map { .acknowledge(sequence: sequence, $0) }
        case .relayRequest:
            guard let target = reader.node(), let nonce = reader.fixed(Bytes16.self), let tail = reader.tail() else {
                return nil
            }
            return .relayRequest(sequence: sequence, target: target, nonce: nonce, tail)
        case .relayedProbe:
            guard let requester = reader.node(), let nonce = reader.fixed(Bytes16.self) else { return nil }
            return .relayedProbe(sequence: sequence, requester: requester, nonce: nonce)
        case .relayedAcknowledge:
            return reader.fixed(Bytes64.self).map { .relayedAcknowledge(sequence: sequence, signature: $0) }
        case .relayResult: return reader.outcome().map { .relayResult(sequence: sequence, $0) }
        default: return nil
        }
    }
}

extension ByteWriter {
    fileprivate mutating func start(_ kind: UInt8, _ sequence: UInt32) {
        integer(kind)
        integer(sequence)
    }

    fileprivate mutating func outcome(_ outcome: SwimMessage.RelayOutcome) {
        switch outcome {
        case .unknown: integer(UInt8(0))
        case .silent: integer(UInt8(1))
        case .answered(let signature):
            integer(UInt8(2))
            fixed(signature)
        }
    }

    fileprivate mutating func tail(_ tail: SwimMessage.Tail) {
        fixed(tail.digest)
        integer(UInt8(tail.hints.count))
        for hint in tail.hints {
            fixed(hint.node.bytes)
            integer(hint.incarnation)
            integer(UInt8(hint.isSuspect ? 1 : 0))
        }
    }
}

extension ByteReader {
    fileprivate mutating func flag() -> Bool? {
        guard let value = integer(UInt8.self), value <= 1 else { return nil }
        return value == 1
    }

    fileprivate mutating func outcome() -> SwimMessage.RelayOutcome? {
        switch integer(UInt8.self) {
        case 0: .unknown
        case 1: .silent
        case 2: fixed(Bytes64.self).map { .answered($0) }
        default: nil
        }
    }

    /// An id that is compared with known ones only, so its key needs no proof.
    fileprivate mutating func node() -> NodeID? { fixed(Bytes32.self).map { NodeID(trusted: $0) } }

    fileprivate mutating func tail() -> SwimMessage.Tail? {
        guard let digest = fixed(Bytes16.self), let count = integer(UInt8.self), count <= SwimLimits.hintsPerMessage,
            let hints = list(Int(count), { $0.hint() })
        else { return nil }
        return SwimMessage.Tail(digest: digest, hints: hints)
    }

    private mutating func hint() -> SwimMessage.Hint? {
        guard let node = node(), let incarnation = integer(UInt64.self), let isSuspect = flag() else { return nil }
        return SwimMessage.Hint(node: node, incarnation: incarnation, isSuspect: isSuspect)
    }

    fileprivate mutating func entries() -> SwimMessage? {
        guard let bucket = integer(UInt8.self), bucket < Roster.bucketCount,
            let kind = integer(UInt8.self).flatMap(SwimMessage.EntriesKind.init),
            let count = integer(UInt8.self), count <= SwimLimits.entriesPerMessage,
            let entries = list(Int(count), { $0.entry() })
        else { return nil }
        return .entries(bucket: bucket, kind, entries)
    }

    private mutating func entry() -> SwimMessage.Entry? {
        guard let id = integer(UInt64.self), let incarnation = integer(UInt64.self),
            let fingerprint = integer(UInt64.self), let state = integer(UInt8.self).flatMap(NodeState.init)
        else { return nil }
        return SwimMessage.Entry(shortID: id, incarnation: incarnation, fingerprint: fingerprint, state: state)
    }

    fileprivate mutating func list<Value>(_ count: Int, _ read: (inout ByteReader) -> Value?) -> [Value]? {
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = read(&self) else { return nil }
            values.append(value)
        }
        return values
    }
}
