import Foundation
import MeshCrypto
import MeshRing
import Testing

@Suite struct ReadmeTests {
    @Test("the README's example runs and says what it says")
    func example() throws {
        // README begin
        // A network's founder draws the nonce; whoever joins takes the parameters over.
        let parameters = try NetworkParameters(laboratory: true, nonce: .random())

        // Each node signs what it says of itself. Others believe it after dialling the placement address themselves.
        let records = try (1...4).map { (number: UInt8) in
            let endpoint = try Endpoint(text: "127.\(number).0.1:4000")
            return try NodeRecord(
                NodeDescription(at: endpoint, in: parameters, software: "example/1"),
                network: parameters.id, incarnation: 1, signedBy: .generate())
        }
        for record in records { try record.check(in: parameters) }

        // A roster holds the records and what its owner thinks of each node; a ring places users on those that are
        // there.
        var roster = Roster(parameters: parameters)
        for record in records { roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: 0)) }
        let ring = Ring(roster)
        let user = UserIdentity.generate().id
        let set = ring.replicaSet(for: user)  // three nodes of three prefixes, the residence first
        print("\(user) lives at \(set[0]); copies at \(set[1]) and \(set[2]); roster \(roster.digest)")

        // Membership is a state machine: events and the time go in, what has to be done comes out.
        var membership = try SwimMembership(
            MembershipConfiguration(
                identity: .generate(),
                description: NodeDescription(
                    at: try Endpoint(text: "127.9.0.1:4000"), in: parameters, software: "example/1"),
                parameters: parameters, startAddresses: [StartAddress(records[0].endpoints[0])], seed: 42),
            now: 1_800_000_000_000)
        let actions = membership.handle(.start, now: 1_800_000_000_000)
        // → persist the roster, dial 127.1.0.1:4000 and answer with .linkUp or .dialFailed; tick at nextDeadline.
        // README end
        #expect(set.count == 3 && set.residence == ring.residence(of: user))
        #expect(actions.contains(.dial(records[0].endpoints[0], expecting: nil)))
        #expect(membership.nextDeadline != nil)
    }

    @Test("the README shows the example as it runs")
    func readmeIsCurrent() throws {
        let test = URL(filePath: #filePath)
        let readme = test.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "README.md")
        let source = try String(contentsOf: test, encoding: .utf8)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(lines.firstIndex { $0.hasSuffix("// README begin") })
        let end = try #require(lines.firstIndex { $0.hasSuffix("// README end") })
        let example = lines[(begin + 1)..<end].map { String($0.dropFirst(8)) }.joined(separator: "\n")
        #expect(try String(contentsOf: readme, encoding: .utf8).contains(example))
    }
}
