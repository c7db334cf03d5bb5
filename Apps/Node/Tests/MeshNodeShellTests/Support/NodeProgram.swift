import Foundation

/// The program mesh-node that was built beside these tests.
enum NodeProgram {
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "mesh-node").path
}
