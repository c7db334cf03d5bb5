import Foundation
import LyingNode
import MeshNode
@_spi(Testing) import MeshNodeShell

/// `mesh-node` with a liar between its engine and its shell; MESH_LIE says of which kind. For tests alone.
@main
struct LyingNodeProgram {
    static func main() async {
        let name = ProcessInfo.processInfo.environment["MESH_LIE"] ?? ""
        guard let lie = Lie(rawValue: name) else {
            let kinds = Lie.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("MESH_LIE is '\(name)'; it may be \(kinds)\n".utf8))
            exit(64)
        }
        await EngineAlterations.$make.withValue({ Alteration(liar: Liar(lie)) }, operation: run)
    }

    private static func run() async { await MeshNodeCommand.runToEnd() }
}

private struct Alteration: EngineAlteration {
    var liar: Liar

    mutating func hear(_ event: EngineEvent) { liar.hear(event) }

    mutating func change(_ effects: [EngineEffect]) -> [EngineEffect] { liar.change(effects) }
}
