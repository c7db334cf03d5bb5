import MeshClientCore
import MeshCrypto
import MeshTransport
import MeshWire
import Testing

@Suite("A client's timeouts")
struct ClientTimeoutTests {
    @Test("a submission that may wait for ever does so, until the client stops")
    func forEver() async throws {
        let identity = UserIdentity.generate()
        let client = try CoreClient(
            identity: identity, configuration: ClientConfiguration(user: identity.id, mode: .follow, software: "test"),
            persist: { _ in })
        client.start()
        let hash = ProofHash(Bytes16())
        let submission = try Submission(
            recipient: identity.id, expirySeconds: .max, acknowledgementHash: hash, recallHash: hash,
            envelope: [UInt8](repeating: 0, count: 512))
        let results = await withTaskGroup(of: (UInt64, SubmitFailure?).self) { group in
            for timeout in [.max, 1 << 63, 100] as [UInt64] {
                group.addTask { (timeout, await failure(of: submission, timeout, client)) }
            }
            // The one that times out: the others have been handed in by then.
            let first = await group.next()
            await client.stop()
            return await group.reduce(into: [first].compactMap { $0 }) { $0.append($1) }
        }
        #expect(results.first?.0 == 100 && results.first?.1 == .timedOut(last: nil))
        #expect(results.dropFirst().map(\.1) == [.stopped, .stopped])
    }

    private func failure(
        of submission: Submission, _ timeoutMilliseconds: UInt64, _ client: CoreClient
    ) async -> SubmitFailure? {
        do {
            _ = try await client.submit(submission, timeoutMilliseconds: timeoutMilliseconds)
            return nil
        } catch { return error }
    }
}
