/// Lays out frames.
enum FrameBuilder {
    /// How large a frame will be.
    struct Size {
        var removals = 0
        var removalByteCount = 0
        var appends = 0
        var recordByteCount = 0

        var directoryByteCount: Int {
            Frame.headerByteCount + roundedToWord(removalByteCount) + appends * Frame.appendByteCount
        }
        var byteCount: Int { directoryByteCount + recordByteCount }

        init() {}

        /// Of the frame that does what is planned.
        init(_ plan: LogPlan) {
            var previous: QueueRecipient?
            for removal in plan.removals {
                removalByteCount += RemovalCoding.byteCount(removal, previous: previous)
                previous = removal.key.recipient
            }
            removals = plan.removals.count
            for append in plan.appends where !append.isCancelled { add(append.entry) }
        }

        mutating func add(_ entry: LogEntry) {
            appends += 1
            recordByteCount += entry.recordByteCount
        }
    }

    /// Writes the frame that does what is planned into `sink`, copying each payload this once.
    static func build(
        _ plan: LogPlan, _ size: Size, submissions: [LogSubmission], head: LogStore.Head, segment: SegmentRecord,
        into sink: inout ByteSink
    ) {
        sink.removeAll()
        _ = sink.extend(by: Frame.headerByteCount)
        write(plan.removals, size, to: &sink)
        for append in plan.appends where !append.isCancelled {
            Frame.write(append.entry, to: sink.extend(by: Frame.appendByteCount))
        }
        for number in plan.appends.indices where !plan.appends[number].isCancelled {
            write(plan.source(of: number, in: submissions), plan.appends[number].entry, to: &sink)
        }
        seal(size, nextSequence: plan.nextSequence, head: head, segment: segment, &sink)
    }

    private static func write(
        _ removals: ContiguousArray<LogRemoval>, _ size: Size, to sink: inout ByteSink
    ) {
        var previous: QueueRecipient?
        for removal in removals {
            let byteCount = RemovalCoding.byteCount(removal, previous: previous)
            RemovalCoding.write(removal, previous: previous, to: sink.extend(by: byteCount))
            previous = removal.key.recipient
        }
        let padding = roundedToWord(size.removalByteCount) - size.removalByteCount
        sink.extend(by: padding).initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// A payload that shows other than its length is a programming error.
    private static func write(_ payload: any QueuePayload, _ entry: LogEntry, to sink: inout ByteSink) {
        let length = Int(entry.length)
        let record = sink.extend(by: entry.recordByteCount)
        record.store(UInt64(0), at: record.count - 8)
        payload.withPayloadBytes { bytes in
            precondition(bytes.count == length, "a payload of \(length) bytes showed \(bytes.count)")
            UnsafeMutableRawBufferPointer(rebasing: record[LogRecord.headerByteCount...]).copyMemory(from: bytes)
        }
        LogRecord.seal(record, length: length, sequence: entry.sequence)
    }

    /// Writes a frame of copies into `sink`: `records` stand one behind the other, as they are on disk.
    static func build(
        copies entries: ContiguousArray<LogEntry>, records: UnsafeRawBufferPointer, _ size: Size,
        nextSequence: UInt64, head: LogStore.Head, segment: SegmentRecord, into sink: inout ByteSink
    ) {
        sink.removeAll()
        _ = sink.extend(by: Frame.headerByteCount)
        for entry in entries { Frame.write(entry, to: sink.extend(by: Frame.appendByteCount)) }
        sink.append(records)
        seal(size, nextSequence: nextSequence, head: head, segment: segment, &sink)
    }

    private static func seal(
        _ size: Size, nextSequence: UInt64, head: LogStore.Head, segment: SegmentRecord, _ sink: inout ByteSink
    ) {
        let header = Frame.Header(
            directoryByteCount: size.directoryByteCount, frameByteCount: size.byteCount, appendCount: size.appends,
            removalCount: size.removals, number: head.frames + 1, nextSequence: nextSequence,
            firstEntry: segment.entryCount)
        Frame.seal(sink.mutableBytes, header, nonce: segment.nonce, offset: head.offset)
    }
}
