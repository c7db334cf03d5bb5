import Foundation
import Testing

@testable import MeshCrypto

@Suite("Custody receipts")
struct CustodyTests {
    static let node = NodeIdentity(seed: SecretBytes([UInt8](repeating: 7, count: 32)))
    static let network = NetworkID(Bytes32([UInt8](repeating: 9, count: 32))!)

    static func entries(_ count: Int) -> [CustodyEntry] {
        (0..<count).map { number in
            let id = SubmissionID(Hash.blake2b16(context: "test id", UInt32(number)))
            return CustodyEntry(CustodyEntry.Kind(rawValue: UInt8(number % 5))!, id)
        }
    }

    static func ledger(_ count: Int) -> CustodyLedger {
        CustodyLedger(entries(count), number: 41, timeMilliseconds: 1_800_000_000_123, network: network, by: node)
    }

    @Test("a receipt, whole or cut down to one message, is valid and says what happened")
    func valid() throws {
        for (count, places) in [(1, 0..<1), (2, 1..<2), (13, 4..<11), (600, 88..<600)] {
            let receipt = Self.ledger(count).receipt(for: places)
            #expect(receipt.isValid(in: Self.network))
            for entry in Self.entries(count)[places] {
                let one = try #require(receipt.narrowed(to: entry.id))
                #expect(one.entries == [entry])
                #expect(one.isValid(in: Self.network))
            }
            let other = SubmissionID(.random())
            #expect(receipt.narrowed(to: other) == nil)
        }
    }

    @Test("a receipt with any bit changed is refused or unreadable")
    func everyBit() {
        let bytes = Self.ledger(13).receipt(for: 4..<7).encoded
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let receipt = try? CustodyReceipt(decoding: changed) else { continue }
            #expect(!receipt.isValid(in: Self.network), "bit \(bit)")
        }
    }

    @Test("a receipt is refused in another network, for another message, of another node")
    func others() throws {
        let receipt = Self.ledger(13).receipt(for: 4..<5)
        #expect(!receipt.isValid(in: NetworkID(.random())))
        let entry = CustodyEntry(receipt.entries[0].kind, SubmissionID(.random()))
        #expect(
            !CustodyReceipt(commit: receipt.commit, first: receipt.first, entries: [entry], hashes: receipt.hashes)
                .isValid(in: Self.network))
        let commit = receipt.commit
        let foreign = CustodyCommit(
            node: NodeIdentity.generate().id, number: commit.number, timeMilliseconds: commit.timeMilliseconds,
            leafCount: commit.leafCount, signature: commit.signature)
        #expect(
            !CustodyReceipt(commit: foreign, first: receipt.first, entries: receipt.entries, hashes: receipt.hashes)
                .isValid(in: Self.network))
    }

    @Test("what is encoded is read back, and its size is what it says")
    func coding() throws {
        for (count, places) in [(1, 0..<1), (13, 4..<11), (600, 88..<600), (65_536, 32_767..<32_769)] {
            let receipt = Self.ledger(count).receipt(for: places)
            let bytes = receipt.encoded
            #expect(bytes.count == receipt.encodedSize)
            #expect(bytes.count <= CustodyReceipt.maximumBytes)
            #expect(try CustodyReceipt(decoding: bytes) == receipt)
            for length in [0, 31, 126, bytes.count - 1] {
                #expect(throws: CustodyReceiptError.truncated(got: length)) {
                    try CustodyReceipt(decoding: Array(bytes.prefix(length)))
                }
            }
            #expect(throws: CustodyReceiptError.trailingBytes(count: 1)) { try CustodyReceipt(decoding: bytes + [0]) }
        }
    }

    @Test("mutated receipts give a value that encodes to the same bytes, or a named error")
    func mutated() {
        var random = SeededGenerator(seed: 11)
        let bytes = Self.ledger(13).receipt(for: 4..<11).encoded
        for _ in 0..<20_000 {
            let mutation = random.mutation(of: bytes)
            if let receipt = try? CustodyReceipt(decoding: mutation) { #expect(receipt.encoded == mutation) }
        }
    }

    struct Vector: Codable {
        var network: HexBytes
        var node: HexBytes
        var receipt: HexBytes
        var kinds: [UInt8]
        var ids: [HexBytes]
        var root: HexBytes
    }

    @Test("the published vectors are what this code writes")
    func vectors() throws {
        let current = [(1, 0..<1), (2, 0..<1), (13, 4..<11), (13, 12..<13)].map { count, places in
            let receipt = Self.ledger(count).receipt(for: places)
            return Vector(
                network: HexBytes(Self.network.bytes.bytes), node: HexBytes(Self.node.id.bytes.bytes),
                receipt: HexBytes(receipt.encoded), kinds: receipt.entries.map(\.kind.rawValue),
                ids: receipt.entries.map { HexBytes($0.id.bytes.bytes) },
                root: HexBytes(MerkleTree(leafHashes: Self.entries(count).map(\.leafHash)).root.bytes))
        }
        if ProcessInfo.processInfo.environment["MESH_WRITE_VECTORS"] != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(current).write(
                to: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                    .appendingPathComponent("Vectors/custody.json"))
        }
        let published = try Vectors.load("custody", as: [Vector].self)
        #expect(published.map(\.receipt) == current.map(\.receipt))
        for vector in published {
            let receipt = try CustodyReceipt(decoding: vector.receipt.bytes)
            #expect(receipt.isValid(in: NetworkID(try #require(Bytes32(vector.network.bytes)))))
            #expect(receipt.commit.node.bytes.bytes == vector.node.bytes)
            #expect(receipt.entries.map(\.kind.rawValue) == vector.kinds)
            #expect(receipt.entries.map(\.id.bytes.bytes) == vector.ids.map(\.bytes))
        }
    }
}
