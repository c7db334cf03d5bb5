import CSQLite
import MeshQueueCore

/// The reading half of a store: a connection of its own, so that a fetch neither waits for a commit's fsync nor holds
/// one up. One fetch round at a time; any thread.
///
/// Chunks never change, so an old snapshot of the file serves as long as it has the rows that are wanted. It is kept
/// from round to round (a new one throws away cache and mapping, which doubles the cost of a fetch), renewed when a
/// newer row is wanted, and let go when the log is to be copied back, which it would hold up.
final class QueueReader: @unchecked Sendable {
    private let gate = Lock()
    private let connection: SQLiteConnection
    private let records: SQLiteRowReader
    private let selectMeta: SQLiteStatement
    private let shared: SharedIndex
    private let report: QueueReportHandler
    /// Rows below this are in the snapshot that `records` holds; 0 without one.
    private var snapshotEnd: UInt64 = 0
    /// Where the last fetch of a recipient ended, so that the next page needn't walk the queue: recipient → slot.
    @exclusivity(unchecked) private var cursors: ContiguousArray<UInt32> = ContiguousArray(
        repeating: noIndex, count: 1_024)

    /// 2,048 messages noted per look at the index: some 100 µs under its lock.
    private static let messagesPerRound = 2_048

    init(_ connection: SQLiteConnection, shared: SharedIndex, report: @escaping QueueReportHandler)
        throws(SQLiteFailure)
    {
        self.connection = connection
        self.shared = shared
        self.report = report
        records = SQLiteRowReader(connection, table: "chunk_data", column: "body")
        selectMeta = try SQLiteStatement(connection, "SELECT body FROM chunk_meta WHERE chunk=?1")
    }

    /// Where a message to be read lies.
    private struct Wanted {
        let sequence: UInt64
        let row: UInt64
        let entry: UInt8
        let offset: Int
        let length: Int
        let expirySeconds: UInt32
    }

    private struct Round {
        var wanted: ContiguousArray<Wanted> = []
        /// Rows below this are in a snapshot taken from now on.
        var committedEnd: UInt64 = 0
        var ends: [(end: Int, hasMore: Bool)] = []
    }

    /// Answers fetches, several per look at the index.
    func fetch(_ fetches: [QueueFetch]) -> [Result<QueuePage, QueueError>] {
        gate.withLock {
            var answers: [Result<QueuePage, QueueError>] = []
            while answers.count < fetches.count { readRound(fetches[answers.count...], into: &answers) }
            return answers
        }
    }

    /// Runs `body` while nothing is being read and no snapshot is held.
    func withoutReading<Result>(_ body: () -> Result) -> Result {
        gate.withLock {
            letSnapshotGo()
            return body()
        }
    }

    private func letSnapshotGo() {
        records.close()
        snapshotEnd = 0
    }

    private func readRound(_ fetches: ArraySlice<QueueFetch>, into answers: inout [Result<QueuePage, QueueError>]) {
        let round = shared.beginReading { look(fetches, at: $0) }
        if round.wanted.contains(where: { $0.row >= snapshotEnd }) {
            letSnapshotGo()
            snapshotEnd = round.committedEnd
        }
        var start = 0
        for (fetch, part) in zip(fetches, round.ends) {
            answers.append(read(round.wanted[start..<part.end], for: fetch, hasMore: part.hasMore))
            start = part.end
        }
        if !records.isOpen { letSnapshotGo() }
        shared.endReading()
    }

    /// Notes where the messages of as many fetches lie as a round may have.
    private func look(_ fetches: ArraySlice<QueueFetch>, at index: borrowing QueueIndex) -> Round {
        var round = Round()
        round.committedEnd = index.rowEnd
        for fetch in fetches {
            if round.wanted.count >= Self.messagesPerRound { break }
            let hasMore = look(fetch, at: index, &round.wanted)
            round.ends.append((round.wanted.count, hasMore))
        }
        return round
    }

    private func look(
        _ fetch: QueueFetch, at index: borrowing QueueIndex, _ wanted: inout ContiguousArray<Wanted>
    ) -> Bool {
        let hash = index.seed.hash(fetch.recipient)
        guard let recipient = index.recipient(fetch.recipient, hash: hash) else { return false }
        let maxCount = min(fetch.maxCount, QueueBounds.fetchItems)
        let maxBytes = min(fetch.maxBytes, QueueBounds.fetchBytes)
        let first = wanted.count
        var bytes = 0
        var number = start(of: fetch, recipient: recipient, in: index)
        while number != noIndex {
            let slot = index.slot(number)
            bytes += Int(slot.place.length)
            if wanted.count - first >= maxCount || bytes > maxBytes && wanted.count > first { return true }
            wanted.append(
                Wanted(
                    sequence: slot.sequence, row: index.row(ofChunk: slot.place.chunk), entry: slot.place.entry,
                    offset: Int(slot.place.offset), length: Int(slot.place.length),
                    expirySeconds: slot.expirySeconds))
            cursors[Int(recipient) & (cursors.count - 1)] = number
            number = index.next(after: number)
        }
        return false
    }

    private func start(of fetch: QueueFetch, recipient: UInt32, in index: borrowing QueueIndex) -> UInt32 {
        let last = cursors[Int(recipient) & (cursors.count - 1)]
        if last != noIndex, index.isHeld(last) {
            let slot = index.slot(last)
            if slot.recipient == recipient, slot.sequence == fetch.afterSequence { return index.next(after: last) }
        }
        return index.first(ofRecipient: recipient, after: fetch.afterSequence)
    }
}

// MARK: The file

extension QueueReader {
    private func read(
        _ wanted: ArraySlice<Wanted>, for fetch: QueueFetch, hasMore: Bool
    ) -> Result<QueuePage, QueueError> {
        var page = QueuePage(items: [], bytes: [], lastSequence: fetch.afterSequence, hasMore: hasMore)
        page.items.reserveCapacity(wanted.count)
        let byteCount = wanted.reduce(0) { $0 + MessageRecord.headerByteCount + $1.length }
        var failure: QueueError?
        page.bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            var start = 0
            for message in wanted {
                let end = start + MessageRecord.headerByteCount + message.length
                let record = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[start..<end])
                do throws(QueueError) {
                    try read(message, into: record, at: start, for: fetch.recipient, &page)
                } catch {
                    failure = error
                    break
                }
                start = end
            }
            initialized = failure == nil ? byteCount : 0
        }
        if let failure { return .failure(failure) }
        page.lastSequence = wanted.last?.sequence ?? fetch.afterSequence
        page.examined = wanted.count
        for damage in page.damaged {
            shared.noteDamage(sequence: damage.sequence)
            report(.damaged(damage))
        }
        return .success(page)
    }

    private func read(
        _ message: Wanted, into record: UnsafeMutableRawBufferPointer, at start: Int,
        for recipient: QueueRecipient, _ page: inout QueuePage
    ) throws(QueueError) {
        let problem: String?
        do throws(SQLiteFailure) {
            let isThere = try records.read(row: message.row, offset: message.offset, into: record)
            let isIntact = isThere && MessageRecord.isIntact(UnsafeRawBufferPointer(record), sequence: message.sequence)
            problem = isIntact ? nil : isThere ? "its bytes don't fit their checksum" : "its chunk is missing"
        } catch {
            guard error.isDamage else { throw error.queueError(file: connection.file) }
            problem = error.message
        }
        guard let problem else {
            let payload = start + MessageRecord.headerByteCount
            page.items.append(
                QueueItem(
                    recipient: recipient, id: MessageRecord.id(UnsafeRawBufferPointer(record)),
                    sequence: message.sequence,
                    expirySeconds: message.expirySeconds, range: payload..<payload + message.length))
            return
        }
        record.initializeMemory(as: UInt8.self, repeating: 0)
        page.damaged.append(
            QueueDamage(
                recipient: recipient, sequence: message.sequence, id: metaID(message),
                detail: "\(problem) (chunk \(message.row) of \(connection.file))"))
    }

    /// The id of a message whose record is damaged, from its chunk's meta.
    private func metaID(_ message: Wanted) -> QueueItemID? {
        selectMeta.bind(1, message.row)
        defer { selectMeta.reset() }
        guard (try? selectMeta.step()) == true else { return nil }
        return ChunkMeta.id(in: selectMeta.bytes(0), row: message.row, entry: message.entry)
    }
}
