package import MeshCrypto

/// The form in which a conversation is kept. Version 1 lacks the secrets that receipts tell; a later version raises it,
/// and reads the earlier ones.
extension Conversation {
    private static let recordVersion: UInt8 = 2

    /// The whole state but the peer, for a store.
    package var record: [UInt8] {
        var writer = RecordWriter()
        writer.put(Self.recordVersion)
        writer.put(lastPosition)
        writer.put(readUpTo)
        writer.put(unread)
        writer.put(profileSentAt)
        writer.put(outgoing)
        writer.put(incoming)
        writer.put(receipts)
        return writer.bytes
    }

    /// Takes up a conversation where it was kept.
    /// - Throws: ``RecordError`` for anything that ``record`` didn't write.
    package init(with peer: UserID, record: [UInt8]) throws(RecordError) {
        var reader = RecordReader(record)
        let version = try reader.integer(UInt8.self)
        guard (1...Self.recordVersion).contains(version) else { throw RecordError() }
        self.init(with: peer)
        lastPosition = try reader.integer()
        readUpTo = try reader.integer()
        unread = try reader.integer()
        profileSentAt = try reader.integer()
        outgoing = try reader.sendingOrder()
        incoming = try reader.senderOrder()
        receipts = try reader.pendingReceipts()
        if version > 1 { receipts.secrets = try reader.secrets() }
        try reader.finish()
    }
}

extension RecordWriter {
    fileprivate mutating func put(_ previous: PreviousEpoch?) {
        put(previous) { writer, previous in
            writer.put(previous.epoch)
            writer.put(previous.count)
        }
    }

    fileprivate mutating func put(_ order: SendingOrder) {
        put(order.generation)
        put(order.epoch)
        put(order.counter)
        put(order.previous)
    }

    fileprivate mutating func put(_ order: SenderOrder) {
        put(order.tip)
        put(order.lastSentAt)
        put(order.epochs) { writer, epoch in
            writer.put(epoch.epoch)
            writer.put(epoch.next)
        }
        put(order.held) { writer, arrival in
            writer.put(arrival.id.bytes)
            writer.put(arrival.kind.rawValue)
            writer.put(arrival.order.epoch)
            writer.put(arrival.order.counter)
            writer.put(arrival.order.previous)
            writer.put(arrival.sentAtMilliseconds)
            writer.put(arrival.arrivedAtMilliseconds)
        }
    }

    fileprivate mutating func put(_ receipts: PendingReceipts) {
        put(receipts.since)
        put(receipts.delivered) { $0.put($1.bytes) }
        put(receipts.read) { $0.put($1.bytes) }
        put(receipts.secrets.sorted { $0.key < $1.key }) { writer, pair in
            writer.put(pair.key.bytes)
            writer.put(pair.value.bytes)
        }
    }
}

extension RecordReader {
    fileprivate mutating func previousEpoch() throws(RecordError) -> PreviousEpoch? {
        try optional { (reader) throws(RecordError) in
            PreviousEpoch(epoch: try reader.integer(), count: try reader.integer())
        }
    }

    fileprivate mutating func sendingOrder() throws(RecordError) -> SendingOrder {
        SendingOrder(
            generation: try integer(), epoch: try integer(), counter: try integer(), previous: try previousEpoch())
    }

    fileprivate mutating func senderOrder() throws(RecordError) -> SenderOrder {
        var order = SenderOrder()
        order.tip = try integer()
        order.lastSentAt = try integer()
        order.epochs = try list { (reader) throws(RecordError) in
            SenderOrder.Epoch(epoch: try reader.integer(), next: try reader.integer())
        }
        order.held = try list { (reader) throws(RecordError) in try reader.arrival() }
        return order
    }

    private mutating func arrival() throws(RecordError) -> Arrival {
        let id = InnerID(try fixed())
        guard let kind = Arrival.Kind(rawValue: try integer()) else { throw RecordError() }
        let order = MessageOrder(epoch: try integer(), counter: try integer(), previous: try previousEpoch())
        return Arrival(
            id: id, kind: kind, order: order, sentAtMilliseconds: try integer(), arrivedAtMilliseconds: try integer())
    }

    fileprivate mutating func secrets() throws(RecordError) -> [InnerID: ProofSecret] {
        let pairs = try list { (reader) throws(RecordError) in
            (InnerID(try reader.fixed()), ProofSecret(try reader.fixed()))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    fileprivate mutating func pendingReceipts() throws(RecordError) -> PendingReceipts {
        var receipts = PendingReceipts()
        receipts.since = try integer()
        receipts.delivered = try list { (reader) throws(RecordError) in InnerID(try reader.fixed()) }
        receipts.read = try list { (reader) throws(RecordError) in InnerID(try reader.fixed()) }
        return receipts
    }
}
