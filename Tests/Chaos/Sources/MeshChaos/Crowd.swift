import MeshClientCore
import MeshCrypto
import MeshTransport
import Synchronization

/// Everybody who writes, and what they write.
final class Crowd: Sendable {
    let people: [Person]
    private let numbers: [UserID: Int]
    private let tally: Tally

    init(_ count: Int, network: NetworkID, join: [StartAddress], _ tally: Tally) throws {
        self.tally = tally
        let identities = (0..<count).map { _ in UserIdentity.generate() }
        numbers = Dictionary(uniqueKeysWithValues: identities.enumerated().map { ($1.id, $0) })
        people = try identities.enumerated().map { number, identity in
            try Person(number, identity, network: network, join: join, tally)
        }
    }

    /// Receives until cancelled; returns when all are connected.
    func start() async {
        let (ready, continuation) = AsyncStream.makeStream(of: Int.self)
        for person in people {
            let number = person.number
            Task { await person.run(numbers) { continuation.yield(number) } }
        }
        Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                for person in people { person.tick(numbers) }
            }
        }
        var connected: Set<Int> = []
        for await number in ready {
            connected.insert(number)
            if connected.count == people.count { break }
        }
    }

    /// Everybody writes so many messages to others, one after the other to each of them, as a person's outbox does.
    ///
    /// - Parameters:
    ///   - pace: how long each waits between two of its messages.
    ///   - isOver: whether nothing more is to be written.
    func write(
        _ messages: Int, pace: Duration, seed: UInt64, until isOver: @escaping @Sendable () -> Bool = { false }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for person in people {
                let share = messages / people.count + (person.number < messages % people.count ? 1 : 0)
                group.addTask { try await self.write(share, as: person, pace: pace, seed: seed, until: isOver) }
            }
            try await group.waitForAll()
        }
    }

    private func write(
        _ count: Int, as person: Person, pace: Duration, seed: UInt64, until isOver: @escaping @Sendable () -> Bool
    ) async throws {
        var random = SeededGenerator(seed: seed &+ UInt64(person.number) &* 1_000_003)
        // Lanes to some friends: several are under way at once, never two to the same one.
        let friends = (1...Self.friends).map { people[(person.number + $0 * $0) % people.count] }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, friend) in friends.enumerated() where friend.number != person.number {
                let share = count / friends.count + (place < count % friends.count ? 1 : 0)
                let laneSeed = random.next()
                group.addTask {
                    var random = SeededGenerator(seed: laneSeed)
                    for number in 0..<share where !isOver() {
                        let size = Self.sizes[Int.random(in: 0..<Self.sizes.count, using: &random)]
                        let text =
                            "\(number) " + String(repeating: "x", count: Int.random(in: 1...size, using: &random))
                        try await person.send(text, number: number, to: friend)
                        try await Task.sleep(for: pace)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    func stop() async { for person in people { await person.stop() } }

    /// Whom each one writes to.
    private static let friends = 4
    /// Texts of these lengths and less: all envelope sizes, small ones more often.
    private static let sizes = [40, 40, 40, 40, 400, 400, 3_000, 12_000, 40_000]
}

extension NetworkID {
    /// Asks the node there which network it belongs to.
    static func found(at address: StartAddress) async throws -> NetworkID {
        let stranger = UserIdentity.generate()
        let scout = try CoreClient(
            identity: stranger,
            configuration: ClientConfiguration(
                user: stranger.id, mode: .submitOnly, startAddresses: [address], software: "mesh-chaos"),
            persist: { _ in })
        scout.start()
        for await output in scout.outputs {
            if case .notice(.networkFirstSeen(let network, _, _)) = output {
                await scout.stop()
                return network
            }
        }
        throw NotInTime(description: "no network found at \(address)")
    }
}
