/// A decoder under test: what is given to it, and what must hold of what it answers.
public struct FuzzTarget: Sendable {
    /// What a decoder may do with an input. Whatever else it does ends the process.
    public enum Verdict: Sendable {
        /// It gave a value, and the value was as it must be.
        case accepted
        /// It threw one of its errors.
        case refused
    }

    /// Its name on the command line.
    public let name: String
    /// How many inputs of a cheap target one of this costs; short runs make so many times fewer.
    public let cost: Int
    /// Valid inputs, from which others are made; the same in each process.
    public let corpus: @Sendable () throws -> [[UInt8]]
    /// Gives an input to the decoder.
    public let check: @Sendable ([UInt8]) throws(FuzzFinding) -> Verdict

    init(
        _ name: String, cost: Int = 1, corpus: @escaping @Sendable () throws -> [[UInt8]],
        check: @escaping @Sendable ([UInt8]) throws(FuzzFinding) -> Verdict
    ) {
        self.name = name
        self.cost = cost
        self.corpus = corpus
        self.check = check
    }
}

/// A decoder that took an input gave a value which is not as it must be.
public struct FuzzFinding: Error, CustomStringConvertible {
    /// What doesn't hold.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Throws unless a property holds.
    static func require(_ holds: Bool, _ property: @autoclosure () -> String) throws(FuzzFinding) {
        guard holds else { throw FuzzFinding(property()) }
    }
}
