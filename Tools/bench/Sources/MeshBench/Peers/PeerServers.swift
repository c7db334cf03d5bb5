import Foundation
import Glibc

/// Another server, with a fresh data directory, set up as `Peer` says.
final class PeerServers: ChatServers {
    let name: String
    let processes: [ServerProcess]
    private let peer: Peer
    private let address: Address
    private let payload: Int
    private let login = PeerLogin()

    private static let startSeconds = 60.0

    init(_ peer: Peer, directory: URL, payload: Int) throws {
        self.peer = peer
        self.payload = payload
        name = peer.rawValue
        let data = directory.appending(path: peer.rawValue)
        try? FileManager.default.removeItem(at: data)
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        address = Address(host: "127.0.0.1", port: try TCP.freePort())
        let command = try peer.prepare(in: data, port: address.port, login)
        processes = [
            try ServerProcess(
                peer.rawValue, command.program, command.arguments, environment: command.environment,
                log: directory.appending(path: "\(peer.rawValue).log"))
        ]
        do { try awaitLogin() } catch {
            processes[0].stop(SIGKILL)
            throw error
        }
    }

    /// Logs in until the server lets us.
    private func awaitLogin() throws {
        let deadline = Clock.now + UInt64(Self.startSeconds * Double(Clock.second))
        let worker = try Worker(index: 0)
        while Clock.now < deadline, processes[0].isRunning {
            let script = Script(worker)
            script.begin([0]) { try self.session($0, person: $1) }
            _ = worker.run(timeout: 1) { script.openedCount == 1 || script.failure != nil }
            worker.closeAll()
            if script.openedCount == 1 { return }
            Clock.sleep(milliseconds: 50)
        }
        throw BenchFailure("\(name) lets nobody in; see its log beside its data")
    }

    func session(_ worker: Worker, person: Int) throws -> ChatSession {
        switch peer.language {
        case .mqtt:
            try MQTTSession(worker, to: address, as: .sender, login: login, person: person, payload: payload)
        case .redis: try RedisSession(worker, to: address, login: login, person: person, payload: payload)
        }
    }

    func residenceSession(_ worker: Worker, person: Int) throws -> ChatSession {
        guard case .mqtt = peer.language else { return try session(worker, person: person) }
        return try MQTTSession(
            worker, to: address, as: .recipient, login: login, person: person, payload: payload)
    }

    /// A broker keeps messages only for who has subscribed before.
    func introduce(people: [Int], _ pool: WorkerPool) throws {
        guard case .mqtt = peer.language else { return }
        let scripts = pool.run { worker in
            let script = SubscribeScript(worker)
            let own = pool.share(people, of: worker)
            script.begin(own) { try self.residenceSession($0, person: $1) }
            script.run { script.subscribed == own.count }
            return script
        }
        pool.closeAll()
        try (scripts as [Script]).check()
    }

    func stop() { for process in processes { process.stop() } }
}

private final class SubscribeScript: Script, @unchecked Sendable {
    private(set) var subscribed = 0

    override func didOpen(_ session: ChatSession) { session.follow() }
    override func drained(_ session: ChatSession) { subscribed += 1 }
}
