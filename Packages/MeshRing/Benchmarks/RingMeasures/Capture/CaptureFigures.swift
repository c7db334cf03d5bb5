/// How often an attacker got what, over all users looked at.
public struct CaptureFigures: Sendable {
    /// Users that were looked at.
    public private(set) var trials = 0
    private var residences = 0
    private var withReplicas: [Int]

    /// Nothing looked at yet, with sets of so many replicas.
    public init(replicas: Int) {
        withReplicas = Array(repeating: 0, count: replicas + 1)
    }

    /// Counts one user.
    public mutating func add(_ capture: Capture) {
        trials += 1
        if capture.isResidence { residences += 1 }
        withReplicas[capture.replicas] += 1
    }

    /// Counts those of another draw.
    public mutating func add(_ other: CaptureFigures) {
        trials += other.trials
        residences += other.residences
        for index in withReplicas.indices { withReplicas[index] += other.withReplicas[index] }
    }

    /// The share of users whose residence the attacker is.
    public var residence: Double { Double(residences) / Double(max(1, trials)) }

    /// The share of users of whose set the attacker has `count` members or more.
    public func replicas(atLeast count: Int) -> Double {
        Double(withReplicas[count...].reduce(0, +)) / Double(max(1, trials))
    }
}
