/// Gives many inputs to one target.
public struct FuzzRun {
    /// What came of a run.
    public struct Result: Sendable, Equatable {
        /// Inputs given, kept cases included.
        public var inputs = 0
        /// Inputs of which the decoder made a value.
        public var accepted = 0
    }

    /// An input on which a property did not hold.
    public struct Failure: Error {
        /// The input.
        public let input: [UInt8]
        /// The property.
        public let finding: FuzzFinding
    }

    private let target: FuzzTarget
    private let cases: [[UInt8]]

    /// A run over one target.
    /// - Parameter cases: inputs that failed once, given first.
    public init(_ target: FuzzTarget, cases: [[UInt8]] = []) {
        self.target = target
        self.cases = cases
    }

    /// Gives the kept cases, the corpus, and then mutated inputs.
    /// - Parameters:
    ///   - iterations: how many mutated inputs.
    ///   - seed: the same seed gives the same inputs.
    ///   - before: called with each input before it is given.
    /// - Throws: `Failure`, or what making the corpus throws.
    public func run(iterations: Int, seed: UInt64, before: (_ input: [UInt8]) -> Void = { _ in }) throws -> Result {
        var result = Result()
        let corpus = try target.corpus()
        for input in cases { try give(input, &result, before) }
        for input in corpus {
            guard try give(input, &result, before) == .accepted else {
                throw Failure(input: input, finding: FuzzFinding("an input of the corpus is refused"))
            }
        }
        var mutator = Mutator(corpus: corpus, generator: Generator(seed: seed))
        for _ in 0..<iterations { try give(mutator.next(), &result, before) }
        return result
    }

    @discardableResult
    private func give(
        _ input: [UInt8], _ result: inout Result, _ before: ([UInt8]) -> Void
    ) throws(Failure) -> FuzzTarget.Verdict {
        before(input)
        do {
            let verdict = try target.check(input)
            result.inputs += 1
            if verdict == .accepted { result.accepted += 1 }
            return verdict
        } catch {
            throw Failure(input: input, finding: error)
        }
    }
}
