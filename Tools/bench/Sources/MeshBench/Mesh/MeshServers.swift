import Foundation
import Glibc
import MeshCrypto
import MeshRing
import MeshWire

/// What a shape measures: something that is started, logged in at, stopped.
protocol ChatServers: Sendable {
    /// What the shapes' tables call it.
    var name: String { get }
    /// The processes that were started here; none for a server that already ran.
    var processes: [ServerProcess] { get }
    /// A login of the person with this number.
    func session(_ worker: Worker, person: Int) throws -> ChatSession
    /// The login of whoever drains that person's queue or follows it.
    func residenceSession(_ worker: Worker, person: Int) throws -> ChatSession
    /// What has to be told to the server before anybody is offline.
    func introduce(people: [Int], _ pool: WorkerPool) throws
    func stop()
}

extension ChatServers {
    func residenceSession(_ worker: Worker, person: Int) throws -> ChatSession { try session(worker, person: person) }
    func introduce(people: [Int], _ pool: WorkerPool) throws {}
}

/// One or more nodes of one network.
final class MeshServers: ChatServers {
    let name = "mesh"
    let processes: [ServerProcess]
    let nodes: [MeshNodeAddress]
    private let ring: Ring?
    private let people: People
    private let payload: Int
    private let recipients: [UserID]
    private let messages: MeshMessages

    /// - Parameters:
    ///   - nodes: which of them a person logs in at follows from the person's number.
    ///   - population: how many people can get messages.
    init(
        _ nodes: [MeshNodeAddress], ring: Ring?, processes: [ServerProcess], population: Int, payload: Int,
        people: People = People()
    ) {
        self.nodes = nodes
        self.people = people
        self.payload = payload
        self.ring = ring
        self.processes = processes
        recipients = people.ids(0..<population)
        messages = MeshMessages(payload: payload, wallSeconds: UInt32(Date().timeIntervalSince1970))
    }

    func session(_ worker: Worker, person: Int) throws -> ChatSession {
        try session(worker, person: person, at: nodes[person % nodes.count])
    }

    func residenceSession(_ worker: Worker, person: Int) throws -> ChatSession {
        try session(worker, person: person, at: residence(of: person))
    }

    /// A login at this node.
    func session(_ worker: Worker, person: Int, at node: MeshNodeAddress) throws -> ChatSession {
        try session(worker, person: person, at: node, as: .user(people.identity(person)))
    }

    /// A link to this node as somebody.
    func session(
        _ worker: Worker, person: Int, at node: MeshNodeAddress, as credential: MeshCredential
    ) throws -> ChatSession {
        try MeshSession(
            worker, to: node.address, expecting: node, as: credential, person: person,
            recipients: recipients, messages: messages.distinct())
    }

    /// A person's id.
    func id(of person: Int) -> UserID { recipients[person] }

    /// The nodes that keep a person's messages.
    func members(of person: Int) -> [NodeID] { ring.map { Array($0.replicaSet(for: recipients[person])) } ?? [] }

    /// The node that delivers to a person.
    func residence(of person: Int) -> MeshNodeAddress {
        let node = ring?.residence(of: recipients[person])
        return nodes.first { $0.node == node } ?? nodes[0]
    }

    /// The same people at nodes that were started again.
    func restarted(_ nodes: [MeshNodeAddress], _ processes: [ServerProcess]) -> MeshServers {
        MeshServers(
            nodes, ring: ring, processes: processes, population: recipients.count, payload: payload, people: people)
    }

    /// A node by itself ends in order, and can be started again. Several would hand over to each other what nobody needs.
    func stop() { for process in processes.reversed() { process.stop(processes.count > 1 ? SIGKILL : SIGTERM) } }
}
