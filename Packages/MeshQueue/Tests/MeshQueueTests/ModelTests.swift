import MeshQueue
import MeshQueueCore
import Testing

@Suite("Values")
struct ModelTests {
    @Test("A recipient, made of 32 bytes, shows the same bytes; other counts are refused")
    func recipientBytes() {
        let bytes = (0..<32).map { UInt8($0) }
        #expect(QueueRecipient(bytes)?.bytes == bytes)
        #expect(QueueRecipient(bytes.dropLast()) == nil)
        #expect(QueueRecipient(bytes + [0]) == nil)
        #expect(QueueItemID(bytes) == nil)
    }

    @Test("Recipients and ids, compared, are in the order of their bytes")
    func order() {
        var low = [UInt8](repeating: 0xFF, count: 32)
        var high = low
        low[0] = 1
        high[0] = 2
        low[31] = 9
        #expect(QueueRecipient(low)! < QueueRecipient(high)!)
        #expect(QueueItemID(low[..<16])! < QueueItemID(high[..<16])!)
        #expect(!(QueueRecipient(low)! < QueueRecipient(low)!))
    }

    @Test("A proof, up to 96 bytes, is kept as it is and never printed")
    func proof() {
        let secret = [UInt8](repeating: 0xAB, count: 96)
        #expect(QueueProof(secret)?.bytes == secret)
        #expect(QueueProof(secret + [1]) == nil)
        #expect(QueueProof.empty.bytes == [])
        #expect("\(QueueProof(secret)!)" == "<proof of 96 bytes>")
        #expect(QueueProof(secret) != QueueProof(secret.dropLast()))
    }
}
