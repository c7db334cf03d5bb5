/// The handshake machine of the Noise framework (section 5.3) for any ``NoisePattern``.
final class NoiseHandshakeState {
    /// What this end does next.
    enum Turn {
        case write
        case read
        case finished
        case failed
    }

    let pattern: NoisePattern
    let isInitiator: Bool
    private let ours: NoiseKeyPair
    private let ephemeral: NoiseKeyPair
    private(set) var remoteStatic: AgreementKey?
    private var remoteEphemeral: AgreementKey?
    private var messageIndex = 0
    private var hasFailed = false
    let symmetric: NoiseSymmetricState

    init(
        _ pattern: NoisePattern, isInitiator: Bool, prologue: UnsafeRawBufferPointer,
        ours: NoiseKeyPair, remoteStatic: AgreementKey? = nil, ephemeral: NoiseKeyPair
    ) {
        self.pattern = pattern
        self.isInitiator = isInitiator
        self.ours = ours
        self.ephemeral = ephemeral
        self.remoteStatic = remoteStatic
        symmetric = NoiseSymmetricState(protocolName: pattern.protocolName)
        symmetric.mixHash(prologue)
        if pattern.initiatorIsKnown { mixKnown(isInitiator ? ours.publicKey : remoteStatic) }
        if pattern.responderIsKnown { mixKnown(isInitiator ? remoteStatic : ours.publicKey) }
    }

    private func mixKnown(_ key: AgreementKey?) {
        guard let key else { preconditionFailure("pattern \(pattern.name) wants the other end's key beforehand") }
        key.bytes.withUnsafeBytes(symmetric.mixHash)
    }

    var turn: Turn {
        if hasFailed { return .failed }
        if messageIndex == pattern.messages.count { return .finished }
        return messageIndex.isMultiple(of: 2) == isInitiator ? .write : .read
    }

    /// The next message with `payload` in it; calling this out of turn traps.
    func write(payload: UnsafeRawBufferPointer) throws(NoiseError) -> [UInt8] {
        precondition(turn == .write, "a handshake message was written out of turn")
        let count = messageCount(payloadCount: payload.count)
        guard count <= NoiseTransport.maximumMessageBytes else {
            throw .messageTooLong(got: count, allowed: NoiseTransport.maximumMessageBytes)
        }
        return try failing { () throws(NoiseError) in
            var message: [UInt8] = []
            for token in pattern.messages[messageIndex] { try write(token, to: &message) }
            message += try symmetric.encryptAndHash(payload)
            messageIndex += 1
            return message
        }
    }

    /// The payload of the other end's next message.
    func read(_ message: UnsafeRawBufferPointer) throws(NoiseError) -> [UInt8] {
        if hasFailed { throw .handshakeFailed }
        return try failing { () throws(NoiseError) in
            guard turn == .read else { throw .unexpectedMessage }
            guard message.count <= NoiseTransport.maximumMessageBytes else {
                throw .messageTooLong(got: message.count, allowed: NoiseTransport.maximumMessageBytes)
            }
            let needed = messageCount(payloadCount: 0)
            guard message.count >= needed else { throw .messageTooShort(got: message.count, needed: needed) }
            var rest = message[...]
            for token in pattern.messages[messageIndex] { try read(token, from: &rest) }
            let payload = try symmetric.decryptAndHash(UnsafeRawBufferPointer(rebasing: rest))
            messageIndex += 1
            return payload
        }
    }

    /// A handshake that has failed once can't go on: half of its state may have moved.
    private func failing<Result>(_ body: () throws(NoiseError) -> Result) throws(NoiseError) -> Result {
        do { return try body() } catch {
            hasFailed = true
            throw error
        }
    }

    /// How long the next message is.
    private func messageCount(payloadCount: Int) -> Int {
        var tag = symmetric.overhead
        var count = payloadCount
        for token in pattern.messages[messageIndex] {
            switch token {
            case .e: count += Bytes32.byteCount
            case .s: count += Bytes32.byteCount + tag
            case .ee, .es, .se, .ss: tag = ChaChaPoly.tagCount
            }
        }
        return count + tag
    }
}

// What each token does.
extension NoiseHandshakeState {
    private func write(_ token: NoisePattern.Token, to message: inout [UInt8]) throws(NoiseError) {
        switch token {
        case .e:
            message += ephemeral.publicKey.bytes.bytes
            ephemeral.publicKey.bytes.withUnsafeBytes(symmetric.mixHash)
        case .s:
            message += try ours.publicKey.bytes.withUnsafeBytes { key throws(NoiseError) in
                try symmetric.encryptAndHash(key)
            }
        case .ee, .es, .se, .ss:
            try agree(token)
        }
    }

    private func read(_ token: NoisePattern.Token, from rest: inout Slice<UnsafeRawBufferPointer>) throws(NoiseError) {
        switch token {
        case .e:
            let key = Bytes32(copying: UnsafeRawBufferPointer(rebasing: rest.prefix(Bytes32.byteCount)))
            rest = rest.dropFirst(Bytes32.byteCount)
            remoteEphemeral = AgreementKey(key)
            key.withUnsafeBytes(symmetric.mixHash)
        case .s:
            let count = Bytes32.byteCount + symmetric.overhead
            let key = try symmetric.decryptAndHash(UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
            rest = rest.dropFirst(count)
            remoteStatic = AgreementKey(key.withUnsafeBytes(Bytes32.init(copying:)))
        case .ee, .es, .se, .ss:
            try agree(token)
        }
    }

    private func agree(_ token: NoisePattern.Token) throws(NoiseError) {
        let usesEphemeral = token == .ee || token == (isInitiator ? .es : .se)
        let meetsEphemeral = token == .ee || token == (isInitiator ? .se : .es)
        guard let theirs = meetsEphemeral ? remoteEphemeral : remoteStatic else {
            preconditionFailure("pattern \(pattern.name) agrees before it has the key")
        }
        let mixed: Void? = (usesEphemeral ? ephemeral : ours).withSharedSecret(with: theirs, symmetric.mixKey)
        if mixed == nil { throw .unusableKey }
    }
}
