/// A fixed piece of work whose instructions are counted: the same bytes in each run.
public protocol MicroWork: SendableMetatype {
    /// As it stands in `instructions.txt`.
    static var name: String { get }
    /// How often it is done in the shorter of the two runs: some millions of instructions.
    static var count: Int { get }
    /// Prepares everything that isn't to be counted.
    init() throws
    /// Does it so many times.
    mutating func run(_ count: Int) throws
}

/// All works, by name.
public enum MicroWorks {
    /// In the order of the report.
    public static let all: [any MicroWork.Type] = [
        DecodeWork.self, EncodeWork.self, EncryptWork.self, DecryptWork.self, PlacementWork.self, QueueWork.self,
        EngineWork.self, ReplicaWork.self,
    ]

    /// Runs the work of that name `times` × its count.
    /// - Returns: how often it was done; nil if there is no such work.
    public static func run(_ name: String, times: Int) throws -> Int? {
        guard let kind = all.first(where: { $0.name == name }) else { return nil }
        var work = try kind.init()
        try work.run(kind.count * times)
        return kind.count * times
    }
}
