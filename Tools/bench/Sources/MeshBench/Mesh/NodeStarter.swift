import Foundation
import Glibc
import MeshRing

/// Starts nodes on loopback, each with a fresh data directory.
struct NodeStarter: Sendable {
    /// The program mesh-node.
    let program: String
    /// Where data directories are made.
    let directory: URL
    /// What each node is told besides.
    var options: [String] = []

    private static let startSeconds = 60.0
    private static let convergeSeconds = 30.0

    /// So many nodes of a new network that know each other.
    func start(count: Int, replicas: Int?, population: Int, payload: Int) throws -> MeshServers {
        var processes: [ServerProcess] = []
        var looks: [FirstLook] = []
        do {
            for index in 0..<count {
                let (process, look) = try startNode(index, joining: looks.first?.address.address, replicas)
                processes.append(process)
                looks.append(look)
            }
            let ring = count > 1 ? try Self.converge(looks.map(\.address.address), count: count) : nil
            return MeshServers(
                looks.map(\.address), ring: ring, processes: processes, population: population, payload: payload)
        } catch {
            for process in processes { process.stop(SIGKILL) }
            throw error
        }
    }

    private func startNode(
        _ index: Int, joining: Address?, _ replicas: Int?
    ) throws -> (ServerProcess, FirstLook) {
        let data = dataDirectory(index)
        try? FileManager.default.removeItem(at: data)
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let address = Address(host: "127.0.0.1", port: try TCP.freePort())
        var more: [String] = joining.map { ["--join", "\($0)"] } ?? []
        if joining == nil, let replicas { more += ["--replicas", "\(replicas)"] }
        let process = try launch(index, at: address, more)
        return (process, try Self.awaitLook(at: address, process))
    }

    /// The data directory of a node.
    func dataDirectory(_ index: Int) -> URL { directory.appending(path: "node\(index)") }

    /// What a node says goes there.
    func log(_ index: Int) -> URL { directory.appending(path: "node\(index).log") }

    /// Starts the program on a data directory that may hold something.
    func launch(_ index: Int, at address: Address, _ more: [String] = []) throws -> ServerProcess {
        try ServerProcess(
            "node \(index)", program,
            ["run", "--data-dir", dataDirectory(index).path, "--listen", "\(address)"] + options + more,
            log: log(index))
    }

    /// Asks a node until it answers.
    static func awaitLook(at address: Address, _ process: ServerProcess) throws -> FirstLook {
        let deadline = Clock.now + UInt64(startSeconds * Double(Clock.second))
        while true {
            do { return try FirstLook.at(address) } catch {
                guard process.isRunning, Clock.now < deadline else { throw error }
                Clock.sleep(milliseconds: 10)
            }
        }
    }

    /// Waits until all nodes have placed all.
    static func converge(_ addresses: [Address], count: Int) throws -> Ring {
        let deadline = Clock.now + UInt64(Self.convergeSeconds * Double(Clock.second))
        while Clock.now < deadline {
            let looks = try addresses.map(FirstLook.at)
            if looks.allSatisfy({ $0.placedCount == count }) { return Ring(looks[0].roster) }
            Clock.sleep(milliseconds: 50)
        }
        throw BenchFailure("\(count) nodes didn't find each other within \(Self.convergeSeconds) s")
    }
}
