import Foundation
import Glibc
import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

@testable import MeshTerminal

@Suite("Home")
struct HomeTests {
    private func resolve(_ option: String?, _ environment: [String: String]) throws -> String {
        try Home.resolve(option) { environment[$0] }.path
    }

    @Test("the option wins over XDG_DATA_HOME, that over HOME")
    func resolved() throws {
        #expect(try resolve("/x/", ["XDG_DATA_HOME": "/data", "HOME": "/h"]) == "/x")
        #expect(try resolve(nil, ["XDG_DATA_HOME": "/data", "HOME": "/h"]) == "/data/mesh")
        #expect(try resolve(nil, ["HOME": "/h"]) == "/h/.local/share/mesh")
    }

    @Test("a relative XDG_DATA_HOME is ignored, as its specification asks")
    func relative() throws {
        #expect(try resolve(nil, ["XDG_DATA_HOME": "data", "HOME": "/h"]) == "/h/.local/share/mesh")
    }

    @Test("no directory at all is an error of configuration, an empty option one of usage")
    func nowhere() {
        #expect(throws: TerminalFailure.self) { try resolve(nil, [:]) }
        let error = #expect(throws: TerminalFailure.self) { try resolve("", [:]) }
        #expect(error?.status == .usage)
    }

    @Test("a new home is for its owner alone, with those above it")
    func created() throws {
        let directory = try TemporaryDirectory()
        let home = Home(path: "\(directory.path)/a/b")
        try home.create()
        for path in ["\(directory.path)/a", home.path] {
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
        try home.create()
    }

    @Test("a file in the place of the home is an error that names it")
    func file() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("x", to: "home")
        let error = #expect(throws: TerminalFailure.self) { try Home(path: path).create() }
        #expect(error?.message.contains(path) == true)
    }

    @Test("a receiver's lock names its holder to the next one, and goes back with its value")
    func lock() throws {
        let test = try TestHome()
        var first: ReceiverLock.Outcome? = try ReceiverLock.take(in: test.home, purpose: .follow)
        guard case .taken = first else { Issue.record("the lock is held"); return }
        guard case .held(let holder) = try ReceiverLock.take(in: test.home, purpose: .receive) else {
            Issue.record("two hold it")
            return
        }
        #expect(holder.process == getpid())
        #expect("\(holder)" == "process \(getpid()) (mesh receive --follow)")
        first = nil
        guard case .taken = try ReceiverLock.take(in: test.home, purpose: .receive) else {
            Issue.record("the lock was not given back")
            return
        }
    }

    @Test("who stays is named at once with 75; who ends by itself is waited for")
    func waiting() async throws {
        let test = try TestHome()
        let far = WallClock.nowMilliseconds + 60_000
        do {
            let lock = try await Receiving.lock(test.home, .chat, until: far)
            let error = await #expect(throws: TerminalFailure.self) {
                _ = try await Receiving.lock(test.home, .receive, until: far)
            }
            #expect(error?.status == .tryAgain)
            withExtendedLifetime(lock) {}
        }
        var short: ReceiverLock? = try await Receiving.lock(test.home, .wait, until: far)
        #expect(short != nil)
        let home = test.home
        async let next = Receiving.lock(home, .receive, until: far)
        short = nil
        _ = try await next
    }

    @Test("start addresses come back in order; a place that is named again is replaced")
    func starts() throws {
        let test = try TestHome()
        var starts = try StartAddresses(of: test.home)
        #expect(starts.list.isEmpty)
        for text in ["node.example:4000", "127.0.0.1:1", "[::1]:2"] { try starts.add(try StartAddress(text: text)) }
        let node = NodeIdentity.generate().id
        try starts.add(try StartAddress(text: "\(node)@127.0.0.1:1"))
        try starts.save(in: test.home)
        #expect(try StartAddresses(of: test.home) == starts)
        #expect(starts.list.map(\.location) == ["node.example:4000", "127.0.0.1:1", "[::1]:2"])
        #expect(starts.list[1].node == node)
    }

    @Test("more start addresses than there may be are refused, and nothing changes")
    func tooManyStarts() throws {
        var starts = StartAddresses()
        for port in 1...ClientLimits.startAddresses { try starts.add(try StartAddress(text: "127.0.0.1:\(port)")) }
        let before = starts
        #expect(throws: TerminalFailure.self) { try starts.add(try StartAddress(text: "127.0.0.1:999")) }
        #expect(starts == before)
    }

    @Test("a damaged state of the network is an error of data that says what to do")
    func damagedState() throws {
        let test = try TestHome()
        try PrivateFile(path: test.home.network).replace(with: Array("meshclnt and more".utf8))
        let error = #expect(throws: TerminalFailure.self) { try NetworkFile(home: test.home).load() }
        #expect(error?.status == .data)
        #expect(error?.message.contains("delete it") == true)
    }

    @Test("while somebody receives, another process writes the network's state only if there is none")
    func stateBeside() throws {
        let test = try TestHome()
        let file = NetworkFile(home: test.home)
        let (one, other) = (try state(), try state())
        let lock = try ReceiverLock.take(in: test.home, purpose: .follow)
        try file.save(one, isReceiver: false)
        try file.save(other, isReceiver: false)
        #expect(try file.load() == one)
        try file.save(other, isReceiver: true)
        #expect(try file.load() == other)
        withExtendedLifetime(lock) {}
    }

    private func state() throws -> ClientState {
        ClientState(roster: Roster(parameters: try NetworkParameters(laboratory: true, nonce: .random())))
    }
}
