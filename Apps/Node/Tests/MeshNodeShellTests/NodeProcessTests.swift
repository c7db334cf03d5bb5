import Foundation
import Testing

@testable import MeshNodeShell

@Suite struct NodeProcessTests {
    private let directory = TemporaryDirectory()

    private func node(_ name: String, port: UInt16 = FreePort.any(), _ options: String...) throws -> RunningNode {
        try RunningNode(in: directory.file(name), port: port, options)
    }

    @Test("node, empty directory, founds, serves, ends in order; comes back as the same node")
    func lifeOfAFounder() throws {
        let first = try node("a", "--replicas", "2")
        #expect(first.waitUntilServing())
        let status = try #require(first.status)
        #expect(status.replicas == 2)
        #expect(status.address == first.address)
        #expect(status.roster.map(\.node) == [status.node])
        #expect(status.statusText.hasPrefix("serving as the only node"))
        #expect(first.end() == 0)
        #expect(first.logged.contains("event=stopped"))
        #expect(!directory.names.contains("a/admin.sock"))

        let second = try node("a", port: first.port)
        #expect(second.waitUntilServing())
        #expect(second.status?.node == status.node)
        #expect(second.status?.network == status.network)
        #expect(second.end(SIGINT) == 0)
    }

    @Test("nodes, started before the one they join, by address, by name and by id, agree on one roster")
    func joining() throws {
        let port = FreePort.any()
        let byAddress = try node("b", "--join", "127.0.0.1:\(port)")
        let byName = try node("c", "--join", "localhost:\(port)")
        #expect(byAddress.wait { $0.status?.statusText.hasPrefix("joining") == true })
        #expect(!byAddress.logged.contains("event=started"))
        let founder = try node("a", port: port)
        #expect(founder.waitUntilServing())
        let id = try #require(founder.status?.node)
        let byID = try node("d", "--join", "\(id)@\(founder.address)")
        for one in [byAddress, byName, byID] { #expect(one.waitUntilServing()) }
        let all = [founder, byAddress, byName, byID]
        for one in all {
            #expect(one.wait { $0.status?.roster.count { $0.state == "alive" } == 4 })
        }
        #expect(founder.wait { _ in Set(all.map { $0.status?.rosterDigest }).count == 1 })
        #expect(byAddress.logged.contains("event=first_use"))
        #expect(!byID.logged.contains("event=first_use"))
        for one in all { #expect(one.end() == 0) }
    }

    @Test("node, join target is another node than named, goes on trying and never serves")
    func wrongNode() throws {
        let founder = try node("a")
        #expect(founder.waitUntilServing())
        let id = try #require(founder.status?.node)
        let other = try node("b")
        #expect(other.waitUntilServing())
        let fooled = try node("c", "--join", "\(id)@\(other.address)")
        #expect(fooled.wait { $0.logged.contains("event=join_retry") })
        #expect(fooled.logged.contains("expected is \(id)"))
        #expect(fooled.end() == 0)
        #expect(!fooled.logged.contains("event=started"))
    }

    @Test("node, killed, comes back by its stored roster and says that it is alone")
    func alone() throws {
        let founder = try node("a")
        #expect(founder.waitUntilServing())
        let joined = try node("b", "--join", founder.address)
        #expect(joined.waitUntilServing())
        #expect(joined.wait { _ in directory.bytes("b/roster") != nil })
        #expect(founder.end(SIGKILL) != 0)
        #expect(joined.end(SIGKILL) != 0)
        let back = try node("b", port: joined.port)
        #expect(back.waitUntilServing())
        #expect(
            back.wait {
                $0.status?.statusText.hasPrefix("accepting no messages: 1 of 2 needed nodes here, missing node1")
                    == true
            })
        #expect(back.end() == 0)
    }

    @Test("node, directory in use, second process is told by whom and ends with 75")
    func inUse() throws {
        let first = try node("a")
        #expect(first.waitUntilServing())
        let second = try node("a")
        #expect(second.exitStatus() == ExitStatus.tryAgain.rawValue)
        #expect(second.logged.contains("process \(first.process.processIdentifier)"))
        #expect(first.status != nil)
        #expect(first.end() == 0)
    }

    @Test("node, port in use, ends with 69 and says which; runs when it is free")
    func portInUse() throws {
        let first = try node("a")
        #expect(first.waitUntilServing())
        let second = try node("b", port: first.port)
        #expect(second.exitStatus() == ExitStatus.unavailable.rawValue)
        #expect(second.logged.contains(first.address))
        #expect(first.end() == 0)
        let third = try node("b", port: first.port)
        #expect(third.waitUntilServing())
        #expect(third.end() == 0)
    }

    @Test("node, damaged key, ends with 65 and doesn't become another node")
    func damagedKey() throws {
        let first = try node("a")
        #expect(first.waitUntilServing())
        #expect(first.end() == 0)
        let key = try #require(directory.bytes("a/node.key"))
        var damaged = key
        damaged[50] ^= 1
        directory.write(damaged, to: "a/node.key")
        chmod(directory.file("a/node.key"), 0o600)
        let second = try node("a")
        #expect(second.exitStatus() == ExitStatus.data.rawValue)
        #expect(second.logged.contains("node.key"))
        #expect(directory.bytes("a/node.key") == damaged)
    }

    @Test("node, told to stop while it waits for a node to join, ends at once")
    func stopWhileJoining() throws {
        let waiting = try node("a", "--join", "127.0.0.1:\(FreePort.any())")
        #expect(waiting.wait { $0.status != nil })
        #expect(waiting.end() == 0)
    }

    @Test("node under a service manager, ready when it serves, pings the watchdog, says when it stops")
    func serviceManager() throws {
        let socket = DatagramSocket(path: directory.file("notify"))
        let environment = ["NOTIFY_SOCKET": directory.file("notify"), "WATCHDOG_USEC": "400000"]
        let node = try RunningNode(in: directory.file("a"), environment: environment)
        var seen: [String] = []
        while !seen.contains("READY=1"), let lines = socket.receive() { seen += lines }
        #expect(seen.contains("READY=1"))
        #expect(node.status != nil)
        var pings = 0
        while pings < 3, let lines = socket.receive() {
            pings += lines.count { $0 == "WATCHDOG=1" }
            seen += lines
        }
        #expect(pings == 3)
        #expect(seen.contains { $0.hasPrefix("STATUS=serving as the only node") })
        kill(node.process.processIdentifier, SIGTERM)
        while !seen.contains("STOPPING=1"), let lines = socket.receive() { seen += lines }
        #expect(seen.contains("STOPPING=1"))
        #expect(node.exitStatus() == 0)
    }
}
