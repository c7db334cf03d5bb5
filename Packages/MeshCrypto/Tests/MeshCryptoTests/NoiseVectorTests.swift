import Testing

@testable import MeshCrypto

/// The published vectors of the Noise framework, over every pattern that the machine knows.
@Suite("Noise vectors")
struct NoiseVectorTests {
    struct File: Decodable {
        var vectors: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible {
        struct Message: Decodable {
            var payload: HexBytes
            var ciphertext: HexBytes
        }
        var protocol_name: String
        var source: String
        var init_prologue: HexBytes
        var resp_prologue: HexBytes
        var init_static: HexBytes?
        var init_ephemeral: HexBytes
        var init_remote_static: HexBytes?
        var resp_static: HexBytes?
        var resp_ephemeral: HexBytes?
        var resp_remote_static: HexBytes?
        var handshake_hash: HexBytes?
        var messages: [Message]
        var testDescription: String { "\(protocol_name), \(source)" }
    }

    static let patterns: [NoisePattern] = [.xx, .n, .k, .nk, .kk, .ik]

    @Test(
        "messages, handshake hash and link ciphers are those published",
        arguments: try Vectors.load("noise", as: File.self).vectors)
    func vector(_ vector: Vector) throws {
        let pattern = try #require(Self.patterns.first { $0.protocolName == vector.protocol_name })
        let initiator = state(
            pattern, isInitiator: true, vector.init_prologue, vector.init_static, vector.init_remote_static,
            vector.init_ephemeral)
        let responder = state(
            pattern, isInitiator: false, vector.resp_prologue, vector.resp_static, vector.resp_remote_static,
            vector.resp_ephemeral)
        for (index, message) in vector.messages.prefix(pattern.messages.count).enumerated() {
            let (writer, reader) = index.isMultiple(of: 2) ? (initiator, responder) : (responder, initiator)
            let sent = try message.payload.bytes.withRawBytes { bytes throws(NoiseError) in
                try writer.write(payload: bytes)
            }
            #expect(sent == message.ciphertext.bytes)
            #expect(
                try sent.withRawBytes { bytes throws(NoiseError) in try reader.read(bytes) } == message.payload.bytes)
        }
        #expect(initiator.turn == .finished && responder.turn == .finished)
        #expect(initiator.symmetric.hash == responder.symmetric.hash)
        if let expected = vector.handshake_hash { #expect(initiator.symmetric.hash.bytes == expected.bytes) }
        try checkTransport(vector, pattern, transport(initiator), transport(responder))
    }

    /// One-way patterns have one writer; the others go on taking turns.
    private func checkTransport(
        _ vector: Vector, _ pattern: NoisePattern, _ initiator: NoiseTransport, _ responder: NoiseTransport
    ) throws {
        for (index, message) in vector.messages.enumerated().dropFirst(pattern.messages.count) {
            let byInitiator = pattern.messages.count == 1 || index.isMultiple(of: 2)
            let (writer, reader) = byInitiator ? (initiator, responder) : (responder, initiator)
            var memory = message.payload.bytes + [UInt8](repeating: 0, count: NoiseTransport.tagBytes)
            _ = try memory.withUnsafeMutableBytes {
                try writer.encrypt($0, plaintextCount: message.payload.bytes.count)
            }
            #expect(memory == message.ciphertext.bytes)
            let count = try memory.withUnsafeMutableBytes { try reader.decrypt($0) }
            #expect(Array(memory[..<count]) == message.payload.bytes)
        }
    }

    private func state(
        _ pattern: NoisePattern, isInitiator: Bool, _ prologue: HexBytes, _ ours: HexBytes?, _ theirs: HexBytes?,
        _ ephemeral: HexBytes?
    ) -> NoiseHandshakeState {
        func pair(_ secret: HexBytes?) -> NoiseKeyPair {
            secret.map { $0.bytes.withUnsafeBytes(NoiseKeyPair.init(secret:)) } ?? .throwaway()
        }
        return prologue.bytes.withUnsafeBytes {
            NoiseHandshakeState(
                pattern, isInitiator: isInitiator, prologue: $0, ours: pair(ours),
                remoteStatic: theirs.flatMap { Bytes32($0.bytes) }.map(AgreementKey.init), ephemeral: pair(ephemeral))
        }
    }

    private func transport(_ state: NoiseHandshakeState) -> NoiseTransport {
        NoiseTransport(
            keys: state.symmetric.split(), isInitiator: state.isInitiator, handshakeHash: state.symmetric.hash,
            remoteStatic: AgreementKey(Bytes32()))
    }
}
