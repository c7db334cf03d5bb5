import Foundation
import MeshCrypto
import MeshRing
import Testing

@testable import MeshNodeShell

@Suite struct DataDirectoryTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.file("data") }

    private func open() throws -> DataDirectory { try DataDirectory.open(path) }

    private func parameters() throws -> NetworkParameters {
        try NetworkParameters(laboratory: true, nonce: Bytes16.random())
    }

    @Test("data directory, missing with those above, made for its owner alone")
    func made() throws {
        let opened = try DataDirectory.open(directory.file("a/b/c"))
        #expect(["a", "a/b", "a/b/c"].map(directory.mode) == [0o700, 0o700, 0o700])
        #expect(!opened.isOpenToOthers)
    }

    @Test("data directory, readable by others, opened and said")
    func openToOthers() throws {
        mkdir(path, 0o755)
        chmod(path, 0o755)
        #expect(try open().isOpenToOthers)
    }

    @Test("data directory, a file lies there, named error and the file stays")
    func notADirectory() throws {
        directory.write([7], to: "data")
        #expect(throws: DataDirectoryError.notADirectory(path)) { try open() }
        #expect(directory.bytes("data") == [7])
    }

    @Test("data directory, open already, second opener is told the process; free again after the first")
    func locked() throws {
        var first: DataDirectory? = try open()
        let error = #expect(throws: DataDirectoryError.self) { try open() }
        #expect(error == .inUse(path, processID: getpid()))
        #expect(error?.failure.message.contains("process \(getpid())") == true)
        #expect(first?.path == path)
        first = nil
        _ = try open()
    }

    @Test("data directory, empty, nothing stored")
    func empty() throws {
        let stored = try open().load()
        #expect(stored.identity == nil && stored.parameters == nil && stored.roster == nil && !stored.hasQueues)
    }

    @Test("data directory, everything stored, everything back and for the owner alone")
    func roundTrip() throws {
        let opened = try open()
        let parameters = try parameters()
        let identity = try opened.makeIdentity()
        var roster = Roster(parameters: parameters)
        let endpoint = try Endpoint(text: "127.0.0.1:4000")
        let record = try NodeRecord(
            NodeDescription(at: endpoint, in: parameters, software: "t"), network: parameters.id, incarnation: 1,
            signedBy: identity)
        roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: 5))
        try opened.store(parameters)
        try opened.store(roster)
        let stored = try opened.load()
        #expect(stored.identity?.id == identity.id)
        #expect(stored.parameters == parameters)
        #expect(stored.roster == roster)
        #expect(["node.key", "network", "roster"].map { directory.mode("data/\($0)") } == [0o600, 0o600, 0o600])
    }

    @Test("identity, made twice, refused and the first stays")
    func identityTwice() throws {
        let opened = try open()
        let identity = try opened.makeIdentity()
        #expect(throws: DataDirectoryError.self) { try opened.makeIdentity() }
        #expect(try opened.loadIdentity()?.id == identity.id)
    }

    @Test("data directory, any byte of any file flipped or cut off, named error and nothing changed")
    func damaged() throws {
        let opened = try open()
        let parameters = try parameters()
        _ = try opened.makeIdentity()
        try opened.store(parameters)
        try opened.store(Roster(parameters: parameters))
        for name in ["data/node.key", "data/network", "data/roster"] {
            let whole = try #require(directory.bytes(name))
            for index in whole.indices {
                var flipped = whole
                flipped[index] ^= 0x10
                for bytes in [flipped, Array(whole[..<index])] {
                    directory.write(bytes, to: name)
                    chmod(directory.file(name), 0o600)
                    let error = #expect(throws: DataDirectoryError.self) { try opened.load() }
                    #expect(error?.failure.hint?.isEmpty == false)
                    #expect(error?.failure.status == .data)
                    #expect(directory.bytes(name) == bytes)
                }
            }
            directory.write(whole, to: name)
            chmod(directory.file(name), 0o600)
            _ = try opened.load()
        }
    }

    @Test("data directory, roster of another network, named error")
    func twoNetworks() throws {
        let opened = try open()
        let (own, other) = (try parameters(), try parameters())
        try opened.store(own)
        try opened.store(Roster(parameters: other))
        #expect(throws: DataDirectoryError.twoNetworks(path, network: own.id, roster: other.id)) { try opened.load() }
    }

    @Test("node key, readable by others, refused with what to do")
    func exposedKey() throws {
        let opened = try open()
        _ = try opened.makeIdentity()
        chmod(opened.keyFile, 0o644)
        let error = #expect(throws: DataDirectoryError.self) { try opened.load() }
        #expect(error?.failure.message.contains("chmod 600") == true)
    }

    @Test("node key, vault of a person, refused")
    func foreignKey() throws {
        let opened = try open()
        var vault = Vault()
        try vault.add(UserIdentity.generate())
        try VaultFile(path: opened.keyFile).create(vault, passphrase: nil)
        let error = #expect(throws: DataDirectoryError.self) { try opened.load() }
        #expect(error?.failure.message.contains("no node's identity") == true)
    }
}

@Suite struct DurableFileTests {
    private let directory = TemporaryDirectory()

    @Test("durable file, written over an old one, new bytes and nothing beside")
    func replaced() throws {
        let path = directory.file("f")
        try DurableFile.write([1], to: path)
        try DurableFile.write([2, 3], to: path)
        #expect(directory.bytes("f") == [2, 3])
        #expect(directory.names == ["f"])
    }

    @Test("durable file, rest of a crashed write beside it, cleared away")
    func rest() throws {
        directory.write([9], to: "f.new")
        try DurableFile.write([1], to: directory.file("f"))
        #expect(directory.names == ["f"])
    }

    @Test("durable file, can't be replaced, old one untouched and nothing beside")
    func failure() throws {
        mkdir(directory.file("f"), 0o700)
        directory.write([5], to: "f/kept")
        let error = #expect(throws: FileError.self) { try DurableFile.write([1], to: directory.file("f")) }
        #expect(error?.errno == EISDIR)
        #expect(directory.names == ["f"])
        #expect(directory.bytes("f/kept") == [5])
    }

    @Test("durable file, larger than its reader allows, refused; missing, nil")
    func limits() throws {
        directory.write([UInt8](repeating: 0, count: 100_000), to: "f")
        #expect(try DurableFile.read(directory.file("f"), limit: 100_000)?.count == 100_000)
        #expect(throws: FileError(verb: "read", path: directory.file("f"), errno: EFBIG)) {
            try DurableFile.read(directory.file("f"), limit: 99_999)
        }
        #expect(try DurableFile.read(directory.file("g"), limit: 1) == nil)
    }
}

@Suite struct StartPlanTests {
    private let parameters: NetworkParameters

    init() throws { parameters = try NetworkParameters(replicas: 2, laboratory: true, nonce: Bytes16.random()) }

    private func plan(
        key: Bool = false, network: Bool = false, roster: Bool = false, queues: Bool = false, joins: Bool = false,
        replicas: UInt8? = nil
    ) throws(StartPlanError) -> StartPlan {
        let stored = StoredNode(
            identity: key ? NodeIdentity.generate() : nil, parameters: network ? parameters : nil,
            roster: roster ? Roster(parameters: parameters) : nil, hasQueues: queues)
        return try StartPlan(stored: stored, joins: joins, replicas: replicas, directory: "d")
    }

    @Test("start, empty directory, founds without --join and joins with it")
    func empty() throws {
        #expect(try plan() == .found(replicas: 3))
        #expect(try plan(replicas: 5) == .found(replicas: 5))
        #expect(try plan(joins: true) == .join(known: nil))
    }

    @Test("start, founding interrupted before the key, founds again and joins nothing else")
    func interruptedFounding() throws {
        #expect(try plan(network: true) == .found(replicas: 3))
        #expect(throws: StartPlanError.foundingInterrupted("d")) { try plan(network: true, joins: true) }
    }

    @Test("start, joining interrupted, goes on with --join only")
    func interruptedJoining() throws {
        #expect(try plan(key: true, joins: true) == .join(known: nil))
        #expect(try plan(key: true, network: true, joins: true) == .join(known: parameters))
        #expect(throws: StartPlanError.neverJoined("d")) { try plan(key: true) }
        #expect(throws: StartPlanError.rosterMissing("d")) { try plan(key: true, network: true) }
    }

    @Test("start, member, rejoins with or without --join, also when only the roster names the network")
    func member() throws {
        #expect(try plan(key: true, network: true, roster: true, queues: true) == .rejoin(parameters))
        #expect(try plan(key: true, network: true, roster: true, joins: true) == .rejoin(parameters))
        #expect(try plan(key: true, roster: true) == .rejoin(parameters))
    }

    @Test("start, data of a node without its key, never a new identity")
    func keyMissing() {
        #expect(throws: StartPlanError.keyMissing("d")) { try plan(network: true, roster: true) }
        #expect(throws: StartPlanError.keyMissing("d")) { try plan(queues: true, joins: true) }
    }

    @Test("start, --replicas for a node that is one already, refused with R of its network")
    func replicas() {
        #expect(throws: StartPlanError.notEmpty("d", 2)) {
            try plan(key: true, network: true, roster: true, replicas: 3)
        }
        #expect(throws: StartPlanError.notEmpty("d", nil)) { try plan(key: true, replicas: 3) }
    }
}
