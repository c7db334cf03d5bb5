import Foundation
import Glibc

/// One target in a process of its own, which a trap may end.
enum Worker {
    /// The longest that one input may keep a decoder busy. Far above anything honest even on a loaded machine; the
    /// kernel then ends the process by SIGALRM.
    static let secondsPerInput: UInt32 = 20
    /// The memory that a worker may take: a decoder that reserves what a hostile length promises hits this.
    static let maximumBytes = rlim_t(4) << 30

    /// Runs a target; prints what came of it as one line.
    /// - Returns: the exit code.
    static func run(_ target: FuzzTarget, _ options: Options) -> Int32 {
        var limit = rlimit(rlim_cur: maximumBytes, rlim_max: maximumBytes)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let last = options.worker.flatMap { LastInput(path: $0) }
        do {
            let run = FuzzRun(target, cases: options.cases.cases(of: target))
            let result = try run.run(iterations: options.iterations, seed: options.seed) { input in
                last?.set(input)
                alarm(secondsPerInput)
            }
            alarm(0)
            print("\(result.inputs) inputs, \(result.accepted) accepted")
            return 0
        } catch let failure as FuzzRun.Failure {
            print("\(failure.finding)")
        } catch {
            print("its corpus can't be made: \(error)")
        }
        return 1
    }
}
