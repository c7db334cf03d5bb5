/// What start-up reads of a segment instead of its frames, written behind them when the segment is full: the messages
/// that are alive then, and where removals stand.
///
///     16  recipients  u32
///     20  removals    u32   frames with removals
///     24  recipients, 32 bytes each
///     …   messages, the block's count × 40 bytes: id 16, sequence u64, expiry u32, recipient u32 (its place above),
///         place u64 (`LogPlace`)
///     …   frames with removals, 8 bytes each: offset / 8 u32, how many entries the segment had before it u32
///
/// The block's checksum is seeded with the segment's nonce plus the summary's offset.
package enum SegmentSummary {
    package static let entryByteCount = 40
    package static let removalFrameByteCount = 8
    static let fixedByteCount = 8

    /// A message of the segment.
    package struct Entry: Sendable, Hashable {
        package var entry: LogEntry
        package var place: LogPlace

        package init(entry: LogEntry, place: LogPlace) {
            self.entry = entry
            self.place = place
        }
    }

    /// A frame that takes messages out, of this segment or of earlier ones.
    package struct RemovalFrame: Sendable, Hashable {
        package var offset: Int
        package var entriesBefore: Int

        package init(offset: Int, entriesBefore: Int) {
            self.offset = offset
            self.entriesBefore = entriesBefore
        }
    }

    /// Bytes of a summary.
    package static func byteCount(recipients: Int, entries: Int, removalFrames: Int) -> Int {
        Block.headerByteCount + fixedByteCount + recipients * QueueRecipient.byteCount + entries * entryByteCount
            + removalFrames * removalFrameByteCount
    }
}

extension SegmentSummary {
    /// A summary, checked in all its parts.
    package struct Reader {
        package let entryCount: Int
        package let removalFrameCount: Int
        private let recipients: UnsafeRawBufferPointer
        private let entries: UnsafeRawBufferPointer
        private let removalFrames: UnsafeRawBufferPointer

        /// Opens the summary that stands at `offset` of its segment. The bytes must stay while this value is used.
        package init(_ bytes: UnsafeRawBufferPointer, nonce: UInt64, offset: Int) throws(FormatError) {
            let block = try Block.open(bytes, kind: .summary, row: nonce &+ UInt64(offset))
            var reader = ByteReader(block.body)
            let recipientCount = Int(try reader.integer(UInt32.self))
            removalFrameCount = Int(try reader.integer(UInt32.self))
            entryCount = block.count
            recipients = try reader.slice(recipientCount * QueueRecipient.byteCount)
            entries = try reader.slice(entryCount * entryByteCount)
            removalFrames = try reader.slice(removalFrameCount * removalFrameByteCount)
            guard reader.isAtEnd else { throw .wrongLength(got: block.body.count, expected: reader.offset) }
            for number in 0..<entryCount {
                let start = number * entryByteCount
                guard entries.integer(at: start + 28, as: UInt32.self) < recipientCount else {
                    throw .invalidField("recipient")
                }
                let sequence = entries.integer(at: start + 16, as: UInt64.self)
                guard sequence > 0, sequence <= maximumSequence else { throw .invalidField("sequence") }
                guard LogPlace(raw: entries.integer(at: start + 32, as: UInt64.self)).isSound(below: offset) else {
                    throw .invalidField("place")
                }
            }
        }

        /// A message by its number in the summary.
        package func entry(_ number: Int) -> Entry {
            let start = number * entryByteCount
            let recipient = Int(entries.integer(at: start + 28, as: UInt32.self))
            let place = LogPlace(raw: entries.integer(at: start + 32, as: UInt64.self))
            return Entry(
                entry: LogEntry(
                    key: QueueKey(
                        recipient: recipients.recipient(at: recipient * QueueRecipient.byteCount),
                        id: entries.itemID(at: start)),
                    sequence: entries.integer(at: start + 16, as: UInt64.self),
                    expirySeconds: entries.integer(at: start + 24, as: UInt32.self),
                    length: UInt16(place.length)),
                place: place)
        }

        /// A frame with removals, by its number in the summary.
        package func removalFrame(_ number: Int) -> RemovalFrame {
            let start = number * removalFrameByteCount
            return RemovalFrame(
                offset: Int(removalFrames.integer(at: start, as: UInt32.self)) * 8,
                entriesBefore: Int(removalFrames.integer(at: start + 4, as: UInt32.self)))
        }
    }
}

extension SegmentSummary {
    /// Collects a summary while a segment fills.
    package struct Writer: ~Copyable {
        private var entries = ByteSink()
        private var frames = ByteSink(capacity: 512)
        private var recipients = ByteSink()
        private var recipientNumbers = BatchMap()
        private var recipientCount = 0
        private var entryCount = 0
        private var frameCount = 0

        package init() {}

        /// Bytes the summary takes, at most, after `entries` more messages and one more frame.
        package func byteCount(adding added: Int) -> Int {
            SegmentSummary.byteCount(
                recipients: recipientCount + added, entries: entryCount + added, removalFrames: frameCount + 1)
        }

        /// Whether start-up reads less with the summary than without: not where frames are so large that their
        /// directories take more than a page each. Under load a summary would be 4 % more to write.
        package func isWorthwhile(frames: Int) -> Bool { frames * 4_096 > entryCount * entryByteCount }

        /// Adds a message.
        package mutating func add(_ entry: Entry, recipientHash: UInt64) {
            let recipient = number(of: entry.entry.key.recipient, hash: recipientHash)
            let bytes = entries.extend(by: entryByteCount)
            bytes.store(entry.entry.key.id, at: 0)
            bytes.store(entry.entry.sequence, at: 16)
            bytes.store(entry.entry.expirySeconds, at: 24)
            bytes.store(recipient, at: 28)
            bytes.store(entry.place.raw, at: 32)
            entryCount += 1
        }

        /// Adds a frame with removals.
        package mutating func add(_ frame: RemovalFrame) {
            let bytes = frames.extend(by: removalFrameByteCount)
            bytes.store(UInt32(frame.offset / 8), at: 0)
            bytes.store(UInt32(frame.entriesBefore), at: 4)
            frameCount += 1
        }

        /// Writes the summary of those messages that `isAlive` into `sink`, replacing what it held.
        package func write(
            to sink: inout ByteSink, nonce: UInt64, offset: Int, isAlive: (LogPlace) -> Bool
        ) {
            sink.removeAll()
            let head = sink.extend(by: Block.headerByteCount + fixedByteCount)
            head.store(UInt32(recipientCount), at: 16)
            head.store(UInt32(frameCount), at: 20)
            sink.append(recipients.bytes)
            var alive = 0
            for number in 0..<entryCount {
                let start = number * entryByteCount
                let bytes = UnsafeRawBufferPointer(rebasing: entries.bytes[start..<start + entryByteCount])
                guard isAlive(LogPlace(raw: bytes.integer(at: 32, as: UInt64.self))) else { continue }
                sink.append(bytes)
                alive += 1
            }
            sink.append(frames.bytes)
            Block.seal(sink.mutableBytes, kind: .summary, count: alive, row: nonce &+ UInt64(offset))
        }

        /// Forgets everything and keeps the memory.
        package mutating func removeAll() {
            entries.removeAll()
            frames.removeAll()
            recipients.removeAll()
            recipientNumbers.removeAll()
            (recipientCount, entryCount, frameCount) = (0, 0, 0)
        }

        private mutating func number(of recipient: QueueRecipient, hash: UInt64) -> UInt32 {
            let known = recipients.bytes
            let found = recipientNumbers.first(hash) {
                known.recipient(at: Int($0) * QueueRecipient.byteCount) == recipient
            }
            if let found { return found }
            let number = UInt32(recipientCount)
            recipientNumbers.insert(hash, number)
            recipients.extend(by: QueueRecipient.byteCount).store(recipient, at: 0)
            recipientCount += 1
            return number
        }
    }
}
