import MeshClientCore

/// A node to join a network through: `HOST:PORT` or `node1…@HOST:PORT`, as clients write it.
typealias JoinTarget = MeshClientCore.StartAddress
