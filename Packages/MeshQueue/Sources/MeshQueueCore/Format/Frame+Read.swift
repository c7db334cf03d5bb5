extension Frame {
    /// A frame's directory, checked in all its parts.
    package struct Directory {
        package let header: Header
        private let removals: UnsafeRawBufferPointer
        private let appends: UnsafeRawBufferPointer

        /// Opens the directory of a frame that stands at `offset` of its segment.
        ///
        /// - Parameter bytes: The frame's first `header.directoryByteCount` bytes, or more of it. They must stay while
        ///   this value is used.
        package init(
            _ bytes: UnsafeRawBufferPointer, nonce: UInt64, offset: Int, room: Int
        ) throws(FormatError) {
            header = try Header(bytes, nonce: nonce, room: room)
            guard bytes.count >= header.directoryByteCount else {
                throw .wrongLength(got: bytes.count, expected: header.directoryByteCount)
            }
            let covered = UnsafeRawBufferPointer(rebasing: bytes[8..<header.directoryByteCount])
            guard bytes.integer(at: 0, as: UInt64.self) == XXH64.hash(covered, seed: nonce &+ UInt64(offset)) else {
                throw .checksumMismatch
            }
            let appendStart = header.directoryByteCount - header.appendCount * appendByteCount
            removals = UnsafeRawBufferPointer(rebasing: bytes[headerByteCount..<appendStart])
            appends = UnsafeRawBufferPointer(rebasing: bytes[appendStart..<header.directoryByteCount])
            try check()
        }

        /// Calls `body` with every removal.
        package func forEachRemoval(_ body: (LogRemoval) -> Void) {
            // Checked by `check`: it can't fail any more.
            try? readRemovals(body)
        }

        /// Calls `body` with every append: its number within the frame, and its record's offset within the frame.
        package func forEachAppend(_ body: (_ number: Int, _ offset: Int, LogEntry) -> Void) {
            var offset = header.directoryByteCount
            for number in 0..<header.appendCount {
                let entry = append(number)
                body(number, offset, entry)
                offset += entry.recordByteCount
            }
        }

        private func append(_ number: Int) -> LogEntry {
            let start = number * appendByteCount
            return LogEntry(
                key: QueueKey(recipient: appends.recipient(at: start), id: appends.itemID(at: start + 32)),
                sequence: appends.integer(at: start + 48, as: UInt64.self),
                expirySeconds: appends.integer(at: start + 56, as: UInt32.self),
                length: appends.integer(at: start + 60, as: UInt16.self))
        }

        private func readRemovals(_ body: (LogRemoval) -> Void) throws(FormatError) {
            var reader = ByteReader(removals)
            var previous: QueueRecipient?
            for _ in 0..<header.removalCount {
                let removal = try RemovalCoding.read(&reader, previous: previous)
                previous = removal.key.recipient
                body(removal)
            }
            let padding = removals.count - reader.offset
            guard padding < 8 else { throw .wrongLength(got: removals.count, expected: reader.offset) }
            for byte in try reader.slice(padding) where byte != 0 { throw .invalidField("padding") }
        }

        private func check() throws(FormatError) {
            try readRemovals { _ in }
            var end = header.directoryByteCount
            for number in 0..<header.appendCount {
                let entry = append(number)
                guard entry.sequence > 0, entry.sequence < header.nextSequence else { throw .invalidField("sequence") }
                guard appends.integer(at: number * appendByteCount + 62, as: UInt16.self) == 0 else {
                    throw .invalidField("zero")
                }
                end += entry.recordByteCount
            }
            guard end == header.frameByteCount else {
                throw .wrongLength(got: header.frameByteCount, expected: end)
            }
        }
    }
}
