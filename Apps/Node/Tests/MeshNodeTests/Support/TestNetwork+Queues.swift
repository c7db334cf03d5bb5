import MeshCrypto
import MeshNode
import MeshRing
import MeshWire

// Queues that are there already, and where they are.
extension TestNetwork {
    /// Puts messages on the disks of these nodes, as if they had been accepted long ago.
    func hold(_ messages: [TestMessage], at hosts: [TestHost]) {
        for host in hosts {
            let writes = messages.map { EngineEffect.append(token: 0, id: $0.submission.id, $0.submission) }
            _ = host.store.commit(writes, nowSeconds: now.wallSeconds)
        }
    }

    /// Who holds a message.
    func holders(of message: TestMessage) -> Set<NodeID> {
        Set(hosts.filter { $0.store.holds(message.submission) }.map(\.node))
    }

    /// How many messages aren't held by exactly the members of their recipient's set.
    func misplaced(_ messages: [TestMessage]) -> Int {
        let ring = Ring(hosts.first { $0.isUp }!.engine.status.roster)
        return messages.count { holders(of: $0) != Set(ring.replicaSet(for: $0.submission.recipient)) }
    }

    /// A user whose set this node is in, or isn't.
    func user(servedBy host: TestHost, _ isServed: Bool = true) -> UserID {
        (0...99).lazy.map { Self.user($0).id }.first { id in set(of: id).contains { $0 === host } == isServed }!
    }

    static func messages(to users: [UserID], each count: Int) -> [TestMessage] {
        users.enumerated().flatMap { index, user in
            (0..<count).map { TestMessage(to: user, number: index * count + $0) }
        }
    }
}

extension TestStore {
    mutating func holds(_ submission: Submission) -> Bool {
        let answer = answer(.lookup([MessageKey(submission.recipient, submission.id)]), nowSeconds: 0)
        guard case .lookup(let states) = answer, case .held = states.first else { return false }
        return true
    }
}
