import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct RosterTests {
    let parameters = Samples.parameters(laboratory: true)

    private func member(_ number: Int, _ state: NodeState = .alive, incarnation: UInt64 = 1) -> Roster.Member {
        let endpoint = Endpoint(address: .ipv4(0x7f00_0001), port: UInt16(4_000 + number))!
        return Roster.Member(
            Samples.record(number, at: endpoint, incarnation: incarnation), state: state, stateSinceMilliseconds: 5,
            provenAtMilliseconds: number == 1 ? nil : 7)
    }

    private func roster(_ members: [Roster.Member]) -> Roster {
        var roster = Roster(parameters: parameters)
        for member in members { roster.put(member) }
        return roster
    }

    @Test("members put in any order are sorted, found by id, replaced and removed")
    func collection() {
        let members = (1...20).map { member($0) }
        var roster = roster(members.reversed())
        #expect(roster == self.roster(members))
        #expect(roster.members.map(\.node) == members.map(\.node).sorted())
        #expect(members.allSatisfy { roster[$0.node] == $0 })
        #expect(roster[Samples.node(1)] == nil)
        roster.put(member(3, .down))
        #expect(roster.members.count == 20 && roster[members[2].node]?.state == .down)
        #expect(roster.remove(members[2].node) == member(3, .down))
        #expect(roster.remove(members[2].node) == nil)
    }

    @Test("the digest covers id, incarnation, address and slot of placed nodes and nothing else")
    func digest() {
        let base = roster([member(1), member(2)])
        #expect(base.digest == roster([member(2), member(1, .suspect)]).digest)
        #expect(base.digest == roster([member(1), member(2), member(3, .down), member(4, .left)]).digest)
        #expect(base.digest != roster([member(1), member(2, .down)]).digest)
        #expect(base.digest != roster([member(1), member(2, incarnation: 2)]).digest)
        #expect(base.digest != roster([member(1), member(2), member(3)]).digest)
        let emptyBuckets = [UInt8](repeating: 0, count: 128 * 16)
        #expect(roster([]).digest == Hash.blake2b16(context: "mesh roster digest 1", emptyBuckets))
    }

    @Test("a digest kept over changes is the one computed anew")
    func keptDigest() {
        var random = SeededGenerator(seed: 1)
        var kept = roster([])
        for _ in 0..<200 {
            let number = Int(random.below(10)) + 1
            let state = NodeState.allCases[Int(random.below(4))]
            if random.below(4) == 0 {
                kept.remove(Samples.identity(number).id)
            } else {
                kept.put(member(number, state))
            }
            kept.settle()
            #expect(kept.digest == roster(kept.members).digest)
            var anew = roster(kept.members)
            let buckets = (kept.settledBucketDigests(), anew.settledBucketDigests())
            #expect(buckets.0 == buckets.1)
        }
    }

    @Test("members are found among ids that lie evenly and ids that somebody chose")
    func chosenIDs() throws {
        let record = Samples.record(1).encoded
        let ids = (0..<300).map { number in
            let id = Samples.node(number).bytes.bytes
            return number % 3 == 0 ? id : Array(repeating: UInt8(number % 3 * 100), count: 8) + id[8...]
        }
        var roster = Roster(parameters: parameters)
        for id in ids[..<200] {
            var bytes = record
            bytes.replaceSubrange(33..<65, with: id)
            roster.put(Roster.Member(try NodeRecord(decoding: bytes), state: .alive, stateSinceMilliseconds: 5))
        }
        #expect(roster.members.map(\.node) == ids[..<200].map { NodeID(trusted: Bytes32($0)!) }.sorted())
        for (number, id) in ids.enumerated() {
            let node = NodeID(trusted: Bytes32(id)!)
            #expect((roster[node] != nil) == (number < 200))
            #expect(
                roster.members(inBucket: node.bucket).elementsEqual(
                    roster.members.filter { $0.node.bucket == node.bucket }))
            #expect(roster.members(withShortIDs: [node.short]) == roster.members.filter { $0.node.short == node.short })
        }
        #expect(roster.memberCount(in: roster.members[0].record.placementAddress.prefix) == 200)
    }

    @Test("a roster, told page by page, arrives whole")
    func pages() {
        let roster = roster((1...25).map { member($0, $0 == 4 ? .down : .alive) })
        var told: [ReportedRecord] = []
        while true {
            let page = roster.reported(after: told.last?.record.node, limit: 7)
            if page.isEmpty { break }
            told += page
        }
        #expect(told == roster.reported())
        #expect(Roster(parameters: parameters, reported: told, now: 1).digest == roster.digest)
    }

    @Test("a roster, stored and read, is the same; any changed byte or length is found")
    func storing() throws {
        let roster = roster((1...3).map { member($0, $0 == 2 ? .down : .alive) })
        let stored = roster.encoded()
        #expect(try Roster(decoding: stored) == roster)
        for index in stored.indices {
            var changed = stored
            changed[index] ^= 0x10
            #expect(throws: RosterError.damaged) { try Roster(decoding: changed) }
            #expect(throws: RosterError.damaged) { try Roster(decoding: Array(stored[..<index])) }
        }
        #expect(throws: RosterError.damaged) { try Roster(decoding: stored + [0]) }
    }

    @Test("stored bytes with a fitting checksum and senseless content give an error, never a trap")
    func storedDecoderIsTotal() {
        var random = SeededGenerator(seed: 5)
        let stored = roster((1...3).map { member($0) }).encoded()
        var decoded = 0
        for _ in 0..<20_000 {
            var body = Array(stored.dropLast(16))
            for _ in 0...random.below(3) { body[Int(random.below(UInt64(body.count)))] = UInt8(random.below(256)) }
            if random.below(10) == 0 { body.removeLast(Int(random.below(50))) }
            let checksum = Hash.blake2b16(context: Roster.checksumContext, body)
            if let roster = try? Roster(decoding: body + checksum.bytes) {
                decoded += 1
                #expect(roster.members.count == 3)
            }
        }
        #expect(decoded > 100)
    }
}
