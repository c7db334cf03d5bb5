extension QueueIndex {
    /// The number of a recipient that has messages; nil if it has none.
    package func recipient(_ key: QueueRecipient, hash: UInt64) -> UInt32? {
        var probe = recipientMap.probe(hash)
        while let index = recipientMap.next(&probe) {
            if recipients[index].pointee.key == key { return index }
        }
        return nil
    }

    /// The recipient with this number, which must have messages.
    package func key(ofRecipient index: UInt32) -> QueueRecipient { recipients[index].pointee.key }

    /// What is held for a recipient.
    package func totals(ofRecipient index: UInt32) -> QueueTotals {
        let record = recipients[index].pointee
        return QueueTotals(recipients: 1, messages: Int(record.count), bytes: Int(record.bytes))
    }

    /// The slot of a recipient's oldest message.
    package func head(ofRecipient index: UInt32) -> UInt32 { recipients[index].pointee.head }

    /// The slot behind this one in its queue; `noIndex` at the end.
    package func next(after slot: UInt32) -> UInt32 { slots[slot].pointee.next }

    /// The slot of the oldest message behind `sequence`; `noIndex` if there is none. Walks from the nearer end.
    package func first(ofRecipient index: UInt32, after sequence: UInt64) -> UInt32 {
        let record = recipients[index].pointee
        let oldest = slots[record.head].pointee.sequence
        let newest = slots[record.tail].pointee.sequence
        if sequence >= newest { return noIndex }
        if sequence < oldest || sequence - oldest <= newest - sequence {
            return walkForward(from: record.head, after: sequence)
        }
        return walkBackward(from: record.tail, after: sequence)
    }

    private func walkForward(from start: UInt32, after sequence: UInt64) -> UInt32 {
        var slot = start
        while slot != noIndex, slots[slot].pointee.sequence <= sequence { slot = slots[slot].pointee.next }
        return slot
    }

    private func walkBackward(from start: UInt32, after sequence: UInt64) -> UInt32 {
        var slot = start
        while true {
            let previous = slots[slot].pointee.previous
            if previous == noIndex || slots[previous].pointee.sequence <= sequence { return slot }
            slot = previous
        }
    }

    /// Recipients that have messages, at most `maxCount` from `cursor` on.
    package func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        var page = QueueRecipientPage(recipients: [], next: nil)
        var index = UInt32(clamping: cursor.position)
        while index < recipients.end {
            let record = recipients[index].pointee
            if record.isUsed {
                guard page.recipients.count < maxCount else {
                    page.next = QueueRecipientCursor(position: Int(index))
                    break
                }
                page.recipients.append(
                    QueueRecipientTotals(
                        recipient: record.key, messages: Int(record.count), bytes: Int(record.bytes)))
            }
            index += 1
        }
        return page
    }

    mutating func findOrAdd(_ key: QueueRecipient, hash: UInt64) -> UInt32 {
        if let index = recipient(key, hash: hash) { return index }
        let index = recipients.add(
            RecipientRecord(
                key: key, bytes: 0, head: noIndex, tail: noIndex, count: 0, isUnordered: false, isUsed: true))
        recipientMap.insert(hash, index)
        totals.recipients += 1
        return index
    }

    mutating func drop(_ index: UInt32) {
        recipientMap.remove(seed.hash(recipients[index].pointee.key), index)
        recipients[index].pointee.isUsed = false
        recipients.remove(index)
        totals.recipients -= 1
    }

    /// Puts queues in order that were filled out of order. Copies of a chunk come later on disk than what arrived after
    /// them, so loading needs this once at its end.
    package mutating func sortUnordered() {
        var order: [UInt32] = []
        for index in 0..<recipients.end where recipients[index].pointee.isUsed {
            let record = recipients[index]
            guard record.pointee.isUnordered else { continue }
            order.removeAll(keepingCapacity: true)
            var slot = record.pointee.head
            while slot != noIndex {
                order.append(slot)
                slot = slots[slot].pointee.next
            }
            order.sort { slots[$0].pointee.sequence < slots[$1].pointee.sequence }
            relink(order, of: record)
        }
    }

    private func relink(_ order: [UInt32], of record: UnsafeMutablePointer<RecipientRecord>) {
        var previous = noIndex
        for slot in order {
            slots[slot].pointee.previous = previous
            slots[slot].pointee.next = noIndex
            if previous != noIndex { slots[previous].pointee.next = slot }
            previous = slot
        }
        record.pointee.head = order.first ?? noIndex
        record.pointee.tail = previous
        record.pointee.isUnordered = false
    }
}
