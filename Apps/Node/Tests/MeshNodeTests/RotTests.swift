import MeshCrypto
import MeshNode
import MeshQueueTesting
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Copies that rot")
struct RotTests {
    let network = TestNetwork.laboratory(nodes: 5)

    @Test("a copy that rots at the residence is found when it is read, and comes back from another member")
    func rot() throws {
        let user = TestNetwork.user(1)
        let set = network.set(of: user.id)
        let disk = FaultyDisk(seed: 5)
        set[0].store = TestStore(on: disk)
        let messages = TestNetwork.messages(to: [user.id], each: 5)
        network.hold(messages, at: set)
        network.run(milliseconds: 30_000)
        try disk.rot(messages[2].submission)

        let client = network.client(user, at: set[0])
        client.fetch(.follow)
        network.run(milliseconds: 500)
        let others = messages.indices.filter { $0 != 2 }.map { messages[$0].submission.id }
        #expect(client.delivered.map(\.id) == others, "the others come all the same")
        #expect(network.holders(of: messages[2]) == Set(set.dropFirst().map(\.node)))

        network.run(milliseconds: 60_000)
        #expect(client.delivered.map(\.id) == others + [messages[2].submission.id])
        #expect(network.misplaced(messages) == 0)
    }

    @Test("where the only copy rots, nobody claims to hold it, and the rest of the queue is handed over")
    func onlyCopyRots() throws {
        let holder = network.hosts[0]
        let user = network.user(servedBy: holder, false)
        let disk = FaultyDisk(seed: 5)
        holder.store = TestStore(on: disk)
        let messages = TestNetwork.messages(to: [user], each: 5)
        network.hold(messages, at: [holder])
        try disk.rot(messages[2].submission)
        holder.restart(now: network.now)
        network.handle(.start, at: holder)
        network.run(milliseconds: 60_000)
        #expect(network.holders(of: messages[2]).isEmpty)
        #expect(holder.store.messages == 1, "it is kept, for what it is worth")
        let others = messages.indices.filter { $0 != 2 }.map { messages[$0] }
        #expect(network.misplaced(others) == 0)
    }
}

extension FaultyDisk {
    /// A bit of a stored message flips.
    fileprivate func rot(_ submission: Submission) throws {
        let body = [UInt8](buffer: submission.body)
        for name in try names() {
            guard let place = content(of: name)?.firstRange(of: body)?.lowerBound else { continue }
            return flipBit(in: name, at: place + body.count / 2)
        }
        Issue.record("the message isn't there")
    }
}
