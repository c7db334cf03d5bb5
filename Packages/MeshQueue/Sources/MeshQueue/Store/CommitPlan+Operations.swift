import MeshQueueCore

extension CommitPlan {
    /// What an append comes to; accepted ones are noted.
    func evaluate(
        _ append: QueueAppend, submission: Int, operation: Int, nowSeconds: UInt32, index: borrowing QueueIndex
    ) throws(QueueError) -> QueueOutcome {
        let byteCount = append.payload.byteCount
        let limit = context.options.limits.payloadBytes
        if byteCount > limit { return .payloadTooLarge(byteCount: byteCount, limit: limit) }
        if append.expirySeconds <= nowSeconds { return .expired }
        let (recipient, id) = (append.recipient, append.id)
        let hash = index.seed.hash(recipient)
        let fingerprint = index.seed.fingerprint(recipientHash: hash, id: id)
        if let refusal = try refusal(recipient, id, hash, fingerprint, nowSeconds: nowSeconds, index: index) {
            return refusal
        }
        if let quota = quotaBroken(by: byteCount, recipient: recipient, hash: hash, index: index) {
            return .recipientFull(quota)
        }
        let sequence = nextSequence
        nextSequence += 1
        count(recipient, hash: hash, messages: 1, bytes: byteCount)
        add(
            Append(
                submission: submission, operation: operation, recipient: recipient, id: id, recipientHash: hash,
                fingerprint: fingerprint, sequence: sequence, expirySeconds: append.expirySeconds,
                length: UInt16(byteCount)))
        return .stored(sequence: sequence)
    }

    /// Why this id can't be taken now; nil if it can. A held copy that can't be read is given up for the new one.
    private func refusal(
        _ recipient: QueueRecipient, _ id: QueueItemID, _ hash: UInt64, _ fingerprint: Fingerprint,
        nowSeconds: UInt32, index: borrowing QueueIndex
    ) throws(QueueError) -> QueueOutcome? {
        if appended(recipient, id, fingerprint) != nil { return .duplicate }
        if isRemembered(recipient, id, fingerprint, nowSeconds: nowSeconds) { return .removedBefore }
        switch try lookup.find(recipient, id, fingerprint: fingerprint, prefixBytes: 0, in: index) {
        case .held(let slot) where !isRemoved(slot):
            return .duplicate
        case .damaged(let slot) where !isRemoved(slot):
            addRemoved(slot)
            count(recipient, hash: hash, messages: -1, bytes: -Int(index.slot(slot).place.length))
            return nil
        case .none, .held, .damaged:
            break
        }
        let isRemoved = try tombstoneTables.contains(recipient, id, fingerprint, nowSeconds: nowSeconds)
        return isRemoved ? .removedBefore : nil
    }

    /// What a removal comes to; accepted ones are noted.
    func evaluate(
        _ removal: QueueRemoval, submissions: [Submission], nowSeconds: UInt32, index: borrowing QueueIndex
    ) throws(QueueError) -> QueueOutcome {
        let (recipient, id) = (removal.recipient, removal.id)
        let hash = index.seed.hash(recipient)
        let fingerprint = index.seed.fingerprint(recipientHash: hash, id: id)
        if let number = appended(recipient, id, fingerprint) {
            return cancel(number, removal, submissions: submissions)
        }
        let prefixBytes = context.proofCheck == nil ? 0 : context.options.proofPrefixBytes
        switch try lookup.find(recipient, id, fingerprint: fingerprint, prefixBytes: prefixBytes, in: index) {
        case .damaged(let slot) where !isRemoved(slot):
            if context.proofCheck != nil { return .damaged }
            return take(slot, removal, hash: hash, fingerprint: fingerprint, index: index)
        case .held(let slot) where !isRemoved(slot):
            return try remove(slot, removal, hash: hash, fingerprint: fingerprint, index: index)
        case .none, .damaged, .held:
            return try remember(removal, fingerprint, nowSeconds: nowSeconds)
        }
    }

    private func remove(
        _ number: UInt32, _ removal: QueueRemoval, hash: UInt64, fingerprint: Fingerprint,
        index: borrowing QueueIndex
    ) throws(QueueError) -> QueueOutcome {
        let slot = index.slot(number)
        if let proofCheck = context.proofCheck {
            let prefix = lookup.prefix(min(context.options.proofPrefixBytes, Int(slot.place.length)))
            let isAllowed = removal.proof.withUnsafeBytes {
                proofCheck($0, prefix, removal.recipient, removal.id)
            }
            // A bad proof, or a good one for bytes that rotted.
            guard isAllowed else { return try lookup.isIntact(slot, in: index) ? .proofRefused : .damaged }
        }
        return take(number, removal, hash: hash, fingerprint: fingerprint, index: index)
    }

    private func take(
        _ number: UInt32, _ removal: QueueRemoval, hash: UInt64, fingerprint: Fingerprint,
        index: borrowing QueueIndex
    ) -> QueueOutcome {
        addRemoved(number)
        count(removal.recipient, hash: hash, messages: -1, bytes: -Int(index.slot(number).place.length))
        add(tombstone(removal), fingerprint: fingerprint)
        return .removed
    }

    /// Removes what isn't held: from now on it isn't taken.
    private func remember(
        _ removal: QueueRemoval, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) throws(QueueError) -> QueueOutcome {
        let (recipient, id) = (removal.recipient, removal.id)
        let isKnown =
            isRemembered(recipient, id, fingerprint, nowSeconds: nowSeconds)
            ? true : try tombstoneTables.contains(recipient, id, fingerprint, nowSeconds: nowSeconds)
        if isKnown { return .removedBefore }
        guard removal.keepUntilSeconds > nowSeconds, context.proofCheck == nil else { return .notHeld }
        add(tombstone(removal), fingerprint: fingerprint)
        return .remembered
    }

    /// What a release comes to.
    func evaluate(_ key: QueueKey, index: borrowing QueueIndex) throws(QueueError) -> QueueOutcome {
        let hash = index.seed.hash(key.recipient)
        let fingerprint = index.seed.fingerprint(recipientHash: hash, id: key.id)
        if let number = appended(key.recipient, key.id, fingerprint) {
            appends[number].isCancelled = true
            count(key.recipient, hash: hash, messages: -1, bytes: -Int(appends[number].length))
            return .released
        }
        switch try lookup.find(key.recipient, key.id, fingerprint: fingerprint, prefixBytes: 0, in: index) {
        case .held(let slot) where !isRemoved(slot), .damaged(let slot) where !isRemoved(slot):
            addRemoved(slot)
            count(key.recipient, hash: hash, messages: -1, bytes: -Int(index.slot(slot).place.length))
            return .released
        case .none, .held, .damaged:
            return .notHeld
        }
    }

    /// Removes a message of this very batch: its payload is in memory still, and need not be written.
    private func cancel(_ number: Int, _ removal: QueueRemoval, submissions: [Submission]) -> QueueOutcome {
        let append = appends[number]
        guard case .append(let source) = submissions[append.submission].operations[append.operation] else {
            preconditionFailure("an append that is none")
        }
        guard isAllowed(removal, source) else { return .proofRefused }
        appends[number].isCancelled = true
        outcomes[append.submission][append.operation] = .storedAndRemoved
        count(append.recipient, hash: append.recipientHash, messages: -1, bytes: -Int(append.length))
        add(tombstone(removal), fingerprint: append.fingerprint)
        return .removed
    }

    private func isAllowed(_ removal: QueueRemoval, _ source: QueueAppend) -> Bool {
        guard let proofCheck = context.proofCheck else { return true }
        return source.payload.withPayloadBytes { payload in
            let count = min(context.options.proofPrefixBytes, payload.count)
            let prefix = UnsafeRawBufferPointer(rebasing: payload[..<count])
            return removal.proof.withUnsafeBytes { proofCheck($0, prefix, removal.recipient, removal.id) }
        }
    }

    private func tombstone(_ removal: QueueRemoval) -> Journal.Tombstone {
        Journal.Tombstone(
            recipient: removal.recipient, id: removal.id, keepUntilSeconds: removal.keepUntilSeconds,
            proof: removal.proof)
    }
}
